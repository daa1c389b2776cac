"""What is kept about people and for how long; taking it along, and having it erased."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from issuer.errors import Conflict, IssuerError, Unprocessable
from issuer.services.export import Archive
from issuer.web.callers import find_caller, session_cookie
from issuer.web.desk import Desk
from issuer.web.forms import go, html, posted_form, signed_in
from issuer.web.passwords import checking_password
from issuer.web.routes.evidence import disposition

CONFIRMED = "ERASE"


@get("/privacy")
async def privacy(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """What is kept, for whom, and how long."""
    await desk.in_thread(find_caller, request, desk.sign_in)
    return html("privacy_page.html", request, periods=desk.periods, session_hours=desk.session_s // 3600)


@get("/account/export")
async def export(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Stream:
    """Everything about oneself in one archive."""
    caller = await signed_in(request, desk)
    desk.rate_limits.spend("export", caller.id)
    return archive_response(await desk.in_thread(desk.export.own, caller.id))


@get("/account/erase")
async def erase_page(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """What erasing the account does, before it is done."""
    await signed_in(request, desk)
    return _erase_page(request)


@post("/account/erase")
async def erase(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Erase one's own account."""
    form = await posted_form(request, desk)
    try:
        _require_confirmed(form.texts)
        with checking_password(desk, form.caller):
            await desk.at_passwords(
                desk.erase.own, form.caller.id, form.texts.get("password", ""), form.texts.get("revoke") == "true"
            )
    except (Unprocessable, Conflict) as error:
        return _erase_page(request, error)
    done: Response[Any] = go("/", "erased")
    done.set_cookie(session_cookie("", 0))
    return done


@post("/admin/people/{id:str}/export", status_code=200)
async def export_of(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Stream:
    """Everything about somebody, for whoever may ask for it; recorded."""
    form = await posted_form(request, desk)
    desk.rate_limits.spend("export", form.caller.id)
    asked_by = form.texts.get("asked_by", "")
    return archive_response(await desk.in_thread(desk.export.of, form.caller.id, id, asked_by))


@post("/admin/people/{id:str}/erase")
async def erase_of(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Erase somebody's account on their request."""
    form = await posted_form(request, desk)
    _require_confirmed(form.texts)
    await desk.in_thread(desk.erase.of, form.caller.id, id, form.texts.get("revoke") == "true")
    return go("/admin/people", "erased-person")


def archive_response(archive: Archive) -> Stream:
    """An archive as a download, sent while it is made."""
    headers = {"Content-Disposition": disposition(archive.name), "Cache-Control": "private, no-store"}
    return Stream(archive.chunks, media_type="application/zip", headers=headers)


def _erase_page(request: Request[Any, Any, Any], error: IssuerError | None = None) -> Response[str]:
    return html("erase.html", request, 422 if error else 200, error=error, confirmed=CONFIRMED)


def _require_confirmed(texts: dict[str, str]) -> None:
    if texts.get("confirmed", "").strip().upper() != CONFIRMED:
        raise Unprocessable("input.invalid", f"Write {CONFIRMED} to show that you mean it.", "/confirmed")


ROUTES = [privacy, export, erase_page, erase, export_of, erase_of]
