"""Appealing against a decision: once for each, with grounds, answered by a reviewer who took no part in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from issuer.domain.people import Person
from issuer.domain.review import Decision, Review, is_own_work
from issuer.domain.submission import Attempt, Submission, SubmissionState
from issuer.errors import Conflict, Forbidden, Unprocessable

MAX_CHARACTERS = 5_000


class AppealState(StrEnum):
    """Where an appeal stands; all but open are ends."""

    OPEN = "open"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    WITHDRAWN = "withdrawn"


class AppealOutcome(StrEnum):
    """What the second reviewer can do: let the decision stand, or have the same evidence judged afresh."""

    UPHOLD = "uphold"
    OVERTURN = "overturn"


STATE_OF = {AppealOutcome.UPHOLD: AppealState.UPHELD, AppealOutcome.OVERTURN: AppealState.OVERTURNED}


@dataclass(frozen=True)
class Appeal:
    """One appeal against one review. `grounds` are the teacher's, `reason` is the second reviewer's."""

    id: str
    review_id: str
    submission_id: str
    attempt: int
    grounds: str
    filed_at: datetime
    due_at: datetime
    state: AppealState = AppealState.OPEN
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str = ""


def appeal(id: str, submission: Submission, review: Review, grounds: str, now: datetime, days: int) -> Appeal:
    """The appeal against the decision under which the submission stands; to be answered within `days`.

    Raises Conflict when there is no such decision (any more), Unprocessable without grounds.
    """
    expected = {SubmissionState.RETURNED: Decision.RETURN, SubmissionState.DECLINED: Decision.DECLINE}
    if expected.get(submission.state) is not review.decision or review.attempt != submission.attempt:
        raise Conflict("state.conflict", f"This submission is {submission.state}; no decision to appeal against.")
    text = _said(grounds, "/grounds", "Say on what grounds you appeal.")
    return Appeal(id, review.id, submission.id, review.attempt, text, now, now + timedelta(days=days))


def take_back(one: Appeal, now: datetime) -> Appeal:
    """The appeal withdrawn by its teacher. Raises Conflict when it was answered."""
    _require_open(one)
    return replace(one, state=AppealState.WITHDRAWN, decided_at=now)


def answer(one: Appeal, outcome: AppealOutcome, reason: str, by: str, now: datetime) -> Appeal:
    """The appeal answered. Raises Conflict when it was before, Unprocessable without a reason."""
    _require_open(one)
    text = _said(reason, "/reason", "Give your reason; the teacher and the first reviewer read it.")
    return replace(one, state=STATE_OF[outcome], decided_by=by, decided_at=now, reason=text)


def require_no_part(person: Person, took_part: Iterable[Person]) -> None:
    """Raises Forbidden (`review.conflict_of_interest`) for who decided about this submission before, also under a
    second address of theirs."""
    if any(is_own_work(person, other) for other in took_part):
        raise Forbidden(
            "review.conflict_of_interest", "You decided about this submission before; another reviewer answers here."
        )


def judged_afresh(submission: Submission, contested: Attempt, by: str, now: datetime) -> tuple[Submission, Attempt]:
    """After a decision was overturned: the contested evidence as a new attempt, held by the second reviewer.

    The draft that the teacher may have changed meanwhile stays as it is.
    """
    number = submission.attempt + 1
    again = replace(
        submission, state=SubmissionState.SUBMITTED, attempt=number, submitted_at=now, updated_at=now,
        revision=submission.revision + 1, claimed_by=by, claimed_at=now,
    )  # fmt: skip
    return again, replace(contested, number=number, submitted_at=now)


def _require_open(one: Appeal) -> None:
    if one.state is not AppealState.OPEN:
        raise Conflict("state.conflict", f"This appeal is already {one.state}.")


def _said(text: str, where: str, asked: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Unprocessable("input.invalid", asked, where)
    if len(text) > MAX_CHARACTERS:
        raise Unprocessable("input.invalid", f"At most {MAX_CHARACTERS:,} characters.", where)
    return text
