"""People, the schools they belong to, and what their roles let them do."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person may do; one person may hold several."""

    TEACHER = "teacher"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Organisation:
    """A school: reviewers judge the evidence of their own organisation only."""

    id: str
    name: str


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in.

    email is kept trimmed and lower-cased; display_name is the name its owner chose to appear on badges.
    other_emails: further addresses that were shown to be theirs; they sign in with any of them.
    """

    id: str
    organisation_id: str
    email: str
    display_name: str
    roles: frozenset[Role]
    created_at: datetime
    disabled_at: datetime | None = None
    other_emails: frozenset[str] = frozenset()

    @property
    def emails(self) -> frozenset[str]:
        return self.other_emails | {self.email}

    def has(self, role: Role) -> bool:
        return self.disabled_at is None and role in self.roles


@dataclass(frozen=True)
class Session:
    """A signed-in browser. Only the SHA-256 of its token is ever stored.

    last_used_at: to some minutes; None where it was not kept. browser: its family in words, "" where unknown.
    awaits_code: the password was right and the code of the second factor is still to come.
    """

    token_sha256: str
    person_id: str
    csrf_token: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None
    browser: str = ""
    awaits_code: bool = False


def normalise_email(text: str) -> str:
    """The form in which addresses are stored, compared and hashed: trimmed, NFC, lower case."""
    return unicodedata.normalize("NFC", text.strip()).lower()


def same_mailbox(one: str, other: str) -> bool:
    """Whether two addresses reach one mailbox: equal once a ``+tag`` before the ``@`` is left out."""
    return _mailbox(one) == _mailbox(other)


def _mailbox(email: str) -> str:
    local, _, domain = normalise_email(email).rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
