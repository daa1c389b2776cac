"""Answers that their server allowed to be used again, for at most ten minutes."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from issuer.verification.documents import Found

MAX_KEPT_S = 600.0
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?([0-9]{1,9})", re.IGNORECASE)
_FORBIDS = re.compile(r"(?:^|[,\s])(?:no-store|no-cache|private)(?:$|[,;=\s])", re.IGNORECASE)


def lifetime_s(cache_control: str, age: str = "") -> float:
    """How long an answer may be kept by its own word (RFC 9111 §5.2.2), capped; 0 when it says nothing."""
    allowed = _MAX_AGE.search(cache_control)
    if allowed is None or _FORBIDS.search(cache_control):
        return 0.0
    elapsed = int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0
    return max(0.0, min(float(allowed[1]) - elapsed, MAX_KEPT_S))


@dataclass(frozen=True)
class _Kept:
    found: Found
    at_s: float
    until_s: float


class KeptAnswers:
    """A bounded, thread-safe store by URL and wanted types; the least recently used goes first."""

    def __init__(self, max_answers: int = 512, max_bytes: int = 32 * 2**20) -> None:
        self._kept: OrderedDict[tuple[str, tuple[str, ...]], _Kept] = OrderedDict()
        self._max_answers = max_answers
        self._max_bytes = max_bytes
        self._bytes = 0
        self._lock = Lock()

    def get(self, url: str, accept: tuple[str, ...], now_s: float, max_age_s: float | None = None) -> Found | None:
        """A kept answer that is still fresh; its `age_s` says for how long it was kept."""
        with self._lock:
            kept = self._kept.get((url, accept))
            if kept is None:
                return None
            if now_s >= kept.until_s:
                self._drop((url, accept))
                return None
            self._kept.move_to_end((url, accept))
        age_s = now_s - kept.at_s
        if max_age_s is not None and age_s > max_age_s:
            return None
        return kept.found._replace(age_s=age_s)

    def put(self, accept: tuple[str, ...], found: Found, now_s: float, lifetime_s: float) -> None:
        """Keep `found` for `lifetime_s` from now; with 0, forget what was kept."""
        key = (found.url, accept)
        with self._lock:
            self._drop(key)
            if lifetime_s <= 0 or len(found.body) > self._max_bytes:
                return
            self._kept[key] = _Kept(found, now_s, now_s + lifetime_s)
            self._bytes += len(found.body)
            while len(self._kept) > self._max_answers or self._bytes > self._max_bytes:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: tuple[str, tuple[str, ...]]) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._bytes -= len(kept.found.body)
