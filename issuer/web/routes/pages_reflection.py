"""Answers of a reflection form that was filled in offline: shown as they were found, taken over on request."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.web.desk import Desk
from issuer.web.forms import go, html, posted_form, signed_in


@get("/submissions/{id:str}/reflection/{file_id:str}")
async def answers(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str], file_id: FromPath[str]
) -> Response[str]:
    """What an attached form answers. Nothing is changed."""
    caller = await signed_in(request, desk)
    desk.rate_limits.spend("upload", caller.id)
    found = await desk.in_thread(desk.reflections.found, caller.id, id, file_id)
    return html("answers.html", request, found=found)


@post("/submissions/{id:str}/reflection/{file_id:str}")
async def take_over(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str], file_id: FromPath[str]
) -> Response[Any]:
    """Put the ticked answers into the form."""
    form = await posted_form(request, desk)
    desk.rate_limits.spend("upload", form.caller.id)
    chosen = form.lists.get("answer", [])
    await desk.in_thread(desk.reflections.take_over, form.caller.id, id, file_id, chosen)
    return go(f"/submissions/{id}", "answers", "f-reflection")


ROUTES = [answers, take_over]
