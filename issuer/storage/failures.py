"""What a failing database means to the caller."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from issuer.errors import IssuerError, StorageFull, Unavailable, Unprocessable

P = ParamSpec("P")
T = TypeVar("T")

SQLITE_BUSY, SQLITE_LOCKED, SQLITE_FULL = 5, 6, 13
POSTGRES_FULL = frozenset({"53100"})
POSTGRES_BUSY = frozenset({"55P03", "57014", "53200", "53300", "53400"})
POSTGRES_REPEAT = frozenset({"40001", "40P01"})
POSTGRES_LOST = frozenset({"57P01", "57P02", "57P03", "25P03"})
POSTGRES_LOST_CLASS = "08"


def busy() -> Unavailable:
    return Unavailable("db.busy", "The database is busy. Try again in a moment.")


def unreachable() -> Unavailable:
    return Unavailable("db.busy", "The database cannot be reached. Try again in a moment.")


def full() -> StorageFull:
    return StorageFull("storage.full", "No room is left to store this. Nothing was saved.")


def told(step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The step's result; what the database refuses is raised in the service's own words."""
    try:
        return step(*args, **kwargs)
    except Exception as error:
        known = _translated(error)
        if known is error:
            raise
        raise known from error


def must_repeat(error: Exception) -> bool:
    """Whether PostgreSQL asks for the whole transaction again: serialization failure or deadlock."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in POSTGRES_REPEAT


def is_lost(error: Exception) -> bool:
    """Whether there was no connection to the database server, or it broke."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return error.connection_invalidated or (isinstance(error, OperationalError) and _is_of_postgresql(error.orig))
    return state in POSTGRES_LOST or state.startswith(POSTGRES_LOST_CLASS)


class OneWritePerThread:
    """A guard around writes: one inside another would wait for itself, so it raises RuntimeError."""

    def __init__(self) -> None:
        self._thread = threading.local()

    def __enter__(self) -> None:
        if getattr(self._thread, "writes", False):
            raise RuntimeError("a write cannot begin inside another write of the same thread")
        self._thread.writes = True

    def __exit__(self, *exception: object) -> None:
        self._thread.writes = False


def _translated(error: Exception) -> Exception:
    if isinstance(error, StatementError) and isinstance(error.orig, IssuerError):
        return error.orig
    if isinstance(error, PoolTimeout):
        return busy()
    origin = error.orig if isinstance(error, StatementError) else error
    known = _sqlite(origin) or _postgres(origin)
    if known is not None:
        return known
    if isinstance(origin, UnicodeEncodeError):
        return Unprocessable("json.lone_surrogate", "Text holds half of a surrogate pair.")
    return unreachable() if is_lost(error) else error


def _is_of_postgresql(origin: object) -> bool:
    """By the name of its library, which need not be loaded for SQLite."""
    return type(origin).__module__.partition(".")[0] == "psycopg"


def _sqlite(origin: object) -> Exception | None:
    code = getattr(origin, "sqlite_errorcode", 0) & 0xFF
    if code in (SQLITE_BUSY, SQLITE_LOCKED):
        return busy()
    return full() if code == SQLITE_FULL else None


def _postgres(origin: object) -> Exception | None:
    state = getattr(origin, "sqlstate", None)
    if state in POSTGRES_BUSY or state in POSTGRES_REPEAT:
        return busy()
    return full() if state in POSTGRES_FULL else None
