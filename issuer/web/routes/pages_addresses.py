"""One's own e-mail addresses, and the page behind the link that verifies one."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.errors import Conflict, Unprocessable
from issuer.web.addresses import address_of
from issuer.web.desk import Desk
from issuer.web.forms import go, html, posted_form, signed_in
from issuer.web.passwords import checking_password
from issuer.web.routes.pages_account import account_page


@post("/account/addresses")
async def add(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Add an address; its link is mailed there."""
    form = await posted_form(request, desk)
    desk.rate_limits.spend("reset-account", form.caller.id)
    email, password = form.texts.get("email", ""), form.texts.get("password", "")
    try:
        with checking_password(desk, form.caller):
            await desk.at_passwords(desk.own_addresses.add, form.caller.id, email, password)
    except (Unprocessable, Conflict) as error:
        return await account_page(request, desk, form.caller, error)
    return go("/account", "address-added", "addresses")


@post("/account/addresses/send")
async def send_again(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Mail another link to an address that is not verified."""
    form = await posted_form(request, desk)
    desk.rate_limits.spend("reset-account", form.caller.id)
    await desk.in_thread(desk.own_addresses.send_again, form.caller.id, form.texts.get("email", ""))
    return go("/account", "address-sent", "addresses")


@post("/account/addresses/primary")
async def make_primary(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Make a verified address the main one."""
    form = await posted_form(request, desk)
    try:
        await desk.in_thread(desk.own_addresses.make_primary, form.caller.id, form.texts.get("email", ""))
    except Unprocessable as error:
        return await account_page(request, desk, form.caller, error)
    return go("/account", "address-primary", "addresses")


@post("/account/addresses/remove")
async def remove(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Take an address away."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.own_addresses.remove, form.caller.id, form.texts.get("email", ""))
    return go("/account", "address-removed", "addresses")


@get("/verify-address/{token:str}")
async def verify_page(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], token: FromPath[str]
) -> Response[str]:
    """What the link would do; nothing happens yet."""
    await signed_in(request, desk)
    claim = await desk.in_thread(desk.own_addresses.meant_by, token)
    return html("verify_address.html", request, claim=claim)


@post("/verify-address/{token:str}")
async def verify(request: Request[Any, Any, Any], desk: NamedDependency[Desk], token: FromPath[str]) -> Response[Any]:
    """The address is one's own."""
    desk.rate_limits.spend("claim", address_of(request.scope, desk.proxy_hops))
    form = await posted_form(request, desk)
    await desk.in_thread(desk.own_addresses.verify, form.caller.id, token)
    return go("/account", "address-verified", "addresses")


ROUTES = [add, send_again, make_primary, remove, verify_page, verify]
