"""One byte range of a file (RFC 9110 §14), so that a video can be played from any place."""

from __future__ import annotations

import re

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE)


class UnsatisfiableError(Exception):
    """The range lies beyond the end (416)."""


def byte_range(asked: str | None, if_range: str | None, etag: str, size_bytes: int) -> tuple[int, int] | None:
    """The bytes [start, end) that are asked for; None: the whole file.

    asked, if_range: the request's Range and If-Range. Several ranges, other units and what is no range are
    answered with the whole file, as is a range of an earlier version. Raises UnsatisfiableError.
    """
    found = _ONE_RANGE.fullmatch((asked or "").strip())
    if found is None or (if_range is not None and if_range.strip() != etag):
        return None
    first, last = found[1], found[2]
    if not first and not last:
        return None
    if not first:
        start, end = max(0, size_bytes - int(last)), size_bytes
    else:
        start, end = int(first), min(size_bytes, int(last) + 1 if last else size_bytes)
        if last and int(last) < start:
            return None
    if start >= size_bytes or start >= end:
        raise UnsatisfiableError
    return start, end
