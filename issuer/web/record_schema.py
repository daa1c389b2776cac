"""What the API says of records and of charts shown with badges."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from issuer.domain.award import Standing
from issuer.web.api_schema import Moment, PrivacyFlag, Sent, Slug, Told, Url


class RecordLine(Told):
    """One badge."""

    teacher: str
    achievement: Slug
    version: int
    name: str
    strand: str | None
    stage: str | None
    awarded_at: Moment
    standing: Standing
    hours: Annotated[float | None, Meta(description="Hours of work, where the catalogue names them.")]
    credential: str
    url: Annotated[Url, Meta(description="Answers once the earner has opened the badge.")]


class OrganisationLine(RecordLine):
    """The same with the teacher’s address."""

    email: str


class Record(Told):
    """What one has earned, the first first."""

    about: str
    made_at: Moment
    hours: Annotated[float | None, Meta(description="Of the badges in force.")]
    badges: list[RecordLine]


class OrganisationRecord(Told):
    """What the teachers of an organisation have earned, by name and date."""

    about: str
    made_at: Moment
    hours: float | None
    badges: list[OrganisationLine]


class ChartChoice(Told):
    """The run chart that could stand beside a badge."""

    chart: Annotated[dict[str, Any], Meta(description="Measure, unit, points and annotations.")]
    privacy_flags: list[PrivacyFlag]
    is_shown: bool


class ChooseChart(Sent):
    """Whether it is shown."""

    is_shown: bool
    attested: Annotated[bool, Meta(description="That its texts name no student and no colleague.")] = False
