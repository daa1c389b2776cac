"""The second factor: codes that an authenticator makes from a shared secret and the time, and recovery codes.

Sources: RFC 6238 (30 seconds, 6 digits, SHA-1, one step of tolerance on each side), §5.2: a code is taken once.
The secret is stored encrypted, recovery codes as digests; both are told once.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp

from issuer.errors import Conflict, Unauthenticated, Unprocessable
from issuer.services.access import OPERATOR, actor, not_found, require_administrator
from issuer.services.account_ports import Factor, Sealing
from issuer.services.administer import require_password
from issuer.services.notify import notify
from issuer.services.ports import Clock, Passwords, Store, Transaction
from issuer.services.secret_tokens import token_digest

SECRET_BYTES = 20
STEP_S = 30
TOLERANCE = (0, -1, 1)
RECOVERY_CODES = 10
RECOVERY_BYTES = 8


@dataclass(frozen=True)
class Setup:
    """A new secret, told now and never again. key: for typing; uri: for the picture an authenticator reads."""

    key: str
    uri: str


@dataclass(frozen=True)
class FactorState:
    """is_on: whether signing in asks for a code. recovery_codes: how many are left."""

    is_on: bool
    recovery_codes: int


class SecondFactor:
    """Setting up, checking, taking away. `by` is the acting person's id."""

    def __init__(self, store: Store, passwords: Passwords, sealing: Sealing, issuer_name: str, clock: Clock) -> None:
        self._store = store
        self._passwords = passwords
        self._sealing = sealing
        self._issuer_name = issuer_name
        self._clock = clock

    def state(self, by: str) -> FactorState:
        def work(tx: Transaction) -> FactorState:
            factor = tx.factors.get(by)
            is_on = factor is not None and factor.confirmed_at is not None
            return FactorState(is_on, tx.factors.recovery_codes(by) if is_on else 0)

        return self._store.read(work)

    def begin(self, by: str, password: str) -> Setup:
        """A fresh secret, which counts once a code made from it was given. Raises Unprocessable, Conflict when on."""
        require_password(self._store, self._passwords, by, password)
        secret = secrets.token_bytes(SECRET_BYTES)
        sealed = self._sealing.seal(secret, by)

        def work(tx: Transaction) -> str:
            person, known = actor(tx, by), tx.factors.get(by)
            if known is not None and known.confirmed_at is not None:
                raise Conflict("state.conflict", "The second factor is set up already. Take it away first.")
            tx.factors.put(Factor(by, sealed, self._clock()))
            return person.email

        email = self._store.write(work)
        key = base64.b32encode(secret).decode()
        return Setup(key, pyotp.TOTP(key).provisioning_uri(name=email, issuer_name=self._issuer_name))

    def confirm(self, by: str, code: str) -> tuple[str, ...]:
        """Switch it on with a first code; returns the recovery codes. Raises Unprocessable (`auth.otp`), Conflict."""
        codes = _recovery_codes()

        def work(tx: Transaction) -> None:
            factor, now = tx.factors.get(by), self._clock()
            if factor is None or factor.confirmed_at is not None:
                raise Conflict("state.conflict", "There is nothing to confirm. Begin anew.")
            if not self._takes(tx, factor, code, now):
                raise Unprocessable("auth.otp", "This is not the code. Is the clock of your telephone right?", "/code")
            tx.factors.confirm(by, now)
            tx.factors.set_recovery_codes(by, [_digest(one) for one in codes])
            self._note(tx, by, by, "factor.on")

        self._store.write(work)
        return codes

    def new_recovery_codes(self, by: str, password: str) -> tuple[str, ...]:
        """Ten fresh codes in place of what is left of the others. Raises Unprocessable, Conflict when it is off."""
        require_password(self._store, self._passwords, by, password)
        codes = _recovery_codes()

        def work(tx: Transaction) -> None:
            if not is_on(tx, by):
                raise Conflict("state.conflict", "The second factor is not set up.")
            tx.factors.set_recovery_codes(by, [_digest(one) for one in codes])
            self._note(tx, by, by, "factor.recovery_codes")

        self._store.write(work)
        return codes

    def turn_off(self, by: str, password: str) -> None:
        """Sign in without codes from now on. Raises Unprocessable for a wrong password."""
        require_password(self._store, self._passwords, by, password)
        self._store.write(lambda tx: self._take_away(tx, by, by))

    def take_away(self, by: str, person_id: str) -> None:
        """For somebody who has lost their device; `by` is an administrator or OPERATOR. Their sessions end.

        Raises Forbidden, NotFound, Conflict for one's own.
        """

        def work(tx: Transaction) -> None:
            require_administrator(tx, by)
            if by == person_id and by != OPERATOR:
                raise Conflict("state.conflict", "Change your own second factor in your account.")
            if tx.people.get(person_id) is None:
                raise not_found()
            self._take_away(tx, by, person_id)
            tx.sessions.delete_of(person_id)

        self._store.write(work)

    def check(self, tx: Transaction, person_id: str, code: str) -> None:
        """Take a code of the authenticator, or a recovery code, once. Raises Unauthenticated (`auth.otp`)."""
        factor, now = tx.factors.get(person_id), self._clock()
        text = "".join(code.split()).upper()
        if factor is None or factor.confirmed_at is None:
            raise _wrong()
        if self._takes(tx, factor, text, now):
            return
        if not tx.factors.use_recovery_code(person_id, _digest(text), now):
            raise _wrong()
        self._note(tx, person_id, person_id, "factor.recovered")

    def _takes(self, tx: Transaction, factor: Factor, code: str, now: datetime) -> bool:
        """Whether it is a code of about now that was not taken before; it is taken then."""
        otp = pyotp.TOTP(base64.b32encode(self._sealing.open(factor.sealed_secret, factor.person_id)).decode())
        step = int(now.timestamp()) // STEP_S
        given = "".join(code.split()).encode("utf-8", "replace")
        fits = [step + by for by in TOLERANCE if hmac.compare_digest(otp.generate_otp(step + by).encode(), given)]
        return any(tx.factors.take_step(factor.person_id, one) for one in fits)

    def _take_away(self, tx: Transaction, by: str, person_id: str) -> None:
        tx.factors.remove(person_id)
        self._note(tx, by, person_id, "factor.off")

    def _note(self, tx: Transaction, by: str, person_id: str, kind: str) -> None:
        tx.audit.append(self._clock(), kind, by, person_id, {})
        notify(tx, self._clock(), person_id, "account.second_factor", {})


def is_on(tx: Transaction, person_id: str) -> bool:
    """Whether signing in asks this person for a code."""
    factor = tx.factors.get(person_id)
    return factor is not None and factor.confirmed_at is not None


def _recovery_codes() -> tuple[str, ...]:
    texts = (base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().rstrip("=") for _ in range(RECOVERY_CODES))
    return tuple(f"{text[:4]}-{text[4:8]}-{text[8:]}" for text in texts)


def _digest(code: str) -> str:
    """64 random bits: what is guessed is limited by rate, and the digest by its own length of input."""
    return token_digest(code.replace("-", ""))


def _wrong() -> Unauthenticated:
    return Unauthenticated("auth.otp", "This code is not right, or was used already.")
