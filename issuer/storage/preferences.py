"""Which notices a person wants as mail, in tables."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from issuer.storage.schema_accounts import muted, unsubscribe

_MUTED = select(muted.c.kind).where(muted.c.person_id == bindparam("person"))
_CLEAR = delete(muted).where(muted.c.person_id == bindparam("person"))
_MUTE = insert(muted)
_ADD = insert(unsubscribe)
_GET = select(unsubscribe.c.person_id, unsubscribe.c.kind).where(unsubscribe.c.token_sha256 == bindparam("token"))
_PURGE = delete(unsubscribe).where(unsubscribe.c.created_at < bindparam("before"))


class SqlPreferences:
    """Fulfils `account_ports.Preferences`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def muted(self, person_id: str) -> frozenset[str]:
        return frozenset(self._connection.execute(_MUTED, {"person": person_id}).scalars())

    def set_muted(self, person_id: str, kinds: Collection[str]) -> None:
        self._connection.execute(_CLEAR, {"person": person_id})
        for kind in sorted(kinds):
            self._connection.execute(_MUTE, {"person_id": person_id, "kind": kind})

    def add_unsubscribe(self, token_sha256: str, person_id: str, kind: str, now: datetime) -> None:
        values = {"token_sha256": token_sha256, "person_id": person_id, "kind": kind, "created_at": now}
        self._connection.execute(_ADD, values)

    def unsubscribe(self, token_sha256: str) -> tuple[str, str] | None:
        row = self._connection.execute(_GET, {"token": token_sha256}).one_or_none()
        return None if row is None else (row.person_id, row.kind)

    def purge_unsubscribes(self, before: datetime) -> None:
        self._connection.execute(_PURGE, {"before": before})
