"""Links that do one thing once: invitations, registrations, verified addresses, new passwords."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from issuer.domain.people import Role


class ClaimKind(StrEnum):
    """What a link is good for."""

    INVITATION = "invitation"
    REGISTRATION = "registration"
    ADDRESS = "address"
    RESET = "reset"


LIFE = {
    ClaimKind.INVITATION: timedelta(days=14),
    ClaimKind.REGISTRATION: timedelta(days=2),
    ClaimKind.ADDRESS: timedelta(days=2),
    ClaimKind.RESET: timedelta(hours=1),
}
HANDED_OVER = timedelta(days=2)
"""How long a link lives that an administrator hands over: a new password, a registration."""


@dataclass(frozen=True)
class Claim:
    """Something that may be done once by whoever holds one of its links.

    email: the address the link goes to, normalised. person_id: whose address or password it is; None where an account
    is yet to be opened, and for passwords asked for by address. organisation_id, roles: of the account to be opened.
    created_by: who invited; None for what people asked for themselves.
    """

    id: str
    kind: ClaimKind
    email: str
    created_at: datetime
    expires_at: datetime
    person_id: str | None = None
    organisation_id: str | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    created_by: str | None = None
    used_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.used_at is None and self.withdrawn_at is None and now < self.expires_at


@dataclass(frozen=True)
class Address:
    """An e-mail address of somebody's account. verified_at: None until its mailbox was shown to be theirs."""

    person_id: str
    email: str
    added_at: datetime
    verified_at: datetime | None = None
