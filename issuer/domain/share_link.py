"""A link by which a teacher shows one badge, opened or not, to those who have it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from issuer.errors import Conflict

MAX_LABEL_CHARACTERS = 80
MAX_LIVING_LINKS = 20


@dataclass(frozen=True)
class ShareLink:
    """One link. Only the SHA-256 (hex) of its token is kept.

    label: what its maker calls it, for themselves alone. expires_at: None for never. ended_at: when its maker ended
    it, None while it works. views: how often its page was shown.
    """

    id: str
    award_id: str
    token_sha256: str
    label: str
    created_at: datetime
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    views: int = 0

    def works(self, now: datetime) -> bool:
        return self.ended_at is None and (self.expires_at is None or now < self.expires_at)


def end(link: ShareLink, now: datetime) -> ShareLink:
    """The link ended for good. Raises Conflict (`state.conflict`) when it was ended before."""
    if link.ended_at is not None:
        raise Conflict("state.conflict", "This link was ended already.")
    return replace(link, ended_at=now)
