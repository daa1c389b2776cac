"""Records as JSON and CSV, and the chart beside a badge."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.errors import NotFound, Refused
from issuer.services.records import Line, Record
from issuer.services.show_chart import ChartChoice
from issuer.web import api_schema, record_schema
from issuer.web.api import Api
from issuer.web.csv_cells import csv_of
from issuer.web.desk import Desk
from issuer.web.openapi import SESSION, Answer, answer, described, json_body
from issuer.web.problem_codes import JSON_BODY, NOT_FOUND, READ, REPEATABLE, SIGNED_IN, TEXT, WRITE, Codes

JSON, CSV = "application/json", "text/csv"
FORMAT: dict[str, dict[str, Any]] = {
    "format": {"enum": ["json", "csv"], "default": "json", "description": "CSV is for spreadsheets."}
}
HEADING = ("teacher", "badge", "strand", "stage", "awarded on", "standing", "hours", "credential", "link")
ID = {"id": "The badge’s id."}
PRIVATE: Codes = {
    422: (
        "privacy.address",
        "privacy.birth_date",
        "privacy.email",
        "privacy.id_number",
        "privacy.name",
        "privacy.phone",
    )
}


@get(
    "/api/record",
    **described(
        "getRecord", "Badges", {200: Answer({JSON: record_schema.Record, CSV: {"type": "string"}})}, (SIGNED_IN, READ),
        query=FORMAT, security=(SESSION,),
    ),
)  # fmt: skip
async def record(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Export one’s own record: badges, dates, hours where the catalogue has them, links."""
    api = await Api.of(request, desk, query=frozenset(FORMAT))
    is_csv = _is_csv(request)
    found = await desk.in_thread(desk.records.mine, api.caller.id)
    if is_csv:
        return _table("my-badges.csv", csv_of(HEADING, (_cells(desk, one) for one in found.lines)))
    return _json("my-badges.json", record_schema.Record(**_record(found), badges=[
        record_schema.RecordLine(**_line(one)) for one in found.lines
    ]))  # fmt: skip


@get(
    "/api/organisation/record",
    **described(
        "getOrganisationRecord", "Badges",
        {200: Answer({JSON: record_schema.OrganisationRecord, CSV: {"type": "string"}})},
        (SIGNED_IN, READ, {503: ("db.busy",), 507: ("storage.full",)}), query=FORMAT, security=(SESSION,),
    ),
)  # fmt: skip
async def organisation(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Export what the teachers of one’s own organisation have earned; for administrators. The export is recorded."""
    api = await Api.of(request, desk, query=frozenset(FORMAT))
    is_csv = _is_csv(request)
    found = await desk.in_thread(desk.records.organisation, api.caller.id)
    if is_csv:
        heading = (HEADING[0], "e-mail", *HEADING[1:])
        rows = ((cells[0], one.email, *cells[1:]) for one in found.lines if (cells := _cells(desk, one)))
        return _table("badges-of-the-organisation.csv", csv_of(heading, rows))
    lines = [record_schema.OrganisationLine(**_line(one), email=one.email) for one in found.lines]
    return _json("badges-of-the-organisation.json", record_schema.OrganisationRecord(**_record(found), badges=lines))


@get(
    "/api/credentials/{id:str}/chart",
    **described(
        "getChartChoice", "Badges", {200: answer(record_schema.ChartChoice)}, (SIGNED_IN, READ, TEXT, NOT_FOUND),
        path=ID, security=(SESSION,),
    ),
)  # fmt: skip
async def chart(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """See which run chart could stand beside one’s badge, and whether it does."""
    api = await Api.of(request, desk)

    def work() -> tuple[int, Any]:
        choice = desk.show_chart.choice(api.caller.id, id)
        if choice is None:
            raise NotFound("not_found", "The evidence for this badge has no run chart.")
        return 200, _choice(choice)

    return await api.answer(work)


@post(
    "/api/credentials/{id:str}/chart",
    status_code=200,
    **described(
        "chooseChart", "Badges", {200: answer(record_schema.ChartChoice)},
        (SIGNED_IN, WRITE, JSON_BODY, TEXT, NOT_FOUND, REPEATABLE, PRIVATE), body=json_body(record_schema.ChooseChart),
        path=ID, headers=("Idempotency-Key",), security=(SESSION,),
    ),
)  # fmt: skip
async def choose(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Show the run chart beside one’s badge, or make it private again. It never becomes part of the signed badge."""
    api = await Api.of(request, desk)
    sent = await api.sent(record_schema.ChooseChart)

    def work() -> tuple[int, Any]:
        if sent.is_shown:
            return 200, _choice(desk.show_chart.show(api.caller.id, id, sent.attested))
        desk.show_chart.hide(api.caller.id, id)
        choice = desk.show_chart.choice(api.caller.id, id)
        assert choice is not None  # hiding found it
        return 200, _choice(choice)

    return await api.answer(work)


def _is_csv(request: Request[Any, Any, Any]) -> bool:
    wanted = request.query_params.get("format", "json")
    if wanted not in ("json", "csv"):
        raise Refused("input.invalid", "The format is json or csv.", "format")
    return bool(wanted == "csv")


def _cells(desk: Desk, one: Line) -> tuple[str, ...]:
    strands = {each.id: each.name for each in desk.catalogue.strands}
    stages = {each.id: each.name for each in desk.catalogue.stages}
    badge_class = one.badge_class
    return (
        one.teacher, badge_class.name, strands.get(badge_class.strand or "", ""),
        stages.get(badge_class.stage or "", ""), one.awarded_at.date().isoformat(), one.standing.value,
        "" if one.hours is None else f"{one.hours:g}", one.credential_id, one.credential_url,
    )  # fmt: skip


def _record(found: Record) -> dict[str, Any]:
    return {"about": found.about, "made_at": found.made_at, "hours": found.hours}


def _line(one: Line) -> dict[str, Any]:
    return {
        "teacher": one.teacher,
        "achievement": one.badge_class.slug,
        "version": one.badge_class.version,
        "name": one.badge_class.name,
        "strand": one.badge_class.strand,
        "stage": one.badge_class.stage,
        "awarded_at": one.awarded_at,
        "standing": one.standing,
        "hours": one.hours,
        "credential": one.credential_id,
        "url": one.credential_url,
    }


def _choice(one: ChartChoice) -> record_schema.ChartChoice:
    flags = [
        api_schema.PrivacyFlag(pointer=each.pointer, kind=each.kind, excerpt=each.excerpt, message=each.message)
        for each in one.flags
    ]
    return record_schema.ChartChoice(chart=one.chart, privacy_flags=flags, is_shown=one.is_shown)


def _table(name: str, body: bytes) -> Response[bytes]:
    return Response(body, media_type="text/csv", headers=_download(name))


def _json(name: str, body: Any) -> Response[Any]:
    return Response(body, media_type=JSON, headers=_download(name))


def _download(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}


ROUTES = [record, organisation, chart, choose]
