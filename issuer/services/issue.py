"""From an approval to a published badge, in transactions that can each be repeated.

planned → sealed → issued. The plan is committed with the decision and holds the exact bytes to be
signed; sealing signs these, publishing makes sure that the status lists it names are served. Whatever
is cut short is finished later from the plan alone, with the same bytes.
"""

from __future__ import annotations

import logging
import secrets
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from badge_classes import BadgeClass, Catalogue
from issuer.credentials.references import ReviewedFile
from issuer.domain.award import Award, Form, HeldAward, IssueState, newest
from issuer.domain.people import Person
from issuer.domain.review import Rating, Review
from issuer.domain.stack import children, progress
from issuer.domain.submission import Attempt
from issuer.errors import Conflict, IssuerError, Unprocessable
from issuer.issuance.prepare import ChildRef, Preparer, Recipient, Replaced
from issuer.services.access import OPERATOR
from issuer.services.guard_privacy import publishable
from issuer.services.notice_restore import NoticeRestore
from issuer.services.notify import notify
from issuer.services.ports import Clock, Store, Transaction
from issuer.services.publish_status import PublishStatus

SALT_BYTES = 16
MAX_UNFINISHED = 10_000

log = logging.getLogger(__name__)


class Seals(Protocol):
    """Signs what a plan says; `issuance.seal` does it with the keys in custody."""

    def seal(self, award: Award) -> Mapping[Form, bytes]:
        """The finished bytes of every planned form. Raises Unavailable, Unprocessable (`issue.self_check`)."""
        ...


@dataclass(frozen=True)
class _Basis:
    """What a badge says of the approval it rests on."""

    ratings: tuple[Rating, ...]
    narratives: Mapping[str, str] = field(default_factory=dict)
    files: tuple[ReviewedFile, ...] = ()


class Issue:
    """Plans badges inside the transaction of a decision and finishes them after it."""

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        preparer: Preparer,
        sealer: Seals,
        publish_status: PublishStatus,
        notice_restore: NoticeRestore,
        clock: Clock,
        issued: Callable[[str], None],
    ) -> None:
        """issued: told the id of each badge that is issued."""
        self._store = store
        self._catalogue = catalogue
        self._preparer = preparer
        self._sealer = sealer
        self._publish_status = publish_status
        self._notice_restore = notice_restore
        self._clock = clock
        self._issued = issued

    def plan(
        self, tx: Transaction, badge_class: BadgeClass, teacher: Person, attempt: Attempt, review: Review
    ) -> tuple[str, ...]:
        """Plan the badge of an approved attempt and every stacked badge that it completes.

        Returns their ids in order of planning. Raises Conflict (`issue.duplicate`), Unprocessable
        (`issue.lint`).
        """
        basis = _basis(tx, review, attempt)
        award = self._prepare(tx, badge_class, teacher, basis, submission_id=attempt.submission_id)
        self._commit_plan(tx, award, review.reviewer_id, {"evidence_sha256": attempt.evidence_sha256})
        return (award.id, *self.plan_stacks(tx, teacher, review.reviewer_id))

    def plan_stacks(self, tx: Transaction, teacher: Person, by: str) -> tuple[str, ...]:
        """Plan each stacked badge the person has completed and does not hold."""
        planned = []
        for stack in self._catalogue.stacks:
            held = tx.awards.held_by(teacher.id)
            if any(one.achievement == stack.slug and one.is_living for one in held):
                continue
            if progress(stack.requires, held).is_complete:
                planned.append(self._plan_stack(tx, stack, teacher, held, by).id)
        return tuple(planned)

    def plan_correction(self, tx: Transaction, old: Award, person: Person, by: str, reason: str) -> Award:
        """Plan a badge that replaces `old` with the person's name and address as they are now.

        The award itself (results, evidence, date) stays what was reviewed; only the living badge may
        be corrected. Raises Conflict.
        """
        badge_class = self._catalogue.version(old.achievement, old.version)
        stacked_on = [child for id in old.children if (child := tx.awards.get(id)) is not None]
        replacement = self._prepare(
            tx, badge_class, person, _basis_of(tx, old, badge_class), submission_id=None, replaced=old,
            stacked_on=[newest(child, tx.awards.get) for child in stacked_on],
        )  # fmt: skip
        self._commit_plan(tx, replacement, by, {"replaces": old.id, "reason_given": str(bool(reason))})
        return replacement

    def would_change(self, award: Award, person: Person) -> bool:
        """Whether a badge for this person, as named now, would name its earner otherwise than `award` does."""
        return not self._preparer.names(award.content, Recipient(person.display_name, person.email))

    def finish(self, award_ids: Collection[str]) -> None:
        """Seal and publish planned badges. What fails here is logged and left to `recover`: the plan is committed."""
        for award_id in award_ids:
            try:
                self.finish_one(award_id)
            except Exception as error:
                code = error.code if isinstance(error, IssuerError) else type(error).__name__
                log.error("issue.postponed", extra={"award": award_id, "code": code})

    def finish_one(self, award_id: str) -> None:
        """Bring one badge from wherever it stands to issued. Raises what signing or storage raises."""
        award = self._store.read(lambda tx: tx.awards.get(award_id))
        if award is None or award.state is IssueState.ISSUED:
            return
        self._publish_status.ensure(award.status.list_number)
        if award.state is IssueState.PLANNED:
            self._seal(award)
        self._notice_restore.mark()
        self._publish(award)

    def unfinished(self, limit: int = MAX_UNFINISHED) -> list[str]:
        """Ids of badges between plan and publication, the oldest first."""
        return self._store.read(lambda tx: tx.awards.unfinished(limit))

    def _plan_stack(
        self, tx: Transaction, stack: BadgeClass, teacher: Person, held: Sequence[HeldAward], by: str
    ) -> Award:
        award = self._prepare(
            tx, stack, teacher, _Basis(_all_met(stack)), submission_id=None,
            stacked_on=children(stack.requires, held),
        )  # fmt: skip
        self._commit_plan(tx, award, by, {"stack_of": str(len(award.children))})
        return award

    def _prepare(
        self,
        tx: Transaction,
        badge_class: BadgeClass,
        person: Person,
        basis: _Basis,
        *,
        submission_id: str | None,
        stacked_on: Sequence[Award | HeldAward] = (),
        replaced: Award | None = None,
    ) -> Award:
        _require_verified(tx, person)
        award_id = str(uuid.uuid4())
        now = _whole_seconds(self._clock())
        awarded_at = now if replaced is None else replaced.awarded_at
        status = tx.status_lists.allocate(award_id, now)
        prepared = self._preparer.prepare(
            award_id=award_id,
            badge_class=badge_class,
            recipient=Recipient(person.display_name, person.email),
            ratings=basis.ratings,
            public_narratives=basis.narratives,
            files=basis.files,
            status=status,
            valid_from=now,
            awarded_at=awarded_at,
            children=tuple(self._child(one) for one in stacked_on),
            replaces=None if replaced is None else _replaced(replaced),
            salt=secrets.token_bytes(SALT_BYTES),
            subject_id=f"urn:uuid:{uuid.uuid4()}",
        )
        return Award(
            id=award_id,
            person_id=person.id,
            submission_id=submission_id,
            achievement=badge_class.slug,
            version=badge_class.version,
            status=status,
            content=prepared.content,
            content_sha256=prepared.content_sha256,
            lint_token=prepared.lint_token,
            forms=prepared.forms,
            valid_from=now,
            awarded_at=awarded_at,
            planned_at=self._clock(),
            living_key=f"{person.id}:{badge_class.slug}" if badge_class.one_living_badge else None,
            children=tuple(one.id for one in stacked_on),
            replaces=None if replaced is None else replaced.id,
            opened_at=None if replaced is None else replaced.opened_at,
        )

    def _child(self, award: Award | HeldAward) -> ChildRef:
        badge_class = self._catalogue.version(award.achievement, award.version)
        return ChildRef(award.id, badge_class.name, award.content_sha256)

    def _commit_plan(self, tx: Transaction, award: Award, by: str, details: dict[str, str]) -> None:
        tx.awards.add(award)
        signed = {f"tbs_sha256.{one.form}": one.tbs_sha256 for one in award.forms}
        what = {
            "achievement": f"{award.achievement}/v{award.version}",
            "content_sha256": award.content_sha256,
        }
        tx.audit.append(self._clock(), "award.planned", by, award.id, {**what, **signed, **details})

    def _seal(self, award: Award) -> None:
        sealed = self._sealer.seal(award)

        def work(tx: Transaction) -> None:
            if not tx.awards.redeem_lint(award.id, award.lint_token, self._clock()):
                _require_sealed(tx, award.id)
                return
            for form, body in sealed.items():
                tx.awards.seal(award.id, form, body, self._clock())
            tx.awards.advance(award.id, IssueState.PLANNED, IssueState.SEALED)
            tx.audit.append(self._clock(), "award.sealed", OPERATOR, award.id, {})

        self._store.write(work)

    def _publish(self, award: Award) -> None:
        def work(tx: Transaction) -> bool:
            if not tx.awards.advance(award.id, IssueState.SEALED, IssueState.ISSUED):
                return False
            now = self._clock()
            tx.audit.append(now, "award.issued", OPERATOR, award.id, {})
            notify(tx, now, award.person_id, "award.issued", {"award": award.id}, once=award.id)
            return True

        if self._store.write(work):
            self._issued(award.id)


