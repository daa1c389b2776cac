"""The audit record, notifications, idempotent answers and facts in tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from issuer.domain.audit import AuditEvent, next_event
from issuer.errors import Conflict
from issuer.services.ports import Message, StoredAnswer
from issuer.storage import schema
from issuer.storage.statements import changes, insert_if_free, one_row

AUDIT_BATCH = 1_000
FIRST_RETRY_S = 60
LONGEST_RETRY_S = 6 * 60 * 60

_EVENT = schema.audit_event.c
_LAST_LINK = select(_EVENT.seq, _EVENT.hash).where(_EVENT.seq == select(func.max(_EVENT.seq)).scalar_subquery())
_LAST_EVENT = select(schema.audit_event).order_by(_EVENT.seq.desc()).limit(1)
_EVENT_AT = select(schema.audit_event).where(_EVENT.seq == bindparam("seq_"))
_APPEND = insert(schema.audit_event)
_OF_SUBJECT = select(schema.audit_event).where(_EVENT.subject_id == bindparam("subject")).order_by(_EVENT.seq)
_AFTER = (
    select(schema.audit_event)
    .where(_EVENT.seq > bindparam("after"))
    .order_by(_EVENT.seq)
    .limit(AUDIT_BATCH)
)  # fmt: skip

_MESSAGE = schema.message.c
_MESSAGE_FIELDS = [column for column in _MESSAGE if column.name != "due_at"]
_ADD_MESSAGE = insert_if_free(schema.message, "key")
_DUE = (
    select(*_MESSAGE_FIELDS)
    .where(_MESSAGE.due_at <= bindparam("now"))
    .order_by(_MESSAGE.due_at, _MESSAGE.key)
    .limit(bindparam("limit"))
)
_ATTEMPTS = select(_MESSAGE.attempts).where(_MESSAGE.key == bindparam("key_"), _MESSAGE.sent_at.is_(None))
_UPDATE_MESSAGE = update(schema.message).where(_MESSAGE.key == bindparam("key_"), _MESSAGE.sent_at.is_(None))
_MESSAGES_OF = (
    select(*_MESSAGE_FIELDS)
    .where(_MESSAGE.person_id == bindparam("person"))
    .order_by(_MESSAGE.created_at.desc(), _MESSAGE.key)
    .limit(bindparam("limit"))
)
_UNREAD = select(func.count()).where(_MESSAGE.person_id == bindparam("person"), _MESSAGE.read_at.is_(None))
_MARK_READ = update(schema.message).where(_MESSAGE.person_id == bindparam("person"), _MESSAGE.read_at.is_(None))

_ANSWER = schema.answer.c
_GET_ANSWER = select(_ANSWER.fingerprint, _ANSWER.status, _ANSWER.body, _ANSWER.media_type).where(
    _ANSWER.caller == bindparam("caller_"), _ANSWER.key == bindparam("key_")
)
_PUT_ANSWER = insert_if_free(schema.answer)
_PURGE_ANSWERS = delete(schema.answer).where(_ANSWER.created_at < bindparam("before"))

_GET_FACT = select(schema.fact.c.value).where(schema.fact.c.name == bindparam("name_"))
_ADD_FACT = insert(schema.fact)
_UPDATE_FACT = update(schema.fact).where(schema.fact.c.name == bindparam("name_"))


class _Link(NamedTuple):
    """Fulfils `domain.audit.Link`."""

    seq: int
    hash: str


class SqlAudit:
    """Fulfils `ports.Audit`; writers take turns, so each event finds the one before it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, at: datetime, kind: str, actor_id: str, subject_id: str, details: dict[str, str]) -> AuditEvent:
        row = one_row(self._connection, _LAST_LINK, {})
        last = None if row is None else _Link(*row)
        event = next_event(last, at.astimezone(UTC), kind, actor_id, subject_id, details)
        self._connection.execute(_APPEND, vars(event))
        return event

    def get(self, seq: int) -> AuditEvent | None:
        row = self._connection.execute(_EVENT_AT, {"seq_": seq}).one_or_none()
        return None if row is None else AuditEvent(**row._mapping)

    def last(self) -> AuditEvent | None:
        """The latest event; None at the very beginning."""
        row = self._connection.execute(_LAST_EVENT).one_or_none()
        return None if row is None else AuditEvent(**row._mapping)

    def of_subject(self, subject_id: str) -> list[AuditEvent]:
        rows = self._connection.execute(_OF_SUBJECT, {"subject": subject_id})
        return [AuditEvent(**row._mapping) for row in rows]

    def all(self) -> Iterator[AuditEvent]:
        """Every event in order, fetched in batches while the transaction lasts."""
        after = 0
        while rows := self._connection.execute(_AFTER, {"after": after}).all():
            yield from (AuditEvent(**row._mapping) for row in rows)
            after = rows[-1].seq


