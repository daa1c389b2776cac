"""What differs between two versions of evidence, field by field in the words of the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.domain.evidence.finding import Path, pointer
from issuer.domain.evidence.form import Form
from issuer.domain.evidence.places import walk


@dataclass(frozen=True)
class Change:
    """One field whose value differs. before, after: None where it is not there."""

    pointer: str
    label: str
    requirement: str
    widget: str
    before: Any
    after: Any


def changes(schema: Mapping[str, Any], before: object, after: object) -> tuple[Change, ...]:
    """Every single value that differs between `before` and `after`, in the order of the form."""
    form = Form(schema)
    old, new = _leaves(before), _leaves(after)
    differing = [path for path in {**old, **new} if old.get(path) != new.get(path)]
    return tuple(
        _change(form, path, old.get(path), new.get(path))
        for path in sorted(differing, key=lambda one: (form.position(one), pointer(one)))
    )


def _leaves(document: object) -> dict[Path, Any]:
    return {path: value for path, value in walk(document) if not isinstance(value, (dict, list))}


def _change(form: Form, path: Path, before: Any, after: Any) -> Change:
    field = form.field(path)
    return Change(pointer(path), field.label, field.requirement, field.widget, before, after)
