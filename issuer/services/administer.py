"""People, their schools and their roles."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace

from issuer.domain.claims import Address
from issuer.domain.people import Organisation, Person, Role, normalise_email
from issuer.errors import NotFound, Unprocessable
from issuer.services.access import actor, require_administrator
from issuer.services.notify import notify
from issuer.services.ports import Clock, Passwords, Store, Transaction
from issuer.services.secret_tokens import token_digest

MAX_NAME_CHARACTERS = 200
MAX_PAGE = 100


class Administer:
    """What administrators do, and what everybody may change about themselves.

    `by` is the acting person's id, or OPERATOR for commands given on the machine itself.
    """

    def __init__(self, store: Store, passwords: Passwords, check_password: Callable[[str], None], clock: Clock) -> None:
        self._store = store
        self._passwords = passwords
        self._check_password = check_password
        self._clock = clock

    def add_organisation(self, by: str, name: str) -> Organisation:
        """Register a school. Raises Forbidden for anybody but administrators, Unprocessable for a bad name."""
        organisation = Organisation(str(uuid.uuid4()), check_name(name, "/name"))

        def work(tx: Transaction) -> Organisation:
            require_administrator(tx, by)
            tx.people.add_organisation(organisation)
            tx.audit.append(self._clock(), "organisation.added", by, organisation.id, {})
            return organisation

        return self._store.write(work)

    def add_person(
        self,
        by: str,
        organisation_id: str,
        email: str,
        display_name: str,
        roles: Iterable[Role],
        password: str,
    ) -> Person:
        """Open an account.

        Raises Forbidden, Unprocessable (`input.invalid`, `auth.password_policy`), Conflict when the
        address is taken.
        """
        self._check_password(password)
        person = Person(
            str(uuid.uuid4()), organisation_id, check_email(email), check_name(display_name, "/display_name"),
            frozenset(roles), self._clock(),
        )  # fmt: skip
        password_hash = self._passwords.hash(password)

        def work(tx: Transaction) -> Person:
            require_administrator(tx, by)
            if tx.people.organisation(organisation_id) is None:
                raise Unprocessable("input.invalid", "There is no such organisation.", "/organisation_id")
            tx.people.add(person, password_hash)
            details = {"roles": ",".join(sorted(person.roles))}
            tx.audit.append(self._clock(), "person.added", by, person.id, details)
            return person

        return self._store.write(work)

    def set_roles(self, by: str, person_id: str, roles: Iterable[Role]) -> Person:
        """Change what a person may do, from the next request on; their sessions end."""
        wanted = frozenset(roles)

        def work(tx: Transaction) -> Person:
            require_administrator(tx, by)
            person = replace(_existing(tx, person_id), roles=wanted)
            if by == person_id and Role.ADMINISTRATOR not in wanted:
                raise Unprocessable("input.invalid", "You cannot take the administrator role from yourself.")
            tx.people.update(person)
            if by != person_id:
                tx.sessions.delete_of(person_id)
            tx.audit.append(self._clock(), "person.roles", by, person_id, {"roles": ",".join(sorted(wanted))})
            return person

        return self._store.write(work)

    def disable(self, by: str, person_id: str) -> Person:
        """Close an account: its sessions end, its badges stay as they are."""

        def work(tx: Transaction) -> Person:
            require_administrator(tx, by)
            if by == person_id:
                raise Unprocessable("input.invalid", "You cannot close your own account.")
            person = replace(_existing(tx, person_id), disabled_at=self._clock())
            tx.people.update(person)
            tx.sessions.delete_of(person_id)
            tx.audit.append(self._clock(), "person.disabled", by, person_id, {})
            return person

        return self._store.write(work)

    def rename(self, by: str, display_name: str) -> Person:
        """Choose the name that appears on one's badges from now on."""
        name = check_name(display_name, "/display_name")

        def work(tx: Transaction) -> Person:
            person = replace(actor(tx, by), display_name=name)
            tx.people.update(person)
            tx.audit.append(self._clock(), "person.renamed", by, by, {})
            return person

        return self._store.write(work)

    def change_password(self, by: str, current: str, new: str, keep_token: str = "") -> None:
        """Choose another password; every session ends but the one with this token.

        Raises Unprocessable when the current password is wrong or the new one too weak.
        """
        self._check_password(new)
        require_password(self._store, self._passwords, by, current, "/current")
        password_hash = self._passwords.hash(new)

        def work(tx: Transaction) -> None:
            now = self._clock()
            tx.people.set_password_hash(by, password_hash)
            tx.sessions.delete_of(by, but=token_digest(keep_token) if keep_token else "")
            tx.claims.withdraw_resets(by, actor(tx, by).emails, now)
            tx.audit.append(now, "person.password", by, by, {})
            notify(tx, now, by, "account.password", {})

        self._store.write(work)

    def people(self, by: str, limit: int = 50, after: str | None = None) -> list[Person]:
        """A page of everybody, in order of id. Raises Unprocessable when `limit` is beyond 100."""
        check_limit(limit)

        def work(tx: Transaction) -> list[Person]:
            require_administrator(tx, by)
            return tx.people.page(limit, after)

        return self._store.read(work)

    def person(self, by: str, person_id: str) -> tuple[Person, list[Address]]:
        """One person and their addresses. Raises Forbidden, NotFound."""

        def work(tx: Transaction) -> tuple[Person, list[Address]]:
            require_administrator(tx, by)
            return _existing(tx, person_id), tx.addresses.of(person_id)

        return self._store.read(work)

    def organisations(self, by: str) -> list[Organisation]:
        def work(tx: Transaction) -> list[Organisation]:
            require_administrator(tx, by)
            return tx.people.organisations()

        return self._store.read(work)


def check_limit(limit: int) -> None:
    """Raises Unprocessable (`input.invalid`) for a page size outside 1 … 100."""
    if not 1 <= limit <= MAX_PAGE:
        raise Unprocessable("input.invalid", f"A page holds between 1 and {MAX_PAGE} entries.", "limit")


def _existing(tx: Transaction, person_id: str) -> Person:
    person = tx.people.get(person_id)
    if person is None:
        raise NotFound("not_found", "There is no such person.")
    return person


def require_password(
    store: Store, passwords: Passwords, person_id: str, password: str, where: str = "/password"
) -> None:
    """Raises Unprocessable (`input.invalid`) when this is not the person's password."""
    known = store.read(lambda tx: tx.people.password_hash(person_id))
    if known is None or not passwords.matches(known, password):
        raise Unprocessable("input.invalid", "This is not your current password.", where)


def check_name(text: str, where: str) -> str:
    """A name with its white space folded. Raises Unprocessable (`input.invalid`)."""
    name = " ".join(text.split())
    if not name or len(name) > MAX_NAME_CHARACTERS or not name.isprintable():
        raise Unprocessable("input.invalid", "A name has between 1 and 200 printable characters.", where)
    return name


def check_email(text: str) -> str:
    """A normalised e-mail address. Raises Unprocessable (`input.invalid`)."""
    email = normalise_email(text)
    local, at, domain = email.rpartition("@")
    if not (local and at and "." in domain.strip(".")) or len(email) > 254 or not email.isprintable() or " " in email:
        raise Unprocessable("input.invalid", "This is no e-mail address.", "/email")
    return email