class SqlOutbox:
    """Fulfils `ports.Outbox`. After a try the next one is due in 1, 2, 4, … minutes, at most 6 hours."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, message: Message) -> None:
        due_at = message.created_at if message.sent_at is None else None
        self._connection.execute(_ADD_MESSAGE, {**vars(message), "due_at": due_at})

    def due(self, now: datetime, limit: int) -> list[Message]:
        """Unsent messages whose time has come, the longest due first."""
        rows = self._connection.execute(_DUE, {"now": now, "limit": limit})
        return [Message(**row._mapping) for row in rows]

    def tried(self, key: str, now: datetime) -> None:
        attempts = self._connection.execute(_ATTEMPTS, {"key_": key}).scalar_one_or_none()
        if attempts is None:
            return
        wait = timedelta(seconds=min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** min(attempts, 16)))
        values = {"key_": key, "attempts": attempts + 1, "due_at": now + wait}
        self._connection.execute(_UPDATE_MESSAGE, values)

    def sent(self, key: str, now: datetime) -> None:
        self._connection.execute(_UPDATE_MESSAGE, {"key_": key, "sent_at": now, "due_at": None})

    def give_up(self, key: str) -> None:
        self._connection.execute(_UPDATE_MESSAGE, {"key_": key, "due_at": None})

    def of_person(self, person_id: str, limit: int) -> list[Message]:
        """The person's messages, the latest first."""
        rows = self._connection.execute(_MESSAGES_OF, {"person": person_id, "limit": limit})
        return [Message(**row._mapping) for row in rows]

    def unread(self, person_id: str) -> int:
        return int(self._connection.execute(_UNREAD, {"person": person_id}).scalar_one())

    def mark_read(self, person_id: str, now: datetime) -> None:
        self._connection.execute(_MARK_READ, {"person": person_id, "read_at": now})


class SqlIdempotency:
    """Fulfils `ports.Idempotency`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, caller: str, key: str) -> StoredAnswer | None:
        row = self._connection.execute(_GET_ANSWER, {"caller_": caller, "key_": key}).one_or_none()
        return None if row is None else StoredAnswer(**row._mapping)

    def put(self, caller: str, key: str, answer: StoredAnswer, now: datetime) -> None:
        """Raises Conflict (`state.conflict`) when this key was answered already."""
        values: dict[str, Any] = {**vars(answer), "caller": caller, "key": key, "created_at": now}
        if not changes(self._connection, _PUT_ANSWER, values):
            raise Conflict("state.conflict", "A request with this key was answered already.")

    def purge(self, before: datetime) -> None:
        self._connection.execute(_PURGE_ANSWERS, {"before": before})


class SqlFacts:
    """Fulfils `ports.Facts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> str | None:
        found: str | None = self._connection.execute(_GET_FACT, {"name_": name}).scalar_one_or_none()
        return found

    def set(self, name: str, value: str) -> None:
        if not changes(self._connection, _UPDATE_FACT, {"name_": name, "value": value}):
            self._connection.execute(_ADD_FACT, {"name": name, "value": value})
