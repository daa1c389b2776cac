"""Submissions, what was handed in, evidence files and reviews in tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from issuer.domain.ai_use import AiDeclaration, AiUse
from issuer.domain.evidence_file import EvidenceFile, FileNote, FileSign, Scan
from issuer.domain.review import Decision, Rating, Review
from issuer.domain.submission import Attempt, Submission, SubmissionState
from issuer.errors import Conflict
from issuer.storage import file_tables, schema
from issuer.storage.draft_tables import draft_version
from issuer.storage.statements import changes, insert_if_free

_SUBMISSION = schema.submission.c
_FILE = file_tables.evidence_file.c
_REVIEW = schema.review.c
_ADD = insert(schema.submission)
_GET = select(schema.submission).where(_SUBMISSION.id == bindparam("id_"))
_THESE = select(schema.submission).where(_SUBMISSION.id.in_(bindparam("ids", expanding=True)))
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
_SUBMITTED_SINCE = (
    select(schema.submission)
    .where(
        _SUBMISSION.state == SubmissionState.SUBMITTED.value,
        _SUBMISSION.submitted_at > bindparam("since", type_=_SUBMISSION.submitted_at.type),
    )
    .order_by(_SUBMISSION.submitted_at.desc(), _SUBMISSION.id)
    .limit(bindparam("limit"))
)
_DECIDED = (
    select(_REVIEW.submission_id)
    .where(_REVIEW.reviewer_id == bindparam("reviewer"))
    .order_by(_REVIEW.decided_at.desc(), _REVIEW.id)
    .limit(bindparam("limit"))
)
_ADD_ATTEMPT = insert_if_free(schema.attempt)
_ATTEMPTS = (
    select(schema.attempt)
    .where(schema.attempt.c.submission_id == bindparam("submission"))
    .order_by(schema.attempt.c.number)
)
_ADD_FILE = insert(file_tables.evidence_file)
_GET_FILE = select(file_tables.evidence_file).where(_FILE.id == bindparam("id_"))
_FILES_OF = (
    select(file_tables.evidence_file)
    .where(_FILE.submission_id == bindparam("submission"))
    .order_by(_FILE.created_at, _FILE.id)
)
_DELETE_FILE = delete(file_tables.evidence_file).where(_FILE.id == bindparam("id_"))
_CHANGE_FILE = update(file_tables.evidence_file).where(_FILE.id == bindparam("id_"))
_UNSCANNED = (
    select(_FILE.id).where(_FILE.scan == Scan.PENDING.value).order_by(_FILE.created_at).limit(bindparam("limit"))
)
_DELETE_UPLOADS = delete(file_tables.upload).where(file_tables.upload.c.submission_id == bindparam("submission"))
_DELETE_LINKS = delete(file_tables.link_check).where(file_tables.link_check.c.submission_id == bindparam("submission"))
_DELETE_FILES = delete(file_tables.evidence_file).where(_FILE.submission_id == bindparam("submission"))
_DELETE_VERSIONS = delete(draft_version).where(draft_version.c.submission_id == bindparam("submission"))
_BYTES = select(func.coalesce(func.sum(_FILE.size_bytes), 0)).where(_FILE.owner_id == bindparam("owner"))
_FILE_IDS = select(_FILE.id).order_by(_FILE.id)
_ADD_REVIEW = insert_if_free(schema.review, "submission_id", "attempt")
_REVIEWS = (
    select(schema.review)
    .where(_REVIEW.submission_id == bindparam("submission"))
    .order_by(_REVIEW.attempt)
)  # fmt: skip


MANY_ATTEMPTS = 10
"""So many decisions are read for each submission that is asked for: one person may decide about it again and again."""


class SqlSubmissions:
    """Fulfils `ports.Submissions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, submission: Submission) -> None:
        self._connection.execute(_ADD, _values(submission))

    def get(self, id: str) -> Submission | None:
        row = self._connection.execute(_GET, {"id_": id}).one_or_none()
        return None if row is None else _as_submission(row)

    def these(self, ids: Sequence[str]) -> list[Submission]:
        """In the order of the ids; those that do not exist are left out."""
        found = {one.id: one for one in _submissions(self._connection.execute(_THESE, {"ids": list(ids)}))}
        return [found[id] for id in ids if id in found]

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
        """Remove the submission with its versions and its files' rows; the database keeps what was handed in."""
        for statement in (_DELETE_VERSIONS, _DELETE_FILES, _DELETE_UPLOADS, _DELETE_LINKS):
            self._connection.execute(statement, {"submission": id})
        self._connection.execute(_DELETE, {"id_": id})

    def of_teacher(self, teacher_id: str) -> list[Submission]:
        return _submissions(self._connection.execute(_OF_TEACHER, {"teacher": teacher_id}))

    def waiting(self, organisation_id: str, limit: int) -> list[Submission]:
        values = {"organisation": organisation_id, "limit": limit}
        return _submissions(self._connection.execute(_WAITING, values))

    def submitted_since(self, since: datetime, limit: int) -> list[Submission]:
        return _submissions(self._connection.execute(_SUBMITTED_SINCE, {"since": since, "limit": limit}))

    def decided_by(self, reviewer_id: str, limit: int) -> list[Submission]:
        values = {"reviewer": reviewer_id, "limit": limit * MANY_ATTEMPTS}
        latest_first = dict.fromkeys(self._connection.execute(_DECIDED, values).scalars())
        return self.these(list(latest_first)[:limit])

    def add_attempt(self, attempt: Attempt) -> None:
        """Raises Conflict (`state.conflict`) when this number was handed in already."""
        if not changes(self._connection, _ADD_ATTEMPT, _with_declaration(attempt)):
            raise Conflict("state.conflict", "This evidence was handed in already.")

    def attempts(self, submission_id: str) -> list[Attempt]:
        rows = self._connection.execute(_ATTEMPTS, {"submission": submission_id})
        return [Attempt(**_as_declared(row)) for row in rows]

    def add_file(self, file: EvidenceFile) -> None:
        self._connection.execute(
            _ADD_FILE, {**vars(file), **_judged(file.notes, file.scan), "signs": _plain(file.signs)}
        )

    def judge_file(self, id: str, notes: tuple[FileNote, ...], scan: Scan) -> None:
        """What the scanner said, and the notes as they now are."""
        self._connection.execute(_CHANGE_FILE, {"id_": id, **_judged(notes, scan)})

    def name_file(self, id: str, since: datetime | None) -> None:
        """Since when the badge is to name the file's digest; None: not."""
        self._connection.execute(_CHANGE_FILE, {"id_": id, "in_badge_since": since})

    def unscanned(self, limit: int) -> list[str]:
        """Ids of files that wait for the scanner, the oldest first."""
        return list(self._connection.execute(_UNSCANNED, {"limit": limit}).scalars())

    def file(self, id: str) -> EvidenceFile | None:
        row = self._connection.execute(_GET_FILE, {"id_": id}).one_or_none()
        return None if row is None else _as_file(row)

    def files_of(self, submission_id: str) -> list[EvidenceFile]:
        rows = self._connection.execute(_FILES_OF, {"submission": submission_id})
        return [_as_file(row) for row in rows]

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
    return {**_with_declaration(submission), "state": submission.state.value}


def _with_declaration(one: Submission | Attempt) -> dict[str, Any]:
    values = dict(vars(one))
    declaration: AiDeclaration = values.pop("ai")
    return {**values, "ai_use": declaration.use.value, "ai_how": declaration.how}


def _as_declared(row: Row[Any]) -> dict[str, Any]:
    values = dict(row._mapping)
    declaration = AiDeclaration(AiUse(values.pop("ai_use")), values.pop("ai_how"))
    return {**values, "ai": declaration}


def _submissions(rows: Iterable[Row[Any]]) -> list[Submission]:
    return [_as_submission(row) for row in rows]


def _as_submission(row: Row[Any]) -> Submission:
    return Submission(**{**_as_declared(row), "state": SubmissionState(row.state)})


def _as_file(row: Row[Any]) -> EvidenceFile:
    notes = tuple(FileNote(**note) for note in row.notes)
    signs = tuple(FileSign(**sign) for sign in row.signs)
    return EvidenceFile(**{**row._mapping, "notes": notes, "signs": signs, "scan": Scan(row.scan)})


def _judged(notes: tuple[FileNote, ...], scan: Scan) -> dict[str, Any]:
    return {"notes": _plain(notes), "scan": scan.value}


def _plain(found: Iterable[FileNote | FileSign]) -> list[dict[str, str]]:
    return [vars(one) for one in found]


def _as_review(row: Row[Any]) -> Review:
    ratings = tuple(Rating(**rating) for rating in row.ratings)
    return Review(**{**row._mapping, "decision": Decision(row.decision), "ratings": ratings})
