"""The reviewer's desk as JSON: queue, claim, release, decide."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.domain.review import Rating
from issuer.errors import Unprocessable
from issuer.web import told
from issuer.web.api import Api
from issuer.web.api_schema import Decide, Decided, Nothing, ReviewQueue, ReviewSheet, Submission
from issuer.web.desk import Desk
from issuer.web.openapi import SESSION, answer, described, json_body
from issuer.web.problem_codes import JSON_BODY, NOT_FOUND, READ, REPEATABLE, SIGNED_IN, SIGNS, TEXT, WRITE, Codes

ID = {"id": "The submission’s id."}
PAGE: dict[str, dict[str, Any]] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 50, "description": "How many at most."},
    "after": {"type": "string", "description": "Go on behind this one: the last id that was listed."},
}
NOT_ONES_OWN: Codes = {403: ("review.conflict_of_interest",)}


@get(
    "/api/reviews",
    **described(
        "listReviews", "Review", {200: answer(ReviewQueue)},
        (SIGNED_IN, READ, NOT_FOUND, TEXT, {422: ("input.invalid",)}), query=PAGE, security=(SESSION,),
    ),
)  # fmt: skip
async def queue(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """List what waits for review in one’s organisation, the longest-waiting first.

    An empty list is the end.
    """
    api = await Api.of(request, desk, query=frozenset(PAGE))
    limit = _limit(request.query_params.get("limit", "50"))

    def work() -> tuple[int, Any]:
        waiting = desk.review.queue(api.caller.id, limit, after=request.query_params.get("after"))
        return 200, ReviewQueue(reviews=[told.queue_entry(desk.urls, one) for one in waiting])

    return await api.answer(work)


@get(
    "/api/reviews/{id:str}",
    **described(
        "getReview", "Review", {200: answer(ReviewSheet)}, (SIGNED_IN, READ, TEXT, NOT_FOUND, NOT_ONES_OWN),
        path=ID, security=(SESSION,),
    ),
)  # fmt: skip
async def read(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Read one submission to judge: evidence as handed in, requirements, files."""
    api = await Api.of(request, desk)
    return await api.answer(lambda: (200, told.sheet(desk.urls, desk.review.sheet(api.caller.id, id))))


@post(
    "/api/reviews/{id:str}/claim",
    status_code=200,
    **described(
        "claimReview", "Review", {200: answer(Submission)},
        (SIGNED_IN, WRITE, JSON_BODY, TEXT, NOT_FOUND, NOT_ONES_OWN, REPEATABLE),
        body=json_body(Nothing), body_required=False, path=ID, headers=("Idempotency-Key",), security=(SESSION,),
    ),
)  # fmt: skip
async def claim(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Take a submission from the queue."""
    api = await Api.of(request, desk)
    await api.sent(Nothing)
    return await api.answer(lambda: (200, told.submission(desk.urls, desk.review.claim(api.caller.id, id))))


@post(
    "/api/reviews/{id:str}/release",
    status_code=200,
    **described(
        "releaseReview", "Review", {200: answer(Submission)},
        (SIGNED_IN, WRITE, JSON_BODY, TEXT, NOT_FOUND, NOT_ONES_OWN, REPEATABLE),
        body=json_body(Nothing), body_required=False, path=ID, headers=("Idempotency-Key",), security=(SESSION,),
    ),
)  # fmt: skip
async def release(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Put a submission back into the queue."""
    api = await Api.of(request, desk)
    await api.sent(Nothing)
    return await api.answer(lambda: (200, told.submission(desk.urls, desk.review.release(api.caller.id, id))))


@post(
    "/api/reviews/{id:str}/decision",
    status_code=200,
    **described(
        "decideReview", "Review", {200: answer(Decided)},
        (
            SIGNED_IN, WRITE, JSON_BODY, TEXT, NOT_FOUND, NOT_ONES_OWN, REPEATABLE, SIGNS,
            {409: ("issue.duplicate",), 422: ("issue.lint",)},
        ),
        body=json_body(Decide), path=ID, headers=("Idempotency-Key",), security=(SESSION,),
    ),
)  # fmt: skip
async def decide(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Approve, return or decline a submission.

    An approval issues the badge, and the certification it completes.
    """
    api = await Api.of(request, desk)
    sent = await api.sent(Decide)
    ratings = [Rating(one.requirement, one.level, one.comment) for one in sent.ratings]

    def work() -> tuple[int, Any]:
        decided = desk.review.decide(
            api.caller.id, id, sent.decision, ratings, sent.feedback, sent.private_note
        )  # fmt: skip
        return 200, told.decided(desk.urls, decided)

    return await api.answer(work)


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Unprocessable("input.invalid", "The limit is a whole number from 1 to 100.", "limit")
    return int(text)


ROUTES = [queue, read, claim, release, decide]
