"""Organisations, people and their sessions in tables."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, select, type_coerce, update

from issuer.domain.people import Organisation, Person, Role, Session, normalise_email
from issuer.errors import Conflict, NotFound
from issuer.storage import schema
from issuer.storage.addresses import SqlAddresses
from issuer.storage.columns import PlainText
from issuer.storage.schema_accounts import address
from issuer.storage.statements import changes, insert_if_free

_PERSON = [column for column in schema.person.c if column.name != "password_hash"]
_NAMES = [column.name for column in _PERSON]
_ADD_ORGANISATION = insert(schema.organisation)
_ORGANISATION = select(schema.organisation).where(schema.organisation.c.id == bindparam("id_"))
_ORGANISATIONS = select(schema.organisation).order_by(schema.organisation.c.name, schema.organisation.c.id)
_ADD = insert_if_free(schema.person)
_GET = (
    select(*_PERSON, address.c.email.label("verified"))
    .outerjoin(address, (address.c.person_id == schema.person.c.id) & address.c.verified_at.is_not(None))
    .where(schema.person.c.id == bindparam("id_"))
)
"""One row for each verified address, and one for who has none."""
_THESE = select(*_PERSON).where(schema.person.c.id.in_(bindparam("ids", expanding=True)))
_BY_EMAIL = (
    select(*_PERSON)
    .join(address, address.c.person_id == schema.person.c.id)
    .where(address.c.email == bindparam("email_"), address.c.verified_at.is_not(None))
)
_EMAILS = select(address.c.person_id, address.c.email).where(
    address.c.person_id.in_(bindparam("people", expanding=True)), address.c.verified_at.is_not(None)
)
_UPDATE = update(schema.person).where(schema.person.c.id == bindparam("id_"))
_HASH = select(schema.person.c.password_hash).where(schema.person.c.id == bindparam("id_"))
_PAGE = (
    select(*_PERSON)
    .where(schema.person.c.id > bindparam("after"))
    .order_by(schema.person.c.id)
    .limit(bindparam("limit"))
)
_OF_ORGANISATION = (
    select(*_PERSON).where(schema.person.c.organisation_id == bindparam("organisation")).order_by(schema.person.c.id)
)
_WITH_ROLE = (
    select(*_PERSON)
    .where(type_coerce(schema.person.c.roles, PlainText).like(bindparam("role")))
    .order_by(schema.person.c.id)
)

_ADD_SESSION = insert(schema.session)
_SESSION = select(schema.session).where(schema.session.c.token_sha256 == bindparam("token"))
_DELETE_SESSION = delete(schema.session).where(schema.session.c.token_sha256 == bindparam("token"))
_DELETE_SESSIONS = delete(schema.session).where(
    schema.session.c.person_id == bindparam("person"), schema.session.c.token_sha256 != bindparam("but")
)
_SESSIONS_OF = (
    select(schema.session)
    .where(schema.session.c.person_id == bindparam("person"), schema.session.c.awaits_code == 0)
    .order_by(schema.session.c.created_at.desc(), schema.session.c.token_sha256)
)
_TOUCH = update(schema.session).where(schema.session.c.token_sha256 == bindparam("token"))
_PURGE_SESSIONS = delete(schema.session).where(schema.session.c.expires_at <= bindparam("now"))


class SqlPeople:
    """Fulfils `ports.People`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_organisation(self, organisation: Organisation) -> None:
        self._connection.execute(_ADD_ORGANISATION, {"id": organisation.id, "name": organisation.name})

    def organisation(self, id: str) -> Organisation | None:
        row = self._connection.execute(_ORGANISATION, {"id_": id}).one_or_none()
        return None if row is None else Organisation(*row)

    def organisations(self) -> list[Organisation]:
        return [Organisation(*row) for row in self._connection.execute(_ORGANISATIONS)]

    def add(self, person: Person, password_hash: str) -> None:
        """Their address counts as verified. Raises Conflict (`state.conflict`) when it is taken."""
        values = {"id": person.id, "created_at": person.created_at, "password_hash": password_hash}
        if not changes(self._connection, _ADD, {**values, **_changeable(person)}):
            raise _address_taken()
        SqlAddresses(self._connection).vouch(person.id, normalise_email(person.email), person.created_at)

    def get(self, id: str) -> Person | None:
        rows = self._connection.execute(_GET, {"id_": id}).all()
        return _as_person(tuple(rows[0])[:-1], {row.verified for row in rows if row.verified}) if rows else None

    def these(self, ids: Collection[str]) -> dict[str, Person]:
        """People by id; those that do not exist are left out."""
        return {one.id: one for one in self._all(_THESE, {"ids": list(ids)})}

    def by_email(self, email: str) -> Person | None:
        """Whoever has verified this address, as their main one or another."""
        found = self._all(_BY_EMAIL, {"email_": normalise_email(email)})
        return found[0] if found else None

    def update(self, person: Person) -> None:
        """Raises Conflict (`state.conflict`) when somebody else has the address, NotFound for nobody."""
        holder = self.by_email(person.email)
        if holder is not None and holder.id != person.id:
            raise _address_taken()
        if not changes(self._connection, _UPDATE, {"id_": person.id, **_changeable(person)}):
            raise NotFound("not_found", "There is no such person.")

    def password_hash(self, id: str) -> str | None:
        found: str | None = self._connection.execute(_HASH, {"id_": id}).scalar_one_or_none()
        return found

    def set_password_hash(self, id: str, password_hash: str) -> None:
        """Raises NotFound when there is no such person."""
        if not changes(self._connection, _UPDATE, {"id_": id, "password_hash": password_hash}):
            raise NotFound("not_found", "There is no such person.")

    def page(self, limit: int, after_id: str | None = None) -> list[Person]:
        return self._all(_PAGE, {"after": after_id or "", "limit": limit})

    def of_organisation(self, organisation_id: str) -> list[Person]:
        """Everybody of one organisation, in order of id."""
        return self._all(_OF_ORGANISATION, {"organisation": organisation_id})

    def administrators(self) -> list[Person]:
        """Everybody with that role and an open account, in order of id."""
        found = self._all(_WITH_ROLE, {"role": f'%"{Role.ADMINISTRATOR}"%'})
        return [person for person in found if person.has(Role.ADMINISTRATOR)]

    def _all(self, statement: Select[Any], values: dict[str, Any]) -> list[Person]:
        rows = self._connection.execute(statement, values).all()
        emails: dict[str, set[str]] = {row.id: set() for row in rows}
        if rows:
            for person_id, email in self._connection.execute(_EMAILS, {"people": list(emails)}):
                emails[person_id].add(email)
        return [_as_person(tuple(row), emails[row.id]) for row in rows]


