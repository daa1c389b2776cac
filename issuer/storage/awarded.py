"""Issued badges for records, and run charts shown with badges, in tables."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from issuer.domain.award import IssueState, Standing
from issuer.domain.shown_chart import ShownChart
from issuer.services.record_ports import AwardedRow
from issuer.storage import schema
from issuer.storage.record_tables import shown_chart

_A, _P, _C = schema.award.c, schema.person.c, shown_chart.c
_ISSUED = (
    select(_A.id, _A.achievement, _A.version, _A.awarded_at, _A.standing, _P.display_name, _P.email)
    .join(schema.person, _P.id == _A.person_id)
    .where(_A.state == IssueState.ISSUED.value, _A.standing != Standing.SUPERSEDED.value)
    .order_by(_P.display_name, _P.id, _A.awarded_at, _A.id)
)
_OF_PERSON = _ISSUED.where(_A.person_id == bindparam("person"))
_OF_ORGANISATION = _ISSUED.where(_P.organisation_id == bindparam("organisation"))
_GET = select(shown_chart).where(_C.submission_id == bindparam("submission"))
_PUT = insert(shown_chart)
_DELETE = delete(shown_chart).where(_C.submission_id == bindparam("submission"))


class SqlAwarded:
    """Fulfils `record_ports.Awarded`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_person(self, person_id: str) -> list[AwardedRow]:
        return [_row(one) for one in self._connection.execute(_OF_PERSON, {"person": person_id})]

    def of_organisation(self, organisation_id: str) -> list[AwardedRow]:
        return [_row(one) for one in self._connection.execute(_OF_ORGANISATION, {"organisation": organisation_id})]


class SqlShownCharts:
    """Fulfils `record_ports.ShownCharts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, submission_id: str) -> ShownChart | None:
        row = self._connection.execute(_GET, {"submission": submission_id}).one_or_none()
        return None if row is None else ShownChart(**row._mapping)

    def put(self, one: ShownChart) -> None:
        self.delete(one.submission_id)
        self._connection.execute(_PUT, vars(one))

    def delete(self, submission_id: str) -> None:
        self._connection.execute(_DELETE, {"submission": submission_id})


def _row(one: Row[*tuple[Any, ...]]) -> AwardedRow:
    id, achievement, version, awarded_at, standing, display_name, email = one
    return AwardedRow(id, achievement, version, awarded_at, Standing(standing), display_name, email)
