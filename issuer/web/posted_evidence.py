"""The evidence document out of a posted form (`evidence_form`): an input's name is the JSON pointer of its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from issuer.domain.evidence import Field, Form
from issuer.domain.evidence.blanks import without_blanks
from issuer.domain.evidence.finding import Path, pointer
from issuer.web.evidence_form import MAX_ROWS

_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DECIMAL = re.compile(r"-?[0-9]{1,15}\.?[0-9]{0,15}(?:[eE][+-]?[0-9]{1,2})?")


Points = Mapping[str, list[dict[str, Any]]]


def read(schema: Mapping[str, Any], sent: Mapping[str, str], more_points: Points | None = None) -> dict[str, Any]:
    """The evidence in a posted form, blank rows kept; `without_blanks` makes it what is saved.

    more_points: pointer of a run chart's points → points to add there (`point_tables`).
    """
    found = _Reader(Form(schema), sent, more_points or {}).value(())
    return found if isinstance(found, dict) else {}


class _Reader:
    def __init__(self, form: Form, sent: Mapping[str, str], more_points: Points) -> None:
        self._form = form
        self._sent = sent
        self._more_points = more_points

    def value(self, path: Path) -> Any:
        field = self._form.field(path)
        if "properties" in field.schema:
            return {name: self.value((*path, name)) for name in field.schema["properties"]}
        if field.schema.get("type") == "array":
            rows = [self.value((*path, place)) for place in range(self._count(pointer(path)))]
            more = self._more_points.get(pointer(path), []) if field.widget == "points" else []
            return [row for row in rows if not more or without_blanks(row)] + more
        return _typed(field, self._sent.get(pointer(path), ""))

    def _count(self, name: str) -> int:
        prefix = name + "/"
        places = [one[len(prefix) :].partition("/")[0] for one in self._sent if one.startswith(prefix)]
        numbers = [int(place) for place in places if place.isascii() and place.isdigit() and len(place) < 5]
        return min(max(numbers, default=-1) + 1, MAX_ROWS)


def place(evidence: Any, name: str) -> tuple[Any, str | int] | None:
    """The container and key of a pointer inside posted evidence; None when there is no such place."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in name.split("/")[1:]]
    container = evidence
    for depth, part in enumerate(parts):
        key: str | int = part
        if isinstance(container, list):
            if not (part.isascii() and part.isdigit() and int(part) < len(container)):
                return None
            key = int(part)
        elif not isinstance(container, dict) or part not in container:
            return None
        if depth == len(parts) - 1:
            return container, key
        container = container[key]
    return None


def put_file(evidence: dict[str, Any], name: str, file_id: str, taken: Collection[str] = ()) -> None:
    """Put an uploaded file where its input stands; where one of `taken` is already, in a new row beside it.

    taken: ids of files that came with the same form. What has no row beside it keeps its first file; the others
    stay attached to the draft.
    """
    found = place(evidence, name)
    if found is None:
        return
    container, key = found
    if container[key] not in taken:
        container[key] = file_id
        return
    row = place(evidence, name.rpartition("/")[0])
    if row is not None and isinstance(row[0], list):
        row[0].append({key: file_id})


def row_counts(value: Any, path: Path = ()) -> dict[str, int]:
    """How many rows each repeat of posted evidence has, by pointer."""
    counts: dict[str, int] = {}
    parts: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, list):
        counts[pointer(path)] = len(value)
        parts = enumerate(value)
    elif isinstance(value, dict):
        parts = value.items()
    for key, part in parts:
        counts.update(row_counts(part, (*path, key)))
    return counts


def change_rows(evidence: dict[str, Any], action: str) -> bool:
    """Apply ``add:``, ``remove:``, ``up:`` or ``down:`` with a pointer; False when it says none of these."""
    verb, _, name = action.partition(":")
    found = place(evidence, name) if name else None
    if found is None or verb not in ("add", "remove", "up", "down"):
        return False
    container, key = found
    if verb == "add" and isinstance(container[key], list):
        container[key].append(None)
        return True
    if verb == "remove" and isinstance(container, list) and isinstance(key, int):
        del container[key]
        return True
    return verb in ("up", "down") and _move(container, key, -1 if verb == "up" else 1)


def _move(container: Any, key: str | int, step: int) -> bool:
    if not (isinstance(container, list) and isinstance(key, int) and 0 <= key + step < len(container)):
        return False
    container[key], container[key + step] = container[key + step], container[key]
    return True


def _typed(field: Field, text: str) -> Any:
    if field.widget == "textarea":
        return text.replace("\r\n", "\n").strip()
    text = text.strip()
    if field.widget in ("yes-no", "confirm"):
        return {"true": True, "false": False}.get(text, "")
    if field.widget in ("integer", "number"):
        return _number(text)
    return text


def _number(text: str) -> Any:
    """The number that was typed; what is none, or would not survive JSON, stays the text for the check to name."""
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def shown_at(posted: Any, name: str) -> str:
    """The pointer at which the form shows what `name` means in the saved evidence, which has no blank rows."""
    parts, value = name.split("/")[1:], posted
    for depth, part in enumerate(parts):
        if isinstance(value, list) and part.isascii() and part.isdigit():
            parts[depth] = str(_row_of(value, int(part)))
        value = _within(value, parts[depth])
    return "".join("/" + part for part in parts)


def _row_of(rows: list[Any], place: int) -> int:
    """The form's row of the item at `place` among those that are filled in; behind them the blank ones follow."""
    filled = [index for index, row in enumerate(rows) if without_blanks([row])]
    order = [*filled, *(index for index in range(len(rows)) if index not in filled)]
    return order[place] if place < len(order) else place


def _within(value: Any, part: str) -> Any:
    if isinstance(value, list):
        return value[int(part)] if part.isascii() and part.isdigit() and int(part) < len(value) else None
    return value.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(value, dict) else None
