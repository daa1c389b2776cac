"""Connections to one SQLite file with the settings that durability and integrity need."""

from __future__ import annotations

import logging
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine

from issuer.errors import Misconfigured
from issuer.storage.sqlite_library import has_wal_reset_bug, library_version

log = logging.getLogger(__name__)


def journal_settings(driver: ModuleType) -> tuple[str, str]:
    """The journal mode and the synchronous level that make a commit durable in it.

    A rollback journal needs EXTRA: only then is the journal's removal, which commits, synced as well.
    """
    if not has_wal_reset_bug(library_version(driver)):
        return "wal", "FULL"
    log.warning(
        "db.sqlite_version: SQLite %s may corrupt a write-ahead log; using a rollback journal instead",
        driver.sqlite_version,
    )
    return "delete", "EXTRA"


def sqlite_engine(path: Path, driver: ModuleType, busy_timeout_s: float, writes: bool) -> Engine:
    """An engine whose connections are opened anew each time and stay in autocommit until told to BEGIN.

    Reading ones refuse to write. Errors do not quote the values of a statement: they end in logs.
    """
    _, synchronous = journal_settings(driver) if writes else ("", "FULL")
    settings = (
        f"busy_timeout={round(busy_timeout_s * 1000)}",
        f"synchronous={synchronous}",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        "secure_delete=ON",
        "recursive_triggers=ON",
        "query_only=OFF" if writes else "query_only=ON",
    )

    def connect() -> Any:
        connection = driver.connect(str(path), isolation_level=None, check_same_thread=False)
        for setting in settings:
            connection.execute(f"PRAGMA {setting}").close()
        return connection

    return create_engine("sqlite://", module=driver, creator=connect, poolclass=NullPool, hide_parameters=True)


def set_journal_mode(connection: Connection, mode: str) -> None:
    """Raises Misconfigured (`db.sqlite_version`) when another process keeps the file in the other mode."""
    (found,) = raw_connection(connection).execute(f"PRAGMA journal_mode={mode}").fetchone()
    if found != mode:
        raise Misconfigured(
            "db.sqlite_version",
            f"The database is in journal mode {found}, this SQLite must use {mode}."
            " Stop every process that uses it, or use a SQLite of 3.51.3 or newer.",
        )


def raw_connection(connection: Connection) -> Any:
    """The DB-API connection beneath."""
    return connection.connection.dbapi_connection
