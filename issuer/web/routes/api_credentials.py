"""Badges as JSON: one's own, their standing, opening and closing them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.domain.award import Award
from issuer.web import told
from issuer.web.api import Api
from issuer.web.api_schema import Backpack, CorrectCredential, Corrected, Credential, GiveReason, Nothing, Openness
from issuer.web.desk import Desk
from issuer.web.openapi import SESSION, answer, described, json_body
from issuer.web.problem_codes import JSON_BODY, NOT_FOUND, READ, REPEATABLE, SIGNED_IN, SIGNS, TEXT, WRITE, Codes

ID = {"id": "The badge’s id, the last part of its address."}
NOT_ONES_OWN: Codes = {403: ("review.conflict_of_interest",)}
CHANGES = (SIGNED_IN, WRITE, JSON_BODY, TEXT, NOT_FOUND, NOT_ONES_OWN, REPEATABLE)
SHOWS = (SIGNED_IN, WRITE, JSON_BODY, TEXT, NOT_FOUND, REPEATABLE)
STANDING: dict[str, Any] = {
    "body": json_body(GiveReason), "path": ID, "headers": ("Idempotency-Key",), "security": (SESSION,)
}  # fmt: skip
SHOWING: dict[str, Any] = {**STANDING, "body": json_body(Nothing), "body_required": False}


@get(
    "/api/credentials",
    **described("listCredentials", "Badges", {200: answer(Backpack)}, (SIGNED_IN, READ), security=(SESSION,)),
)
async def mine(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """List one’s own badges and the progress towards each stack."""
    api = await Api.of(request, desk)
    return await api.answer(lambda: (200, told.backpack(desk.urls, desk.share.backpack(api.caller.id))))


@post(
    "/api/credentials/{id:str}/revoke",
    status_code=200,
    **described("revokeCredential", "Badges", {200: answer(Credential)}, CHANGES, **STANDING),
)
async def revoke(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Revoke a badge for good, with every certification stacked on it."""
    return await _change(request, desk, id, desk.stand.revoke)


@post(
    "/api/credentials/{id:str}/suspend",
    status_code=200,
    **described("suspendCredential", "Badges", {200: answer(Credential)}, CHANGES, **STANDING),
)
async def suspend(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Set a badge aside until it is reinstated."""
    return await _change(request, desk, id, desk.stand.suspend)


@post(
    "/api/credentials/{id:str}/reinstate",
    status_code=200,
    **described(
        "reinstateCredential", "Badges", {200: answer(Credential)},
        (*CHANGES, SIGNS, {409: ("status.revocation_final",)}),
        **STANDING,
    ),
)  # fmt: skip
async def reinstate(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Make a suspended badge active again; a revoked one never comes back."""
    return await _change(request, desk, id, desk.stand.reinstate)


@post(
    "/api/credentials/{id:str}/correct",
    **described(
        "correctCredential", "Badges", {201: answer(Corrected)}, (*CHANGES, SIGNS, {422: ("issue.lint",)}),
        **{**STANDING, "body": json_body(CorrectCredential)},
    ),
)  # fmt: skip
async def correct(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Issue a badge again under another name or address.

    The old badge says that it was superseded. Only administrators change an address.
    """
    api = await Api.of(request, desk)
    sent = await api.sent(CorrectCredential)

    def work() -> tuple[int, Any]:
        corrected = desk.stand.correct(api.caller.id, id, sent.name, sent.email, sent.reason)
        return 201, Corrected(credentials=[told.credential(desk.urls, one) for one in corrected])

    return await api.answer(work)


@post(
    "/api/credentials/{id:str}/open",
    status_code=200,
    **described("openCredential", "Badges", {200: answer(Openness)}, SHOWS, **SHOWING),
)
async def open_badge(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Show one’s badge to everybody who has its address."""
    return await _set_open(request, desk, id, True)


@post(
    "/api/credentials/{id:str}/close",
    status_code=200,
    **described("closeCredential", "Badges", {200: answer(Openness)}, SHOWS, **SHOWING),
)
async def close_badge(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Make one’s badge private again."""
    return await _set_open(request, desk, id, False)


async def _change(
    request: Request[Any, Any, Any], desk: Desk, id: str, change: Callable[[str, str, str], Award]
) -> Response[Any]:
    api = await Api.of(request, desk)
    sent = await api.sent(GiveReason)
    return await api.answer(lambda: (200, told.credential(desk.urls, change(api.caller.id, id, sent.reason))))


async def _set_open(request: Request[Any, Any, Any], desk: Desk, id: str, is_open: bool) -> Response[Any]:
    api = await Api.of(request, desk)
    await api.sent(Nothing)

    def work() -> tuple[int, Any]:
        desk.share.set_open(api.caller.id, id, is_open)
        return 200, Openness(id=id, is_open=is_open, url=desk.urls.credential(id))

    return await api.answer(work)


ROUTES = [mine, revoke, suspend, reinstate, correct, open_badge, close_badge]
