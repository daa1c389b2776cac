"""Revoking, suspending, reinstating and correcting badges.

What happens to a badge happens to the certification stacked on it, in the same commit. The served
status lists follow before the call returns.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from badge_classes import BadgeClass, Catalogue
from issuer.domain.audit import AuditEvent
from issuer.domain.award import Award, Standing, reinstate, revoke, supersede, suspend
from issuer.domain.people import Person, Role, same_mailbox
from issuer.errors import Conflict, Forbidden, IssuerError, Unprocessable
from issuer.services.access import actor, changeable_award, governed_award, not_found
from issuer.services.administer import check_email, check_limit, check_name
from issuer.services.issue import Issue
from issuer.services.notice_restore import NoticeRestore
from issuer.services.notify import notify
from issuer.services.ports import Clock, Store, Transaction
from issuer.services.publish_status import PublishStatus, count_change

MAX_REASON_CHARACTERS = 1_000
BECAUSE_OF = "because_of"
"""Names, in a certification's record, the badge whose change it followed."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Governed:
    """A badge as those see it who may change its standing; `events` are what was done to it, in order."""

    award: Award
    badge_class: BadgeClass
    earner: Person
    events: tuple[AuditEvent, ...] = ()


class Stand:
    """What reviewers and administrators do to badges. `by` is the acting person's id."""

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        issue: Issue,
        publish_status: PublishStatus,
        notice_restore: NoticeRestore,
        clock: Clock,
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._issue = issue
        self._publish_status = publish_status
        self._notice_restore = notice_restore
        self._clock = clock

    def governed(self, by: str, limit: int = 50, after: str | None = None) -> list[Governed]:
        """A page of the badges this person governs, in order of id."""
        check_limit(limit)

        def work(tx: Transaction) -> list[Governed]:
            person = actor(tx, by)
            if not (person.has(Role.ADMINISTRATOR) or person.has(Role.REVIEWER)):
                raise Forbidden("forbidden", "Only reviewers and administrators may do this.")
            organisation = None if person.has(Role.ADMINISTRATOR) else person.organisation_id
            awards = tx.awards.page(limit, after, organisation)
            earners = tx.people.these({award.person_id for award in awards})
            return [self._governed(award, earners.get(award.person_id)) for award in awards]

        return self._store.read(work)

    def history(self, by: str, award_id: str) -> Governed:
        """One badge with everything that was done to it. Raises Forbidden, NotFound."""

        def work(tx: Transaction) -> Governed:
            award = governed_award(tx, actor(tx, by), award_id)
            return replace(
                self._governed(award, tx.people.get(award.person_id)), events=tuple(tx.audit.of_subject(award_id))
            )

        return self._store.read(work)

    def revoke(self, by: str, award_id: str, reason: str) -> Award:
        """Revoke for good, with every certification stacked on it. Raises Conflict, Unprocessable."""
        reason = _reason(reason)

        def work(tx: Transaction) -> Award:
            award, _ = changeable_award(tx, actor(tx, by), award_id)
            revoked = self._change(tx, by, award, revoke(award, reason, self._clock()), "award.revoked")
            for stacked in _living_parents(tx, award):
                why = f"A badge it is stacked on was revoked: {reason}"
                self._change(tx, by, stacked, revoke(stacked, why, self._clock()), "award.revoked", because_of=award)
            return revoked

        return self._published(self._store.write(work))

    def suspend(self, by: str, award_id: str, reason: str) -> Award:
        """Set aside until reinstated, with every certification stacked on it."""
        reason = _reason(reason)

        def work(tx: Transaction) -> Award:
            award, _ = changeable_award(tx, actor(tx, by), award_id)
            suspended = self._change(tx, by, award, suspend(award, reason, self._clock()), "award.suspended")
            for stacked in _living_parents(tx, award):
                if stacked.standing is Standing.ACTIVE:
                    why = f"A badge it is stacked on was suspended: {reason}"
                    after = suspend(stacked, why, self._clock())
                    self._change(tx, by, stacked, after, "award.suspended", because_of=award)
            return suspended

        return self._published(self._store.write(work))

    def reinstate(self, by: str, award_id: str, reason: str) -> Award:
        """Make a suspended badge active again.

        A certification that was suspended because of its badges follows once none of them is suspended; one
        that the badge completes is planned. Raises Conflict (`status.revocation_final`) for a revoked badge.
        """
        reason = _reason(reason)

        def work(tx: Transaction) -> tuple[Award, tuple[str, ...]]:
            award, earner = changeable_award(tx, actor(tx, by), award_id)
            active = reinstate(award, reason, self._clock())
            _require_children_active(tx, award)
            self._change(tx, by, award, active, "award.reinstated")
            for stacked in _living_parents(tx, award):
                if _follows_its_badges(tx, stacked):
                    after = reinstate(stacked, reason, self._clock())
                    self._change(tx, by, stacked, after, "award.reinstated", because_of=award)
            return active, self._issue.plan_stacks(tx, earner, by)

        active, planned = self._store.write(work)
        self._issue.finish(planned)
        return self._published(active)

    def correct(self, by: str, award_id: str, name: str, email: str, reason: str) -> tuple[Award, ...]:
        """Re-issue a badge with another name or address; the old one says that it was superseded.

        The certification stacked on it is corrected with it, and the account too; its address, by which
        people sign in, is for administrators to change. Returns the new badges. Raises Forbidden, Conflict
        for a badge that is not active, Unprocessable when nothing would change.
        """
        reason, name, email = _reason(reason), check_name(name, "/name"), check_email(email)

        def work(tx: Transaction) -> tuple[Award, ...]:
            person = actor(tx, by)
            award, earner = changeable_award(tx, person, award_id)
            if email != earner.email:
                _require_may_readdress(person, email)
            corrected = self._with_identity(tx, award, earner, name, email)
            replaced = [award, *_living_parents(tx, award)]
            return tuple(self._replace(tx, by, one, corrected, reason) for one in replaced)

        corrected = self._store.write(work)
        self._issue.finish([one.id for one in corrected])
        return corrected

    def _governed(self, award: Award, earner: Person | None) -> Governed:
        if earner is None:
            raise not_found()
        return Governed(award, self._catalogue.version(award.achievement, award.version), earner)

    def _replace(self, tx: Transaction, by: str, old: Award, person: Person, reason: str) -> Award:
        if old.standing is not Standing.ACTIVE:
            raise Conflict("state.conflict", f"This badge is {old.standing}; only an active one is corrected.")
        tx.awards.stand(replace(old, living_key=None), expected=Standing.ACTIVE)
        new = self._issue.plan_correction(tx, old, person, by, reason)
        superseded = supersede(old, new.id, self._clock())
        tx.awards.stand(superseded, expected=Standing.ACTIVE)
        tx.audit.append(self._clock(), "award.superseded", by, old.id, {"replaced_by": new.id})
        return new

    def _with_identity(self, tx: Transaction, award: Award, person: Person, name: str, email: str) -> Person:
        corrected = replace(person, display_name=name, email=email)
        if not self._issue.would_change(award, corrected):
            raise Unprocessable("input.invalid", "The badge already carries this name and address.", "/name")
        if corrected != person:
            if email != person.email:
                tx.addresses.vouch(person.id, email, self._clock())
            tx.people.update(corrected)
        return corrected

    def _change(
        self, tx: Transaction, by: str, before: Award, after: Award, kind: str, because_of: Award | None = None
    ) -> Award:
        tx.awards.stand(after, expected=before.standing)
        count_change(tx, after)
        tx.audit.append(self._clock(), kind, by, after.id, {BECAUSE_OF: because_of.id} if because_of else {})
        notify(tx, self._clock(), after.person_id, kind, {"award": after.id})
        return after

    def _published(self, award: Award) -> Award:
        """The change is committed; a list that cannot be published now follows in the next pass of recovery."""
        try:
            self._publish_status.ensure_all()
            self._notice_restore.mark()
        except Exception as error:
            code = error.code if isinstance(error, IssuerError) else type(error).__name__
            log.error("status.postponed", extra={"award": award.id, "code": code})
        return award


