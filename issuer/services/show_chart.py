"""Showing the run chart of approved evidence on the badge's page: off until the earner chooses it.

Its texts pass the privacy guard first. Nothing of it enters the signed badge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from badge_classes import Catalogue
from issuer.domain.award import Award
from issuer.domain.privacy import PrivacyFlag
from issuer.domain.shown_chart import ShownChart, chart_in, digest_of, texts_in
from issuer.errors import NotFound, Unprocessable
from issuer.services.access import actor, own_award
from issuer.services.guard_publication import text_flags
from issuer.services.ports import Clock, Store, Transaction


@dataclass(frozen=True)
class ChartChoice:
    """What an earner may show. flags: signs of people in its texts; hard ones keep it private."""

    chart: dict[str, Any]
    flags: tuple[PrivacyFlag, ...]
    is_shown: bool

    @property
    def can_be_shown(self) -> bool:
        return not any(one.is_hard for one in self.flags)


class ShowChart:
    """The use cases of an earner; `by` is the acting person's id."""

    def __init__(self, store: Store, catalogue: Catalogue, clock: Clock) -> None:
        self._store = store
        self._catalogue = catalogue
        self._clock = clock

    def choice(self, by: str, award_id: str) -> ChartChoice | None:
        """What there is to choose; None where the evidence has no run chart. Raises NotFound."""
        return self._store.read(lambda tx: self._choice(tx, by, award_id))

    def show(self, by: str, award_id: str, attested: bool = False) -> ChartChoice:
        """Show it to everybody who may see the badge.

        attested: the earner says that its texts name no student and no colleague. Raises NotFound where there is
        none, Unprocessable (`privacy.…`) for signs of people in its texts.
        """

        def work(tx: Transaction) -> ChartChoice:
            choice = self._required(tx, by, award_id)
            for flag in choice.flags:
                if flag.is_hard or not attested:
                    raise Unprocessable(f"privacy.{flag.kind}", f"“{flag.excerpt}”: {flag.message}", flag.pointer)
            submission_id = _origin(tx, own_award(tx, actor(tx, by), award_id))
            tx.shown_charts.put(ShownChart(submission_id, choice.chart, self._clock()))
            details = {"sha256": digest_of(choice.chart), "attested": str(bool(choice.flags)).lower()}
            tx.audit.append(self._clock(), "award.chart_shown", by, award_id, details)
            return ChartChoice(choice.chart, choice.flags, True)

        return self._store.write(work)

    def hide(self, by: str, award_id: str) -> None:
        """Make it private again, at once. Raises NotFound."""

        def work(tx: Transaction) -> None:
            self._required(tx, by, award_id)
            tx.shown_charts.delete(_origin(tx, own_award(tx, actor(tx, by), award_id)))
            tx.audit.append(self._clock(), "award.chart_hidden", by, award_id, {})

        self._store.write(work)

    def shown(self, award: Award) -> dict[str, Any] | None:
        """What everybody sees beside this badge."""

        def work(tx: Transaction) -> dict[str, Any] | None:
            found = tx.shown_charts.get(_origin(tx, award))
            return found.chart if found is not None else None

        return self._store.read(work)

    def _required(self, tx: Transaction, by: str, award_id: str) -> ChartChoice:
        choice = self._choice(tx, by, award_id)
        if choice is None:
            raise NotFound("not_found", "The evidence for this badge has no run chart.")
        return choice

    def _choice(self, tx: Transaction, by: str, award_id: str) -> ChartChoice | None:
        person = actor(tx, by)
        award = own_award(tx, person, award_id)
        submission_id = _origin(tx, award)
        attempts = tx.submissions.attempts(submission_id) if submission_id else []
        schema = self._catalogue.version(award.achievement, award.version).evidence_schema or {}
        chart = chart_in(schema, attempts[-1].evidence) if attempts else None
        if chart is None:
            return None
        flags = tuple(text_flags(texts_in(chart), person.display_name, {}))
        return ChartChoice(chart, flags, tx.shown_charts.get(submission_id) is not None)


def _origin(tx: Transaction, award: Award) -> str:
    """The submission that a badge, or the one it corrects, rests on; "" for a stack."""
    origin = award
    while origin.submission_id is None and origin.replaces is not None:
        older = tx.awards.get(origin.replaces)
        if older is None:
            break
        origin = older
    return origin.submission_id or ""
