"""What a failing database means to the caller."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, StatementError

from issuer.errors import IssuerError, StorageFull, Unavailable, Unprocessable

SQLITE_BUSY, SQLITE_LOCKED, SQLITE_FULL = 5, 6, 13
POSTGRES_FULL = frozenset({"53100"})
POSTGRES_BUSY = frozenset({"55P03", "57014", "53200", "53300", "53400"})
POSTGRES_REPEAT = frozenset({"40001", "40P01"})


def busy() -> Unavailable:
    return Unavailable("db.busy", "The database is busy. Try again in a moment.")


def unreachable() -> Unavailable:
    return Unavailable("db.busy", "The database cannot be reached. Try again in a moment.")


def full() -> StorageFull:
    return StorageFull("storage.full", "No room is left to store this. Nothing was saved.")


def translated(error: Exception) -> Exception:
    """The error to raise for one that came out of the database; itself when it means nothing to a caller."""
    if isinstance(error, StatementError) and isinstance(error.orig, IssuerError):
        return error.orig
    origin = error.orig if isinstance(error, DBAPIError) else error
    known = _sqlite(origin) or _postgres(origin)
    if known is not None:
        return known
    if isinstance(origin, UnicodeEncodeError):
        return Unprocessable("json.lone_surrogate", "Text holds half of a surrogate pair.")
    return unreachable() if is_disconnect(error) else error


def is_disconnect(error: Exception) -> bool:
    """Whether the connection to the database server was lost."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def must_repeat(error: Exception) -> bool:
    """Whether PostgreSQL asks for the whole transaction again: serialization failure or deadlock."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in POSTGRES_REPEAT


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
