"""The reviewer's desk as JSON: queue, claim, release, decide."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.domain.review import Decision, Rating
from issuer.errors import Unprocessable
from issuer.services.review import QueueEntry, ReviewSheet
from issuer.web.api import Api, refuse_unknown
from issuer.web.desk import Desk
from issuer.web.routes.api_submissions import file_json, submission_json

DECISION_MEMBERS = frozenset({"decision", "ratings", "feedback", "private_note"})
LIMIT = frozenset({"limit"})
RATING_MEMBERS = frozenset({"requirement", "level", "comment"})


@get("/api/reviews")
async def queue(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """What waits for review in one's organisation, the longest-waiting first. Query: limit (1 to 100)."""
    api = await Api.of(request, desk, query=LIMIT)
    limit = limit_of(request)
    return await api.answer(
        lambda: (200, {"reviews": [entry_json(one) for one in desk.review.queue(api.caller.id, limit)]})
    )


@get("/api/reviews/{id:str}")
async def read(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """One submission to judge: evidence as handed in, requirements, files."""
    api = await Api.of(request, desk)
    return await api.answer(lambda: (200, sheet_json(desk.review.sheet(api.caller.id, id))))


@post("/api/reviews/{id:str}/claim", status_code=200)
async def claim(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Take a submission from the queue."""
    api = await Api.of(request, desk)
    return await api.answer(lambda: (200, submission_json(desk.review.claim(api.caller.id, id))))


@post("/api/reviews/{id:str}/release", status_code=200)
async def release(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Put it back."""
    api = await Api.of(request, desk)
    return await api.answer(lambda: (200, submission_json(desk.review.release(api.caller.id, id))))


@post("/api/reviews/{id:str}/decision", status_code=200)
async def decide(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Decide: `{"decision": "approve"|"return"|"decline", "ratings": [{"requirement", "level", "comment"?}]}`."""
    api = await Api.of(request, desk, DECISION_MEMBERS)

    def work() -> tuple[int, Any]:
        decided = desk.review.decide(
            api.caller.id,
            id,
            _decision(api.body.get("decision")),
            _ratings(api.body.get("ratings", [])),
            _text(api.body, "feedback"),
            _text(api.body, "private_note"),
        )
        urls = [desk.urls.credential(award) for award in decided.awards]
        return 200, {
            **submission_json(decided.submission),
            "decision": decided.review.decision,
            "credentials": [{"id": id, "url": url} for id, url in zip(decided.awards, urls, strict=True)],
        }

    return await api.answer(work)


def limit_of(request: Request[Any, Any, Any], default: int = 50) -> int:
    """The `limit` of a listing. Raises Unprocessable (`input.invalid`) for what is no number."""
    text = request.query_params.get("limit", str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Unprocessable("input.invalid", "The limit is a whole number from 1 to 100.", "limit")
    return int(text)


def entry_json(entry: QueueEntry) -> dict[str, Any]:
    """What the queue shows of a submission."""
    return {
        **submission_json(entry.submission),
        "name": entry.badge_class.name,
        "teacher": entry.teacher.display_name,
        "claimed_by": entry.submission.claimed_by,
    }


def sheet_json(sheet: ReviewSheet) -> dict[str, Any]:
    """All that a reviewer's own software needs to show."""
    return {
        **submission_json(sheet.submission),
        "name": sheet.badge_class.name,
        "teacher": sheet.teacher.display_name,
        "claimed_by": sheet.submission.claimed_by,
        "evidence": sheet.attempt.evidence,
        "public_narratives": sheet.attempt.public_narratives,
        "evidence_sha256": sheet.attempt.evidence_sha256,
        "files": [file_json(file) for file in sheet.files],
        "requirements": [
            {"id": one.id, "text": one.text, "levels": [level.id for level in one.levels]}
            for one in sheet.badge_class.requirements
        ],
    }


def _decision(value: object) -> Decision:
    try:
        return Decision(str(value))
    except ValueError:
        raise Unprocessable("input.invalid", "The decision is approve, return or decline.", "/decision") from None


def _ratings(value: object) -> list[Rating]:
    if not isinstance(value, list) or len(value) > 100:
        raise Unprocessable("input.invalid", "The ratings are a list.", "/ratings")
    return [_rating(one, f"/ratings/{place}") for place, one in enumerate(value)]


def _rating(value: object, where: str) -> Rating:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise Unprocessable("input.invalid", "A rating has requirement, level and comment, all texts.", where)
    refuse_unknown(value, RATING_MEMBERS)
    if "requirement" not in value or "level" not in value:
        raise Unprocessable("input.invalid", "A rating names its requirement and a level.", where)
    return Rating(value["requirement"], value["level"], value.get("comment", ""))


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise Unprocessable("input.invalid", f"Give “{name}” as a text.", f"/{name}")
    return value


ROUTES = [queue, read, claim, release, decide]
