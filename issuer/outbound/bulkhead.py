"""How many requests may be under way at once, in all and to one host, so that one slow server stops nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition


class Bulkhead:
    """Counts places; thread-safe."""

    def __init__(self, max_at_once: int, max_at_once_per_host: int) -> None:
        self._max_at_once = max_at_once
        self._max_per_host = max_at_once_per_host
        self._taken: Counter[str] = Counter()
        self._changed = Condition()

    @contextmanager
    def place(self, host: str, max_wait_s: float) -> Iterator[bool]:
        """Hold a place for one request to `host`; yields False when none came free in time."""
        with self._changed:
            free = self._changed.wait_for(lambda: self._has_place(host), max_wait_s)
            if free:
                self._taken[host] += 1
        try:
            yield free
        finally:
            if free:
                self._release(host)

    def _has_place(self, host: str) -> bool:
        return self._taken[host] < self._max_per_host and self._taken.total() < self._max_at_once

    def _release(self, host: str) -> None:
        with self._changed:
            self._taken[host] -= 1
            if not self._taken[host]:
                del self._taken[host]
            self._changed.notify_all()
