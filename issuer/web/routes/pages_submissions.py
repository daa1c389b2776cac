"""The teacher's own badges and the way to them."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.domain.award import FOR_EVERYBODY
from issuer.domain.award import Form as BadgeForm
from issuer.domain.people import Role
from issuer.domain.submission import OPEN
from issuer.services.access import require_role
from issuer.web.desk import Desk
from issuer.web.forms import go, html, posted_form, signed_in
from issuer.web.routes.api_forms import download
from issuer.web.routes.credentials import share_context
from issuer.web.run_chart import run_chart

NARRATIVE = "narrative:"
UPLOAD = "upload:"
ATTEST = "attest:"


@get("/badges")
async def badges(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """One's own badges, work in progress and the way to the certification."""
    caller = await signed_in(request, desk)
    require_role(caller.person, Role.TEACHER)
    backpack = await desk.in_thread(desk.share.backpack, caller.id)
    submissions = await desk.in_thread(desk.submit.mine, caller.id)
    return html(
        "badges.html", request, backpack=backpack, catalogue=desk.catalogue,
        boards=await desk.in_thread(desk.records.boards, caller.id),
        open_submissions=[one for one in submissions if one.state in OPEN],
        ended_submissions=[one for one in submissions if one.state not in OPEN],
    )  # fmt: skip


@get("/badges/{id:str}")
async def badge(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[str]:
    """One of one's own badges: what everybody would see, and whether they can."""
    caller = await signed_in(request, desk)
    return await badge_page(request, desk, caller.id, id)


async def badge_page(
    request: Request[Any, Any, Any], desk: Desk, by: str, id: str, new_link: str | None = None
) -> Response[str]:
    """The page of one's own badge. new_link: the address of a share link that was made just now."""
    own = await desk.in_thread(desk.share.own, by, id)
    if own.award.state != "issued":
        return html("badge_pending.html", request, badge=own)
    forms = {one.form.value for one in own.award.forms if one.sealed is not None and one.form not in FOR_EVERYBODY}
    context = await desk.in_thread(share_context, desk, own)
    links = await desk.in_thread(desk.share_links.of_badge, by, id)
    choice = await desk.in_thread(desk.show_chart.choice, by, id)
    drawn = run_chart(choice.chart, own.badge_class.settings) if choice is not None else None
    return html(
        "badge.html", request, **{**context, "chart": drawn}, chart_choice=choice, own_forms=forms, links=links,
        new_link=new_link, now=desk.clock(),
    )  # fmt: skip


@get("/badges/{id:str}/selective.json")
async def selective(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[bytes]:
    """One's badge for a wallet that shows parts of it (ecdsa-sd-2023); nobody else gets it."""
    caller = await signed_in(request, desk)
    return await desk.in_thread(download, desk, caller.id, id, BadgeForm.ECDSA_SD_2023)


@get("/badges/{id:str}/selective.sd-jwt")
async def selective_token(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]
) -> Response[bytes]:
    """The same as an SD-JWT VC."""
    caller = await signed_in(request, desk)
    return await desk.in_thread(download, desk, caller.id, id, BadgeForm.SD_JWT_VC)


@post("/badges/{id:str}/open")
async def open_badge(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Open a badge to everybody who has its link."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.share.set_open, form.caller.id, id, True)
    return go(f"/badges/{id}", "opened")


@post("/badges/{id:str}/close")
async def close_badge(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Make it private again."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.share.set_open, form.caller.id, id, False)
    return go(f"/badges/{id}", "closed")


@post("/submissions")
async def start(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Start gathering evidence; an open draft for the same badge is continued instead."""
    form = await posted_form(request, desk)
    slug = form.texts.get("achievement", "")
    for one in await desk.in_thread(desk.submit.mine, form.caller.id):
        if one.achievement == slug and one.state in OPEN:
            return go(f"/submissions/{one.id}")
    submission = await desk.in_thread(desk.submit.start, form.caller.id, slug)
    return go(f"/submissions/{submission.id}")


ROUTES = [badges, badge, selective, selective_token, open_badge, close_badge, start]
