"""The HTML form of an evidence schema: a tree of inputs out, the evidence document back in.

One generic form for every badge class (`badge_classes/EVIDENCE.md`). An input's name is the JSON
pointer of its place, so a posted form needs no memory of what was rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from issuer.domain.evidence import Field, Finding, Form
from issuer.domain.evidence.finding import Path, pointer
from issuer.web.run_chart import RunChart, run_chart

MAX_ROWS = 400
PASTE = "paste:"
_CELLS = re.compile(r"[\t;,]+|\s{1,}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DECIMAL = re.compile(r"-?[0-9]{1,15}\.?[0-9]{0,15}(?:[eE][+-]?[0-9]{1,2})?")
_SCALAR_KINDS = {
    "textarea": "textarea", "email": "email", "date": "date", "integer": "number", "number": "number",
    "yes-no": "yes-no", "confirm": "confirm", "choice": "choice", "file": "file", "link": "url",
}  # fmt: skip


_SHORT = frozenset({"text", "date", "number", "yes-no", "confirm", "choice", "email"})


@dataclass(frozen=True)
class Node:
    """One place of the form.

    kind: group, repeat, or the kind of input. value: what is there now (text for inputs).
    children: fields of a group, items of a repeat. at_least: how many items are asked for.
    errors: what is missing here, told when the teacher asked for a check.
    """

    name: str
    kind: str
    title: str
    help: str
    value: Any
    required: bool
    requirement: str
    errors: tuple[str, ...] = ()
    children: tuple[Node, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    at_least: int = 0
    at_most: int = 0
    item_title: str = ""
    show_if: str = ""
    widget: str = ""
    chart: RunChart | None = None

    @property
    def id(self) -> str:
        """An id for labels and links: the pointer without the characters that need escaping."""
        return "f" + self.name.replace("/", "-")

    def open(self, checked: bool) -> bool:
        """Whether an optional part is shown unfolded: something is in it, or something in it is wrong."""
        return bool(self.value) or (checked and self.has_errors)

    @property
    def has_errors(self) -> bool:
        return bool(self.errors) or any(child.has_errors for child in self.children)

    @property
    def is_table(self) -> bool:
        """Whether the items of a repeat read best as rows: short values and people, nothing nested deeper."""
        return (
            bool(self.children)
            and all(
                part.kind in _SHORT or part.widget == "person" or not part.value
                for item in self.children
                for part in (item.children or (item,))
                if item.kind == "group"
            )
            and self.children[0].kind == "group"
            and self.children[0].widget not in ("person", "attachment")
        )

    @property
    def used_columns(self) -> frozenset[str]:
        """Titles of the parts that some item has filled in."""
        return frozenset(part.title for item in self.children for part in item.children if part.value)


def build(
    schema: Mapping[str, Any],
    evidence: Mapping[str, Any],
    findings: Iterable[Finding] = (),
    rows: Mapping[str, int] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Node:
    """The form with the evidence filled in.

    rows: pointer of a repeat → items to show at least. settings: those of the badge class, for its run charts.
    """
    return _Builder(Form(schema), findings, rows or {}, settings or {}).node((), evidence, True)


class _Builder:
    def __init__(
        self, form: Form, findings: Iterable[Finding], rows: Mapping[str, int], settings: Mapping[str, Any]
    ) -> None:
        self._form = form
        self._settings = settings
        self._rows = rows
        self._findings: dict[str, list[str]] = {}
        for finding in findings:
            self._findings.setdefault(finding.pointer, []).append(finding.message)

    def node(self, path: Path, value: Any, required: bool) -> Node:
        field = self._form.field(path)
        if "properties" in field.schema:
            return self._group(path, field, value, required)
        if field.schema.get("type") == "array":
            return self._repeat(path, field, value, required)
        return self._leaf(path, field, value, required)

    def _group(self, path: Path, field: Field, value: Any, required: bool) -> Node:
        known = value if isinstance(value, Mapping) else {}
        needed = {*field.schema.get("required", ()), *_first_alternative(field.schema)}
        children = tuple(
            self.node((*path, name), known.get(name), name in needed) for name in field.schema["properties"]
        )
        holds_points = any(child.widget == "points" for child in children)
        drawn = run_chart(known, self._settings) if holds_points else None
        return self._node(path, field, "group", known, required, children=children, chart=drawn)

    def _repeat(self, path: Path, field: Field, value: Any, required: bool) -> Node:
        items = value if isinstance(value, list) else []
        at_least = int(field.schema.get("minItems", 0)) if required else 0
        at_most = min(int(field.schema.get("maxItems", MAX_ROWS)), MAX_ROWS)
        shown = min(max(len(items), at_least, self._rows.get(pointer(path), 0), 1), at_most)
        filled = [*items, *[None] * (shown - len(items))]
        children = tuple(self.node((*path, place), item, place < at_least) for place, item in enumerate(filled))
        return self._node(
            path, field, "repeat", items, required, children=children, at_least=at_least, at_most=at_most,
            item_title=str(field.schema.get("x-item-title", "Entry")),
        )  # fmt: skip

    def _leaf(self, path: Path, field: Field, value: Any, required: bool) -> Node:
        kind = _SCALAR_KINDS.get(field.widget, "text")
        named = field.schema.get("x-choices", {})
        choices = tuple((str(one), str(named.get(one, one))) for one in field.schema.get("enum", ()))
        return self._node(path, field, kind, _shown(value), required, choices=choices)

    def _node(self, path: Path, field: Field, kind: str, value: Any, required: bool, **more: Any) -> Node:
        name = pointer(path)
        condition = field.schema.get("x-show-if")
        return Node(
            name=name, kind=kind, title=field.title, help=str(field.schema.get("description", "")), value=value,
            required=required, requirement=field.requirement, errors=tuple(self._findings.get(name, ())),
            show_if=_condition(condition), widget=field.widget, **more,
        )  # fmt: skip


def read(schema: Mapping[str, Any], sent: Mapping[str, str]) -> dict[str, Any]:
    """The evidence in a posted form, blank rows kept; `without_blanks` makes it what is saved."""
    found = _Reader(Form(schema), sent).value(())
    return found if isinstance(found, dict) else {}


class _Reader:
    def __init__(self, form: Form, sent: Mapping[str, str]) -> None:
        self._form = form
        self._sent = sent

    def value(self, path: Path) -> Any:
        field = self._form.field(path)
        if "properties" in field.schema:
            return {name: self.value((*path, name)) for name in field.schema["properties"]}
        if field.schema.get("type") == "array":
            rows = [self.value((*path, place)) for place in range(self._count(pointer(path)))]
            pasted = pasted_points(self._sent.get(PASTE + pointer(path), "")) if field.widget == "points" else []
            return [row for row in rows if not pasted or without_blanks(row) is not None] + pasted
        return _typed(field, self._sent.get(pointer(path), ""))

    def _count(self, name: str) -> int:
        prefix = name + "/"
        places = [one[len(prefix) :].partition("/")[0] for one in self._sent if one.startswith(prefix)]
        numbers = [int(place) for place in places if place.isascii() and place.isdigit() and len(place) < 5]
        return min(max(numbers, default=-1) + 1, MAX_ROWS)


def pasted_points(text: str) -> list[dict[str, Any]]:
    """Data points out of pasted lines, as a spreadsheet gives them: date or number, then the value.

    What does not read as such is kept as it was typed, so that the check can point at it.
    """
    points = []
    for line in text.splitlines()[:MAX_ROWS]:
        cells = [cell for cell in _CELLS.split(line.strip()) if cell]
        if cells:
            when = "date" if _DATE.fullmatch(cells[0]) else "sequence"
            first = cells[0] if when == "date" else _number(cells[0])
            points.append({when: first, "value": _number(cells[1])} if len(cells) > 1 else {"value": _number(cells[0])})
    return points


def without_blanks(value: Any) -> Any:
    """The value without empty texts, groups and rows; None when nothing is left."""
    if isinstance(value, dict):
        kept = {name: kept for name, part in value.items() if (kept := without_blanks(part)) is not None}
        return kept or None
    if isinstance(value, list):
        items = [kept for part in value if (kept := without_blanks(part)) is not None]
        return items or None
    return None if value in ("", None) else value


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


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def _first_alternative(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Of several ways to fill a group in, the fields of the first: shown unfolded, the others on demand."""
    alternatives = schema.get("oneOf") or schema.get("anyOf") or ()
    return tuple(alternatives[0].get("required", ())) if alternatives else ()


def _condition(condition: object) -> str:
    if not isinstance(condition, Mapping):
        return ""
    answer = {True: "yes", False: "no"}.get(condition.get("is"), str(condition.get("is")))  # type: ignore[arg-type]
    return f"Only if you answered “{answer}” above."
