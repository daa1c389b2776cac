"""Column types that read back the same from SQLite and PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from issuer.errors import Unprocessable


class PlainText(TypeDecorator[str]):
    """Text of any length, compared byte by byte.

    U+0000 is refused (`content.control_character`) on both databases: PostgreSQL cannot hold it.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        return dialect.type_descriptor(Text(collation="C" if dialect.name == "postgresql" else None))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is not None and "\x00" in value:
            raise Unprocessable("content.control_character", "Text cannot contain the character U+0000.")
        return value


class JsonText(TypeDecorator[Any]):
    """A JSON value as ASCII text with sorted members, so that any character, U+0000 too, is stored escaped."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC to the microsecond.

    SQLite holds text of fixed width, which sorts by time; PostgreSQL its own ``timestamptz``.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs its time zone")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else moment_of(value)


def moment_of(value: str | datetime) -> datetime:
    """What a driver gives for a `Moment`."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)
