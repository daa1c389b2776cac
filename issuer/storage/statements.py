"""Statement shapes that several repositories share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.sql.dml import UpdateBase


def insert_if_free(table: Table, *key: str) -> Insert:
    """An insert that leaves the table as it is when a unique key is taken: `key` alone, or any when none is named.

    Unlike a failed insert it does not end a PostgreSQL transaction. SQLite compiles it to the same words.
    """
    statement = insert(table).on_conflict_do_nothing(index_elements=key or None)
    return statement.execution_options(preserve_rowcount=True)


def changes(connection: Connection, statement: UpdateBase, values: Mapping[str, Any]) -> int:
    """Run one insert, update or delete; returns how many rows it touched."""
    return connection.execute(statement, values).rowcount
