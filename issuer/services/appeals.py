"""Appeals: a teacher files one, a reviewer who took no part answers it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from badge_classes import BadgeClass, Catalogue
from issuer.domain.appeal import (
    Appeal,
    AppealOutcome,
    AppealState,
    answer,
    appeal,
    judged_afresh,
    require_no_part,
    take_back,
)
from issuer.domain.people import Person, Role
from issuer.domain.review import Decision, is_own_work
from issuer.domain.revision import put_off
from issuer.domain.submission import Submission
from issuer.errors import Conflict, Forbidden
from issuer.services.access import actor, not_found, own_submission, require_role, reviewable_submission
from issuer.services.administer import check_limit
from issuer.services.notify import notify, notify_administrators
from issuer.services.ports import Clock, Store, Transaction


@dataclass(frozen=True)
class AppealEntry:
    """An open appeal with what the queue shows of it."""

    appeal: Appeal
    submission: Submission
    badge_class: BadgeClass
    teacher: Person


class Appeals:
    """The use cases of appeals. `by` is the acting person's id. days: within which they are to be answered."""

    def __init__(self, store: Store, catalogue: Catalogue, clock: Clock, days: int) -> None:
        self._store = store
        self._catalogue = catalogue
        self._clock = clock
        self._days = days

    def file(self, by: str, submission_id: str, grounds: str) -> Appeal:
        """Appeal against the decision under which one's submission stands. Raises NotFound, Conflict, Unprocessable."""

        def work(tx: Transaction) -> Appeal:
            submission = own_submission(tx, actor(tx, by), submission_id)
            decisions = tx.reviews.of(submission_id)
            if not decisions:
                raise Conflict("state.conflict", "There is no decision to appeal against.")
            now = self._clock()
            filed = appeal(str(uuid.uuid4()), submission, decisions[-1], grounds, now, self._days)
            tx.appeals.add(filed)
            tx.audit.append(now, "appeal.filed", by, submission_id, {"appeal": filed.id, "review": filed.review_id})
            self._tell(tx, submission)
            return filed

        return self._store.write(work)

    def withdraw(self, by: str, submission_id: str) -> Appeal:
        """Take one's open appeal back, for good. Raises NotFound where there is none."""

        def work(tx: Transaction) -> Appeal:
            submission = own_submission(tx, actor(tx, by), submission_id)
            withdrawn = withdraw_open(tx, submission, by, self._clock)
            if withdrawn is None:
                raise not_found()
            return withdrawn

        return self._store.write(work)

    def mine(self, by: str, submission_id: str) -> list[Appeal]:
        """The appeals about one's own submission, in their order."""
        return self._store.read(
            lambda tx: tx.appeals.of_submission(own_submission(tx, actor(tx, by), submission_id).id)
        )

    def waiting(self, by: str, limit: int = 50) -> list[AppealEntry]:
        """Open appeals of one's organisation that this reviewer may answer, the most urgent first."""
        check_limit(limit)

        def work(tx: Transaction) -> list[AppealEntry]:
            reviewer = actor(tx, by)
            require_role(reviewer, Role.REVIEWER)
            return list(self._answerable(tx, reviewer, limit))

        return self._store.read(work)

    def decide(self, by: str, appeal_id: str, outcome: AppealOutcome, reason: str) -> Appeal:
        """Let the decision stand, or have the same evidence judged afresh by this reviewer, who then rates it.

        Raises Forbidden for who took part, NotFound, Conflict when it is no longer open, Unprocessable.
        """

        def work(tx: Transaction) -> Appeal:
            reviewer, found, now = actor(tx, by), tx.appeals.get(appeal_id), self._clock()
            if found is None:
                require_role(reviewer, Role.REVIEWER)
                raise not_found()
            submission, teacher = reviewable_submission(tx, reviewer, found.submission_id)
            require_no_part(reviewer, took_part(tx, submission))
            done = answer(found, outcome, reason, by, now)
            tx.appeals.close(done)
            details = {"appeal": done.id, "review": done.review_id, "reviewer": by}
            tx.audit.append(now, f"appeal.{done.state}", by, submission.id, details)
            if done.state is AppealState.OVERTURNED:
                self._judge_afresh(tx, submission, done, by)
            else:
                self._put_deadline_off(tx, submission, done, by)
            self._tell_outcome(tx, done, teacher)
            return done

        return self._store.write(work)

    def _judge_afresh(self, tx: Transaction, submission: Submission, done: Appeal, by: str) -> None:
        contested = next(one for one in tx.submissions.attempts(submission.id) if one.number == done.attempt)
        again, attempt = judged_afresh(submission, contested, by, self._clock())
        tx.submissions.update(again, submission.revision, submission.claimed_by)
        tx.submissions.add_attempt(attempt)
        details = {"attempt": str(attempt.number), "evidence_sha256": attempt.evidence_sha256, "appeal": done.id}
        tx.audit.append(self._clock(), "submission.reopened", by, submission.id, details)

    def _put_deadline_off(self, tx: Transaction, submission: Submission, done: Appeal, by: str) -> None:
        """The time an appeal took is not the teacher's."""
        before = tx.deadlines.of(submission.id, done.attempt)
        if before is not None and done.decided_at is not None:
            tx.deadlines.set(put_off(before, done.decided_at - done.filed_at, by, done.decided_at))

    def _tell(self, tx: Transaction, submission: Submission) -> None:
        teacher = tx.people.get(submission.teacher_id)
        parties = [*took_part(tx, submission), *([teacher] if teacher is not None else [])]
        others = [
            one
            for one in tx.people.of_organisation(submission.organisation_id)
            if one.has(Role.REVIEWER) and not any(is_own_work(one, each) for each in parties)
        ]
        for one in others:
            notify(tx, self._clock(), one.id, "appeal.received", {"submission": submission.id})
        if not others:
            notify_administrators(tx, self._clock(), "appeal.nobody", {"submission": submission.id})

    def _tell_outcome(self, tx: Transaction, done: Appeal, teacher: Person) -> None:
        data = {"submission": done.submission_id}
        notify(tx, self._clock(), teacher.id, "appeal.answered", data)
        review = next(one for one in tx.reviews.of(done.submission_id) if one.id == done.review_id)
        notify(tx, self._clock(), review.reviewer_id, "appeal.outcome", data)

    def _answerable(self, tx: Transaction, reviewer: Person, limit: int) -> Iterator[AppealEntry]:
        for one in tx.appeals.open(reviewer.organisation_id, limit):
            try:
                submission, teacher = reviewable_submission(tx, reviewer, one.submission_id)
                require_no_part(reviewer, took_part(tx, submission))
            except Forbidden:
                continue
            badge_class = self._catalogue.version(submission.achievement, submission.version)
            yield AppealEntry(one, submission, badge_class, teacher)


