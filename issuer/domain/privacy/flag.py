"""What the guard says: a sign of a student at a place, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MAX_EXCERPT_CHARACTERS = 60


class SignKind(StrEnum):
    """What a sign looks like. `too_long` stands for text that was not looked through."""

    EMAIL = "email"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"
    NAME = "name"
    FILE_NAME = "file_name"
    PICTURE = "picture"
    TOO_LONG = "too_long"


HARD = frozenset({SignKind.EMAIL, SignKind.PHONE, SignKind.ID_NUMBER, SignKind.BIRTH_DATE, SignKind.ADDRESS})
"""Signs that no attestation makes fit for publication; of the others a teacher can say that they are none."""

ADVICE = {
    SignKind.EMAIL: "This looks like an e-mail address. Take it out.",
    SignKind.PHONE: "This looks like a telephone number. Take it out.",
    SignKind.ID_NUMBER: "This looks like somebody’s id number. Take it out.",
    SignKind.BIRTH_DATE: "This looks like a date of birth. Take it out.",
    SignKind.ADDRESS: "This looks like an address. Take it out.",
    SignKind.NAME: "This may be a student’s name. Write “Student A” in its place.",
    SignKind.FILE_NAME: "The name of this file may tell who a student is. Rename it, then upload it again.",
    SignKind.PICTURE: "Say whether students can be recognised here: nobody can, or consent is on file.",
    SignKind.TOO_LONG: "This is too long to be looked through for signs of students. Please read it over yourself.",
}
PUBLISHED_NAME = (
    "This may be somebody’s name. Take it out, or confirm that the text names no student and no colleague; "
    "until then the text is not published."
)
WITHHELD = "Until then the text is not published."


@dataclass(frozen=True)
class PrivacyFlag:
    """One sign.

    pointer: JSON pointer (RFC 6901) into the submission: ``/evidence/…``, ``/public_narratives/<requirement>``
        or ``/files/<file id>``.
    excerpt: the sign itself, at most `MAX_EXCERPT_CHARACTERS`; told to the teacher and the reviewer only.
    message: what it looks like and what to do, as a plain sentence.
    """

    pointer: str
    kind: SignKind
    excerpt: str
    message: str

    @property
    def is_hard(self) -> bool:
        return self.kind in HARD


def flag(pointer: str, kind: SignKind, sign: str) -> PrivacyFlag:
    """The flag for `sign` (text of any length) at `pointer`."""
    excerpt = sign if len(sign) <= MAX_EXCERPT_CHARACTERS else sign[: MAX_EXCERPT_CHARACTERS - 1] + "…"
    return PrivacyFlag(pointer, kind, excerpt, ADVICE[kind])
