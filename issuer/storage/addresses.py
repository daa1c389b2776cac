"""E-mail addresses of accounts in a table."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from issuer.domain.claims import Address
from issuer.errors import Conflict, NotFound
from issuer.storage.schema_accounts import address
from issuer.storage.statements import changes, insert_if_free

_HOLDER = select(address.c.person_id).where(address.c.email == bindparam("email_"), address.c.verified_at.is_not(None))
_ONE = (address.c.person_id == bindparam("person"), address.c.email == bindparam("email_"))
_OF = select(address).where(address.c.person_id == bindparam("person")).order_by(address.c.added_at, address.c.email)
_GET = select(address).where(*_ONE)
_ADD = insert_if_free(address)
_VERIFY = update(address).where(*_ONE)
_REMOVE = delete(address).where(*_ONE)


class SqlAddresses:
    """Fulfils `account_ports.Addresses`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, person_id: str) -> list[Address]:
        """In order of being added."""
        return [Address(**row._mapping) for row in self._connection.execute(_OF, {"person": person_id})]

    def get(self, person_id: str, email: str) -> Address | None:
        row = self._connection.execute(_GET, {"person": person_id, "email_": email}).one_or_none()
        return None if row is None else Address(**row._mapping)

    def add(self, address: Address) -> None:
        """Raises Conflict (`state.conflict`) when the account has it already, or another has verified it."""
        if not changes(self._connection, _ADD, vars(address)):
            raise Conflict("state.conflict", "This e-mail address already belongs to an account.", "/email")

    def verify(self, person_id: str, email: str, now: datetime) -> None:
        """Raises Conflict (`state.conflict`) when another account has verified it, NotFound when it is not there."""
        holder = self._connection.execute(_HOLDER, {"email_": email}).scalar_one_or_none()
        if holder not in (None, person_id):
            raise Conflict("state.conflict", "This e-mail address already belongs to an account.", "/email")
        if not changes(self._connection, _VERIFY, {"person": person_id, "email_": email, "verified_at": now}):
            raise NotFound("not_found", "There is no such address.")

    def vouch(self, person_id: str, email: str, now: datetime) -> None:
        """Add it as verified, on an administrator's word. Raises Conflict like `verify`."""
        if self.get(person_id, email) is None:
            self.add(Address(person_id, email, now, now))
        else:
            self.verify(person_id, email, now)

    def remove(self, person_id: str, email: str) -> None:
        self._connection.execute(_REMOVE, {"person": person_id, "email_": email})
