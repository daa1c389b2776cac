"""Badges as JSON: one's own, their standing, opening and closing them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.domain.award import Award
from issuer.services.share import Badge
from issuer.web.api import Api, text_member
from issuer.web.desk import Desk

REASON = frozenset({"reason"})
CORRECTION = frozenset({"reason", "name", "email"})


@get("/api/credentials")
async def mine(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """One's own badges and the progress towards each stack."""
    api = await Api.of(request, desk)

    def work() -> tuple[int, Any]:
        backpack = desk.share.backpack(api.caller.id)
        stacks = [
            {"achievement": stack.slug, "earned": list(progress.earned), "missing": list(progress.missing)}
            for stack, progress in backpack.stacks
        ]
        return 200, {"credentials": [badge_json(desk, one) for one in backpack.badges], "stacks": stacks}

    return await api.answer(work)


@post("/api/credentials/{id:str}/revoke", status_code=200)
async def revoke(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Revoke for good: `{"reason": …}`."""
    return await _change(request, desk, id, desk.stand.revoke)


@post("/api/credentials/{id:str}/suspend", status_code=200)
async def suspend(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Set aside until reinstated: `{"reason": …}`."""
    return await _change(request, desk, id, desk.stand.suspend)


@post("/api/credentials/{id:str}/reinstate", status_code=200)
async def reinstate(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Make a suspended badge active again: `{"reason": …}`. 409 for a revoked one."""
    return await _change(request, desk, id, desk.stand.reinstate)


@post("/api/credentials/{id:str}/correct")
async def correct(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Re-issue under another name or address: `{"name", "email", "reason"}`."""
    api = await Api.of(request, desk, CORRECTION)

    def work() -> tuple[int, Any]:
        name, email, reason = (text_member(api.body, member) for member in ("name", "email", "reason"))
        corrected = desk.stand.correct(api.caller.id, id, name, email, reason)
        return 201, {"credentials": [award_json(desk, one) for one in corrected]}

    return await api.answer(work)


@post("/api/credentials/{id:str}/open", status_code=200)
async def open_badge(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Show one's badge to everybody who has its link."""
    return await _set_open(request, desk, id, True)


@post("/api/credentials/{id:str}/close", status_code=200)
async def close_badge(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Make it private again."""
    return await _set_open(request, desk, id, False)


def award_json(desk: Desk, award: Award) -> dict[str, Any]:
    """What the API says of a badge."""
    return {
        "id": award.id,
        "url": desk.urls.credential(award.id),
        "achievement": award.achievement,
        "version": award.version,
        "state": award.state,
        "standing": award.standing,
        "reason": award.standing_reason,
        "valid_from": award.valid_from,
        "replaces": award.replaces,
        "replaced_by": award.replaced_by,
    }


def badge_json(desk: Desk, badge: Badge) -> dict[str, Any]:
    """The same for its earner."""
    return {**award_json(desk, badge.award), "name": badge.badge_class.name, "is_open": badge.is_open}


async def _change(
    request: Request[Any, Any, Any], desk: Desk, id: str, change: Callable[[str, str, str], Award]
) -> Response[Any]:
    api = await Api.of(request, desk, REASON)

    def work() -> tuple[int, Any]:
        return 200, award_json(desk, change(api.caller.id, id, text_member(api.body, "reason")))

    return await api.answer(work)


async def _set_open(request: Request[Any, Any, Any], desk: Desk, id: str, is_open: bool) -> Response[Any]:
    api = await Api.of(request, desk)

    def work() -> tuple[int, Any]:
        desk.share.set_open(api.caller.id, id, is_open)
        return 200, {"id": id, "is_open": is_open, "url": desk.urls.credential(id)}

    return await api.answer(work)


ROUTES = [mine, revoke, suspend, reinstate, correct, open_badge, close_badge]