def _require_verified(tx: Transaction, person: Person) -> None:
    """Raises Unprocessable (`recipient.unverified`) for an address that was not shown to be the person's."""
    address = tx.addresses.get(person.id, person.email)
    if address is None or address.verified_at is None:
        raise Unprocessable("recipient.unverified", "The address of this person is not verified.")


def _require_sealed(tx: Transaction, award_id: str) -> None:
    stored = tx.awards.get(award_id)
    if stored is None or stored.state is IssueState.PLANNED:
        raise Conflict("issue.token", "This content was never checked, or its check was used already.")


def _all_met(stack: BadgeClass) -> tuple[Rating, ...]:
    return tuple(Rating(one.id, one.required_level) for one in stack.requirements)


def _basis(tx: Transaction, review: Review, attempt: Attempt) -> _Basis:
    """What an approval says: files that were handed in and that the teacher chose to name, texts without a sign."""
    named = tuple(
        ReviewedFile(file.media_type, attempt.file_digests[file.id])
        for file in tx.submissions.files_of(attempt.submission_id)
        if file.in_badge_since is not None and file.id in attempt.file_digests
    )
    return _Basis(review.ratings, publishable(tx, attempt), named)


def _basis_of(tx: Transaction, award: Award, badge_class: BadgeClass) -> _Basis:
    """That of the approval that an award, or the one it replaced, rests on."""
    if badge_class.is_stack:
        return _Basis(_all_met(badge_class))
    origin = award
    while origin.submission_id is None and origin.replaces is not None:
        older = tx.awards.get(origin.replaces)
        if older is None:
            break
        origin = older
    if origin.submission_id is None:
        raise Conflict("state.conflict", "The approval this badge rests on is no longer known.")
    review = tx.reviews.of(origin.submission_id)[-1]
    attempt = tx.submissions.attempts(origin.submission_id)[-1]
    return _basis(tx, review, attempt)


def _replaced(award: Award) -> Replaced:
    return Replaced(award.id, award.content_sha256)


def _whole_seconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
