"""Examples of evidence that come with a badge class: invented, whole, and what breaks them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from badge_classes.loader import PACKAGED
from badge_classes.model import BadgeClass


@dataclass(frozen=True)
class ExampleFile:
    """A file that the example names; `text` (UTF-8) is what to fill it with."""

    id: str
    name: str
    media_type: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Example:
    """Complete evidence of an invented teacher.

    teacher_name: whose evidence it is. today: the day on which it is checked. files: what it attaches.
    """

    evidence: dict[str, Any] = field(hash=False, repr=False)
    teacher_name: str
    today: date
    files: tuple[ExampleFile, ...]


def load_example(badge_class: BadgeClass, folder: Path | None = None) -> Example | None:
    """The example of `badge_class`, or None where there is none (a stack, a catalogue without examples).

    folder: the folder of the catalogue; the packaged one when it is None.
    """
    examples = (folder or PACKAGED) / badge_class.slug / f"v{badge_class.version}" / "examples"
    if not (examples / "complete.json").is_file():
        return None
    about = json.loads((examples / "about.json").read_text("utf-8"))
    return Example(
        evidence=json.loads((examples / "complete.json").read_text("utf-8")),
        teacher_name=about["teacher_name"],
        today=date.fromisoformat(about["today"]),
        files=tuple(ExampleFile(id=id_, **file) for id_, file in about["files"].items()),
    )


def with_links(example: Example) -> dict[str, Any]:
    """The evidence with a link in the place of each file, so that it can be handed in without uploading any."""
    names = {file.id: file.name for file in example.files}
    linked: dict[str, Any] = _linked(example.evidence, names)
    return linked


def _linked(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_linked(part, names) for part in value]
    if not isinstance(value, dict):
        return value
    if value.get("file") in names:
        link = {"link": f"https://files.school.example/{names[value['file']]}"}
        return {**link, **{name: part for name, part in value.items() if name != "file"}}
    return {name: _linked(part, names) for name, part in value.items()}
