"""Which parts of evidence can be taken from what was submitted for other badge classes (`x-reuse`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from issuer.domain.evidence.finding import Path, pointer
from issuer.domain.evidence.folding import essence
from issuer.domain.evidence.form import Field, Form
from issuer.domain.evidence.places import places


@dataclass(frozen=True)
class Reusable:
    """A part that can be copied. sources: achievement → pointers there, in order of preference."""

    path: Path
    field: Field
    sources: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def pointer(self) -> str:
        return pointer(self.path)


@dataclass(frozen=True)
class Found:
    """Something to copy. label: what names it among others, in the teacher's words; may be empty."""

    value: Any
    label: str


def reusable_parts(schema: Mapping[str, Any]) -> Iterator[Reusable]:
    """Every part of the form that has sources, outside lists."""
    form = Form(schema)
    waiting: list[Path] = [()]
    while waiting:
        path = waiting.pop(0)
        field = form.field(path)
        if "x-reuse" in field.schema:
            yield Reusable(path, field, tuple(_source(entry) for entry in field.schema["x-reuse"]))
        waiting.extend((*path, name) for name in field.schema.get("properties", ()))


def found_in(schema: Mapping[str, Any], part: Reusable, achievement: str, evidence: object) -> list[Found]:
    """What the evidence of `achievement` has for `part`, each cut to what the part knows."""
    form = Form(schema)
    values = [value for source, names in part.sources if source == achievement for value in _values(evidence, names)]
    if part.field.schema.get("type") == "array":
        items = _different(_known(form, (*part.path, 0), value) for value in values)
        return [Found(items, _counted(part.field, items))] if items else []
    label = str(part.field.schema.get("x-reuse-label", ""))
    return [Found(_known(form, part.path, one), _named(one, label)) for one in values if isinstance(one, dict)]


def _source(entry: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    named = entry["pointer"]
    return str(entry["achievement"]), (named,) if isinstance(named, str) else tuple(named)


def _values(evidence: object, names: tuple[str, ...]) -> Iterator[Any]:
    for name in names:
        for _, value in places(evidence, name):
            yield from value if isinstance(value, list) else (value,)


def _known(form: Form, path: Path, value: Any) -> Any:
    """The value without members that the part has not."""
    known = form.field(path).schema.get("properties")
    if not isinstance(value, dict) or known is None:
        return value
    return {name: member for name, member in value.items() if name in known}


def _different(values: Iterator[Any]) -> list[Any]:
    kept: list[Any] = []
    for value in values:
        if value and essence(value) not in [essence(one) for one in kept]:
            kept.append(value)
    return kept


def _named(value: Mapping[str, Any], label: str) -> str:
    named = value.get(label)
    return named if isinstance(named, str) else ""


def _counted(field: Field, items: list[Any]) -> str:
    title = str(field.schema.get("x-item-title", "entry")).lower()
    return f"1 {title}" if len(items) == 1 else f"{len(items)} × {title}"
