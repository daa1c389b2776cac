"""Whether the run chart of the evidence stands beside a badge: the earner's choice."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.web.desk import Desk
from issuer.web.forms import go, posted_form


@post("/badges/{id:str}/chart/show")
async def show(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Show it to everybody who may see the badge."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.show_chart.show, form.caller.id, id, form.texts.get("attested") == "true")
    return go(f"/badges/{id}", "chart-shown", "chart")


@post("/badges/{id:str}/chart/hide")
async def hide(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Make it private again."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.show_chart.hide, form.caller.id, id)
    return go(f"/badges/{id}", "chart-hidden", "chart")


ROUTES = [show, hide]
