"""How people come to have an account: an administrator invites them, or they register where that is allowed."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from issuer.domain.claims import HANDED_OVER, LIFE, Claim, ClaimKind
from issuer.domain.people import Organisation, Person, Role
from issuer.errors import Conflict, Forbidden, TooManyRequests, Unprocessable
from issuer.services.access import not_found, require_administrator
from issuer.services.administer import check_email, check_name
from issuer.services.claims import gone, mail_link, meant, mint, new_claim, use
from issuer.services.notify import notify, notify_administrators
from issuer.services.ports import Clock, Passwords, Store, Transaction

KINDS = (ClaimKind.INVITATION, ClaimKind.REGISTRATION)
MAX_WAITING = 500
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_CHARACTERS = 10


class Registration(StrEnum):
    """Who may register without an invitation: nobody, teachers who choose a school, teachers who know its code."""

    OFF = "off"
    OPEN = "open"
    CODE = "code"


@dataclass(frozen=True)
class Waiting:
    """An invitation or registration that was not used yet.

    is_open: whether its links still work. has_account: whether the address has an account by now.
    """

    claim: Claim
    organisation: Organisation
    is_open: bool
    has_account: bool


@dataclass(frozen=True)
class Invited:
    """A new invitation; `path` is its link, told now and never again."""

    claim: Claim
    path: str


class Join:
    """Inviting, registering, and opening the account. `by` is an administrator's id, or OPERATOR."""

    def __init__(
        self,
        store: Store,
        passwords: Passwords,
        check_password: Callable[[str], None],
        clock: Clock,
        registration: Registration,
        has_mail: bool,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._check_password = check_password
        self._clock = clock
        self.registration = registration
        self.has_mail = has_mail

    def invite(self, by: str, email: str, roles: Iterable[Role], organisation_id: str) -> Invited:
        """Invite somebody; the link is mailed where a mail server is named, and returned in any case.

        Raises Forbidden, Conflict when the address has an account, Unprocessable.
        """
        address, wanted = check_email(email), frozenset(roles)
        if not wanted:
            raise Unprocessable("input.invalid", "Choose at least one role.", "/role")

        def work(tx: Transaction) -> Invited:
            require_administrator(tx, by)
            _require_organisation(tx, organisation_id)
            _require_room(tx)
            if tx.people.by_email(address) is not None:
                raise Conflict("state.conflict", "This e-mail address already has an account.", "/email")
            now = self._clock()
            claim = replace(
                new_claim(ClaimKind.INVITATION, address, now),
                organisation_id=organisation_id,
                roles=wanted,
                created_by=by,
            )
            tx.claims.add(claim)
            self._mail(tx, claim)
            tx.audit.append(now, "invitation.made", by, claim.id, {"roles": ",".join(sorted(wanted))})
            return Invited(claim, mint(tx, claim, now))

        return self._store.write(work)

    def waiting(self, by: str, limit: int = 100) -> list[Waiting]:
        """Invitations and registrations that were not used yet, the latest first."""

        def work(tx: Transaction) -> list[Waiting]:
            require_administrator(tx, by)
            return [self._waiting(tx, claim) for claim in tx.claims.waiting(KINDS, limit)]

        return self._store.read(work)

    def link(self, by: str, claim_id: str) -> Invited:
        """A fresh link to hand over, working for its usual time from now on. Raises NotFound, Conflict."""

        def work(tx: Transaction) -> Invited:
            require_administrator(tx, by)
            claim = _waiting_claim(tx, claim_id)
            if tx.people.by_email(claim.email) is not None:
                raise Conflict("state.conflict", "This e-mail address already has an account.", "/email")
            now = self._clock()
            ends = now + (LIFE[claim.kind] if claim.kind is ClaimKind.INVITATION else HANDED_OVER)
            tx.claims.extend(claim.id, ends)
            tx.audit.append(now, "invitation.link", by, claim.id, {})
            return Invited(replace(claim, expires_at=ends), mint(tx, claim, now))

        return self._store.write(work)

    def withdraw(self, by: str, claim_id: str) -> None:
        """From now on its links are good for nothing. Raises NotFound, Gone when it was used meanwhile."""

        def work(tx: Transaction) -> None:
            require_administrator(tx, by)
            claim = _waiting_claim(tx, claim_id)
            if not tx.claims.withdraw(claim.id, self._clock()):
                raise gone()
            tx.audit.append(self._clock(), "invitation.withdrawn", by, claim.id, {})

        self._store.write(work)

    def register(self, email: str, organisation: str) -> None:
        """Ask for a teacher's account; the link to go on with is mailed, or handed over by an administrator.

        organisation: the id of a school, or its code where codes are asked for. What is done, and how long it takes,
        does not depend on whether the address has an account. Raises Forbidden where registering is switched off,
        Unprocessable for what is no address, no school or no code, TooManyRequests when too many wait.
        """
        if self.registration is Registration.OFF:
            raise Forbidden("forbidden", "Accounts are opened by invitation here.")
        address = check_email(email)

        def work(tx: Transaction) -> None:
            organisation_id = self._chosen(tx, organisation)
            _require_room(tx)
            claim = replace(
                new_claim(ClaimKind.REGISTRATION, address, self._clock()),
                organisation_id=organisation_id, roles=frozenset({Role.TEACHER}),
            )  # fmt: skip
            tx.claims.add(claim)
            self._mail(tx, claim)
            if not self.has_mail:
                notify_administrators(tx, self._clock(), "registration.waiting", {})

        self._store.write(work)

    def schools(self) -> list[Organisation]:
        """The schools to choose from; none where a code is asked for or registering is switched off."""
        if self.registration is not Registration.OPEN:
            return []
        return self._store.read(lambda tx: tx.people.organisations())

    def code(self, by: str, organisation_id: str) -> str | None:
        """The code of a school, None while it has none. Raises Forbidden."""

        def work(tx: Transaction) -> str | None:
            require_administrator(tx, by)
            return tx.join_codes.of(organisation_id)

        return self._store.read(work)

    def new_code(self, by: str, organisation_id: str) -> str:
        """Give a school a fresh code; the one before is good for nothing. Raises Forbidden, Unprocessable."""
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_CHARACTERS))

        def work(tx: Transaction) -> str:
            require_administrator(tx, by)
            _require_organisation(tx, organisation_id)
            tx.join_codes.set(organisation_id, code)
            tx.audit.append(self._clock(), "organisation.code", by, organisation_id, {})
            return code

        return self._store.write(work)

    def meant_by(self, token: str) -> Waiting:
        """What a link is for. Raises Gone (`claim.used`)."""
        return self._store.read(lambda tx: self._waiting(tx, meant(tx, token, KINDS, self._clock())))

    def accept(self, token: str, display_name: str, password: str) -> Person:
        """Open the account that a link is for; the link's address counts as verified.

        Raises Gone (`claim.used`), Unprocessable (`input.invalid`, `auth.password_policy`), Conflict when the address
        got an account meanwhile.
        """
        name = check_name(display_name, "/display_name")
        self._check_password(password)
        self.meant_by(token)
        password_hash = self._passwords.hash(password)
        person_id = str(uuid.uuid4())

        def work(tx: Transaction) -> Person:
            now = self._clock()
            claim = meant(tx, token, KINDS, now)
            use(tx, claim, now)
            person = Person(person_id, claim.organisation_id or "", claim.email, name, claim.roles, now)
            tx.people.add(person, password_hash)
            details = {"claim": claim.id, "roles": ",".join(sorted(claim.roles))}
            tx.audit.append(now, "person.joined", person.id, person.id, details)
            if claim.created_by is not None:
                notify(tx, now, claim.created_by, "invitation.accepted", {})
            return person

        return self._store.write(work)

    def _waiting(self, tx: Transaction, claim: Claim) -> Waiting:
        organisation = tx.people.organisation(claim.organisation_id or "")
        if organisation is None:
            raise not_found()
        has_account = tx.people.by_email(claim.email) is not None
        return Waiting(claim, organisation, claim.is_open(self._clock()), has_account)

    def _mail(self, tx: Transaction, claim: Claim) -> None:
        if self.has_mail:
            mail_link(tx, claim, self._clock())

    def _chosen(self, tx: Transaction, organisation: str) -> str:
        if self.registration is Registration.OPEN:
            _require_organisation(tx, organisation)
            return organisation
        found = tx.join_codes.organisation_of("".join(organisation.split()).upper())
        if found is None:
            raise Unprocessable("input.invalid", "No school has this code. Ask your school for it.", "/organisation")
        return found


def _require_organisation(tx: Transaction, organisation_id: str) -> None:
    if tx.people.organisation(organisation_id) is None:
        raise Unprocessable("input.invalid", "There is no such organisation.", "/organisation")


def _require_room(tx: Transaction) -> None:
    if len(tx.claims.waiting(KINDS, MAX_WAITING)) >= MAX_WAITING:
        raise TooManyRequests("rate.limited", "Too many invitations and registrations wait. Try again later.", 3_600)


def _waiting_claim(tx: Transaction, claim_id: str) -> Claim:
    claim = tx.claims.get(claim_id)
    if claim is None or claim.kind not in KINDS:
        raise not_found()
    if claim.used_at is not None or claim.withdrawn_at is not None:
        raise gone()
    return claim
