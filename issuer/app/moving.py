"""Recording that the service moved to another public address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from issuer.app.composition import PUBLIC_URL_FACT
from issuer.credentials.identity import identify
from issuer.errors import Conflict, NotFound
from issuer.services.access import OPERATOR
from issuer.services.ports import Store, Transaction
from issuer.settings import Settings
from issuer.storage.opening import open_store


@dataclass(frozen=True)
class Move:
    """From one public URL to another."""

    before: str
    after: str


def planned_move(settings: Settings) -> Move:
    """What `record_move` would record. Raises NotFound before the first start, Conflict when nothing moves."""
    store = open_store(settings.database_url)
    try:
        return _move(store, settings)
    finally:
        store.close()


def record_move(settings: Settings) -> Move:
    """Remember PUBLIC_URL as the address badges are issued under from now on, and who said so."""
    now = settings.clock_freeze or datetime.now(UTC)
    store = open_store(settings.database_url)
    try:
        move = _move(store, settings)

        def work(tx: Transaction) -> None:
            tx.facts.set(PUBLIC_URL_FACT, move.after)
            tx.audit.append(now, "public_url.moved", OPERATOR, move.after, {"from": move.before})

        store.write(work)
        return move
    finally:
        store.close()


def _move(store: Store, settings: Settings) -> Move:
    before = store.read(lambda tx: tx.facts.get(PUBLIC_URL_FACT))
    after = identify(settings.public_url, settings.issuer_name).public_url
    if before is None:
        raise NotFound("not_found", "Nothing was ever served from here, so there is nothing to move.")
    if before == after:
        raise Conflict("state.conflict", f"Badges are issued under {after} already.")
    return Move(before, after)
