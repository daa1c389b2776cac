"""Appeals, deadlines of revisions, the filtered queue and files that two teachers handed in, in tables."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, or_, select, update

from issuer.domain.appeal import Appeal, AppealState
from issuer.domain.revision import Deadline
from issuer.domain.submission import SubmissionState
from issuer.errors import Conflict
from issuer.services.review_ports import HandedIn
from issuer.storage import schema
from issuer.storage.file_tables import evidence_file
from issuer.storage.review_tables import appeal, revision_deadline
from issuer.storage.statements import changes, insert_if_free

_A, _D, _S, _F = appeal.c, revision_deadline.c, schema.submission.c, evidence_file.c
_ADD = insert_if_free(appeal, "review_id")
_GET = select(appeal).where(_A.id == bindparam("id_"))
_OF_SUBMISSION = select(appeal).where(_A.submission_id == bindparam("submission")).order_by(_A.filed_at, _A.id)
_ANSWER = update(appeal).where(_A.id == bindparam("id_"), _A.state == AppealState.OPEN.value)
_OPEN = (
    select(appeal)
    .join(schema.submission, _S.id == _A.submission_id)
    .where(_A.state == AppealState.OPEN.value, _S.organisation_id == bindparam("organisation"))
    .order_by(_A.due_at, _A.id)
    .limit(bindparam("limit"))
)
_SET = insert_if_free(revision_deadline)
_DEADLINE = (
    select(revision_deadline)
    .where(_D.submission_id == bindparam("submission"), _D.attempt == bindparam("attempt"))
    .order_by(_D.number.desc())
    .limit(1)
)
_SAME = (
    select(_F.id, _F.sha256, _F.submission_id, _F.owner_id)
    .join(schema.submission, _S.id == _F.submission_id)
    .where(_F.sha256.in_(bindparam("digests", expanding=True)), _F.owner_id != bindparam("owner"), _S.attempt > 0)
    .order_by(_F.created_at, _F.id)
    .limit(bindparam("limit"))
)


class SqlAppeals:
    """Fulfils `review_ports.Appeals`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, one: Appeal) -> None:
        """Raises Conflict (`state.conflict`) when this decision was appealed against before."""
        if not changes(self._connection, _ADD, {**vars(one), "state": one.state.value}):
            raise Conflict("state.conflict", "You have appealed against this decision before; that can be done once.")

    def get(self, id: str) -> Appeal | None:
        row = self._connection.execute(_GET, {"id_": id}).one_or_none()
        return None if row is None else _as_appeal(row)

    def of_submission(self, submission_id: str) -> list[Appeal]:
        return [_as_appeal(row) for row in self._connection.execute(_OF_SUBMISSION, {"submission": submission_id})]

    def open(self, organisation_id: str, limit: int) -> list[Appeal]:
        values = {"organisation": organisation_id, "limit": limit}
        return [_as_appeal(row) for row in self._connection.execute(_OPEN, values)]

    def close(self, one: Appeal) -> None:
        """Raises Conflict (`state.conflict`) when it is no longer open."""
        values = {
            "id_": one.id, "state": one.state.value, "decided_by": one.decided_by, "decided_at": one.decided_at,
            "reason": one.reason,
        }  # fmt: skip
        if not changes(self._connection, _ANSWER, values):
            raise Conflict("state.conflict", "This appeal was answered or withdrawn meanwhile.")


class SqlDeadlines:
    """Fulfils `review_ports.Deadlines`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set(self, one: Deadline) -> None:
        """Raises Conflict (`state.conflict`) when another was set meanwhile."""
        if not changes(self._connection, _SET, vars(one)):
            raise Conflict("state.conflict", "Another deadline was set meanwhile. Reload the page.")

    def of(self, submission_id: str, attempt: int) -> Deadline | None:
        values = {"submission": submission_id, "attempt": attempt}
        row = self._connection.execute(_DEADLINE, values).one_or_none()
        return None if row is None else Deadline(**row._mapping)


class SqlReviewQueue:
    """Fulfils `review_ports.ReviewQueue`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ids(
        self,
        organisation_id: str,
        state: SubmissionState,
        achievement: str | None,
        claimed_by: str | None,
        is_free: bool,
        limit: int,
        after: str | None,
    ) -> list[str]:
        """Ids of submissions in a state, the longest-waiting first; those that come behind `after`."""
        found = select(_S.id).where(_S.organisation_id == organisation_id, _S.state == state.value)
        if achievement is not None:
            found = found.where(_S.achievement == achievement)
        if claimed_by is not None:
            found = found.where(_S.claimed_by == claimed_by)
        if is_free:
            found = found.where(_S.claimed_by.is_(None))
        order = _S.submitted_at if state is SubmissionState.SUBMITTED else _S.updated_at
        if after is not None:
            mark = select(order).where(_S.id == after).scalar_subquery()
            found = found.where(or_(order > mark, and_(order == mark, _S.id > after)))
        return list(self._connection.execute(found.order_by(order, _S.id).limit(limit)).scalars())

    def files_of_others(self, digests: Collection[str], owner_id: str, limit: int) -> list[HandedIn]:
        """Files with one of these digests that somebody else attached to a submission that was handed in."""
        values = {"digests": list(digests), "owner": owner_id, "limit": limit}
        return [HandedIn(*row) for row in self._connection.execute(_SAME, values)]


def _as_appeal(row: Row[Any]) -> Appeal:
    return Appeal(**{**row._mapping, "state": AppealState(row.state)})
