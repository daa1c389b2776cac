"""What can be earned, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Strand:
    """A part of the catalogue; `badge_classes` are slugs in the catalogue's order."""

    id: str
    name: str
    short_name: str
    badge_classes: tuple[str, ...]


@dataclass(frozen=True)
class Stage:
    """A step inside every strand, such as Building Skills."""

    id: str
    name: str


@dataclass(frozen=True)
class Level:
    """One level of a requirement's rubric; `description` says what a reviewer sees at this level."""

    id: str
    name: str
    description: str


@dataclass(frozen=True)
class Requirement:
    """One thing to show.

    text: what the teacher is asked for; points: the list under it, if it has one.
    levels: from low to high; a rating is good enough at `required_level` or above.
    """

    id: str
    text: str
    points: tuple[str, ...]
    levels: tuple[Level, ...]
    required_level: str


@dataclass(frozen=True)
class Question:
    """A question of the reflection form."""

    id: str
    text: str


@dataclass(frozen=True)
class Alignment:
    """A line to an outside framework (Open Badges 3.0, Alignment), in that standard's terms."""

    target_name: str
    target_url: str
    target_code: str | None = None
    target_description: str | None = None
    target_framework: str | None = None
    target_type: str | None = None


@dataclass(frozen=True)
class BadgeClass:
    """One version of a badge class, complete with its files.

    strand, stage: ids, or None for what stands above the strands (a stack).
    achievement_type: an achievementType of Open Badges 3.0.
    criteria_markdown, instructions: Markdown.
    reflection: the questions of the badge's reflection form.
    hours: how long the work usually takes, if the catalogue says so.
    valid_for: ISO 8601 duration (``P3Y``) after which an earned badge expires, or None.
    second_review: a second reviewer must agree. one_living_badge: a person holds it once at a time.
    requires: slugs of which the holder must have a badge each; not empty for a stack.
    settings: how this badge class reads rules that leave room, by name.
    evidence_schema: JSON Schema of the evidence, or None where nothing is submitted.
    art_description: the words the art has for those who cannot see it (the `desc` of the SVG).
    published: in the lock, so never edited again; otherwise a draft.
    digest: SHA-256 (hex) over the normative files; see `lock.version_digest`.
    """

    slug: str
    version: int
    name: str
    description: str
    criteria_markdown: str
    strand: str | None
    stage: str | None
    tags: tuple[str, ...]
    achievement_type: str
    requirements: tuple[Requirement, ...]
    reflection: tuple[Question, ...]
    instructions: str
    hours: float | None
    valid_for: str | None
    second_review: bool
    one_living_badge: bool
    requires: tuple[str, ...]
    alignments: tuple[Alignment, ...]
    settings: Mapping[str, Any] = field(hash=False)
    evidence_schema: dict[str, Any] | None = field(hash=False, repr=False)
    art_svg: bytes = field(repr=False)
    art_png: bytes = field(repr=False)
    art_description: str
    published: bool
    digest: str

    @property
    def is_stack(self) -> bool:
        """Whether it is earned by holding other badges."""
        return bool(self.requires)
