"""Setting up the second factor, and taking it away."""

from __future__ import annotations

from typing import Any

import segno
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.errors import IssuerError, Unprocessable
from issuer.services.second_factor import Setup
from issuer.web.callers import Caller
from issuer.web.desk import Desk
from issuer.web.forms import go, html, posted_form, signed_in
from issuer.web.passwords import checking_code, checking_password


@get("/account/second-factor")
async def second_factor(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Whether it is on."""
    return await _page(request, desk, await signed_in(request, desk, setting_up=True))


@post("/account/second-factor", status_code=200)
async def begin(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Show a fresh secret, this once."""
    form = await posted_form(request, desk, setting_up=True)
    try:
        with checking_password(desk, form.caller):
            setup = await desk.at_passwords(desk.second_factor.begin, form.caller.id, form.texts.get("password", ""))
    except Unprocessable as error:
        return await _page(request, desk, form.caller, error)
    return await _page(request, desk, form.caller, setup=setup)


@post("/account/second-factor/confirm", status_code=200)
async def confirm(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Switch it on with a first code; show the recovery codes, this once."""
    form = await posted_form(request, desk, setting_up=True)
    try:
        with checking_code(desk, form.caller.id):
            codes = await desk.in_thread(desk.second_factor.confirm, form.caller.id, form.texts.get("code", ""))
    except Unprocessable as error:
        return await _page(request, desk, form.caller, error)
    return await _page(request, desk, form.caller, codes=codes)


@post("/account/second-factor/recovery-codes", status_code=200)
async def recovery_codes(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Ten new recovery codes."""
    form = await posted_form(request, desk)
    try:
        with checking_password(desk, form.caller):
            codes = await desk.at_passwords(
                desk.second_factor.new_recovery_codes, form.caller.id, form.texts.get("password", "")
            )
    except Unprocessable as error:
        return await _page(request, desk, form.caller, error)
    return await _page(request, desk, form.caller, codes=codes)


@post("/account/second-factor/off")
async def turn_off(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Sign in without codes from now on."""
    form = await posted_form(request, desk)
    try:
        with checking_password(desk, form.caller):
            await desk.at_passwords(desk.second_factor.turn_off, form.caller.id, form.texts.get("password", ""))
    except Unprocessable as error:
        return await _page(request, desk, form.caller, error)
    return go("/account", "factor-off")


@post("/admin/people/{id:str}/second-factor-off")
async def take_away(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """For somebody who has lost their device."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.second_factor.take_away, form.caller.id, id)
    return go(f"/admin/people/{id}", "factor-taken")


async def _page(
    request: Request[Any, Any, Any],
    desk: Desk,
    caller: Caller,
    error: IssuerError | None = None,
    setup: Setup | None = None,
    codes: tuple[str, ...] = (),
) -> Response[str]:
    state = await desk.in_thread(desk.second_factor.state, caller.id)
    picture = segno.make(setup.uri, error="m", micro=False).svg_data_uri(scale=4, border=4) if setup else ""
    key = " ".join(setup.key[start : start + 4] for start in range(0, len(setup.key), 4)) if setup else ""
    return html(
        "second_factor.html", request, 422 if error else 200, state=state, error=error, setup=setup, codes=codes,
        picture=picture, key=key, must_set_up=caller.must_set_up,
    )  # fmt: skip


ROUTES = [second_factor, begin, confirm, recovery_codes, turn_off, take_away]
