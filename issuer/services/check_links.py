"""Looks whether the links in evidence open without signing in: when the teacher asks, and after handing in."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Protocol

from issuer.domain.link_check import LinkCheck, LinkOutcome, judged, links_of, unchecked
from issuer.errors import IssuerError
from issuer.services.access import actor, own_submission
from issuer.services.ports import Clock, Store, Transaction

MOST_HOPS = 4
AT_ONCE = 4
LOOKED_BACK = timedelta(hours=1)
SUBMISSIONS_A_PASS = 50


class Knock(Protocol):
    """Asks for a URL under all the guards of the fetcher: status and headers, of the body nothing.

    Raises Refused, Invalid, Undecided.
    """

    def __call__(self, url: str) -> tuple[int, Mapping[str, str]]: ...


class CheckLinks:
    """Never keeps anything from being handed in."""

    def __init__(self, store: Store, knock: Knock, clock: Clock) -> None:
        self._store = store
        self._knock = knock
        self._clock = clock
        self._done: set[tuple[str, int]] = set()

    def check(self, by: str, submission_id: str) -> tuple[LinkCheck, ...]:
        """Look at every link of one's own submission as it is saved. Raises NotFound."""
        submission = self._store.read(lambda tx: own_submission(tx, actor(tx, by), submission_id))
        return self._checked(submission.id, links_of(submission.evidence))

    def run_some(self) -> int:
        """Look at the links of what was handed in lately and not looked at since; returns how many submissions."""
        since = self._clock() - LOOKED_BACK
        waiting = self._store.read(lambda tx: tx.submissions.submitted_since(since, SUBMISSIONS_A_PASS))
        new = [one for one in waiting if (one.id, one.attempt) not in self._done]
        for one in new:
            self._done.add((one.id, one.attempt))
            self._checked(one.id, links_of(one.evidence))
        return len(new)

    def _checked(self, submission_id: str, urls: tuple[str, ...]) -> tuple[LinkCheck, ...]:
        if not urls:
            return ()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = list(pool.map(self._look, urls))
        now = self._clock()
        checks = tuple(LinkCheck(submission_id, url, *answer, now) for url, answer in zip(urls, answers, strict=True))

        def work(tx: Transaction) -> None:
            if tx.submissions.get(submission_id) is not None:
                for check in checks:
                    tx.link_checks.put(check)

        self._store.write(work)
        return checks

    def _look(self, url: str) -> tuple[LinkOutcome, str]:
        """Go where the link leads; every hop is guarded like the first, and a sign-in page is not asked for."""
        for _ in range(MOST_HOPS + 1):
            try:
                answer = judged(url, *self._knock(url))
            except IssuerError as error:
                return unchecked(error.message)
            if not isinstance(answer, str):
                return answer
            url = answer
        return unchecked("It leads on and on.")
