"""One's own sessions: which there are, ending one, ending all others. `by` is the acting person's id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from issuer.services.access import actor, not_found
from issuer.services.ports import Clock, Store, Transaction
from issuer.services.secret_tokens import token_digest

ID_CHARACTERS = 32


@dataclass(frozen=True)
class OwnSession:
    """One session. id: names it to its owner, opens nothing. is_this: the one that asks."""

    id: str
    started_at: datetime
    last_used_at: datetime | None
    expires_at: datetime
    browser: str
    is_this: bool


class OwnSessions:
    """Listing and ending."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def all(self, by: str, token: str) -> list[OwnSession]:
        """Those that have not ended, the latest first. token: that of the session that asks."""
        now, this = self._clock(), token_digest(token)

        def work(tx: Transaction) -> list[OwnSession]:
            return [
                OwnSession(
                    one.token_sha256[:ID_CHARACTERS], one.created_at, one.last_used_at, one.expires_at, one.browser,
                    one.token_sha256 == this,
                )
                for one in tx.sessions.of_person(actor(tx, by).id)
                if one.expires_at > now
            ]  # fmt: skip

        return self._store.read(work)

    def end(self, by: str, session_id: str) -> None:
        """End one of one's own. Raises NotFound for everybody else's."""

        def work(tx: Transaction) -> None:
            for one in tx.sessions.of_person(actor(tx, by).id):
                if one.token_sha256[:ID_CHARACTERS] == session_id:
                    tx.sessions.delete(one.token_sha256)
                    tx.audit.append(self._clock(), "session.ended", by, by, {})
                    return
            raise not_found()

        self._store.write(work)

    def end_others(self, by: str, token: str) -> None:
        """End all but the one that asks."""

        def work(tx: Transaction) -> None:
            tx.sessions.delete_of(actor(tx, by).id, but=token_digest(token))
            tx.audit.append(self._clock(), "session.ended_others", by, by, {})

        self._store.write(work)