class SqlSessions:
    """Fulfils `ports.Sessions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: Session) -> None:
        values = {
            "token_sha256": session.token_sha256, "person_id": session.person_id,
            "csrf_token": session.csrf_token, "created_at": session.created_at,
            "expires_at": session.expires_at, "last_used_at": session.last_used_at,
            "browser": session.browser, "awaits_code": int(session.awaits_code),
        }  # fmt: skip
        self._connection.execute(_ADD_SESSION, values)

    def get(self, token_sha256: str) -> Session | None:
        row = self._connection.execute(_SESSION, {"token": token_sha256}).one_or_none()
        return None if row is None else _session(row)

    def of_person(self, person_id: str) -> list[Session]:
        """The latest first; those that await a code are left out."""
        return [_session(row) for row in self._connection.execute(_SESSIONS_OF, {"person": person_id})]

    def touch(self, token_sha256: str, now: datetime) -> None:
        self._connection.execute(_TOUCH, {"token": token_sha256, "last_used_at": now})

    def delete(self, token_sha256: str) -> None:
        self._connection.execute(_DELETE_SESSION, {"token": token_sha256})

    def delete_of(self, person_id: str, but: str = "") -> None:
        """End all of a person's sessions, but the one whose token has this SHA-256."""
        self._connection.execute(_DELETE_SESSIONS, {"person": person_id, "but": but})

    def purge(self, now: datetime) -> None:
        self._connection.execute(_PURGE_SESSIONS, {"now": now})


def _session(row: Row[Any]) -> Session:
    return Session(**{**row._mapping, "awaits_code": bool(row.awaits_code)})


def _changeable(person: Person) -> dict[str, object]:
    return {
        "organisation_id": person.organisation_id,
        "email": normalise_email(person.email),
        "display_name": person.display_name,
        "roles": sorted(person.roles),
        "disabled_at": person.disabled_at,
    }


def _as_person(row: tuple[Any, ...], emails: set[str]) -> Person:
    values = dict(zip(_NAMES, row, strict=True))
    roles = frozenset(map(Role, values["roles"]))
    return Person(**{**values, "roles": roles, "other_emails": frozenset(emails - {values["email"]})})


def _address_taken() -> Conflict:
    return Conflict("state.conflict", "This e-mail address already has an account.", "/email")
