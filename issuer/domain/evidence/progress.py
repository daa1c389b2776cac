"""How far evidence has come, requirement by requirement: what is there and complete, of what is asked for.

Counted with the findings of the check, so that "3 of 4" and what is missing never disagree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from issuer.domain.evidence.finding import Finding, Path, pointer
from issuer.domain.evidence.form import ONE_THING, Field, Form
from issuer.domain.evidence.places import place

_FILLED_IN_PARTS = frozenset({"reflection", "reuse"})


@dataclass(frozen=True)
class Part:
    """One field of the form. done, needed: how many items or answers are complete, and how many are asked for."""

    name: str
    title: str
    done: int
    needed: int


@dataclass(frozen=True)
class Progress:
    """One requirement. open: how many findings it has."""

    requirement: str
    parts: tuple[Part, ...]
    open: int

    @property
    def done(self) -> int:
        return sum(part.done for part in self.parts)

    @property
    def needed(self) -> int:
        return sum(part.needed for part in self.parts)

    @property
    def is_complete(self) -> bool:
        return not self.open and self.done == self.needed


def progress(schema: Mapping[str, Any], evidence: object, findings: Collection[Finding]) -> tuple[Progress, ...]:
    """The progress of each requirement that has a field of its own, in the order of what is required of the form."""
    form = Form(schema)
    flawed = {finding.pointer for finding in findings}
    units: dict[tuple[str, str], list[Path]] = {}
    for name in schema.get("required", ()):
        for path in _units(form, (name,), evidence):
            units.setdefault((form.field(path).requirement, name), []).append(path)
    parts: dict[str, list[Part]] = {}
    for (requirement, name), paths in units.items():
        done = sum(1 for path in paths if _is_done(path, evidence, flawed))
        parts.setdefault(requirement, []).append(Part(name, form.field((name,)).title, done, len(paths)))
    return tuple(
        Progress(one, tuple(held), sum(1 for finding in findings if finding.requirement == one))
        for one, held in parts.items()
    )


def _units(form: Form, path: Path, evidence: object) -> Iterator[Path]:
    """The places that count as one each: items of a list, answers, fields of a group, or the place itself."""
    field = form.field(path)
    if field.schema.get("type") == "array" and field.widget not in ONE_THING:
        for index in range(max(int(field.schema.get("minItems", 1)), 1)):
            yield from _item_units(form, (*path, index), evidence)
    elif field.widget == "reflection":
        yield from _answers(form, path, evidence)
    elif field.widget not in ONE_THING - _FILLED_IN_PARTS and _needed(field):
        for name in _needed(field):
            yield from _units(form, (*path, name), evidence)
    else:
        yield path


def _item_units(form: Form, path: Path, evidence: object) -> Iterator[Path]:
    """The item as one, or its fields where they answer several requirements."""
    item = form.field(path)
    if all(form.field((*path, name)).requirement == item.requirement for name in _needed(item)):
        yield path
        return
    for name in _needed(item):
        yield from _units(form, (*path, name), evidence)


def _answers(form: Form, path: Path, evidence: object) -> Iterator[Path]:
    """Every question, or the attached form where there is one."""
    if place(evidence, pointer((*path, "form"))) is not None:
        yield (*path, "form")
        return
    yield from ((*path, "answers", name) for name in _needed(form.field((*path, "answers"))))


def _needed(field: Field) -> tuple[str, ...]:
    return tuple(field.schema.get("required", ()))


def _is_done(path: Path, evidence: object, flawed: Collection[str]) -> bool:
    name = pointer(path)
    found = place(evidence, name)
    return found is not None and not any(one == name or one.startswith(name + "/") for one in flawed)