def took_part(tx: Transaction, submission: Submission) -> Iterator[Person]:
    """Everybody who decided about the submission."""
    for id in dict.fromkeys(one.reviewer_id for one in tx.reviews.of(submission.id)):
        person = tx.people.get(id)
        if person is not None:
            yield person


def require_fresh_eyes(tx: Transaction, reviewer: Person, submission: Submission) -> None:
    """After a decision was overturned, those who decided before leave the new attempt to others. Raises Forbidden."""
    overturned = (one for one in tx.appeals.of_submission(submission.id) if one.state is AppealState.OVERTURNED)
    if any(one.attempt + 1 == submission.attempt for one in overturned):
        require_no_part(reviewer, took_part(tx, submission))


def withdraw_open(tx: Transaction, submission: Submission, by: str, clock: Clock) -> Appeal | None:
    """The open appeal about a submission withdrawn; None where there is none."""
    for one in tx.appeals.of_submission(submission.id):
        if one.state is AppealState.OPEN:
            withdrawn = take_back(one, clock())
            tx.appeals.close(withdrawn)
            tx.audit.append(clock(), "appeal.withdrawn", by, submission.id, {"appeal": one.id})
            return withdrawn
    return None


def can_appeal(tx: Transaction, submission: Submission) -> bool:
    """Whether the decision under which a submission stands can be appealed against."""
    decisions = tx.reviews.of(submission.id)
    if not decisions or decisions[-1].decision is Decision.APPROVE or decisions[-1].attempt != submission.attempt:
        return False
    return all(one.review_id != decisions[-1].id for one in tx.appeals.of_submission(submission.id))
