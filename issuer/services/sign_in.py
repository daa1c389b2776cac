"""Signing in and out with e-mail address and password; sessions live on the server."""

from __future__ import annotations

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta

from issuer.domain.people import Person, Session, normalise_email
from issuer.errors import IssuerError, Unauthenticated
from issuer.services.ports import Clock, Passwords, Store, Transaction

MAX_PASSWORD_CHARACTERS = 128
USED_TO = timedelta(minutes=5)
"""How exactly the last use of a session is kept."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SignedIn:
    """A fresh session; `token` is told to the browser once and kept nowhere."""

    token: str
    session: Session
    person: Person


@dataclass(frozen=True)
class Current:
    """Who holds a session. unread: how many notices wait for them."""

    person: Person
    session: Session
    unread: int


class SignIn:
    """Passwords in, sessions out."""

    def __init__(self, store: Store, passwords: Passwords, clock: Clock, session_hours: int = 12) -> None:
        self._store = store
        self._passwords = passwords
        self._clock = clock
        self._lifetime = timedelta(hours=session_hours)
        self._nobodys_hash = passwords.hash(secrets.token_urlsafe(16))

    def sign_in(self, email: str, password: str, browser: str = "") -> SignedIn:
        """Open a session. email: any verified address of theirs. browser: its family, to know the session again.

        Takes as long for an unknown address as for a wrong password, and says the same:
        raises Unauthenticated (`auth.credentials`).
        """
        person = self._store.read(lambda tx: tx.people.by_email(normalise_email(email)))
        known_hash = self._hash_of(person)
        fits = len(password) <= MAX_PASSWORD_CHARACTERS and self._passwords.matches(
            known_hash or self._nobodys_hash, password
        )
        if not fits or person is None or known_hash is None or person.disabled_at is not None:
            raise Unauthenticated("auth.credentials", "This e-mail address and password do not fit together.")
        return self._open(person, browser)

    def sign_out(self, token: str) -> None:
        """End the session of this token, if there is one."""
        self._store.write(lambda tx: tx.sessions.delete(token_digest(token)))

    def current(self, token: str) -> Current | None:
        """Who holds this token, with roles as they are now; None when the session has ended."""
        found = self._store.read(lambda tx: self._look(tx, token))
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
        return Current(person, session, tx.outbox.unread(person.id))

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

    def _open(self, person: Person, browser: str) -> SignedIn:
        now = self._clock()
        token = secrets.token_urlsafe(32)
        session = Session(
            token_digest(token), person.id, secrets.token_urlsafe(24), now, now + self._lifetime, now, browser
        )
        self._store.write(lambda tx: tx.sessions.add(session))
        return SignedIn(token, session, person)


def token_digest(token: str) -> str:
    """What is kept of a session's token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
