"""The versions of a draft: what was saved, when, and how; so that nothing a teacher wrote is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

AUTOSAVE_SPAN = timedelta(minutes=5)
MAX_VERSIONS = 60
MAX_BYTES = 10_000_000


class VersionKind(StrEnum):
    """How a version came to be.

    KEPT is what could not be saved because somebody had saved meanwhile; it never was the draft itself.
    """

    SAVED = "saved"
    AUTOSAVED = "autosaved"
    RESTORED = "restored"
    KEPT = "kept"


@dataclass(frozen=True)
class VersionLine:
    """One version in the list. number: 1, 2, … in a submission. revision: that of the submission, 0 for KEPT.

    began_at, saved_at: when its first and its last autosave were, which for other kinds are the same.
    size_bytes: of its content as JSON.
    """

    submission_id: str
    number: int
    kind: VersionKind
    began_at: datetime
    saved_at: datetime
    revision: int
    size_bytes: int


@dataclass(frozen=True)
class DraftVersion(VersionLine):
    """A version with its content."""

    evidence: dict[str, Any]
    public_narratives: dict[str, str]

    def says(self, evidence: dict[str, Any], public_narratives: dict[str, str]) -> bool:
        """Whether its content is this."""
        return self.evidence == evidence and self.public_narratives == public_narratives


def is_continued(last: DraftVersion | None, following: DraftVersion) -> bool:
    """Whether `following` takes the place of `last`: nothing changed, or autosaves within `AUTOSAVE_SPAN`."""
    if last is None or VersionKind.KEPT in (last.kind, following.kind):
        return False
    if last.says(following.evidence, following.public_narratives):
        return True
    are_autosaves = last.kind is following.kind is VersionKind.AUTOSAVED
    return are_autosaves and following.saved_at - last.began_at < AUTOSAVE_SPAN


def superfluous(lines: Sequence[VersionLine]) -> list[int]:
    """Numbers of the oldest versions, which go when there are too many or they are too large; the newest stays."""
    dropped, size_bytes = [], 0
    for place, line in enumerate(sorted(lines, key=lambda one: -one.number)):
        size_bytes += line.size_bytes
        if place and (place >= MAX_VERSIONS or size_bytes > MAX_BYTES):
            dropped.append(line.number)
    return dropped
