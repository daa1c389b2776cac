"""Where evidence uses its files: what each shows, in the teacher's words, and which requirement it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.domain.evidence.files import files_named
from issuer.domain.evidence.finding import Path, pointer
from issuer.domain.evidence.form import Form


@dataclass(frozen=True)
class Placed:
    """One use of a file.

    pointer: of the attachment. label: its place in the form's words. caption: the teacher's, or "".
    """

    pointer: str
    label: str
    requirement: str
    caption: str


def placed(schema: Mapping[str, Any], evidence: object) -> dict[str, tuple[Placed, ...]]:
    """File id → its uses, in the order of the evidence."""
    form = Form(schema)
    found: dict[str, tuple[Placed, ...]] = {}
    for path, file_id in files_named(evidence):
        place = path[:-1]
        field = form.field(place)
        one = Placed(pointer(place), field.label, field.requirement, _caption(evidence, place))
        found[file_id] = (*found.get(file_id, ()), one)
    return found


def _caption(evidence: Any, place: Path) -> str:
    for part in place:
        evidence = evidence[part]
    caption = evidence.get("caption", "") if isinstance(evidence, dict) else ""
    return caption if isinstance(caption, str) else ""
