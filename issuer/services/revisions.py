"""Returned evidence: until when it may be handed in again, and more time where a reviewer gives it."""

from __future__ import annotations

from datetime import datetime, timedelta

from issuer.domain.appeal import AppealState
from issuer.domain.revision import Deadline, extended
from issuer.domain.submission import Submission, SubmissionState
from issuer.errors import Conflict
from issuer.services.access import actor, reviewable_submission
from issuer.services.notify import notify
from issuer.services.ports import Clock, Store, Transaction


class Revisions:
    """The use cases of deadlines. `by` is the acting person's id."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def extend(self, by: str, submission_id: str, days: int) -> Deadline:
        """Give until `days` from now. Raises Forbidden, NotFound, Conflict unless it is returned, Unprocessable."""

        def work(tx: Transaction) -> Deadline:
            reviewer, now = actor(tx, by), self._clock()
            submission, teacher = reviewable_submission(tx, reviewer, submission_id)
            if submission.state is not SubmissionState.RETURNED:
                raise Conflict("state.conflict", f"This submission is {submission.state}; it has no deadline.")
            before = tx.deadlines.of(submission_id, submission.attempt)
            later = extended(before, submission_id, submission.attempt, days, by, now)
            tx.deadlines.set(later)
            tx.audit.append(now, "revision.extended", by, submission_id, {"until": later.due_at.date().isoformat()})
            notify(tx, now, teacher.id, "revision.extended", {"submission": submission_id})
            return later

        return self._store.write(work)


def set_deadline(tx: Transaction, submission: Submission, by: str, now: datetime, days: int) -> None:
    """With the decision that returns a submission; none where `days` is 0."""
    if days:
        due_at = now + timedelta(days=days)
        tx.deadlines.set(Deadline(submission.id, submission.attempt, 1, due_at, by, now))


def deadline_of(tx: Transaction, submission: Submission) -> Deadline | None:
    """The deadline that counts for a returned submission; None for any other, and where there is none."""
    if submission.state is not SubmissionState.RETURNED:
        return None
    return tx.deadlines.of(submission.id, submission.attempt)


def require_in_time(tx: Transaction, submission: Submission, now: datetime) -> None:
    """Raises Conflict (`revision.overdue`) after the deadline, `appeal.open` while an appeal waits for its answer."""
    if any(one.state is AppealState.OPEN for one in tx.appeals.of_submission(submission.id)):
        raise Conflict("appeal.open", "Your appeal waits for its answer. Withdraw it to hand in a revision instead.")
    deadline = deadline_of(tx, submission)
    if deadline is not None and deadline.is_over(now):
        raise Conflict(
            "revision.overdue",
            "The time for handing this in again is over. Nothing is lost: ask a reviewer of your school for more time.",
        )
