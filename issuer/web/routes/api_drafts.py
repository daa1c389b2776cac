"""Drafts as JSON: how one stands without saving it, its versions, and the way back to one."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET

from issuer.domain.drafts import VersionLine
from issuer.errors import NotFound
from issuer.web import draft_schema, told
from issuer.web.api import Api
from issuer.web.api_schema import Nothing, Submission
from issuer.web.desk import Desk
from issuer.web.draft_page import steps_of
from issuer.web.openapi import SESSION, answer, described, json_body
from issuer.web.problem_codes import JSON_BODY, NOT_FOUND, READ, REPEATABLE, SIGNED_IN, TEXT, WRITE, Codes

ID = {"id": "The submission’s id."}
VERSION = {**ID, "number": "The version’s number."}
LOCKED: Codes = {409: ("evidence.locked",)}


@post(
    "/api/submissions/{id:str}/check",
    status_code=200,
    **described(
        "checkDraft", "Evidence", {200: answer(draft_schema.CheckedDraft)},
        (SIGNED_IN, WRITE, JSON_BODY, TEXT, NOT_FOUND, LOCKED, REPEATABLE, {429: ("rate.limited",)}),
        body=json_body(draft_schema.CheckDraft), path=ID, headers=("Idempotency-Key",), security=(SESSION,),
    ),
)  # fmt: skip
async def check(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Check evidence by the rules that handing in applies. Nothing is saved."""
    api = await Api.of(request, desk)
    desk.rate_limits.spend("draft", api.caller.id)
    sent = await api.sent(draft_schema.CheckDraft)
    narratives = None if sent.public_narratives is UNSET else sent.public_narratives

    def work() -> tuple[int, Any]:
        folder = desk.submit.check(api.caller.id, id, sent.evidence, narratives)
        progress = [
            draft_schema.RequirementProgress(one.requirement, one.done, one.needed, one.is_complete)
            for one in (step.progress for step in steps_of(folder))
        ]
        return 200, draft_schema.CheckedDraft(told.findings(folder.findings), progress)

    return await api.answer(work)


@get(
    "/api/submissions/{id:str}/versions",
    **described(
        "listVersions", "Evidence", {200: answer(draft_schema.VersionList)}, (SIGNED_IN, READ, TEXT, NOT_FOUND),
        path=ID, security=(SESSION,),
    ),
)  # fmt: skip
async def versions(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """List everything that was saved of a submission, the newest first."""
    api = await Api.of(request, desk)
    return await api.answer(
        lambda: (200, draft_schema.VersionList([_line(one) for one in desk.versions.lines(api.caller.id, id)]))
    )


@get(
    "/api/submissions/{id:str}/versions/{number:str}",
    **described(
        "getVersion", "Evidence", {200: answer(draft_schema.Version)}, (SIGNED_IN, READ, TEXT, NOT_FOUND),
        path=VERSION, security=(SESSION,),
    ),
)  # fmt: skip
async def version(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """Read one version of a submission."""
    api = await Api.of(request, desk)

    def work() -> tuple[int, Any]:
        one = desk.versions.sheet(api.caller.id, id, version_number(number)).version
        line = _line(one)
        return 200, draft_schema.Version(
            line.number, line.kind, line.saved_at, line.revision, one.evidence, one.public_narratives
        )

    return await api.answer(work)


@post(
    "/api/submissions/{id:str}/versions/{number:str}/restore",
    status_code=200,
    **described(
        "restoreVersion", "Evidence", {200: answer(Submission)},
        (SIGNED_IN, WRITE, JSON_BODY, TEXT, NOT_FOUND, LOCKED, REPEATABLE),
        body=json_body(Nothing), body_required=False, path=VERSION, headers=("Idempotency-Key",), security=(SESSION,),
    ),
)  # fmt: skip
async def restore(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """Make a version the draft again, as a new revision; the others stay."""
    api = await Api.of(request, desk)
    await api.sent(Nothing)
    return await api.answer(
        lambda: (200, told.submission(desk.urls, desk.versions.restore(api.caller.id, id, version_number(number))))
    )


def version_number(text: str) -> int:
    """The number in an address. Raises NotFound for what is none."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound("not_found", "This draft has no such version any more.")
    return int(text)


def _line(one: VersionLine) -> draft_schema.VersionLine:
    return draft_schema.VersionLine(one.number, one.kind, one.saved_at, one.revision)


ROUTES = [check, versions, version, restore]
