"""A reviewer's side: the queue, reading evidence, rating each requirement, deciding once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from badge_classes import BadgeClass, Catalogue, Requirement
from issuer.domain.award import Award, newest
from issuer.domain.evidence_file import EvidenceFile
from issuer.domain.link_check import LinkCheck
from issuer.domain.people import Person, Role
from issuer.domain.review import Decision, Rating, Review, claim, decide, is_own_work, release
from issuer.domain.submission import Attempt, Submission, SubmissionState
from issuer.errors import Unprocessable
from issuer.services.access import actor, not_found, require_role, reviewable_submission
from issuer.services.administer import check_limit
from issuer.services.appeals import require_fresh_eyes
from issuer.services.guard_privacy import Privacy, look
from issuer.services.issue import Issue
from issuer.services.notify import notify
from issuer.services.ports import Clock, Store, Transaction
from issuer.services.revisions import set_deadline
from issuer.services.submission_folder import checked_links

MAX_FEEDBACK_CHARACTERS = 10_000
REVISION_DAYS = 60
NOTICE_OF = {Decision.RETURN: "submission.returned", Decision.DECLINE: "submission.declined"}
"""What the teacher is told of a decision; of an approval the issued badge tells."""


class Taken(StrEnum):
    """Which submissions of the queue: all, those nobody has taken, those that one has taken oneself."""

    ANY = ""
    FREE = "free"
    MINE = "mine"


@dataclass(frozen=True)
class QueueEntry:
    """One submission that waits, with what the queue shows of it."""

    submission: Submission
    badge_class: BadgeClass
    teacher: Person


@dataclass(frozen=True)
class ReviewSheet:
    """All that a reviewer needs: what was handed in (the latest attempt), its files, earlier decisions.

    privacy: signs of students in that attempt, and what the teacher attests of them. links: what is known of its links.
    """

    submission: Submission
    badge_class: BadgeClass
    teacher: Person
    attempt: Attempt
    files: tuple[EvidenceFile, ...]
    reviews: tuple[Review, ...]
    award: Award | None
    privacy: Privacy
    links: tuple[LinkCheck, ...] = ()


@dataclass(frozen=True)
class Decided:
    """What a decision led to; `awards` are the badges it planned, the certification last."""

    submission: Submission
    review: Review
    awards: tuple[str, ...]


class ReviewEvidence:
    """The use cases of reviewing. `by` is the acting person's id."""

    def __init__(
        self, store: Store, catalogue: Catalogue, issue: Issue, clock: Clock, revision_days: int = REVISION_DAYS
    ) -> None:
        """revision_days: within which returned evidence is to be handed in again; 0: no deadline."""
        self._revision_days = revision_days
        self._store = store
        self._catalogue = catalogue
        self._issue = issue
        self._clock = clock

    def queue(
        self,
        by: str,
        limit: int = 50,
        achievement: str | None = None,
        taken: Taken = Taken.ANY,
        state: SubmissionState = SubmissionState.SUBMITTED,
        after: str | None = None,
    ) -> list[QueueEntry]:
        """What waits in one's organisation, the longest-waiting first; one's own work is left out.

        achievement: for this badge class alone. state: what was returned is looked up in the same way.
        after: the submission behind which to go on. Raises NotFound for one of another organisation.
        """
        check_limit(limit)

        def work(tx: Transaction) -> list[QueueEntry]:
            reviewer = actor(tx, by)
            require_role(reviewer, Role.REVIEWER)
            claimed_by = by if taken is Taken.MINE else None
            _require_in_queue(tx, reviewer, after)
            ids = tx.queue.ids(
                reviewer.organisation_id, state, achievement, claimed_by, taken is Taken.FREE, limit, after
            )
            entries = self._entries(tx, tx.submissions.these(ids))
            return [one for one in entries if not is_own_work(reviewer, one.teacher)]

        return self._store.read(work)

    def decided(self, by: str, limit: int = 20) -> list[QueueEntry]:
        """What this reviewer decided lately."""
        check_limit(limit)

        def work(tx: Transaction) -> list[QueueEntry]:
            require_role(actor(tx, by), Role.REVIEWER)
            return self._entries(tx, tx.submissions.decided_by(by, limit))

        return self._store.read(work)

    def sheet(self, by: str, submission_id: str) -> ReviewSheet:
        """The submission to judge. Raises Forbidden, NotFound."""

        def work(tx: Transaction) -> ReviewSheet:
            submission, teacher = reviewable_submission(tx, actor(tx, by), submission_id)
            attempt = tx.submissions.attempts(submission_id)[-1]
            files = [file for file in tx.submissions.files_of(submission_id) if file.id in attempt.file_digests]
            badge_class = self._badge_class(submission)
            privacy = look(
                tx, submission_id, badge_class, attempt.evidence, attempt.public_narratives, files,
                teacher.display_name,
            )  # fmt: skip
            return ReviewSheet(
                submission, badge_class, teacher, attempt, tuple(files), tuple(tx.reviews.of(submission_id)),
                self._award(tx, submission_id), privacy, checked_links(tx, submission_id, attempt.evidence),
            )  # fmt: skip

        return self._store.read(work)

    def claim(self, by: str, submission_id: str) -> Submission:
        """Take a submission from the queue. Raises Conflict when another reviewer holds it."""

        def work(tx: Transaction) -> Submission:
            reviewer = actor(tx, by)
            submission, _ = reviewable_submission(tx, reviewer, submission_id)
            require_fresh_eyes(tx, reviewer, submission)
            return self._store_claim(tx, submission, claim(submission, reviewer, self._clock()))

        return self._store.write(work)

    def release(self, by: str, submission_id: str) -> Submission:
        """Put a submission back into the queue. Raises Conflict when another reviewer holds it."""

        def work(tx: Transaction) -> Submission:
            reviewer = actor(tx, by)
            submission, _ = reviewable_submission(tx, reviewer, submission_id)
            return self._store_claim(tx, submission, release(submission, reviewer))

        return self._store.write(work)

    def decide(
        self,
        by: str,
        submission_id: str,
        decision: Decision,
        ratings: Sequence[Rating],
        feedback: str = "",
        private_note: str = "",
    ) -> Decided:
        """Decide once. An approval plans the badge, and the certification it completes, in the same commit.

        Raises Forbidden, NotFound, Conflict (`state.conflict`, `issue.duplicate`), Unprocessable
        (`input.invalid`, `issue.lint`). The badge is then sealed and published; should that be cut short, it
        is finished later from the plan.
        """
        if max(len(feedback), len(private_note)) > MAX_FEEDBACK_CHARACTERS:
            raise Unprocessable("input.invalid", "This comment is too long.", "/feedback")
        review_id = str(uuid.uuid4())

        def work(tx: Transaction) -> Decided:
            reviewer = actor(tx, by)
            submission, teacher = reviewable_submission(tx, reviewer, submission_id)
            require_fresh_eyes(tx, reviewer, submission)
            claim(submission, reviewer, self._clock())
            badge_class = self._badge_class(submission)
            decided = _decided(submission, decision, ratings, badge_class, self._clock())
            if decision is not Decision.APPROVE:
                _require_reason(ratings, feedback, badge_class)
            review = Review(
                review_id, submission.id, submission.attempt, by, decision, tuple(ratings), feedback,
                private_note, self._clock(),
            )  # fmt: skip
            tx.submissions.update(decided, submission.revision, submission.claimed_by)
            tx.reviews.add(review)
            tx.audit.append(
                self._clock(), f"review.{decision}", by, submission.id, {"attempt": str(submission.attempt)}
            )
            if decision is Decision.RETURN:
                set_deadline(tx, submission, by, self._clock(), self._revision_days)
            if decision in NOTICE_OF:
                notify(tx, self._clock(), teacher.id, NOTICE_OF[decision], {"submission": submission.id})
            awards = self._plan(tx, decided, badge_class, teacher, review)
            return Decided(decided, review, awards)

        outcome = self._store.write(work)
        self._issue.finish(outcome.awards)
        return outcome

    def _plan(
        self,
        tx: Transaction,
        submission: Submission,
        badge_class: BadgeClass,
        teacher: Person,
        review: Review,
    ) -> tuple[str, ...]:
        if review.decision is not Decision.APPROVE:
            return ()
        attempt = tx.submissions.attempts(submission.id)[-1]
        return self._issue.plan(tx, badge_class, teacher, attempt, review)

    def _store_claim(self, tx: Transaction, before: Submission, after: Submission) -> Submission:
        tx.submissions.update(after, before.revision, before.claimed_by)
        return after

    def _entries(self, tx: Transaction, submissions: list[Submission]) -> list[QueueEntry]:
        teachers = tx.people.these({one.teacher_id for one in submissions})
        return [QueueEntry(one, self._badge_class(one), teachers[one.teacher_id]) for one in submissions]

    def _award(self, tx: Transaction, submission_id: str) -> Award | None:
        award = tx.awards.by_submission(submission_id)
        return newest(award, tx.awards.get) if award is not None else None

    def _badge_class(self, submission: Submission) -> BadgeClass:
        return self._catalogue.version(submission.achievement, submission.version)


