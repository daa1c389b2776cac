"""For people without a session: joining by invitation, registering, and getting a new password."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.errors import Gone, IssuerError, Unprocessable
from issuer.services.join import Registration
from issuer.web.addresses import address_of
from issuer.web.callers import find_caller
from issuer.web.desk import Desk
from issuer.web.forms import go, html, open_form


@get("/join/{token:str}")
async def join_page(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], token: FromPath[str]
) -> Response[str]:
    """What an invitation is for; mail scanners that follow its link change nothing."""
    return await _join_page(request, desk, token)


@post("/join/{token:str}")
async def join(request: Request[Any, Any, Any], desk: NamedDependency[Desk], token: FromPath[str]) -> Response[Any]:
    """Open the account."""
    form = await open_form(request, desk)
    desk.rate_limits.spend("claim", address_of(request.scope, desk.proxy_hops))
    if await desk.in_thread(find_caller, request, desk.sign_in) is not None:
        raise Gone("claim.used", "This link opens an account for somebody new. Sign out first, then follow it again.")
    name, password = form.texts.get("display_name", ""), form.texts.get("password", "")
    try:
        await desk.at_passwords(desk.join.accept, token, name, password)
    except Unprocessable as error:
        return await _join_page(request, desk, token, name, error)
    return go("/login", "joined")


@get("/register")
async def register_page(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Ask for a teacher's account, where that is allowed."""
    return await _register_page(request, desk)


@post("/register")
async def register(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Ask for it; the answer does not depend on who has an account already."""
    form = await open_form(request, desk)
    desk.rate_limits.spend("register", address_of(request.scope, desk.proxy_hops))
    email, organisation = form.texts.get("email", ""), form.texts.get("organisation", "")
    try:
        await desk.in_thread(desk.join.register, email, organisation)
    except Unprocessable as error:
        return await _register_page(request, desk, email, error)
    return html("asked.html", request, what="registration", has_mail=desk.join.has_mail)


@get("/forgot")
async def forgot_page(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Ask for a new password."""
    return html("forgot.html", request, has_mail=desk.join.has_mail, error=None)


@post("/forgot")
async def forgot(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Ask for it; the answer does not depend on who has an account."""
    form = await open_form(request, desk)
    email = form.texts.get("email", "")
    desk.rate_limits.spend("register", address_of(request.scope, desk.proxy_hops))
    desk.rate_limits.spend("reset-account", email.strip().lower()[:254])
    try:
        await desk.in_thread(desk.reset_password.ask, email)
    except Unprocessable as error:
        return html("forgot.html", request, 422, has_mail=desk.join.has_mail, error=error)
    return html("asked.html", request, what="password", has_mail=desk.join.has_mail)


@get("/reset/{token:str}")
async def reset_page(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], token: FromPath[str]
) -> Response[str]:
    """Where a new password is chosen; nothing happens yet."""
    await desk.in_thread(desk.reset_password.meant_by, token)
    return html("reset.html", request, error=None)


@post("/reset/{token:str}")
async def reset(request: Request[Any, Any, Any], desk: NamedDependency[Desk], token: FromPath[str]) -> Response[Any]:
    """Set the new password."""
    form = await open_form(request, desk)
    desk.rate_limits.spend("claim", address_of(request.scope, desk.proxy_hops))
    try:
        await desk.at_passwords(desk.reset_password.reset, token, form.texts.get("password", ""))
    except Unprocessable as error:
        return html("reset.html", request, 422, error=error)
    return go("/login", "new-password")


async def _join_page(
    request: Request[Any, Any, Any], desk: Desk, token: str, name: str = "", error: IssuerError | None = None
) -> Response[str]:
    await desk.in_thread(find_caller, request, desk.sign_in)
    waiting = await desk.in_thread(desk.join.meant_by, token)
    return html("join.html", request, 422 if error else 200, waiting=waiting, name=name, error=error)


async def _register_page(
    request: Request[Any, Any, Any], desk: Desk, email: str = "", error: IssuerError | None = None
) -> Response[str]:
    schools = await desk.in_thread(desk.join.schools)
    return html(
        "register.html", request, 422 if error else 200, schools=schools, email=email, error=error,
        is_on=desk.join.registration is not Registration.OFF, by_code=desk.join.registration is Registration.CODE,
    )  # fmt: skip


ROUTES = [join_page, join, register_page, register, forgot_page, forgot, reset_page, reset]
