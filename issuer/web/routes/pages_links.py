"""Share links on the badge's own page: making and ending them."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.errors import Unprocessable
from issuer.web.desk import Desk
from issuer.web.forms import go, posted_form
from issuer.web.routes.pages_submissions import badge_page


@post("/badges/{id:str}/links", status_code=200)
async def make(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Make a link; its address is on the page that answers, and on no other."""
    form = await posted_form(request, desk)
    days = _days(form.texts.get("days", ""))
    made = await desk.in_thread(desk.share_links.make, form.caller.id, id, form.texts.get("label", ""), days)
    return await badge_page(request, desk, form.caller.id, id, desk.urls.shared(made.token))


@post("/badges/{id:str}/links/{link_id:str}/end")
async def end(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str], link_id: FromPath[str]
) -> Response[Any]:
    """End a link for good."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.share_links.end, form.caller.id, id, link_id)
    return go(f"/badges/{id}", "link-ended", anchor="links")


def _days(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Unprocessable("input.invalid", "Say for how many days the link works.", "/days")
    return int(text)


ROUTES = [make, end]
