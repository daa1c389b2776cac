"""A new password for somebody who has lost theirs: by a link in a mail, or one that an administrator hands over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from issuer.domain.claims import HANDED_OVER, Claim, ClaimKind
from issuer.domain.people import Person
from issuer.errors import Conflict
from issuer.services.access import actor, require_administrator
from issuer.services.administer import check_email
from issuer.services.claims import gone, mail_link, meant, mint, new_claim, use
from issuer.services.notify import notify
from issuer.services.ports import Clock, Passwords, Store, Transaction

KINDS = (ClaimKind.RESET,)


class ResetPassword:
    """Asking for a link, handing one over, using it."""

    def __init__(
        self,
        store: Store,
        passwords: Passwords,
        check_password: Callable[[str], None],
        clock: Clock,
        has_mail: bool,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._check_password = check_password
        self._clock = clock
        self.has_mail = has_mail

    def ask(self, email: str) -> None:
        """Have a link mailed, if somebody has verified this address.

        Whether anybody has is looked up only when the mail is sent, so that neither the answer nor its time tells.
        Raises Unprocessable for what is no address.
        """
        address = check_email(email)

        def work(tx: Transaction) -> None:
            claim = new_claim(ClaimKind.RESET, address, self._clock())
            tx.claims.add(claim)
            if self.has_mail:
                mail_link(tx, claim, self._clock())

        self._store.write(work)

    def link(self, by: str, person_id: str) -> str:
        """The path of a link that an administrator, or OPERATOR, hands to somebody. Raises Forbidden, Conflict.

        An administrator's own password is changed in their account; not by a link, which would pass over the
        current one.
        """

        def work(tx: Transaction) -> str:
            require_administrator(tx, by)
            if by == person_id:
                raise Conflict("state.conflict", "Change your own password in your account.")
            person, now = actor(tx, person_id), self._clock()
            claim = replace(
                new_claim(ClaimKind.RESET, person.email, now),
                person_id=person.id, created_by=by, expires_at=now + HANDED_OVER,
            )  # fmt: skip
            tx.claims.add(claim)
            tx.audit.append(now, "person.reset_link", by, person.id, {"claim": claim.id})
            return mint(tx, claim, now)

        return self._store.write(work)

    def meant_by(self, token: str) -> Claim:
        """What a link is for. Raises Gone (`claim.used`)."""
        return self._store.read(lambda tx: self._meant(tx, token)[0])

    def reset(self, token: str, password: str) -> Person:
        """Set the password; every session ends, and every other link for a new password with it.

        Raises Gone (`claim.used`), Unprocessable (`auth.password_policy`).
        """
        self._check_password(password)
        self.meant_by(token)
        password_hash = self._passwords.hash(password)

        def work(tx: Transaction) -> Person:
            now = self._clock()
            claim, person = self._meant(tx, token)
            use(tx, claim, now)
            tx.people.set_password_hash(person.id, password_hash)
            tx.sessions.delete_of(person.id)
            tx.claims.withdraw_resets(person.id, person.emails, now)
            tx.audit.append(now, "person.password", person.id, person.id, {"claim": claim.id})
            notify(tx, now, person.id, "account.password", {})
            return person

        return self._store.write(work)

    def _meant(self, tx: Transaction, token: str) -> tuple[Claim, Person]:
        claim = meant(tx, token, KINDS, self._clock())
        person = tx.people.get(claim.person_id) if claim.person_id else tx.people.by_email(claim.email)
        if person is None or person.disabled_at is not None:
            raise gone()
        return claim, person
