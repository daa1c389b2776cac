"""The whole story without a browser: every example handed in, reviewed, issued, verified, one revoked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from issuer.app.composition import Service
from issuer.app.demo import REVIEWER, TEACHER, Stage
from issuer.domain.award import Award
from issuer.errors import NotFound
from issuer.services.publish_status import STANDING_OF, file_name
from issuer.verification.report import Outcome, Report, Verdict

SUFFIXES = ("json", "jwt", "png", "svg")
_WORST_FIRST = (Verdict.INVALID, Verdict.INDETERMINATE, Verdict.VALID)

Told = Callable[[str], None]
"""Called with a sentence for each step done."""


@dataclass(frozen=True)
class Verified:
    """One badge and what our verification says of all its forms: the worst verdict, the codes that led to it."""

    slug: str
    id: str
    url: str
    forms: dict[str, bytes]
    verdict: Verdict
    codes: tuple[str, ...]


class Story:
    """One teacher, one reviewer, every badge class of the catalogue that has an example."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._stage = Stage(service)
        self._stage.admit((TEACHER, REVIEWER))

    @property
    def slugs(self) -> tuple[str, ...]:
        """What is earned by evidence, in the catalogue's order."""
        return tuple(one.slug for one in self._service.catalogue if not one.is_stack)

    def earn_all(self, told: Told) -> None:
        """Hand in and approve each example; the certifications follow by themselves, then the forms for the earner."""
        for slug in self.slugs:
            self._stage.earned(TEACHER, slug)
            told(slug)
        self._service.add_forms.run_all()

    def verified(self, told: Told) -> tuple[Verified, ...]:
        """Every badge of the teacher in every form, verified as the public verifies, in the order of earning."""
        badges = self._service.desk.share.backpack(self._stage.id(TEACHER)).badges
        return tuple(self._verified(one.award, told) for one in reversed(badges))

    def revoke(self, slug: str, reason: str) -> None:
        """The reviewer revokes one badge. Raises NotFound when the teacher has none of that kind."""
        badges = self._service.desk.share.backpack(self._stage.id(TEACHER)).badges
        award = next((one.award for one in badges if one.award.achievement == slug), None)
        if award is None:
            raise NotFound("not_found", f"There is no badge for {slug}.")
        self._service.desk.stand.revoke(self._stage.id(REVIEWER), award.id, reason)

    def did_document(self) -> bytes:
        return self._service.desk.identify.did_document()

    def status_lists(self) -> dict[str, bytes]:
        """The published lists by name."""
        numbers = self._service.store.read(lambda tx: tx.status_lists.numbers())
        served = {
            file_name(number, purpose): self._service.desk.publish_status.served(number, purpose)
            for number in numbers
            for purpose in STANDING_OF
        }
        return {name: one.body for name, one in served.items() if one is not None}

    def _verified(self, award: Award, told: Told) -> Verified:
        badge_class = self._service.catalogue.version(award.achievement, award.version)
        made = {suffix: self._service.desk.forms.form(award, badge_class, suffix) for suffix in SUFFIXES}
        reports = [self._service.desk.verify.verify(body, media_type) for body, media_type in made.values()]
        told(award.achievement)
        return Verified(
            award.achievement, award.id, self._service.desk.urls.credential(award.id),
            {suffix: body for suffix, (body, _) in made.items()}, worst(reports), _codes(reports),
        )  # fmt: skip


def worst(reports: Iterable[Report]) -> Verdict:
    """The gravest of several verdicts; indeterminate when there is none."""
    found = {report.verdict for report in reports}
    return next((verdict for verdict in _WORST_FIRST if verdict in found), Verdict.INDETERMINATE)


def _codes(reports: Iterable[Report]) -> tuple[str, ...]:
    grave = (Outcome.FAILED, Outcome.INCONCLUSIVE)
    rows = (row for report in reports for row in report.checks if row.outcome in grave)
    return tuple(dict.fromkeys(row.code or row.check for row in rows))
