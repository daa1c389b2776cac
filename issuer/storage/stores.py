"""From a database URL to a store over whatever schema is there."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from issuer.errors import Misconfigured
from issuer.storage.postgres_store import PostgresStore
from issuer.storage.schema_version import Prepare, require_current
from issuer.storage.sqlite_store import SqliteStore

SqlStore = SqliteStore | PostgresStore


def store_at(database_url: str, busy_timeout_s: float = 5.0, prepare: Prepare = require_current) -> SqlStore:
    """The store at `sqlite:////folder/file.db` or `postgresql://…`.

    busy_timeout_s: how long a write waits for others before Unavailable (`db.busy`).
    prepare: what is done about the schema first; of itself anything but the current one is refused.
    Raises Misconfigured (`db.schema`, `db.sqlite_version`, `settings.invalid`), Unavailable (`db.busy`).
    """
    url = _parsed(database_url)
    if url.get_backend_name() == "sqlite":
        return SqliteStore(_path(url), busy_timeout_s, prepare)
    if url.get_backend_name() == "postgresql":
        return PostgresStore(url, busy_timeout_s, prepare)
    raise Misconfigured("settings.invalid", "The database URL names neither SQLite nor PostgreSQL.", "DATABASE_URL")


def _parsed(database_url: str) -> URL:
    try:
        return make_url(database_url)
    except ArgumentError:
        raise Misconfigured("settings.invalid", "The database URL cannot be read.", "DATABASE_URL") from None


def _path(url: URL) -> Path:
    if url.database is None or url.database in ("", ":memory:"):
        raise Misconfigured("settings.invalid", "The database URL names no file.", "DATABASE_URL")
    return Path(url.database).absolute()
