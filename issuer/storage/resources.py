"""What teachers share, and the questions about it, in tables."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from issuer.domain.question import Question
from issuer.domain.resource import Published, Resource, SharedFile, SortOrder
from issuer.errors import Conflict
from issuer.storage.resource_tables import question, resource
from issuer.storage.statements import changes, insert_if_free

_R, _Q = resource.c, question.c
_ADD = insert_if_free(resource, "submission_id")
_GET = select(resource).where(_R.id == bindparam("id_"))
_BY_SUBMISSION = select(resource).where(_R.submission_id == bindparam("submission"))
_OF_OWNER = select(resource).where(_R.owner_id == bindparam("owner")).order_by(_R.updated_at.desc(), _R.id)
_UPDATE = update(resource).where(_R.id == bindparam("id_"), _R.revision == bindparam("expected_revision"))
_ORDER = {
    SortOrder.NEWEST: (_R.published_at.desc(), _R.id),
    SortOrder.OLDEST: (_R.published_at, _R.id),
    SortOrder.TITLE: (_R.published_title, _R.id),
}
_ADD_QUESTION = insert(question)
_QUESTION = select(question).where(_Q.id == bindparam("id_"))
_BY_TOKEN = select(question).where(_Q.token_sha256 == bindparam("token"))
_QUESTIONS = select(question).where(_Q.resource_id == bindparam("resource")).order_by(_Q.asked_at.desc(), _Q.id)
_UNANSWERED = (
    select(func.count())
    .select_from(question)
    .where(_Q.resource_id == bindparam("resource"), _Q.answered_at.is_(None))
)  # fmt: skip
_ANSWER = update(question).where(_Q.id == bindparam("id_"), _Q.answered_at.is_(None))


class SqlResources:
    """Fulfils `resource_ports.Resources`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, one: Resource) -> None:
        """Raises Conflict (`state.conflict`) when the submission has its resource already."""
        if not changes(self._connection, _ADD, _values(one)):
            raise Conflict("state.conflict", "This was prepared for sharing meanwhile. Reload the page and try again.")

    def get(self, id: str) -> Resource | None:
        return _resource(self._connection.execute(_GET, {"id_": id}).one_or_none())

    def by_submission(self, submission_id: str) -> Resource | None:
        return _resource(self._connection.execute(_BY_SUBMISSION, {"submission": submission_id}).one_or_none())

    def of_owner(self, owner_id: str) -> list[Resource]:
        return [_as_resource(row) for row in self._connection.execute(_OF_OWNER, {"owner": owner_id})]

    def update(self, one: Resource, expected_revision: int) -> None:
        """Compare and set on the revision. Raises Conflict (`state.conflict`) when it has moved on."""
        values = {**_values(one), "id_": one.id, "expected_revision": expected_revision}
        if not changes(self._connection, _UPDATE, values):
            raise Conflict("state.conflict", "This was changed meanwhile. Reload the page and try again.")

    def search(
        self, words: Collection[str], achievements: Collection[str] | None, order: SortOrder, limit: int, offset: int
    ) -> list[Resource]:
        """Published ones that hold every word (folded), of these badge classes where they are named."""
        found = select(resource).where(_R.published_at.is_not(None))
        for word in words:
            found = found.where(_R.search_text.contains(word, autoescape=True))
        if achievements is not None:
            found = found.where(_R.achievement.in_(achievements))
        rows = self._connection.execute(found.order_by(*_ORDER[order]).limit(limit).offset(offset))
        return [_as_resource(row) for row in rows]


class SqlQuestions:
    """Fulfils `resource_ports.Questions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, one: Question) -> None:
        self._connection.execute(_ADD_QUESTION, vars(one))

    def get(self, id: str) -> Question | None:
        row = self._connection.execute(_QUESTION, {"id_": id}).one_or_none()
        return None if row is None else Question(**row._mapping)

    def by_token(self, token_sha256: str) -> Question | None:
        row = self._connection.execute(_BY_TOKEN, {"token": token_sha256}).one_or_none()
        return None if row is None else Question(**row._mapping)

    def of_resource(self, resource_id: str) -> list[Question]:
        return [Question(**row._mapping) for row in self._connection.execute(_QUESTIONS, {"resource": resource_id})]

    def unanswered(self, resource_id: str) -> int:
        return int(self._connection.execute(_UNANSWERED, {"resource": resource_id}).scalar_one())

    def answer(self, one: Question) -> None:
        """Raises Conflict (`state.conflict`) when it was answered already."""
        values = {"id_": one.id, "answer": one.answer, "answered_at": one.answered_at}
        if not changes(self._connection, _ANSWER, values):
            raise Conflict("state.conflict", "This question was answered already.")


def _values(one: Resource) -> dict[str, Any]:
    shown = one.published
    return {
        **vars(one),
        "left_out": list(one.left_out),
        "published": None if shown is None else _to_json(shown),
        "published_title": "" if shown is None else shown.title.casefold(),
        "search_text": "" if shown is None else shown.search_text,
    }


def _to_json(shown: Published) -> dict[str, Any]:
    return {**vars(shown), "files": [vars(one) for one in shown.files]}


def _resource(row: Row[Any] | None) -> Resource | None:
    return None if row is None else _as_resource(row)


def _as_resource(row: Row[Any]) -> Resource:
    values = {name: value for name, value in row._mapping.items() if name not in ("published_title", "search_text")}
    return Resource(**{**values, "left_out": tuple(row.left_out), "published": _published(row.published)})


def _published(stored: dict[str, Any] | None) -> Published | None:
    if stored is None:
        return None
    return Published(**{**stored, "files": tuple(SharedFile(**one) for one in stored["files"])})
