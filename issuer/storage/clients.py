"""Registered clients in a table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from issuer.domain.clients import Client
from issuer.errors import NotFound
from issuer.storage import schema
from issuer.storage.statements import changes

_CLIENT = schema.client.c
_ADD = insert(schema.client)
_GET = select(schema.client).where(_CLIENT.id == bindparam("id_"))
_ALL = select(schema.client).order_by(_CLIENT.created_at, _CLIENT.id)
_REMOVE = update(schema.client).where(_CLIENT.id == bindparam("id_"), _CLIENT.removed_at.is_(None))


class SqlClients:
    """Fulfils `ports.Clients`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, client: Client) -> None:
        values: dict[str, Any] = {**vars(client)}
        self._connection.execute(_ADD, values)

    def get(self, id: str) -> Client | None:
        row = self._connection.execute(_GET, {"id_": id}).one_or_none()
        return None if row is None else Client(**row._mapping)

    def all(self) -> list[Client]:
        """In order of registration, those that were removed included."""
        return [Client(**row._mapping) for row in self._connection.execute(_ALL)]

    def remove(self, id: str, now: datetime) -> None:
        """Raises NotFound for one that is not there, or not any more."""
        if not changes(self._connection, _REMOVE, {"id_": id, "removed_at": now}):
            raise NotFound("not_found", "There is no such client.")
