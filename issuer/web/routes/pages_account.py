"""One's own account: the name on badges, the password, the sessions."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.errors import IssuerError, Unprocessable
from issuer.web.callers import Caller
from issuer.web.desk import Desk
from issuer.web.forms import go, html, posted_form, signed_in
from issuer.web.passwords import checking_password


@get("/account")
async def account(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Name, addresses, password and sessions."""
    return await account_page(request, desk, await signed_in(request, desk))


@post("/account/name")
async def rename(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Choose the name that appears on badges."""
    form = await posted_form(request, desk)
    try:
        await desk.in_thread(desk.administer.rename, form.caller.id, form.texts.get("display_name", ""))
    except Unprocessable as error:
        return await account_page(request, desk, form.caller, error)
    return go("/account", "renamed")


@post("/account/password")
async def change_password(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Choose another password; every other session ends."""
    form = await posted_form(request, desk)
    current, new = form.texts.get("current", ""), form.texts.get("new", "")
    try:
        with checking_password(desk, form.caller):
            await desk.at_passwords(desk.administer.change_password, form.caller.id, current, new, form.caller.token)
    except Unprocessable as error:
        return await account_page(request, desk, form.caller, error)
    return go("/account", "password")


@post("/account/sessions/{id:str}/end")
async def end_session(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """End one session."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.own_sessions.end, form.caller.id, id)
    return go("/account", "session-ended", "sessions")


@post("/account/sessions/end-others")
async def end_others(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """End every session but this one."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.own_sessions.end_others, form.caller.id, form.caller.token)
    return go("/account", "sessions-ended", "sessions")


async def account_page(
    request: Request[Any, Any, Any], desk: Desk, caller: Caller, error: IssuerError | None = None
) -> Response[str]:
    """The account, with what went wrong with one of its forms."""
    addresses = await desk.in_thread(desk.own_addresses.all, caller.id)
    sessions = await desk.in_thread(desk.own_sessions.all, caller.id, caller.token)
    return html(
        "account.html", request, 422 if error else 200, error=error, addresses=addresses, sessions=sessions,
        has_mail=desk.join.has_mail,
    )  # fmt: skip


ROUTES = [account, rename, change_password, end_session, end_others]
