"""Erasing a person's evidence and personal data.

What is signed is out: the badge itself stays in the issuance record, so that it goes on being told from a forgery, but
nobody reads it here any more, and it is revoked where its earner asks for that. The audit trail holds ids and digests
and stays whole. Everything else is blanked or removed in one transaction that also lists the files; they are removed
after it, by whoever comes first of this call, the next pass of recovery, or the next start.
"""

from __future__ import annotations

import logging
from functools import partial

from issuer.domain.award import Award, Standing, revoke
from issuer.domain.people import Person, Role
from issuer.domain.submission import OPEN, withdraw
from issuer.errors import Conflict, IssuerError
from issuer.services.access import not_found, require_administrator
from issuer.services.administer import require_password
from issuer.services.ports import Blobs, Clock, Passwords, Store, Transaction
from issuer.services.publish_status import PublishStatus, count_change

FILES_AT_A_TIME = 200
REVOKED_BECAUSE = "Its earner asked for it when their account was erased."

log = logging.getLogger(__name__)


class Erase:
    """Erasing one's own account, or somebody's on their request."""

    def __init__(
        self, store: Store, blobs: Blobs, passwords: Passwords, publish_status: PublishStatus, clock: Clock
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._passwords = passwords
        self._publish_status = publish_status
        self._clock = clock

    def own(self, by: str, password: str, revoke_badges: bool = False) -> None:
        """Erase one's own account. Raises Unprocessable for a wrong password, Conflict for the last administrator."""
        require_password(self._store, self._passwords, by, password)
        self._erase(by, by, revoke_badges)

    def of(self, by: str, person_id: str, revoke_badges: bool = False) -> None:
        """Erase somebody's account on their request; `by` is an administrator or OPERATOR.

        Raises Forbidden, NotFound, Conflict for one's own: that is done in one's account.
        """
        self._store.read(lambda tx: require_administrator(tx, by))
        if by == person_id:
            raise Conflict("state.conflict", "Erase your own account in your account.")
        self._erase(by, person_id, revoke_badges)

    def remove_files(self) -> int:
        """Remove the files of what was erased; returns how many. May be cut short and repeated at any time."""
        removed = 0
        while ids := self._store.read(lambda tx: tx.erasure.doomed(FILES_AT_A_TIME)):
            for id in ids:
                self._blobs.delete(id)
                self._store.write(partial(_file_is_gone, id=id))
                removed += 1
        return removed

    def _erase(self, by: str, person_id: str, revoke_badges: bool) -> None:
        self._store.write(lambda tx: erase_person(tx, by, person_id, revoke_badges, self._clock))
        for step in (self.remove_files, self._publish_status.ensure_all):
            try:
                step()
            except (IssuerError, OSError) as error:
                log.error("erasure.postponed", extra={"person": person_id, "code": type(error).__name__})


def _file_is_gone(tx: Transaction, id: str) -> None:
    tx.erasure.file_is_gone(id)


def erase_person(tx: Transaction, by: str, person_id: str, revoke_badges: bool, clock: Clock) -> None:
    """All of it, in the caller's transaction."""
    person, now = tx.people.get(person_id), clock()
    if person is None:
        raise not_found()
    _require_another_administrator(tx, person)
    for award in tx.awards.of_person(person_id):
        tx.awards.set_opened(award.id, None)
        if revoke_badges and award.standing not in (Standing.REVOKED, Standing.SUPERSEDED):
            _revoke(tx, by, award, clock)
    for submission in tx.submissions.of_teacher(person_id):
        if submission.attempt == 0:
            tx.erasure.delete_draft(submission.id, now)
            continue
        if submission.state in OPEN:
            tx.submissions.update(withdraw(submission, now), submission.revision, submission.claimed_by)
        tx.erasure.erase_evidence(submission.id, now, with_published=True)
        tx.audit.append(now, "submission.erased", by, submission.id, {})
    tx.erasure.erase_person(person_id, now)
    tx.audit.append(now, "person.erased", by, person_id, {"badges": "revoked" if revoke_badges else "kept"})


def _revoke(tx: Transaction, by: str, award: Award, clock: Clock) -> None:
    revoked = revoke(award, REVOKED_BECAUSE, clock())
    tx.awards.stand(revoked, expected=award.standing)
    count_change(tx, award)
    tx.audit.append(clock(), "award.revoked", by, award.id, {})


def _require_another_administrator(tx: Transaction, person: Person) -> None:
    others = [one for one in tx.people.administrators() if one.id != person.id]
    if person.has(Role.ADMINISTRATOR) and not others:
        raise Conflict("state.conflict", "You are the only administrator. Give somebody else that role first.")
