"""Judging evidence: who may, what a decision must hold, and what it leads to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from issuer.domain.people import Person, Role, same_mailbox
from issuer.domain.submission import Submission, SubmissionState
from issuer.errors import Conflict, Forbidden, NotFound, Unprocessable

MAX_COMMENT_CHARACTERS = 5_000


class Decision(StrEnum):
    """What a reviewer can do with a submission."""

    APPROVE = "approve"
    RETURN = "return"
    DECLINE = "decline"


OUTCOME = {
    Decision.APPROVE: SubmissionState.APPROVED,
    Decision.RETURN: SubmissionState.RETURNED,
    Decision.DECLINE: SubmissionState.DECLINED,
}


@dataclass(frozen=True)
class Rating:
    """The level a reviewer gave one requirement, and why."""

    requirement: str
    level: str
    comment: str = ""


@dataclass(frozen=True)
class Review:
    """One decision about one attempt. `feedback` goes to the teacher, `private_note` never does."""

    id: str
    submission_id: str
    attempt: int
    reviewer_id: str
    decision: Decision
    ratings: tuple[Rating, ...]
    feedback: str
    private_note: str
    decided_at: datetime


def require_reviewer(reviewer: Person, submission: Submission, teacher: Person) -> None:
    """Who may read and judge a submission.

    Raises Forbidden for people who are no reviewers or judge their own work (also under a second
    address of theirs), NotFound for another organisation's submission.
    """
    if not reviewer.has(Role.REVIEWER):
        raise Forbidden("forbidden", "Only reviewers may judge evidence.")
    if is_own_work(reviewer, teacher):
        raise Forbidden("review.conflict_of_interest", "You cannot review your own evidence.")
    if reviewer.organisation_id != submission.organisation_id:
        raise NotFound("not_found", "There is no such submission.")


def is_own_work(reviewer: Person, teacher: Person) -> bool:
    """Whether the two are one person: the same account, or two that share a mailbox under any of their addresses."""
    return reviewer.id == teacher.id or any(
        same_mailbox(one, other) for one in reviewer.emails for other in teacher.emails
    )


def claim(submission: Submission, reviewer: Person, now: datetime) -> Submission:
    """The submission taken by a reviewer. Raises Conflict when another holds it or it is not waiting."""
    _require_waiting(submission)
    if submission.claimed_by not in (None, reviewer.id):
        raise Conflict("state.conflict", "Another reviewer has taken this submission.")
    return replace(submission, claimed_by=reviewer.id, claimed_at=now)


def release(submission: Submission, reviewer: Person) -> Submission:
    """The submission put back into the queue by the reviewer who holds it."""
    _require_waiting(submission)
    if submission.claimed_by not in (None, reviewer.id):
        raise Conflict("state.conflict", "Another reviewer has taken this submission.")
    return replace(submission, claimed_by=None, claimed_at=None)


def decide(
    submission: Submission,
    decision: Decision,
    ratings: Collection[Rating],
    levels: Mapping[str, Collection[str]],
    met: Mapping[str, Collection[str]],
    now: datetime,
) -> Submission:
    """The submission after a decision.

    levels: requirement id → level ids there are; met: requirement id → level ids that satisfy it.
    Raises Conflict when it is not waiting, Unprocessable when a rating is unknown or given twice,
    and for an approval also when a requirement is unrated or not met.
    """
    _require_waiting(submission)
    _check_ratings(ratings, levels)
    if decision is Decision.APPROVE:
        _require_all_met(ratings, met)
    return replace(
        submission, state=OUTCOME[decision], updated_at=now, revision=submission.revision + 1,
        claimed_by=None, claimed_at=None,
    )  # fmt: skip


def _require_waiting(submission: Submission) -> None:
    if submission.state is not SubmissionState.SUBMITTED:
        raise Conflict("state.conflict", f"This submission is {submission.state}; it is not waiting for review.")


def _check_ratings(ratings: Collection[Rating], levels: Mapping[str, Collection[str]]) -> None:
    seen: set[str] = set()
    for rating in ratings:
        if rating.requirement not in levels:
            raise Unprocessable(
                "input.invalid", "This badge has no such requirement.", f"/ratings/{rating.requirement}"
            )
        if rating.level not in levels[rating.requirement]:
            raise Unprocessable(
                "input.invalid", "This requirement has no such level.", f"/ratings/{rating.requirement}"
            )
        if rating.requirement in seen:
            raise Unprocessable("input.invalid", "A requirement is rated once.", f"/ratings/{rating.requirement}")
        if len(rating.comment) > MAX_COMMENT_CHARACTERS:
            raise Unprocessable("input.invalid", "This comment is too long.", f"/ratings/{rating.requirement}")
        seen.add(rating.requirement)


def _require_all_met(ratings: Collection[Rating], met: Mapping[str, Collection[str]]) -> None:
    given = {rating.requirement: rating.level for rating in ratings}
    for requirement, levels in met.items():
        if requirement not in given:
            raise Unprocessable(
                "input.invalid",
                "Every requirement needs a rating before approval.",
                f"/ratings/{requirement}",
            )
        if given[requirement] not in levels:
            raise Unprocessable(
                "input.invalid",
                "A requirement that is not met cannot be approved.",
                f"/ratings/{requirement}",
            )
