"""What records and shown charts need of storage, beside `ports`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from issuer.domain.award import Standing
from issuer.domain.shown_chart import ShownChart


@dataclass(frozen=True)
class AwardedRow:
    """One issued badge that no corrected one replaces, with its earner."""

    award_id: str
    achievement: str
    version: int
    awarded_at: datetime
    standing: Standing
    display_name: str
    email: str


class Awarded(Protocol):
    """Issued badges for records, by teacher and date."""

    def of_person(self, person_id: str) -> list[AwardedRow]: ...
    def of_organisation(self, organisation_id: str) -> list[AwardedRow]: ...


class ShownCharts(Protocol):
    """Run charts that teachers show with their badges, by submission."""

    def get(self, submission_id: str) -> ShownChart | None: ...
    def put(self, one: ShownChart) -> None: ...
    def delete(self, submission_id: str) -> None: ...
