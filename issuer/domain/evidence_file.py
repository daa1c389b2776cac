"""A file that a teacher attached, what was noticed while it was taken in, and one that is still arriving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Scan(StrEnum):
    """What the virus scanner has said. `off`: none was in use when the file came."""

    OFF = "off"
    PENDING = "pending"
    CLEAN = "clean"
    INFECTED = "infected"


@dataclass(frozen=True)
class FileNote:
    """Something to know about a file: a stable code such as ``upload.flagged_active``, and a plain sentence."""

    code: str
    message: str


@dataclass(frozen=True)
class FileSign:
    """A sign of a student inside a file's text: a `privacy.SignKind` and the sign itself, shortened."""

    kind: str
    excerpt: str


@dataclass(frozen=True)
class EvidenceFile:
    """A file kept outside the database; `sha256` is hex, `name` is only ever shown as text.

    notes: what its owner and its reviewers are told of it. signs: of students, in the text it holds.
    in_badge_since: when the owner chose that the badge names its digest; None: it does not.
    """

    id: str
    submission_id: str
    owner_id: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    created_at: datetime
    notes: tuple[FileNote, ...] = ()
    signs: tuple[FileSign, ...] = ()
    scan: Scan = Scan.OFF
    in_badge_since: datetime | None = None

    @property
    def shows_people(self) -> bool:
        """Whether a file of this kind may show people: pictures and videos."""
        return self.media_type.startswith(("image/", "video/"))

    @property
    def plays_in_a_page(self) -> bool:
        """Whether a browser shows it by itself without reading it as a document."""
        return self.media_type.startswith(("image/", "video/", "audio/"))

    @property
    def is_held_back(self) -> bool:
        """Whether nobody but its owner may have it: the scanner has not spoken yet, or has found something."""
        return self.scan in (Scan.PENDING, Scan.INFECTED)


@dataclass(frozen=True)
class Upload:
    """A file that is arriving in pieces; what has arrived lies beside the evidence under the same id.

    size_bytes: as announced. declared_type: what the sender claims.
    """

    id: str
    submission_id: str
    owner_id: str
    name: str
    declared_type: str
    size_bytes: int
    created_at: datetime
