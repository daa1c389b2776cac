"""A teacher's record, and that of an organisation: what was earned, when, with hours where the catalogue has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from badge_classes import BadgeClass, Catalogue
from issuer.credentials.urls import PublicUrls
from issuer.domain.award import Award, Standing
from issuer.domain.board import Place, PlaceState, places
from issuer.domain.people import Person, Role
from issuer.domain.submission import Submission
from issuer.services.access import actor, not_found, require_role
from issuer.services.ports import Clock, Store, Transaction
from issuer.services.record_ports import AwardedRow


@dataclass(frozen=True)
class Cell:
    """One badge class on the board. href: where it leads its owner."""

    badge_class: BadgeClass
    place: Place
    href: str


@dataclass(frozen=True)
class Board:
    """The way to one stack. hours: earned and of all, None where the catalogue names none."""

    stack: BadgeClass
    cells: tuple[Cell, ...]
    hours: tuple[float, float] | None

    @property
    def earned(self) -> int:
        return sum(one.place.state is PlaceState.EARNED for one in self.cells)

    @property
    def counts(self) -> dict[PlaceState, int]:
        """How many stand in each state, without those that nothing stands in."""
        found = {state: sum(one.place.state is state for one in self.cells) for state in PlaceState}
        return {state: count for state, count in found.items() if count}

    def at(self, strand: str, stage: str) -> list[Cell]:
        """The cells of one strand and stage, in catalogue order."""
        return [one for one in self.cells if (one.badge_class.strand, one.badge_class.stage) == (strand, stage)]


@dataclass(frozen=True)
class Line:
    """One badge in a record."""

    teacher: str
    email: str
    badge_class: BadgeClass
    awarded_at: datetime
    standing: Standing
    credential_id: str
    credential_url: str

    @property
    def hours(self) -> float | None:
        return self.badge_class.hours


@dataclass(frozen=True)
class Record:
    """The badges of one person or of one organisation, by teacher and date; corrected ones in their newest form."""

    about: str
    made_at: datetime
    lines: tuple[Line, ...]

    @property
    def hours(self) -> float | None:
        """Hours of the badges in force; None where the catalogue names none."""
        known = [one.hours for one in self.lines if one.hours is not None and one.standing is Standing.ACTIVE]
        return sum(known) if known else None


class Records:
    """The use cases of records. `by` is the acting person's id."""

    def __init__(self, store: Store, catalogue: Catalogue, urls: PublicUrls, clock: Clock) -> None:
        self._store = store
        self._catalogue = catalogue
        self._urls = urls
        self._clock = clock

    def boards(self, by: str) -> list[Board]:
        """One's own way to each stack."""

        def work(tx: Transaction) -> list[Board]:
            person = actor(tx, by)
            awards, submissions = tx.awards.of_person(person.id), tx.submissions.of_teacher(person.id)
            return [self._board(stack, awards, submissions) for stack in self._catalogue.stacks]

        return self._store.read(work)

    def mine(self, by: str) -> Record:
        """One's own record."""

        def work(tx: Transaction) -> Record:
            person = actor(tx, by)
            return self._record(person.display_name, tx.awarded.of_person(person.id))

        return self._store.read(work)

    def organisation(self, by: str) -> Record:
        """The record of everybody in one's own organisation, for administrators; that it was made is recorded.

        Raises Forbidden for everybody else.
        """

        def work(tx: Transaction) -> Record:
            person = actor(tx, by)
            require_role(person, Role.ADMINISTRATOR)
            record = self._record(_name_of(tx, person), tx.awarded.of_organisation(person.organisation_id))
            details = {"badges": str(len(record.lines))}
            tx.audit.append(self._clock(), "record.exported", by, person.organisation_id, details)
            return record

        return self._store.write(work)

    def _record(self, about: str, rows: Iterable[AwardedRow]) -> Record:
        return Record(about, self._clock(), tuple(self._line(row) for row in rows))

    def _line(self, row: AwardedRow) -> Line:
        badge_class = self._catalogue.version(row.achievement, row.version)
        return Line(
            row.display_name, row.email, badge_class, row.awarded_at, row.standing, row.award_id,
            self._urls.credential(row.award_id),
        )  # fmt: skip

    def _board(self, stack: BadgeClass, awards: list[Award], submissions: list[Submission]) -> Board:
        found = places(stack.requires, awards, submissions)
        cells = tuple(self._cell(self._catalogue.current(slug), place) for slug, place in found.items())
        known = [(one.badge_class.hours, one.place.state) for one in cells if one.badge_class.hours is not None]
        hours = None
        if known:
            hours = (sum(each for each, state in known if state is PlaceState.EARNED), sum(each for each, _ in known))
        return Board(stack, cells, hours)

    def _cell(self, badge_class: BadgeClass, place: Place) -> Cell:
        if place.award_id is not None:
            return Cell(badge_class, place, f"/badges/{place.award_id}")
        if place.submission_id is not None:
            return Cell(badge_class, place, f"/submissions/{place.submission_id}")
        return Cell(badge_class, place, f"/achievements/{badge_class.slug}/v{badge_class.version}")


def _name_of(tx: Transaction, person: Person) -> str:
    organisation = tx.people.organisation(person.organisation_id)
    if organisation is None:
        raise not_found()
    return organisation.name
