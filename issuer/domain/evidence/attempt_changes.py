"""What changed between two attempts, requirement by requirement, for the reviewer who judges the second."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from issuer.domain.evidence.finding import Path, pointer
from issuer.domain.evidence.form import Form

MAX_CHANGES = 300
MAX_SHOWN_CHARACTERS = 2_000
MAX_ALIGNED_ITEMS = 1_000


class ChangeKind(StrEnum):
    """What happened to a place."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class AttemptChange:
    """One place that differs. pointer: into the later evidence, for removed places into the earlier.

    label: the place in the words of the form. before, after: what it said, shortened; empty where nothing was.
    """

    pointer: str
    kind: ChangeKind
    requirement: str
    label: str
    before: str
    after: str


def attempt_changes(
    schema: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any], file_names: Mapping[str, str]
) -> tuple[AttemptChange, ...]:
    """Every place of `after` that is not as in `before`, in the order of the form; at most `MAX_CHANGES`.

    file_names: file id → name, so that files are told by their names.
    """
    found = []
    for change in _Comparison(Form(schema), file_names).between((), before, after):
        found.append(change)
        if len(found) == MAX_CHANGES:
            break
    return tuple(found)


class _Comparison:
    def __init__(self, form: Form, file_names: Mapping[str, str]) -> None:
        self._form = form
        self._names = file_names

    def between(self, path: Path, before: Any, after: Any) -> Iterator[AttemptChange]:
        if before == after:
            return
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            for name in self._members(path, before, after):
                yield from self.between((*path, name), before.get(name), after.get(name))
        elif isinstance(before, list) and isinstance(after, list):
            yield from self._lists(path, before, after)
        else:
            yield self._change(path, before, after)

    def _members(self, path: Path, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
        """The names of both, in the order of the form."""
        known = self._form.field(path).schema.get("properties", {})
        return [name for name in dict.fromkeys([*known, *before, *after]) if name in before or name in after]

    def _lists(self, path: Path, before: list[Any], after: list[Any]) -> Iterator[AttemptChange]:
        """Items that moved because others came before them are not told as changed."""
        for kind, start, end, later_start, later_end in _steps(before, after):
            if kind == "equal":
                continue
            paired = min(end - start, later_end - later_start)
            for place in range(paired):
                yield from self.between((*path, later_start + place), before[start + place], after[later_start + place])
            for place in range(start + paired, end):
                yield self._change((*path, place), before[place], None)
            for place in range(later_start + paired, later_end):
                yield self._change((*path, place), None, after[place])

    def _change(self, path: Path, before: Any, after: Any) -> AttemptChange:
        field = self._form.field(path)
        kind = ChangeKind.ADDED if before is None else ChangeKind.REMOVED if after is None else ChangeKind.CHANGED
        return AttemptChange(
            pointer(path), kind, field.requirement, field.label, _shown(before, self._names), _shown(after, self._names)
        )


def _steps(before: list[Any], after: list[Any]) -> list[tuple[str, int, int, int, int]]:
    if max(len(before), len(after)) > MAX_ALIGNED_ITEMS:
        return [("replace", 0, len(before), 0, len(after))]
    one, other = ([json.dumps(item, sort_keys=True) for item in items] for items in (before, after))
    return list(SequenceMatcher(None, one, other, autojunk=False).get_opcodes())


def _shown(value: Any, names: Mapping[str, str]) -> str:
    text = "; ".join(_words(value, names))
    return text if len(text) <= MAX_SHOWN_CHARACTERS else text[: MAX_SHOWN_CHARACTERS - 1] + "…"


def _words(value: Any, names: Mapping[str, str]) -> Iterator[str]:
    if isinstance(value, Mapping):
        for member in value.values():
            yield from _words(member, names)
    elif isinstance(value, list):
        for item in value:
            yield from _words(item, names)
    elif isinstance(value, bool):
        yield "yes" if value else "no"
    elif value is not None:
        yield names.get(value, value) if isinstance(value, str) else str(value)
