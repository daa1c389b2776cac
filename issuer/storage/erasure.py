"""Erasing what belongs to people, and finding what has been kept long enough, in tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from issuer.domain.submission import SubmissionState
from issuer.storage import file_tables, schema
from issuer.storage.belongings import PUBLISHED, of_person, removable_below, remove, rows
from issuer.storage.schema_accounts import address, claim, claim_token, doomed_file
from issuer.storage.statements import insert_if_free

_SUBMISSION = schema.submission.c
_FILES = select(file_tables.evidence_file.c.id).where(
    file_tables.evidence_file.c.submission_id == bindparam("submission")
)
_UPLOADS = select(file_tables.upload.c.id).where(file_tables.upload.c.submission_id == bindparam("submission"))
_DOOM = insert_if_free(doomed_file, "id")
_DOOMED = select(doomed_file.c.id).order_by(doomed_file.c.id).limit(bindparam("limit"))
_GONE = delete(doomed_file).where(doomed_file.c.id == bindparam("id_"))
_REVIEWS = select(schema.review.c.id, schema.review.c.ratings).where(
    schema.review.c.submission_id == bindparam("submission")
)
_FORGET_ANSWERS = delete(schema.answer).where(schema.answer.c.caller == bindparam("person"))
_EMAILS = select(address.c.email).where(address.c.person_id == bindparam("person"))
_THEIRS = claim.c.email.in_(bindparam("emails", expanding=True))
_FORGET_TOKENS = delete(claim_token).where(claim_token.c.claim_id.in_(select(claim.c.id).where(_THEIRS)))
_FORGET_CLAIMS = delete(claim).where(_THEIRS)
_OLD_MESSAGES = delete(schema.message).where(schema.message.c.created_at < bindparam("before"))
_CLOSED = (
    select(schema.person.c.id)
    .where(schema.person.c.disabled_at < bindparam("before"), schema.person.c.password_hash != "")
    .order_by(schema.person.c.id)
    .limit(bindparam("limit"))
)


class SqlErasure:
    """Fulfils `account_ports.Erasure`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def belongings(self, person_id: str) -> dict[str, list[dict[str, Any]]]:
        """Every row of the person by table, without secrets; a row that is theirs in two ways stands there once."""
        found: dict[str, list[dict[str, Any]]] = {}
        for table, condition in of_person(person_id):
            known = found.setdefault(table.name, [])
            known += [row for row in rows(self._connection, table, condition) if row not in known]
        return {name: some for name, some in found.items() if some}

    def erase_evidence(self, submission_id: str, now: datetime, with_published: bool) -> None:
        """Blank a submission and all that hangs on it; its files are doomed, and removed by whoever reads `doomed`.

        with_published: also what the teacher chose to publish: narratives, resources. Ids, states, digests and the
        levels that reviewers gave remain.
        """
        values = {"submission": submission_id}
        ids = [
            *self._connection.execute(_FILES, values).scalars(),
            *self._connection.execute(_UPLOADS, values).scalars(),
        ]
        for id in ids:
            self._connection.execute(_DOOM, {"id": id, "since": now})
        submission = schema.submission
        this = _SUBMISSION.id == submission_id
        for table, condition in removable_below(submission, this, () if with_published else PUBLISHED):
            remove(self._connection, table, condition)
        blank: dict[str, Any] = {"evidence": {}, "ai_how": "", **({"public_narratives": {}} if with_published else {})}
        self._connection.execute(update(submission).where(this).values(**blank, erased_at=now))
        attempts = schema.attempt.c.submission_id == submission_id
        self._connection.execute(update(schema.attempt).where(attempts).values(**blank))
        self._blank_reviews(submission_id)

    def delete_draft(self, submission_id: str, now: datetime) -> None:
        """Remove a submission that was never handed in, with all that hangs on it."""
        self.erase_evidence(submission_id, now, with_published=True)
        remove(self._connection, schema.submission, _SUBMISSION.id == submission_id)

    def erase_person(self, person_id: str, now: datetime) -> None:
        """Remove what belongs to the account and blank the person; the id remains, closed."""
        person = schema.person
        emails = self._connection.execute(_EMAILS, {"person": person_id}).scalars().all()
        self._connection.execute(_FORGET_TOKENS, {"emails": list(emails)})
        self._connection.execute(_FORGET_CLAIMS, {"emails": list(emails)})
        for root, theirs in ((schema.award, schema.award.c.person_id == person_id), (person, person.c.id == person_id)):
            for table, condition in removable_below(root, theirs):
                remove(self._connection, table, condition)
        self._connection.execute(_FORGET_ANSWERS, {"person": person_id})
        blank = {
            "email": f"{person_id}@erased.invalid", "display_name": "Erased account", "roles": [],
            "disabled_at": now, "password_hash": "",
        }  # fmt: skip
        self._connection.execute(update(person).where(person.c.id == person_id).values(**blank))

    def doomed(self, limit: int) -> list[str]:
        """Ids of files that are to be removed."""
        return list(self._connection.execute(_DOOMED, {"limit": limit}).scalars())

    def file_is_gone(self, id: str) -> None:
        self._connection.execute(_GONE, {"id_": id})

    def evidence_due(self, before: Mapping[SubmissionState, datetime], limit: int) -> list[tuple[str, int]]:
        """Submissions, with their number of attempts, that were not changed since the moment for their state."""
        due = [
            (_SUBMISSION.state == state.value) & (_SUBMISSION.updated_at < moment) for state, moment in before.items()
        ]
        statement = (
            select(_SUBMISSION.id, _SUBMISSION.attempt)
            .where(_SUBMISSION.erased_at.is_(None), or_(*due))
            .order_by(_SUBMISSION.updated_at, _SUBMISSION.id)
            .limit(limit)
        )
        return [(row.id, row.attempt) for row in self._connection.execute(statement)]

    def closed_before(self, before: datetime, limit: int) -> list[str]:
        """Ids of accounts that were closed before then and are not erased."""
        return list(self._connection.execute(_CLOSED, {"before": before, "limit": limit}).scalars())

    def purge_messages(self, before: datetime) -> None:
        self._connection.execute(_OLD_MESSAGES, {"before": before})

    def _blank_reviews(self, submission_id: str) -> None:
        for row in self._connection.execute(_REVIEWS, {"submission": submission_id}).all():
            ratings: Collection[dict[str, Any]] = [{**one, "comment": ""} for one in row.ratings]
            blank = {"ratings": ratings, "feedback": "", "private_note": ""}
            self._connection.execute(update(schema.review).where(schema.review.c.id == row.id).values(**blank))
