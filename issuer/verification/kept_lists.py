"""Status lists that were verified before, kept with exactly what they were verified from.

Verifying a list gives the same result for the same list and the same key documents at any moment within the
list's own dates, so only the dates have to be looked at again.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from issuer.verification.documents import Found

MAX_KEPT_BYTES_EACH = 256 * 1024


@dataclass(frozen=True, slots=True)
class VerifiedList:
    """A bitstring status list whose signature is good.

    bits: unpacked. purposes: of the list. starts, ends: its validity. ttl_ms: how long it may be kept, None
    when it does not say. verified_from: the key documents its signature was checked with. is_of_2021: it has the
    older form (Status List 2021).
    """

    issuer: str
    bits: bytes
    purposes: frozenset[str]
    starts: datetime | None
    ends: datetime | None
    ttl_ms: float | None
    verified_from: tuple[Found, ...]
    is_of_2021: bool = False


class KeptLists:
    """A bounded, thread-safe store; the least recently used goes first."""

    def __init__(self, max_lists: int = 64) -> None:
        self._kept: OrderedDict[tuple[str, bytes, int], VerifiedList] = OrderedDict()
        self._max_lists = max_lists
        self._lock = Lock()

    def get(self, url: str, body: bytes, size: int) -> VerifiedList | None:
        key = url, body, size
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
            return kept

    def put(self, url: str, body: bytes, size: int, verified: VerifiedList) -> None:
        if len(body) > MAX_KEPT_BYTES_EACH or len(verified.bits) > MAX_KEPT_BYTES_EACH:
            return
        with self._lock:
            self._kept[(url, body, size)] = verified
            if len(self._kept) > self._max_lists:
                self._kept.popitem(last=False)
