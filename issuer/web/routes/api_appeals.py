"""Appeals, deadlines and the reviewer's background as JSON."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.web import appeal_told
from issuer.web.api import Api
from issuer.web.api_schema import Nothing
from issuer.web.appeal_schema import (
    AnswerAppeal,
    Appeal,
    Extended,
    ExtendRevision,
    FileAppeal,
    OpenAppeals,
    ReviewBackground,
    Revision,
)
from issuer.web.desk import Desk
from issuer.web.openapi import SESSION, answer, described, json_body
from issuer.web.problem_codes import JSON_BODY, NOT_FOUND, READ, REPEATABLE, SIGNED_IN, TEXT, WRITE, Codes

ID = {"id": "The submission’s id."}
NOT_ONES_OWN: Codes = {403: ("review.conflict_of_interest",)}
CHANGES = (SIGNED_IN, WRITE, JSON_BODY, TEXT, NOT_FOUND, REPEATABLE)
KEYED: dict[str, Any] = {"headers": ("Idempotency-Key",), "security": (SESSION,)}


@get(
    "/api/submissions/{id:str}/revision",
    **described(
        "getRevision", "Evidence", {200: answer(Revision)}, (SIGNED_IN, READ, TEXT, NOT_FOUND), path=ID,
        security=(SESSION,),
    ),
)  # fmt: skip
async def revision(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Read the clocks of one’s own submission, and its appeals."""
    api = await Api.of(request, desk)
    return await api.answer(lambda: (200, appeal_told.revision(desk.background.for_teacher(api.caller.id, id))))


@post(
    "/api/submissions/{id:str}/appeal",
    **described("fileAppeal", "Evidence", {201: answer(Appeal)}, CHANGES, body=json_body(FileAppeal), path=ID, **KEYED),
)
async def file(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Appeal against the decision under which one’s submission stands, once for each."""
    api = await Api.of(request, desk)
    sent = await api.sent(FileAppeal)
    return await api.answer(lambda: (201, appeal_told.appeal(desk.appeals.file(api.caller.id, id, sent.grounds))))


@post(
    "/api/submissions/{id:str}/appeal/withdraw",
    status_code=200,
    **described(
        "withdrawAppeal", "Evidence", {200: answer(Appeal)}, CHANGES, body=json_body(Nothing), body_required=False,
        path=ID, **KEYED,
    ),
)  # fmt: skip
async def withdraw(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Withdraw one’s open appeal for good."""
    api = await Api.of(request, desk)
    await api.sent(Nothing)
    return await api.answer(lambda: (200, appeal_told.appeal(desk.appeals.withdraw(api.caller.id, id))))


@get(
    "/api/appeals",
    **described("listAppeals", "Review", {200: answer(OpenAppeals)}, (SIGNED_IN, READ), security=(SESSION,)),
)
async def waiting(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """List the appeals that one may answer as a reviewer."""
    api = await Api.of(request, desk)

    def work() -> tuple[int, Any]:
        found = desk.appeals.waiting(api.caller.id, 100)
        return 200, OpenAppeals(appeals=[appeal_told.open_appeal(one) for one in found])

    return await api.answer(work)


@post(
    "/api/appeals/{id:str}/decision",
    status_code=200,
    **described(
        "answerAppeal", "Review", {200: answer(Appeal)}, (*CHANGES, NOT_ONES_OWN), body=json_body(AnswerAppeal),
        path={"id": "The appeal’s id."}, **KEYED,
    ),
)  # fmt: skip
async def decide(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Answer an appeal.

    Where the decision is overturned, the same evidence waits as a new attempt that the caller holds and rates.
    """
    api = await Api.of(request, desk)
    sent = await api.sent(AnswerAppeal)
    return await api.answer(
        lambda: (200, appeal_told.appeal(desk.appeals.decide(api.caller.id, id, sent.outcome, sent.reason)))
    )


@get(
    "/api/reviews/{id:str}/background",
    **described(
        "getReviewBackground", "Review", {200: answer(ReviewBackground)},
        (SIGNED_IN, READ, TEXT, NOT_FOUND, NOT_ONES_OWN), path=ID, security=(SESSION,),
    ),
)  # fmt: skip
async def background(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Read what to know beside the evidence: what changed, files that others handed in too, clocks, appeals."""
    api = await Api.of(request, desk)
    return await api.answer(lambda: (200, appeal_told.background(desk.background.for_reviewer(api.caller.id, id))))


@post(
    "/api/reviews/{id:str}/extend",
    status_code=200,
    **described(
        "extendRevision", "Review", {200: answer(Extended)}, (*CHANGES, NOT_ONES_OWN), body=json_body(ExtendRevision),
        path=ID, **KEYED,
    ),
)  # fmt: skip
async def extend(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Give more time for handing in again what was returned."""
    api = await Api.of(request, desk)
    sent = await api.sent(ExtendRevision)
    return await api.answer(
        lambda: (200, Extended(revise_by=desk.revisions.extend(api.caller.id, id, sent.days).due_at))
    )


ROUTES = [revision, file, withdraw, waiting, decide, background, extend]
