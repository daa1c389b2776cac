"""Signing in and out with e-mail address and password; sessions live on the server."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from issuer.domain.people import Person, Role, Session, normalise_email
from issuer.errors import IssuerError, Unauthenticated
from issuer.services.ports import Clock, Passwords, Store, Transaction
from issuer.services.second_factor import SecondFactor, is_on
from issuer.services.secret_tokens import token_digest

MAX_PASSWORD_CHARACTERS = 128
USED_TO = timedelta(minutes=5)
"""How exactly the last use of a session is kept."""
TIME_FOR_CODE = timedelta(minutes=10)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SignedIn:
    """A fresh session; `token` is told to the browser once and kept nowhere.

    When the session awaits a code, nothing but `SignIn.give_code` takes the token.
    """

    token: str
    session: Session
    person: Person

    @property
    def awaits_code(self) -> bool:
        return self.session.awaits_code


@dataclass(frozen=True)
class Current:
    """Who holds a session. unread: how many notices wait for them.

    must_set_up: their roles need a second factor here, and they have none yet.
    """

    person: Person
    session: Session
    unread: int
    must_set_up: bool = False


class SignIn:
    """Passwords in, sessions out."""

    def __init__(
        self,
        store: Store,
        passwords: Passwords,
        clock: Clock,
        second_factor: SecondFactor,
        session_hours: int = 12,
        requires_second_factor: bool = False,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._clock = clock
        self._lifetime = timedelta(hours=session_hours)
        self._second_factor = second_factor
        self._requires_second_factor = requires_second_factor

    @cached_property
    def _nobodys_hash(self) -> str:
        """What passwords for unknown addresses are held against; made when anybody signs in for the first time."""
        return self._passwords.hash(secrets.token_urlsafe(16))

    def sign_in(self, email: str, password: str, browser: str = "", code: str | None = None) -> SignedIn:
        """Open a session. email: any verified address of theirs. browser: its family, to know the session again.

        Takes as long for an unknown address as for a wrong password, and says the same:
        raises Unauthenticated (`auth.credentials`). Where a second factor is set up and no code was given, the
        session awaits one; a wrong one raises Unauthenticated (`auth.otp`).
        """
        person = self._store.read(lambda tx: tx.people.by_email(normalise_email(email)))
        known_hash, nobodys_hash = self._hash_of(person), self._nobodys_hash
        fits = len(password) <= MAX_PASSWORD_CHARACTERS and self._passwords.matches(
            known_hash or nobodys_hash, password
        )
        if not fits or person is None or known_hash is None or person.disabled_at is not None:
            raise Unauthenticated("auth.credentials", "This e-mail address and password do not fit together.")
        return self._store.write(lambda tx: self._opened(tx, person, browser, code))

    def awaiting(self, token: str) -> Person | None:
        """Who is to give a code in this session; None when nobody is."""
        found = self._store.read(lambda tx: self._look(tx, token))
        return found.person if found is not None and found.session.awaits_code else None

    def give_code(self, token: str, code: str, browser: str = "") -> SignedIn:
        """Go on with the code of the second factor, in a session of its own.

        Raises Unauthenticated: `auth.otp` for a wrong code, `auth.session` when the time for it is over.
        """

        def work(tx: Transaction) -> SignedIn:
            found = self._look(tx, token)
            if found is None or not found.session.awaits_code:
                raise Unauthenticated("auth.session", "That took too long. Please sign in again.")
            self._second_factor.check(tx, found.person.id, code)
            tx.sessions.delete(found.session.token_sha256)
            return self._open(tx, found.person, browser)

        return self._store.write(work)

    def sign_out(self, token: str) -> None:
        """End the session of this token, if there is one."""
        self._store.write(lambda tx: tx.sessions.delete(token_digest(token)))

    def current(self, token: str) -> Current | None:
        """Who holds this token, with roles as they are now; None when the session has ended."""
        found = self._store.read(lambda tx: self._look(tx, token))
        if found is not None and found.session.awaits_code:
            return None
        if found is not None and self._clock() - (found.session.last_used_at or found.session.created_at) > USED_TO:
            self._touch(found.session)
        return found

    def _look(self, tx: Transaction, token: str) -> Current | None:
        session = tx.sessions.get(token_digest(token))
        if session is None or session.expires_at <= self._clock():
            return None
        person = tx.people.get(session.person_id)
        if person is None or person.disabled_at is not None:
            return None
        needs = self._requires_second_factor and (person.has(Role.REVIEWER) or person.has(Role.ADMINISTRATOR))
        return Current(person, session, tx.outbox.unread(person.id), needs and not is_on(tx, person.id))

    def _touch(self, session: Session) -> None:
        """Note that it was used. A database that is busy is no reason to turn anybody away."""
        try:
            self._store.write(lambda tx: tx.sessions.touch(session.token_sha256, self._clock()))
        except IssuerError as error:
            log.warning("session.not_noted", extra={"code": error.code})

    def _hash_of(self, person: Person | None) -> str | None:
        if person is None:
            return None
        return self._store.read(lambda tx: tx.people.password_hash(person.id))

    def _opened(self, tx: Transaction, person: Person, browser: str, code: str | None) -> SignedIn:
        if not is_on(tx, person.id):
            return self._open(tx, person, browser)
        if code is None:
            return self._open(tx, person, browser, awaits_code=True)
        self._second_factor.check(tx, person.id, code)
        return self._open(tx, person, browser)

    def _open(self, tx: Transaction, person: Person, browser: str, awaits_code: bool = False) -> SignedIn:
        now = self._clock()
        ends = now + (TIME_FOR_CODE if awaits_code else self._lifetime)
        token = secrets.token_urlsafe(32)
        csrf_token = secrets.token_urlsafe(24)
        session = Session(token_digest(token), person.id, csrf_token, now, ends, now, browser, awaits_code)
        tx.sessions.add(session)
        return SignedIn(token, session, person)
