"""An earner's badges: looking at them, opening them to everybody, closing them again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from badge_classes import BadgeClass, Catalogue
from issuer.domain.award import Award, IssueState
from issuer.domain.people import Person
from issuer.domain.stack import Progress, progress
from issuer.errors import Conflict
from issuer.services.access import actor, not_found, own_award
from issuer.services.ports import Clock, Store, Transaction


@dataclass(frozen=True)
class Badge:
    """An award with its badge class and, for a stack, the badges it is stacked on.

    earner_name: the account's name today; the name in the signed badge is the one that counts.
    """

    award: Award
    badge_class: BadgeClass
    earner_name: str
    children: tuple[Badge, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.award.opened_at is not None


@dataclass(frozen=True)
class Backpack:
    """All badges of one person and how far they have come towards each stack."""

    person: Person
    badges: tuple[Badge, ...]
    stacks: tuple[tuple[BadgeClass, Progress], ...]


class Share:
    """The use cases of an earner; `by` is the acting person's id. Sharing never signs."""

    def __init__(self, store: Store, catalogue: Catalogue, clock: Clock) -> None:
        self._store = store
        self._catalogue = catalogue
        self._clock = clock

    def backpack(self, by: str) -> Backpack:
        """One's own badges, the latest first, and one's progress."""

        def work(tx: Transaction) -> Backpack:
            person = actor(tx, by)
            awards = tx.awards.of_person(by)
            badges = tuple(badge_of(tx, self._catalogue, one) for one in reversed(awards))
            stacks = tuple((stack, progress(stack.requires, awards)) for stack in self._catalogue.stacks)
            return Backpack(person, badges, stacks)

        return self._store.read(work)

    def own(self, by: str, award_id: str) -> Badge:
        """One of one's own badges, open or not. Raises NotFound."""

        def work(tx: Transaction) -> Badge:
            return badge_of(tx, self._catalogue, own_award(tx, actor(tx, by), award_id))

        return self._store.read(work)

    def set_open(self, by: str, award_id: str, is_open: bool) -> Award:
        """Open a badge to everybody who has its link, or close it. Raises Conflict before it is issued."""

        def work(tx: Transaction) -> Award:
            award = own_award(tx, actor(tx, by), award_id)
            if award.state is not IssueState.ISSUED:
                raise Conflict("state.conflict", "This badge is still being issued. Try again in a moment.")
            opened_at: datetime | None = self._clock() if is_open else None
            tx.awards.set_opened(award_id, opened_at)
            tx.audit.append(self._clock(), "award.opened" if is_open else "award.closed", by, award_id, {})
            return replace(award, opened_at=opened_at)

        return self._store.write(work)

    def public(self, award_id: str) -> Badge:
        """An opened badge for everybody. Raises NotFound for unknown, unfinished and private ones alike."""

        def work(tx: Transaction) -> Badge:
            award = tx.awards.get(award_id)
            earner = tx.people.get(award.person_id) if award is not None else None
            if award is None or earner is None or not award.is_public:
                raise not_found()
            return badge_of(tx, self._catalogue, award)

        return self._store.read(work)

    def is_public(self, award_id: str) -> bool:
        award = self._store.read(lambda tx: tx.awards.get(award_id))
        return award is not None and award.is_public


def badge_of(tx: Transaction, catalogue: Catalogue, award: Award) -> Badge:
    """An award as its page shows it. Raises NotFound without an earner."""
    person = tx.people.get(award.person_id)
    if person is None:
        raise not_found()
    found = (tx.awards.get(child) for child in award.children)
    children = tuple(badge_of(tx, catalogue, child) for child in found if child is not None)
    return Badge(award, catalogue.version(award.achievement, award.version), person.display_name, children)
