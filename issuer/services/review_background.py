"""What a reviewer should know beside the evidence: changes, copies, clocks, appeals; and what of it a teacher sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from badge_classes import Catalogue
from issuer.domain.appeal import Appeal, AppealState, require_no_part
from issuer.domain.evidence.attempt_changes import AttemptChange, ChangeKind, attempt_changes
from issuer.domain.people import Person
from issuer.domain.revision import Deadline
from issuer.domain.submission import Attempt, Submission, SubmissionState
from issuer.errors import Forbidden
from issuer.services.access import actor, own_submission, reviewable_submission
from issuer.services.appeals import can_appeal, took_part
from issuer.services.ports import Clock, Store, Transaction
from issuer.services.revisions import deadline_of

MAX_COPIES = 50


@dataclass(frozen=True)
class SameFile:
    """A file of this submission that another teacher handed in too.

    teacher, submission: who and where, where this reviewer may see it; None elsewhere: only that it exists.
    """

    file_id: str
    name: str
    teacher: str | None
    submission_id: str | None
    badge: str | None


@dataclass(frozen=True)
class ReviewBackground:
    """For a reviewer. changes: since the attempt before; review_by: when a waiting submission should be decided."""

    attempt: int
    changes: tuple[AttemptChange, ...]
    same_files: tuple[SameFile, ...]
    appeals: tuple[Appeal, ...]
    can_answer: bool
    deadline: Deadline | None
    review_by: datetime | None
    now: datetime


@dataclass(frozen=True)
class RevisionState:
    """For a teacher: the clocks, and whether the decision can be appealed against."""

    attempt: int
    deadline: Deadline | None
    appeals: tuple[Appeal, ...]
    can_appeal: bool
    review_by: datetime | None
    now: datetime

    @property
    def is_overdue(self) -> bool:
        return self.deadline is not None and self.deadline.is_over(self.now)

    @property
    def open_appeal(self) -> Appeal | None:
        return next((one for one in self.appeals if one.state is AppealState.OPEN), None)


class Background:
    """Looks it up. review_days: within which a submission should be decided."""

    def __init__(self, store: Store, catalogue: Catalogue, clock: Clock, review_days: int) -> None:
        self._store = store
        self._catalogue = catalogue
        self._clock = clock
        self._review_days = review_days

    def for_reviewer(self, by: str, submission_id: str) -> ReviewBackground:
        """Raises Forbidden, NotFound."""

        def work(tx: Transaction) -> ReviewBackground:
            reviewer = actor(tx, by)
            submission, _ = reviewable_submission(tx, reviewer, submission_id)
            attempts = tx.submissions.attempts(submission_id)
            appeals = tuple(tx.appeals.of_submission(submission_id))
            return ReviewBackground(
                attempts[-1].number, tuple(self._changes(tx, submission, attempts)),
                tuple(self._same_files(tx, reviewer, submission, attempts[-1])), appeals,
                _can_answer(tx, reviewer, submission, appeals), deadline_of(tx, submission),
                self.review_by(submission), self._clock(),
            )  # fmt: skip

        return self._store.read(work)

    def for_teacher(self, by: str, submission_id: str) -> RevisionState:
        """Raises NotFound."""

        def work(tx: Transaction) -> RevisionState:
            submission = own_submission(tx, actor(tx, by), submission_id)
            return RevisionState(
                submission.attempt, deadline_of(tx, submission), tuple(tx.appeals.of_submission(submission_id)),
                can_appeal(tx, submission), self.review_by(submission), self._clock(),
            )  # fmt: skip

        return self._store.read(work)

    def review_by(self, submission: Submission) -> datetime | None:
        """When a waiting submission should be decided; None for others."""
        if submission.state is not SubmissionState.SUBMITTED or submission.submitted_at is None:
            return None
        return submission.submitted_at + timedelta(days=self._review_days)

    def _changes(self, tx: Transaction, submission: Submission, attempts: list[Attempt]) -> Iterator[AttemptChange]:
        if len(attempts) < 2:
            return
        before, after = attempts[-2:]
        badge_class = self._catalogue.version(submission.achievement, submission.version)
        names = {file.id: file.name for file in tx.submissions.files_of(submission.id)}
        yield from attempt_changes(badge_class.evidence_schema or {}, before.evidence, after.evidence, names)
        for one in badge_class.requirements:
            old, new = before.public_narratives.get(one.id, ""), after.public_narratives.get(one.id, "")
            if old != new:
                kind = ChangeKind.ADDED if not old else ChangeKind.REMOVED if not new else ChangeKind.CHANGED
                yield AttemptChange(f"/public_narratives/{one.id}", kind, one.id, "What everybody may read", old, new)

    def _same_files(
        self, tx: Transaction, reviewer: Person, submission: Submission, attempt: Attempt
    ) -> Iterator[SameFile]:
        digests = set(attempt.file_digests.values())
        if not digests:
            return
        names = {file.id: file.name for file in tx.submissions.files_of(submission.id)}
        own = {sha256: id for id, sha256 in attempt.file_digests.items()}
        for other in tx.queue.files_of_others(digests, submission.teacher_id, MAX_COPIES):
            if not any(other.file_id in one.file_digests for one in tx.submissions.attempts(other.submission_id)):
                continue
            file_id = own[other.sha256]
            yield self._seen(tx, reviewer, file_id, names.get(file_id, ""), other.submission_id)

    def _seen(self, tx: Transaction, reviewer: Person, file_id: str, name: str, elsewhere: str) -> SameFile:
        found = tx.submissions.get(elsewhere)
        teacher = tx.people.get(found.teacher_id) if found is not None else None
        if found is None or teacher is None or found.organisation_id != reviewer.organisation_id:
            return SameFile(file_id, name, None, None, None)
        badge = self._catalogue.version(found.achievement, found.version).name
        return SameFile(file_id, name, teacher.display_name, found.id, badge)


def _can_answer(tx: Transaction, reviewer: Person, submission: Submission, appeals: tuple[Appeal, ...]) -> bool:
    if not any(one.state is AppealState.OPEN for one in appeals):
        return False
    try:
        require_no_part(reviewer, took_part(tx, submission))
    except Forbidden:
        return False
    return True
