"""Statement shapes that several repositories share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, Table
from sqlalchemy.dialects import sqlite
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


def one_row(connection: Connection, statement: Select[Any], values: Mapping[str, str]) -> tuple[Any, ...] | None:
    """The one row of a query, as the driver gives it; None when there is none.

    For what is asked all the time: on SQLite the driver is asked directly, which takes a third of the time.
    """
    if connection.dialect.name != "sqlite":
        row = connection.execute(statement, values).one_or_none()
        return None if row is None else tuple(row)
    sql, names = _in_sqlite(statement)
    driver = connection.connection.dbapi_connection
    assert driver is not None  # it is open
    found: tuple[Any, ...] | None = driver.execute(sql, [values[name] for name in names]).fetchone()
    return found


@lru_cache(maxsize=16)
def _in_sqlite(statement: Select[Any]) -> tuple[str, tuple[str, ...]]:
    compiled = statement.compile(dialect=sqlite.dialect())
    return str(compiled), tuple(compiled.positiontup or ())
