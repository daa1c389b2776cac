"""XML Schema dateTimeStamp, the one form of time in a credential (VCDM 2.0 §4.9, XSD 1.1 §3.4.28)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from issuer.errors import Invalid

_SHAPE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,32})?"
    r"(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_IN_UTC = "%04d-%02d-%02dT%02d:%02d:%02dZ"  # half the work of isoformat, which asks for the offset to the zone


def parse_timestamp(text: object, where: str | None = None) -> datetime:
    """The moment `text` names, in UTC, cut off after microseconds.

    Errors: Invalid ``time.malformed`` for anything but a dateTimeStamp with a zone: naive times, leap
    seconds, the year 0 and what Python's calendar cannot hold.
    """
    try:
        if isinstance(text, str):
            return _kept_moment(text)
    except (ValueError, OverflowError):
        pass
    raise Invalid("time.malformed", "The time is no date, time and zone such as 2026-11-21T18:00:00Z.", where)


@lru_cache(maxsize=256)
def _kept_moment(text: str) -> datetime:
    """The moment of a dateTimeStamp; one verification reads the same few times again and again."""
    if not _SHAPE.fullmatch(text):
        raise ValueError("not a dateTimeStamp")
    return datetime.fromisoformat(text).astimezone(UTC)


def whole_seconds(moment: datetime) -> int:
    """Seconds since 1970 in UTC, rounded down: the NumericDate of JWT (RFC 7519 §2)."""
    return (moment - _EPOCH) // _SECOND


def format_timestamp(moment: datetime) -> str:
    """`moment` (with a zone) in whole seconds and ``Z``, the form that equals a NumericDate exactly."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return _IN_UTC % (utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second)
