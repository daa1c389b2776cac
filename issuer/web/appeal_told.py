"""What the API says of appeals and attempts: from values of the domain to answers."""

from __future__ import annotations

from typing import Any

from issuer.domain import appeal as domain
from issuer.services.appeals import AppealEntry
from issuer.services.review_background import ReviewBackground, RevisionState
from issuer.web import appeal_schema


def appeal(one: domain.Appeal) -> appeal_schema.Appeal:
    return appeal_schema.Appeal(**_appeal(one))


def open_appeal(one: AppealEntry) -> appeal_schema.OpenAppeal:
    return appeal_schema.OpenAppeal(
        **_appeal(one.appeal), achievement=one.submission.achievement, teacher=one.teacher.display_name
    )


def revision(one: RevisionState) -> appeal_schema.Revision:
    return appeal_schema.Revision(
        attempt=one.attempt,
        revise_by=one.deadline.due_at if one.deadline else None,
        is_overdue=one.is_overdue,
        review_by=one.review_by,
        can_appeal=one.can_appeal,
        appeals=[appeal(each) for each in one.appeals],
    )


def background(one: ReviewBackground) -> appeal_schema.ReviewBackground:
    return appeal_schema.ReviewBackground(
        attempt=one.attempt,
        changes=[appeal_schema.AttemptChange(**vars(each)) for each in one.changes],
        same_files=[
            appeal_schema.SameFile(file=each.file_id, teacher=each.teacher, submission=each.submission_id)
            for each in one.same_files
        ],
        appeals=[appeal(each) for each in one.appeals],
        can_answer=one.can_answer,
        review_by=one.review_by,
        revise_by=one.deadline.due_at if one.deadline else None,
    )


def _appeal(one: domain.Appeal) -> dict[str, Any]:
    return {
        "id": one.id,
        "submission": one.submission_id,
        "attempt": one.attempt,
        "state": one.state,
        "grounds": one.grounds,
        "filed_at": one.filed_at,
        "due_at": one.due_at,
        "decided_at": one.decided_at,
        "reason": one.reason,
    }
