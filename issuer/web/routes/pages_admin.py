"""Pages for administrators, and for reviewers where badges are concerned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from issuer.domain.people import Role
from issuer.errors import Unprocessable
from issuer.services.export import ASKED_BY
from issuer.web.desk import Desk
from issuer.web.forms import go, html, posted_form, signed_in

PAGE = 50


@get("/admin")
async def admin(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Redirect:
    """Administrators start with the people."""
    caller = await signed_in(request, desk)
    return Redirect("/admin/people" if caller.has(Role.ADMINISTRATOR) else "/admin/badges", status_code=303)


@get("/admin/people")
async def people(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Everybody, their schools and their roles."""
    caller = await signed_in(request, desk)
    after = request.query_params.get("after") or None
    found = await desk.in_thread(desk.administer.people, caller.id, PAGE, after)
    organisations = await desk.in_thread(desk.administer.organisations, caller.id)
    return html(
        "people.html", request, people=found, organisations=organisations, roles=list(Role),
        names={one.id: one.name for one in organisations}, more=found[-1].id if len(found) == PAGE else "",
    )  # fmt: skip


@post("/admin/people")
async def add_person(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Open an account."""
    form = await posted_form(request, desk)
    text = form.texts.get
    await desk.at_passwords(
        desk.administer.add_person, form.caller.id, text("organisation", ""), text("email", ""),
        text("display_name", ""), roles_of(form.lists.get("role", [])), text("password", ""),
    )  # fmt: skip
    return go("/admin/people", "person-added")


@get("/admin/people/{id:str}")
async def person(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[str]:
    """One person: addresses, roles, links to hand over."""
    caller = await signed_in(request, desk)
    found, addresses = await desk.in_thread(desk.administer.person, caller.id, id)
    factor = await desk.in_thread(desk.second_factor.state, id)
    return html(
        "person.html",
        request,
        has_factor=factor.is_on,
        person=found,
        addresses=addresses,
        roles=list(Role),
        asked_by=ASKED_BY,
    )


@post("/admin/people/{id:str}/roles")
async def set_roles(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Change what a person may do."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.administer.set_roles, form.caller.id, id, roles_of(form.lists.get("role", [])))
    return go(f"/admin/people/{id}", "roles")


@post("/admin/people/{id:str}/disable")
async def disable(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Close an account."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.administer.disable, form.caller.id, id)
    return go(f"/admin/people/{id}", "disabled")


@post("/admin/organisations")
async def add_organisation(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Add a school."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.administer.add_organisation, form.caller.id, form.texts.get("name", ""))
    return go("/admin/people", "organisation-added")


@get("/admin/badges")
async def issued(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Every badge this person governs."""
    caller = await signed_in(request, desk)
    after = request.query_params.get("after") or None
    found = await desk.in_thread(desk.stand.governed, caller.id, PAGE, after)
    return html("issued.html", request, badges=found, more=found[-1].award.id if len(found) == PAGE else "")


@get("/admin/badges/{id:str}")
async def issued_badge(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]
) -> Response[str]:
    """One badge with everything that was done to it."""
    caller = await signed_in(request, desk)
    found = await desk.in_thread(desk.stand.history, caller.id, id)
    return html("issued_badge.html", request, governed=found)


@post("/admin/badges/{id:str}/revoke")
async def revoke(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Revoke for good."""
    return await _change(request, desk, id, desk.stand.revoke, "revoked")


@post("/admin/badges/{id:str}/suspend")
async def suspend(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Set aside until reinstated."""
    return await _change(request, desk, id, desk.stand.suspend, "suspended")


@post("/admin/badges/{id:str}/reinstate")
async def reinstate(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Make a suspended badge active again."""
    return await _change(request, desk, id, desk.stand.reinstate, "reinstated")


@post("/admin/badges/{id:str}/correct")
async def correct(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Re-issue under another name or address."""
    form = await posted_form(request, desk)
    text = form.texts.get
    corrected = await desk.in_thread(
        desk.stand.correct, form.caller.id, id, text("name", ""), text("email", ""), text("reason", "")
    )
    return go(f"/admin/badges/{corrected[0].id}", "corrected")


async def _change(
    request: Request[Any, Any, Any], desk: Desk, id: str, change: Callable[[str, str, str], object], notice: str
) -> Response[Any]:
    form = await posted_form(request, desk)
    await desk.in_thread(change, form.caller.id, id, form.texts.get("reason", ""))
    return go(f"/admin/badges/{id}", notice)


def roles_of(names: list[str]) -> frozenset[Role]:
    """The roles a form names. Raises Unprocessable for one that there is not."""
    try:
        return frozenset(Role(name) for name in names)
    except ValueError:
        raise Unprocessable("input.invalid", "There is no such role.", "/role") from None


ROUTES = [admin, people, add_person, person, set_roles, disable, add_organisation, issued, issued_badge,
          revoke, suspend, reinstate, correct]  # fmt: skip