def _decided(
    submission: Submission,
    decision: Decision,
    ratings: Sequence[Rating],
    badge_class: BadgeClass,
    now: datetime,
) -> Submission:
    levels = {one.id: [level.id for level in one.levels] for one in badge_class.requirements}
    met = {one.id: good_levels(one) for one in badge_class.requirements}
    return decide(submission, decision, ratings, levels, met, now)


def good_levels(requirement: Requirement) -> list[str]:
    """The ids of the levels that satisfy a requirement: the required one and those above it."""
    ids = [level.id for level in requirement.levels]
    return ids[ids.index(requirement.required_level) :]


def _require_reason(ratings: Sequence[Rating], feedback: str, badge_class: BadgeClass) -> None:
    met = {one.id: good_levels(one) for one in badge_class.requirements}
    said = feedback.strip() or any(one.comment.strip() or one.level not in met[one.requirement] for one in ratings)
    if not said:
        raise Unprocessable("input.invalid", "Say what is missing: in the feedback or at a requirement.", "/feedback")


def _require_in_queue(tx: Transaction, reviewer: Person, submission_id: str | None) -> None:
    found = None if submission_id is None else tx.submissions.get(submission_id)
    if submission_id is not None and (found is None or found.organisation_id != reviewer.organisation_id):
        raise not_found()
