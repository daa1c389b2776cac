"""Looking the installation over while it runs: once an hour every invariant but the contents of evidence files."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from issuer.services.ports import Clock
from issuer.storage.invariants import Violation

EVERY = timedelta(hours=1)
TOLD_AT_MOST = 20

log = logging.getLogger(__name__)


class LookOver:
    """A chore of recovery. What it finds goes into the log, once for each hour that it lasts; nothing is changed.

    What is not found a second time was work under way: a list is a file and a row, written one after the other.
    """

    def __init__(self, found: Callable[[], Iterable[Violation]], clock: Clock) -> None:
        self._found = found
        self._clock = clock
        self._due: datetime = clock() + EVERY

    def run_some(self) -> int:
        """How many invariants do not hold, when it is time to look; else 0."""
        now = self._clock()
        if now < self._due:
            return 0
        self._due = now + EVERY
        found = list(self._found())
        if found:
            still = frozenset(self._found())
            found = [one for one in found if one in still]
        for one in found[:TOLD_AT_MOST]:
            log.error("invariant.broken", extra={"invariant": one.invariant, "subject": one.subject})
        return len(found)
