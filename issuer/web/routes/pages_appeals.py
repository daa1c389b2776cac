"""Forms of appeals and deadlines; they stand on the pages of the submission and of its review."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.domain.appeal import AppealOutcome
from issuer.errors import Unprocessable
from issuer.web.desk import Desk
from issuer.web.forms import go, posted_form


@post("/submissions/{id:str}/appeal")
async def file(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Appeal against a decision."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.appeals.file, form.caller.id, id, form.texts.get("grounds", ""))
    return go(f"/submissions/{id}", "appealed")


@post("/submissions/{id:str}/appeal/withdraw")
async def withdraw(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Take it back."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.appeals.withdraw, form.caller.id, id)
    return go(f"/submissions/{id}", "appeal-withdrawn")


@post("/appeals/{id:str}/decision")
async def decide(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Answer an appeal."""
    form = await posted_form(request, desk)
    outcome = next((one for one in AppealOutcome if one.value == form.texts.get("outcome")), None)
    if outcome is None:
        raise Unprocessable("input.invalid", "Let the decision stand, or judge it afresh.", "/outcome")
    done = await desk.in_thread(desk.appeals.decide, form.caller.id, id, outcome, form.texts.get("reason", ""))
    return go(f"/reviews/{done.submission_id}", f"appeal-{done.state.value}")


@post("/reviews/{id:str}/extend")
async def extend(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Give more time for a revision."""
    form = await posted_form(request, desk)
    days = form.texts.get("days", "")
    number = int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0
    await desk.in_thread(desk.revisions.extend, form.caller.id, id, number)
    return go(f"/reviews/{id}", "extended")


ROUTES = [file, withdraw, decide, extend]
