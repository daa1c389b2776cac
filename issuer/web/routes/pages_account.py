"""One's own account: the name on badges, the password."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from issuer.errors import Unprocessable
from issuer.web.desk import Desk
from issuer.web.forms import go, html, posted_form, signed_in


@get("/account")
async def account(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Name and password."""
    await signed_in(request, desk)
    return html("account.html", request, error=None)


@post("/account/name")
async def rename(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Choose the name that appears on badges."""
    form = await posted_form(request, desk)
    try:
        await desk.in_thread(desk.administer.rename, form.caller.id, form.texts.get("display_name", ""))
    except Unprocessable as error:
        return html("account.html", request, 422, error=error)
    return go("/account", "renamed")


@post("/account/password")
async def change_password(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Choose another password; every session ends."""
    form = await posted_form(request, desk)
    current, new = form.texts.get("current", ""), form.texts.get("new", "")
    try:
        await desk.at_passwords(desk.administer.change_password, form.caller.id, current, new)
    except Unprocessable as error:
        return html("account.html", request, 422, error=error)
    return go("/login", "password")


ROUTES = [account, rename, change_password]
