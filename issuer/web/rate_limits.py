"""How often one address may ask: the generic cell rate algorithm, in memory.

After a restart every caller starts afresh with the same limit; there is no state in which a limit
is off, except by RATE_LIMITS=off on loopback.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from issuer.errors import TooManyRequests

MAX_KEYS = 50_000


@dataclass(frozen=True)
class Limit:
    """`per_minute` requests a minute in the long run, `burst` of them at once."""

    name: str
    per_minute: float
    burst: int
    applies_to: str

    @property
    def in_words(self) -> str:
        """The long run as people read it: `60 a minute`, `30 an hour`."""
        if self.per_minute >= 1 and float(self.per_minute).is_integer():
            return f"{self.per_minute:g} a minute"
        return f"{self.per_minute * 60:g} an hour"


LIMITS = {
    limit.name: limit
    for limit in (
        Limit("verify", 60, 20, "verifying a credential"),
        Limit("verify-link", 20, 10, "verifying a credential by its link"),
        Limit("verify-bulk", 2, 4, "verifying many credentials at once"),
        Limit("login", 20, 100, "failed sign-ins from one address"),
        Limit("login-account", 2, 10, "failed sign-ins to one account"),
        Limit("issue", 5 / 3, 300, "issuing through the VC API by one client’s account"),
        Limit("links", 6, 6, "checking the links in evidence"),
        Limit("claim", 0.5, 30, "using a link from a mail"),
        Limit("draft", 120, 60, "saving and checking a draft while it is written"),
        Limit("register", 0.5, 20, "asking for an account or a new password from one address"),
        Limit("reset-account", 0.1, 5, "asking for a new password of one account"),
        Limit("export", 0.1, 6, "taking everything about a person along"),
        Limit("invite", 2, 60, "inviting people and making links for them"),
        Limit("question", 0.1, 5, "asking authors of shared work"),
        Limit("login-code", 0.1, 5, "wrong codes of one second factor"),
        Limit("upload", 60, 60, "uploading evidence"),
        Limit("read", 2_400, 400, "reading public pages and documents"),
    )
}


class RateLimits:
    """One bucket per limit and key. Thread-safe; forgets the least recently seen keys of a limit beyond a bound.

    Each limit has its own room, so that a flood against one cannot make another forget whom it has counted.
    """

    def __init__(self, is_on: bool = True, clock: Callable[[], float] = time.monotonic) -> None:
        self._is_on = is_on
        self._clock = clock
        self._full_at: dict[str, OrderedDict[str, float]] = {name: OrderedDict() for name in LIMITS}
        self._lock = threading.Lock()

    def spend(self, name: str, key: str) -> None:
        """Count one request. Raises TooManyRequests (`rate.limited`) when the bucket is empty."""
        wait_s = self._wait(name, key, spends=True)
        if wait_s > 0:
            raise _too_many(wait_s)

    def require_room(self, name: str, key: str) -> None:
        """The same without counting: for limits that count failures only."""
        wait_s = self._wait(name, key, spends=False)
        if wait_s > 0:
            raise _too_many(wait_s)

    def _wait(self, name: str, key: str, spends: bool) -> float:
        if not self._is_on:
            return 0.0
        limit = LIMITS[name]
        interval_s = 60.0 / limit.per_minute
        with self._lock:
            now = self._clock()
            arrival = max(now, self._full_at[name].get(key, now))
            wait_s = arrival - now - interval_s * (limit.burst - 1)
            if wait_s <= 0 and spends:
                self._remember(self._full_at[name], key, arrival + interval_s)
            return wait_s

    @staticmethod
    def _remember(full_at: OrderedDict[str, float], key: str, moment: float) -> None:
        full_at[key] = moment
        full_at.move_to_end(key)
        if len(full_at) > MAX_KEYS:
            full_at.popitem(last=False)


def _too_many(wait_s: float) -> TooManyRequests:
    return TooManyRequests("rate.limited", "Too many requests. Please wait a little.", max(1, round(wait_s + 0.5)))
