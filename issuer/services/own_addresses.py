"""One's own e-mail addresses: several, each verified by a link, one of them the main one."""

from __future__ import annotations

from dataclasses import replace

from issuer.domain.claims import Address, Claim, ClaimKind
from issuer.domain.people import Person
from issuer.errors import Conflict, Unprocessable
from issuer.services.access import actor, not_found, require_administrator
from issuer.services.administer import check_email, require_password
from issuer.services.claims import gone, mail_link, meant, mint, new_claim, use
from issuer.services.notify import notify
from issuer.services.ports import Clock, Passwords, Store, Transaction

MAX_ADDRESSES = 10
KINDS = (ClaimKind.ADDRESS,)


class OwnAddresses:
    """Adding, verifying, choosing, removing. `by` is the acting person's id."""

    def __init__(self, store: Store, passwords: Passwords, clock: Clock) -> None:
        self._store = store
        self._passwords = passwords
        self._clock = clock

    def all(self, by: str) -> list[Address]:
        return self._store.read(lambda tx: tx.addresses.of(actor(tx, by).id))

    def add(self, by: str, email: str, password: str) -> None:
        """Add an address, which is good for nothing until it is verified; its link is mailed there.

        Somebody else's address is taken like any other: that it is theirs is told to nobody but its mailbox.
        Raises Unprocessable, also for a wrong password, and Conflict when it is one's own already.
        """
        address = check_email(email)
        require_password(self._store, self._passwords, by, password)

        def work(tx: Transaction) -> None:
            person, now = actor(tx, by), self._clock()
            if len(tx.addresses.of(person.id)) >= MAX_ADDRESSES:
                raise Unprocessable("input.invalid", f"An account has at most {MAX_ADDRESSES} addresses.", "/email")
            tx.addresses.add(Address(person.id, address, now))
            self._mail(tx, person, address)
            tx.audit.append(now, "address.added", by, by, {})
            notify(tx, now, person.id, "account.address", {})

        self._store.write(work)

    def send_again(self, by: str, email: str) -> None:
        """Another link for an address that is not verified yet. Raises NotFound."""

        def work(tx: Transaction) -> None:
            person = actor(tx, by)
            self._mail(tx, person, _unverified(tx, person, email).email)

        self._store.write(work)

    def link(self, by: str, person_id: str, email: str) -> str:
        """The path of a link that verifies somebody's address, for an administrator to hand over where no mail goes.

        Raises Forbidden, NotFound.
        """

        def work(tx: Transaction) -> str:
            require_administrator(tx, by)
            person, now = actor(tx, person_id), self._clock()
            claim = replace(
                new_claim(ClaimKind.ADDRESS, _unverified(tx, person, email).email, now),
                person_id=person.id, created_by=by,
            )  # fmt: skip
            tx.claims.add(claim)
            tx.audit.append(now, "address.link", by, person.id, {})
            return mint(tx, claim, now)

        return self._store.write(work)

    def meant_by(self, token: str) -> Claim:
        """What a link is for. Raises Gone (`claim.used`)."""
        return self._store.read(lambda tx: meant(tx, token, KINDS, self._clock()))

    def verify(self, by: str, token: str) -> str:
        """Show that the mailbox is one's own; returns the address.

        Only the account that asked for the link may use it, so that nobody is talked into giving their address to
        another's account. Raises Gone (`claim.used`), Conflict when another account has verified it.
        """

        def work(tx: Transaction) -> str:
            person, now = actor(tx, by), self._clock()
            claim = meant(tx, token, KINDS, now)
            if claim.person_id != person.id or tx.addresses.get(person.id, claim.email) is None:
                raise gone()
            use(tx, claim, now)
            tx.addresses.verify(person.id, claim.email, now)
            tx.audit.append(now, "address.verified", by, by, {"claim": claim.id})
            return claim.email

        return self._store.write(work)

    def make_primary(self, by: str, email: str) -> Person:
        """Badges that follow are made out to this address, and mails go there.

        Raises NotFound, Unprocessable (`recipient.unverified`) while it is not verified.
        """

        def work(tx: Transaction) -> Person:
            person = actor(tx, by)
            address = _own(tx, person, email)
            if address.verified_at is None:
                raise Unprocessable(
                    "recipient.unverified", "Verify this address first: follow the link sent there.", "/email"
                )
            others = (person.other_emails | {person.email}) - {address.email}
            changed = replace(person, email=address.email, other_emails=others)
            tx.people.update(changed)
            tx.audit.append(self._clock(), "address.primary", by, by, {})
            notify(tx, self._clock(), person.id, "account.address", {})
            return changed

        return self._store.write(work)

    def remove(self, by: str, email: str) -> None:
        """Take an address away. Raises NotFound, Conflict for the main one."""

        def work(tx: Transaction) -> None:
            person = actor(tx, by)
            address = _own(tx, person, email)
            if address.email == person.email:
                raise Conflict("state.conflict", "Make another address the main one first.", "/email")
            tx.addresses.remove(person.id, address.email)
            tx.audit.append(self._clock(), "address.removed", by, by, {})
            notify(tx, self._clock(), person.id, "account.address", {})

        self._store.write(work)

    def _mail(self, tx: Transaction, person: Person, email: str) -> None:
        claim = replace(new_claim(ClaimKind.ADDRESS, email, self._clock()), person_id=person.id)
        tx.claims.add(claim)
        mail_link(tx, claim, self._clock())


def _own(tx: Transaction, person: Person, email: str) -> Address:
    address = tx.addresses.get(person.id, check_email(email))
    if address is None:
        raise not_found()
    return address


def _unverified(tx: Transaction, person: Person, email: str) -> Address:
    address = _own(tx, person, email)
    if address.verified_at is not None:
        raise not_found()
    return address