def _living_parents(tx: Transaction, award: Award) -> list[Award]:
    return [stacked for stacked in tx.awards.stacked_on(award.id) if stacked.is_living]


def _suspended_children(tx: Transaction, award: Award) -> list[Award]:
    found = (tx.awards.get(child) for child in award.children)
    return [child for child in found if child is not None and child.standing is Standing.SUSPENDED]


def _follows_its_badges(tx: Transaction, stacked: Award) -> bool:
    """Whether it was suspended only because of its badges, and none of them is suspended any more."""
    if stacked.standing is not Standing.SUSPENDED or _suspended_children(tx, stacked):
        return False
    suspended = [event for event in tx.audit.of_subject(stacked.id) if event.kind == "award.suspended"]
    return BECAUSE_OF in suspended[-1].details


def _require_may_readdress(person: Person, email: str) -> None:
    if not person.has(Role.ADMINISTRATOR):
        raise Forbidden("forbidden", "Only an administrator may change an e-mail address.")
    if any(same_mailbox(one, email) for one in person.emails):
        raise Forbidden("review.conflict_of_interest", "You cannot have a badge made out to your own address.")


def _require_children_active(tx: Transaction, award: Award) -> None:
    if _suspended_children(tx, award):
        raise Conflict("state.conflict", "A badge that this one is stacked on is still suspended.")


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason or len(reason) > MAX_REASON_CHARACTERS:
        raise Unprocessable("input.invalid", "Give a reason of at most 1,000 characters.", "/reason")
    return reason
