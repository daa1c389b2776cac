"""Times as credentials write them, and how long a badge is valid."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, timedelta

from issuer.errors import Unprocessable
from issuer.proofs.timestamps import format_timestamp

_DURATION = re.compile(r"P(?!$)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?", re.ASCII)


def written(moment: datetime) -> str:
    """A time as ``2026-11-21T18:00:00Z``: UTC and whole seconds, so that `validFrom` can equal `nbf`.

    Raises Unprocessable (`time.malformed`) for a naive time or a fraction of a second.
    """
    if moment.tzinfo is None or moment.microsecond:
        raise Unprocessable("time.malformed", "A badge's times are UTC and whole seconds.")
    return format_timestamp(moment)


def written_exactly(moment: datetime) -> str:
    """A time as `written` does it, with its milliseconds if it has any: lists may follow one another within a second.

    Raises Unprocessable (`time.malformed`) for a naive time or anything finer.
    """
    if moment.tzinfo is None or moment.microsecond % 1_000:
        raise Unprocessable("time.malformed", "A list's times are UTC and whole milliseconds.")
    whole = format_timestamp(moment)
    return whole if not moment.microsecond else f"{whole[:-1]}.{moment.microsecond // 1_000:03d}Z"


def valid_until(start: datetime, duration: str | None) -> datetime | None:
    """The end of an ISO 8601 duration in years, months, weeks and days after `start`; None for none.

    A day that its month lacks becomes the month's last. Raises Unprocessable (`time.malformed`).
    """
    if duration is None:
        return None
    found = _DURATION.fullmatch(duration)
    if found is None:
        raise Unprocessable("time.malformed", f"{duration!r} is no duration in years, months, weeks or days.")
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    return _months_later(start, 12 * years + months) + timedelta(weeks=weeks, days=days)


def _months_later(start: datetime, months: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))
