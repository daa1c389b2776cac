"""Bearer tokens: registering software, and knowing it again.

A token is the client's id and 256 random bits; it is told once and kept nowhere. Sources: RFC 6750 §2.1 and §5.3.
"""

from __future__ import annotations

import hmac
import re
import secrets
import uuid
from dataclasses import dataclass, replace

from issuer.domain.clients import Client
from issuer.domain.people import Person, normalise_email
from issuer.errors import NotFound, Unauthenticated, Unprocessable
from issuer.services.access import require_administrator
from issuer.services.administer import check_name
from issuer.services.ports import Clock, Store, Transaction
from issuer.services.secret_tokens import token_digest

SECRET_BYTES = 32
MAX_CLIENTS = 200
_TOKEN = re.compile(r"(?P<id>[0-9a-f-]{36})\.(?P<secret>[A-Za-z0-9_-]{43})")
_NOBODYS_SHA256 = token_digest("")


@dataclass(frozen=True)
class Registered:
    """A new client; `token` is told now and never again."""

    client: Client
    token: str


class Clients:
    """Registering, listing and removing; `by` is an administrator's id, or OPERATOR on the machine itself."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def add(self, by: str, name: str, email: str) -> Registered:
        """Register a client that acts for the person with that address.

        Raises Forbidden, NotFound for nobody, Unprocessable (`input.invalid`) for a bad name or one client too many.
        """
        secret = secrets.token_urlsafe(SECRET_BYTES)
        checked = check_name(name, "/name")

        def work(tx: Transaction) -> Client:
            require_administrator(tx, by)
            person = tx.people.by_email(normalise_email(email))
            if person is None or person.disabled_at is not None:
                raise NotFound("not_found", "Nobody with that address has an open account.")
            if len(tx.clients.all()) >= MAX_CLIENTS:
                raise Unprocessable("input.invalid", f"There are {MAX_CLIENTS} clients already.")
            client = Client(str(uuid.uuid4()), checked, person.id, token_digest(secret), self._clock())
            tx.clients.add(client)
            tx.audit.append(self._clock(), "client.added", by, client.id, {"person": person.id})
            return client

        client = self._store.write(work)
        return Registered(client, f"{client.id}.{secret}")

    def all(self, by: str) -> list[tuple[Client, Person | None]]:
        """Every client there ever was, with the person it acts for, in order of registration."""

        def work(tx: Transaction) -> list[tuple[Client, Person | None]]:
            require_administrator(tx, by)
            return [(one, tx.people.get(one.person_id)) for one in tx.clients.all()]

        return self._store.read(work)

    def remove(self, by: str, client_id: str) -> Client:
        """Shut a client out for good. Raises NotFound."""

        def work(tx: Transaction) -> Client:
            require_administrator(tx, by)
            client = tx.clients.get(client_id)
            if client is None:
                raise NotFound("not_found", "There is no such client.")
            removed = client if client.removed_at is not None else replace(client, removed_at=self._clock())
            if removed is not client:
                tx.clients.remove(client_id, self._clock())
                tx.audit.append(self._clock(), "client.removed", by, client_id, {})
            return removed

        return self._store.write(work)

    def known(self, token: str) -> tuple[Client, Person]:
        """Whose token this is, and the person with the roles they have now.

        Raises Unauthenticated (`auth.key`), the same for every reason.
        """
        match = _TOKEN.fullmatch(token)
        digest = token_digest(match["secret"] if match else token)

        def look(tx: Transaction) -> tuple[Client, Person] | None:
            client = tx.clients.get(match["id"]) if match else None
            expected = client.secret_sha256 if client else _NOBODYS_SHA256
            if not hmac.compare_digest(expected, digest) or client is None or client.removed_at is not None:
                return None
            person = tx.people.get(client.person_id)
            return (client, person) if person is not None and person.disabled_at is None else None

        found = self._store.read(look)
        if found is None:
            raise Unauthenticated("auth.key", "This token opens nothing here.")
        return found
