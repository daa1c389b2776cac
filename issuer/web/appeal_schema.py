"""What the API is sent and says of appeals, deadlines and what a reviewer should know beside the evidence."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from issuer.domain.appeal import AppealOutcome, AppealState
from issuer.domain.evidence.attempt_changes import ChangeKind
from issuer.web.api_schema import Moment, Sent, Slug, Told, Words


class FileAppeal(Sent):
    """Why the decision should be looked at again."""

    grounds: Annotated[Words, Meta(max_length=5_000)]


class AnswerAppeal(Sent):
    """Let the decision stand, or have the same evidence judged afresh."""

    outcome: AppealOutcome
    reason: Annotated[Words, Meta(max_length=5_000, description="For the teacher and the first reviewer.")]


class ExtendRevision(Sent):
    """How many days from now a returned submission may be handed in again."""

    days: Annotated[int, Meta(description="From 1 to 365.")]


class Appeal(Told):
    """One appeal against one decision."""

    id: str
    submission: str
    attempt: int
    state: AppealState
    grounds: str
    filed_at: Moment
    due_at: Annotated[Moment, Meta(description="When it should be answered.")]
    decided_at: Moment | None
    reason: Annotated[str, Meta(description="The second reviewer’s; empty while it is open.")]


class Revision(Told):
    """Where a submission stands between attempts."""

    attempt: int
    revise_by: Annotated[Moment | None, Meta(description="Until when returned evidence may be handed in again.")]
    is_overdue: bool
    review_by: Annotated[Moment | None, Meta(description="When waiting evidence should be decided.")]
    can_appeal: bool
    appeals: list[Appeal]


class OpenAppeal(Appeal):
    """One that waits."""

    achievement: Slug
    teacher: Annotated[str, Meta(description="Name of the teacher.")]


class OpenAppeals(Told):
    """What this reviewer may answer, the most urgent first."""

    appeals: list[OpenAppeal]


class Extended(Told):
    """The deadline that counts now."""

    revise_by: Moment


class AttemptChange(Told):
    """One place that differs from the attempt before."""

    pointer: str
    kind: ChangeKind
    requirement: str
    label: str
    before: str
    after: str


class SameFile(Told):
    """A file that somebody else handed in too; who and where only inside one’s own organisation."""

    file: str
    teacher: str | None
    submission: str | None


class ReviewBackground(Told):
    """What a reviewer should know beside the evidence."""

    attempt: int
    changes: list[AttemptChange]
    same_files: list[SameFile]
    appeals: list[Appeal]
    can_answer: Annotated[bool, Meta(description="Whether this reviewer may answer the open appeal.")]
    review_by: Moment | None
    revise_by: Moment | None
