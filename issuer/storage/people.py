"""Organisations, people and their sessions in tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, type_coerce, update

from issuer.domain.people import Organisation, Person, Role, Session, normalise_email
from issuer.errors import Conflict, NotFound
from issuer.storage import schema
from issuer.storage.columns import PlainText
from issuer.storage.statements import changes, insert_if_free

_PERSON = [column for column in schema.person.c if column.name != "password_hash"]
_ADD_ORGANISATION = insert(schema.organisation)
_ORGANISATION = select(schema.organisation).where(schema.organisation.c.id == bindparam("id_"))
_ORGANISATIONS = select(schema.organisation).order_by(schema.organisation.c.name, schema.organisation.c.id)
_ADD = insert_if_free(schema.person)
_GET = select(*_PERSON).where(schema.person.c.id == bindparam("id_"))
_BY_EMAIL = select(*_PERSON).where(schema.person.c.email == bindparam("email_"))
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
_DELETE_SESSIONS = delete(schema.session).where(schema.session.c.person_id == bindparam("person"))
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
        """Raises Conflict (`state.conflict`) when the address is taken."""
        values = {"id": person.id, "created_at": person.created_at, "password_hash": password_hash}
        if not changes(self._connection, _ADD, {**values, **_changeable(person)}):
            raise _address_taken()

    def get(self, id: str) -> Person | None:
        return _person(self._connection.execute(_GET, {"id_": id}).one_or_none())

    def by_email(self, email: str) -> Person | None:
        return _person(self._connection.execute(_BY_EMAIL, {"email_": normalise_email(email)}).one_or_none())

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
        rows = self._connection.execute(_PAGE, {"after": after_id or "", "limit": limit})
        return [_as_person(row) for row in rows]

    def of_organisation(self, organisation_id: str) -> list[Person]:
        """Everybody of one organisation, in order of id."""
        return [
            _as_person(row) for row in self._connection.execute(_OF_ORGANISATION, {"organisation": organisation_id})
        ]

    def administrators(self) -> list[Person]:
        """Everybody with that role and an open account, in order of id."""
        found = map(_as_person, self._connection.execute(_WITH_ROLE, {"role": f'%"{Role.ADMINISTRATOR}"%'}))
        return [person for person in found if person.has(Role.ADMINISTRATOR)]


class SqlSessions:
    """Fulfils `ports.Sessions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: Session) -> None:
        values = {
            "token_sha256": session.token_sha256, "person_id": session.person_id,
            "csrf_token": session.csrf_token, "created_at": session.created_at,
            "expires_at": session.expires_at,
        }  # fmt: skip
        self._connection.execute(_ADD_SESSION, values)

    def get(self, token_sha256: str) -> Session | None:
        row = self._connection.execute(_SESSION, {"token": token_sha256}).one_or_none()
        return None if row is None else Session(*row)

    def delete(self, token_sha256: str) -> None:
        self._connection.execute(_DELETE_SESSION, {"token": token_sha256})

    def delete_of(self, person_id: str) -> None:
        self._connection.execute(_DELETE_SESSIONS, {"person": person_id})

    def purge(self, now: datetime) -> None:
        self._connection.execute(_PURGE_SESSIONS, {"now": now})


def _changeable(person: Person) -> dict[str, object]:
    return {
        "organisation_id": person.organisation_id,
        "email": normalise_email(person.email),
        "display_name": person.display_name,
        "roles": sorted(person.roles),
        "disabled_at": person.disabled_at,
    }


def _person(row: Row[*tuple[Any, ...]] | None) -> Person | None:
    return None if row is None else _as_person(row)


def _as_person(row: Row[*tuple[Any, ...]]) -> Person:
    id, organisation_id, email, display_name, roles, created_at, disabled_at = row
    return Person(id, organisation_id, email, display_name, frozenset(map(Role, roles)), created_at, disabled_at)


def _address_taken() -> Conflict:
    return Conflict("state.conflict", "This e-mail address already has an account.", "/email")
