"""Notices in the page, which of them come as mail, and the link in mails that ends them."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.web.addresses import address_of
from issuer.web.desk import Desk
from issuer.web.forms import go, html, posted_form, signed_in


@get("/notices")
async def notices(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """What one was told, the newest first."""
    caller = await signed_in(request, desk)
    found = await desk.in_thread(desk.notices.mine, caller.id)
    return html("notices.html", request, found=found)


@post("/notices/read")
async def mark_read(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """All of it is read."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.notices.mark_read, form.caller.id)
    return go("/notices")


@get("/account/notices")
async def switches(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Which kinds come as mail."""
    caller = await signed_in(request, desk)
    found = await desk.in_thread(desk.notices.switches, caller.id)
    return html("notice_switches.html", request, switches=found)


@post("/account/notices")
async def switch(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Choose the kinds that come as mail."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.notices.set_switches, form.caller.id, form.lists.get("kind", []))
    return go("/account/notices", "switched")


@get("/unsubscribe/{token:str}")
async def unsubscribe_page(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], token: FromPath[str]
) -> Response[str]:
    """What the link in a mail would end; nothing happens yet."""
    kind = await desk.in_thread(desk.notices.meant_by, token)
    return html("unsubscribe.html", request, kind=kind, done=False)


@post("/unsubscribe/{token:str}", status_code=200)
async def unsubscribe(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], token: FromPath[str]
) -> Response[str]:
    """End mails of one kind, from the page or by the one click of a mail program (RFC 8058 §3.2).

    The token alone says whose: mail programs send neither cookies nor an origin.
    """
    desk.rate_limits.spend("claim", address_of(request.scope, desk.proxy_hops))
    kind = await desk.in_thread(desk.notices.unsubscribe, token)
    return html("unsubscribe.html", request, kind=kind, done=True)


ROUTES = [notices, mark_read, switches, switch, unsubscribe_page, unsubscribe]
