"""How long things are kept, and forgetting them after that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from issuer.domain.submission import SubmissionState
from issuer.services.access import OPERATOR
from issuer.services.erase import erase_person
from issuer.services.ports import Clock, Store, Transaction

AT_A_TIME = 20
EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class Periods:
    """For how many days things are kept. Nothing is kept for an indefinite time but ids, digests and signed badges.

    evidence: of approved submissions, from the approval on. ended: declined and withdrawn submissions. draft: drafts
    and returned submissions, from their last change on. notice: notices. closed: accounts, from being closed on.
    """

    evidence_days: int = 1_095
    ended_days: int = 180
    draft_days: int = 365
    notice_days: int = 365
    closed_days: int = 365


class Retain:
    """Forgets some of what is due, once an hour."""

    def __init__(self, store: Store, clock: Clock, periods: Periods) -> None:
        self._store = store
        self._clock = clock
        self.periods = periods
        self._next_at: datetime | None = None

    def run_some(self) -> int:
        """Erase what has been kept long enough, at most some at a time; returns how much. Runs once an hour.

        Each submission and each account is one transaction, so that it may be cut short anywhere.
        """
        now = self._clock()
        if self._next_at is not None and now < self._next_at:
            return 0
        evidence = self._store.read(lambda tx: tx.erasure.evidence_due(self._ends(now), AT_A_TIME))
        for submission_id, attempts in evidence:
            self._store.write(partial(_forget, submission_id=submission_id, attempts=attempts, now=now))
        closed = self._store.read(lambda tx: tx.erasure.closed_before(self._before(now, "closed"), AT_A_TIME))
        for person_id in closed:
            self._store.write(partial(_erase_closed, person_id=person_id, clock=self._clock))
        self._store.write(lambda tx: tx.erasure.purge_messages(self._before(now, "notice")))
        if len(evidence) < AT_A_TIME and len(closed) < AT_A_TIME:
            self._next_at = now + EVERY
        return len(evidence) + len(closed)

    def _ends(self, now: datetime) -> dict[SubmissionState, datetime]:
        return {
            SubmissionState.APPROVED: self._before(now, "evidence"),
            SubmissionState.DECLINED: self._before(now, "ended"),
            SubmissionState.WITHDRAWN: self._before(now, "ended"),
            SubmissionState.DRAFT: self._before(now, "draft"),
            SubmissionState.RETURNED: self._before(now, "draft"),
        }

    def _before(self, now: datetime, period: str) -> datetime:
        days: int = getattr(self.periods, f"{period}_days")
        return now - timedelta(days=days)


def _forget(tx: Transaction, submission_id: str, attempts: int, now: datetime) -> None:
    if attempts == 0:
        tx.erasure.delete_draft(submission_id, now)
    else:
        tx.erasure.erase_evidence(submission_id, now, with_published=False)
    tx.audit.append(now, "submission.erased", OPERATOR, submission_id, {"because": "retention"})


def _erase_closed(tx: Transaction, person_id: str, clock: Clock) -> None:
    erase_person(tx, OPERATOR, person_id, False, clock)
