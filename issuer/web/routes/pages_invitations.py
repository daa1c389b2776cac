"""For administrators: inviting people, and links to hand over where no mail goes."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.domain.people import Role
from issuer.errors import Conflict, IssuerError, Unprocessable
from issuer.services.join import Registration
from issuer.web.desk import Desk
from issuer.web.forms import go, html, posted_form, signed_in
from issuer.web.routes.pages_admin import roles_of


@get("/admin/invitations")
async def invitations(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Who was invited or asks for an account, and has none yet."""
    caller = await signed_in(request, desk)
    return await _page(request, desk, caller.id)


@post("/admin/invitations", status_code=200)
async def invite(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Invite somebody, and show the link this once."""
    form = await posted_form(request, desk)
    desk.rate_limits.spend("invite", form.caller.id)
    email, organisation = form.texts.get("email", ""), form.texts.get("organisation", "")
    try:
        invited = await desk.in_thread(
            desk.join.invite, form.caller.id, email, roles_of(form.lists.get("role", [])), organisation
        )
    except (Unprocessable, Conflict) as error:
        return await _page(request, desk, form.caller.id, error)
    return _link_page(request, desk, invited.path, f"Invitation of {invited.claim.email}", "/admin/invitations")


@post("/admin/invitations/{id:str}/link", status_code=200)
async def link(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """A fresh link to hand over."""
    form = await posted_form(request, desk)
    desk.rate_limits.spend("invite", form.caller.id)
    invited = await desk.in_thread(desk.join.link, form.caller.id, id)
    return _link_page(request, desk, invited.path, f"Link for {invited.claim.email}", "/admin/invitations")


@post("/admin/invitations/{id:str}/withdraw")
async def withdraw(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Its links are good for nothing any more."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.join.withdraw, form.caller.id, id)
    return go("/admin/invitations", "withdrawn-invitation")


@post("/admin/organisations/{id:str}/code")
async def new_code(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Give a school a fresh code to register with."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.join.new_code, form.caller.id, id)
    return go("/admin/invitations", "new-code")


@post("/admin/people/{id:str}/reset-link", status_code=200)
async def reset_link(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """A link with which somebody chooses a new password, to hand over."""
    form = await posted_form(request, desk)
    desk.rate_limits.spend("invite", form.caller.id)
    path = await desk.in_thread(desk.reset_password.link, form.caller.id, id)
    return _link_page(request, desk, path, "Link for a new password", f"/admin/people/{id}")


@post("/admin/people/{id:str}/address-link", status_code=200)
async def address_link(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]
) -> Response[Any]:
    """A link that verifies somebody's address, to hand over."""
    form = await posted_form(request, desk)
    desk.rate_limits.spend("invite", form.caller.id)
    path = await desk.in_thread(desk.own_addresses.link, form.caller.id, id, form.texts.get("email", ""))
    return _link_page(request, desk, path, "Link that verifies an address", f"/admin/people/{id}")


def _link_page(request: Request[Any, Any, Any], desk: Desk, path: str, title: str, back: str) -> Response[str]:
    url = f"{desk.identity.public_url}{path}"
    return html("link.html", request, url=url, title=title, back=back, has_mail=desk.join.has_mail)


async def _page(
    request: Request[Any, Any, Any], desk: Desk, by: str, error: IssuerError | None = None
) -> Response[str]:
    waiting = await desk.in_thread(desk.join.waiting, by)
    organisations = await desk.in_thread(desk.administer.organisations, by)
    codes = {one.id: await desk.in_thread(desk.join.code, by, one.id) for one in organisations}
    return html(
        "invitations.html", request, 422 if error else 200, waiting=waiting, organisations=organisations, codes=codes,
        roles=list(Role), error=error, by_code=desk.join.registration is Registration.CODE,
        has_mail=desk.join.has_mail,
    )  # fmt: skip


ROUTES = [invitations, invite, link, withdraw, new_code, reset_link, address_link]
