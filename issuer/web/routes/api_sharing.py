"""The author's side of shared work as JSON."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.web import resource_told
from issuer.web.api import Api
from issuer.web.api_schema import Nothing
from issuer.web.desk import Desk
from issuer.web.openapi import SESSION, answer, described, json_body
from issuer.web.problem_codes import JSON_BODY, NOT_FOUND, READ, REPEATABLE, SIGNED_IN, TEXT, WRITE, Codes
from issuer.web.resource_schema import (
    AnswerQuestion,
    PublishResource,
    ReaderQuestion,
    ReaderQuestions,
    ResourceDraft,
    SaveResource,
)

ID = {"id": "The submission’s id."}
NOT_SHARED: Codes = {409: ("state.conflict",)}
CHANGES = (SIGNED_IN, WRITE, JSON_BODY, TEXT, NOT_FOUND)


@get(
    "/api/submissions/{id:str}/resource",
    **described(
        "getResourceDraft", "Evidence", {200: answer(ResourceDraft)}, (SIGNED_IN, READ, TEXT, NOT_FOUND, NOT_SHARED),
        path=ID, security=(SESSION,),
    ),
)  # fmt: skip
async def prepared(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """See what would be published of one’s own approved evidence, and what hinders it."""
    api = await Api.of(request, desk)
    return await api.answer(lambda: (200, resource_told.draft(desk.urls, desk.share_work.prepare(api.caller.id, id))))


@put(
    "/api/submissions/{id:str}/resource",
    **described(
        "saveResourceDraft", "Evidence", {200: answer(ResourceDraft)}, CHANGES, body=json_body(SaveResource), path=ID,
        security=(SESSION,),
    ),
)  # fmt: skip
async def save(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Keep title, wordings and choices; what is published stays as it is."""
    api = await Api.of(request, desk)
    sent = await api.sent(SaveResource)

    def work() -> tuple[int, Any]:
        saved = desk.share_work.save(api.caller.id, id, sent.title, sent.texts, sent.left_out, sent.attestations)
        return 200, resource_told.draft(desk.urls, saved)

    return await api.answer(work)


@post(
    "/api/submissions/{id:str}/resource/publish",
    status_code=200,
    **described(
        "publishResource", "Evidence", {200: answer(ResourceDraft)},
        (*CHANGES, REPEATABLE, {422: ("resource.not_ready",)}), body=json_body(PublishResource), path=ID,
        headers=("Idempotency-Key",), security=(SESSION,),
    ),
)  # fmt: skip
async def publish(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Publish exactly what was looked at."""
    api = await Api.of(request, desk)
    sent = await api.sent(PublishResource)

    def work() -> tuple[int, Any]:
        desk.share_work.publish(api.caller.id, id, sent.digest)
        return 200, resource_told.draft(desk.urls, desk.share_work.prepare(api.caller.id, id))

    return await api.answer(work)


@post(
    "/api/submissions/{id:str}/resource/withdraw",
    status_code=200,
    **described(
        "withdrawResource", "Evidence", {200: answer(ResourceDraft)}, (*CHANGES, REPEATABLE), body=json_body(Nothing),
        body_required=False, path=ID, headers=("Idempotency-Key",), security=(SESSION,),
    ),
)  # fmt: skip
async def withdraw(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Withdraw it: at once nobody can read it."""
    api = await Api.of(request, desk)
    await api.sent(Nothing)

    def work() -> tuple[int, Any]:
        desk.share_work.withdraw(api.caller.id, id)
        return 200, resource_told.draft(desk.urls, desk.share_work.prepare(api.caller.id, id))

    return await api.answer(work)


@get(
    "/api/submissions/{id:str}/questions",
    **described(
        "listQuestions", "Evidence", {200: answer(ReaderQuestions)}, (SIGNED_IN, READ, TEXT, NOT_FOUND),
        path=ID, security=(SESSION,),
    ),
)  # fmt: skip
async def questions(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """List what readers asked about one’s own resource."""
    api = await Api.of(request, desk)

    def work() -> tuple[int, Any]:
        found = desk.read_resources.questions(api.caller.id, id)
        return 200, ReaderQuestions(questions=[resource_told.question(one) for one in found])

    return await api.answer(work)


@post(
    "/api/submissions/{id:str}/questions/{question:str}/answer",
    status_code=200,
    **described(
        "answerQuestion", "Evidence", {200: answer(ReaderQuestion)}, (*CHANGES, REPEATABLE),
        body=json_body(AnswerQuestion), path={**ID, "question": "The question’s id."}, headers=("Idempotency-Key",),
        security=(SESSION,),
    ),
)  # fmt: skip
async def answer_question(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str], question: FromPath[str]
) -> Response[Any]:
    """Answer a reader, once."""
    api = await Api.of(request, desk)
    sent = await api.sent(AnswerQuestion)
    return await api.answer(
        lambda: (200, resource_told.question(desk.read_resources.answer(api.caller.id, id, question, sent.answer)))
    )


ROUTES = [prepared, save, publish, withdraw, questions, answer_question]
