"""Submissions, what was handed in, evidence files and reviews in tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from issuer.domain.review import Decision, Rating, Review
from issuer.domain.submission import Attempt, EvidenceFile, Submission, SubmissionState
from issuer.errors import Conflict
from issuer.storage import schema
from issuer.storage.statements import changes, insert_if_free

_SUBMISSION = schema.submission.c
_FILE = schema.evidence_file.c
_REVIEW = schema.review.c
_LATEST_DECISIONS = (
    select(_REVIEW.submission_id, func.max(_REVIEW.decided_at).label("decided_at"))
    .where(_REVIEW.reviewer_id == bindparam("reviewer"))
    .group_by(_REVIEW.submission_id)
    .subquery()
)

_ADD = insert(schema.submission)
_GET = select(schema.submission).where(_SUBMISSION.id == bindparam("id_"))
_UPDATE = update(schema.submission).where(
    _SUBMISSION.id == bindparam("id_"),
    _SUBMISSION.revision == bindparam("expected_revision"),
    _SUBMISSION.claimed_by.is_not_distinct_from(bindparam("expected_claim")),
)
_DELETE = delete(schema.submission).where(_SUBMISSION.id == bindparam("id_"))
_OF_TEACHER = (
    select(schema.submission)
    .where(_SUBMISSION.teacher_id == bindparam("teacher"))
    .order_by(_SUBMISSION.created_at, _SUBMISSION.id)
)
_WAITING = (
    select(schema.submission)
    .where(
        _SUBMISSION.organisation_id == bindparam("organisation"),
        _SUBMISSION.state == SubmissionState.SUBMITTED.value,
    )
    .order_by(_SUBMISSION.submitted_at, _SUBMISSION.id)
    .limit(bindparam("limit"))
)
_DECIDED = (
    select(schema.submission)
    .join(_LATEST_DECISIONS, _LATEST_DECISIONS.c.submission_id == _SUBMISSION.id)
    .order_by(_LATEST_DECISIONS.c.decided_at.desc(), _SUBMISSION.id)
    .limit(bindparam("limit"))
)
_ADD_ATTEMPT = insert_if_free(schema.attempt)
_ATTEMPTS = (
    select(schema.attempt)
    .where(schema.attempt.c.submission_id == bindparam("submission"))
    .order_by(schema.attempt.c.number)
)
_ADD_FILE = insert(schema.evidence_file)
_GET_FILE = select(schema.evidence_file).where(_FILE.id == bindparam("id_"))
_FILES_OF = (
    select(schema.evidence_file)
    .where(_FILE.submission_id == bindparam("submission"))
    .order_by(_FILE.created_at, _FILE.id)
)
_DELETE_FILE = delete(schema.evidence_file).where(_FILE.id == bindparam("id_"))
_DELETE_FILES = delete(schema.evidence_file).where(_FILE.submission_id == bindparam("submission"))
_BYTES = select(func.coalesce(func.sum(_FILE.size_bytes), 0)).where(_FILE.owner_id == bindparam("owner"))
_FILE_IDS = select(_FILE.id).order_by(_FILE.id)
_ADD_REVIEW = insert_if_free(schema.review, "submission_id", "attempt")
_REVIEWS = (
    select(schema.review)
    .where(_REVIEW.submission_id == bindparam("submission"))
    .order_by(_REVIEW.attempt)
)  # fmt: skip


class SqlSubmissions:
    """Fulfils `ports.Submissions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, submission: Submission) -> None:
        self._connection.execute(_ADD, _values(submission))

    def get(self, id: str) -> Submission | None:
        row = self._connection.execute(_GET, {"id_": id}).one_or_none()
        return None if row is None else _as_submission(row)

    def update(self, submission: Submission, expected_revision: int, expected_claim: str | None) -> None:
        """Compare and set on (revision, claimed_by). Raises Conflict (`state.conflict`) when it has moved on."""
        key = {
            "id_": submission.id,
            "expected_revision": expected_revision,
            "expected_claim": expected_claim,
        }
        if not changes(self._connection, _UPDATE, {**_values(submission), **key}):
            raise Conflict("state.conflict", "This submission has changed meanwhile. Reload it and try again.")

    def delete(self, id: str) -> None:
        """Remove the submission and its files' rows; handed-in ones are kept by the database itself."""
        self._connection.execute(_DELETE_FILES, {"submission": id})
        self._connection.execute(_DELETE, {"id_": id})

    def of_teacher(self, teacher_id: str) -> list[Submission]:
        return _submissions(self._connection.execute(_OF_TEACHER, {"teacher": teacher_id}))

    def waiting(self, organisation_id: str, limit: int) -> list[Submission]:
        values = {"organisation": organisation_id, "limit": limit}
        return _submissions(self._connection.execute(_WAITING, values))

    def decided_by(self, reviewer_id: str, limit: int) -> list[Submission]:
        return _submissions(self._connection.execute(_DECIDED, {"reviewer": reviewer_id, "limit": limit}))

    def add_attempt(self, attempt: Attempt) -> None:
        """Raises Conflict (`state.conflict`) when this number was handed in already."""
        if not changes(self._connection, _ADD_ATTEMPT, vars(attempt)):
            raise Conflict("state.conflict", "This evidence was handed in already.")

    def attempts(self, submission_id: str) -> list[Attempt]:
        rows = self._connection.execute(_ATTEMPTS, {"submission": submission_id})
        return [Attempt(**row._mapping) for row in rows]

    def add_file(self, file: EvidenceFile) -> None:
        self._connection.execute(_ADD_FILE, vars(file))

    def file(self, id: str) -> EvidenceFile | None:
        row = self._connection.execute(_GET_FILE, {"id_": id}).one_or_none()
        return None if row is None else EvidenceFile(**row._mapping)

    def files_of(self, submission_id: str) -> list[EvidenceFile]:
        rows = self._connection.execute(_FILES_OF, {"submission": submission_id})
        return [EvidenceFile(**row._mapping) for row in rows]

    def delete_file(self, id: str) -> None:
        self._connection.execute(_DELETE_FILE, {"id_": id})

    def bytes_stored_by(self, owner_id: str) -> int:
        return int(self._connection.execute(_BYTES, {"owner": owner_id}).scalar_one())

    def file_ids(self) -> Iterator[str]:
        return iter(self._connection.execute(_FILE_IDS).scalars().all())


class SqlReviews:
    """Fulfils `ports.Reviews`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, review: Review) -> None:
        """Raises Conflict (`state.conflict`) when this attempt was decided already."""
        values = {**vars(review), "ratings": [asdict(rating) for rating in review.ratings]}
        if not changes(self._connection, _ADD_REVIEW, values):
            raise Conflict("state.conflict", "This submission was decided already.")

    def of(self, submission_id: str) -> list[Review]:
        rows = self._connection.execute(_REVIEWS, {"submission": submission_id})
        return [_as_review(row) for row in rows]


def _values(submission: Submission) -> dict[str, Any]:
    return {**vars(submission), "state": submission.state.value}


def _submissions(rows: Iterable[Row[Any]]) -> list[Submission]:
    return [_as_submission(row) for row in rows]


def _as_submission(row: Row[Any]) -> Submission:
    return Submission(**{**row._mapping, "state": SubmissionState(row.state)})


def _as_review(row: Row[Any]) -> Review:
    ratings = tuple(Rating(**rating) for rating in row.ratings)
    return Review(**{**row._mapping, "decision": Decision(row.decision), "ratings": ratings})
