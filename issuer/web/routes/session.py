"""Signing in and out."""

from __future__ import annotations

import re
import threading
from typing import Any
from urllib.parse import urlencode

from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from issuer.domain.browsers import family
from issuer.domain.people import Role, normalise_email
from issuer.errors import Refused, TooManyRequests, Unauthenticated
from issuer.services.sign_in import TIME_FOR_CODE, SignedIn
from issuer.web import api_schema
from issuer.web.addresses import address_of
from issuer.web.api import to_json
from issuer.web.callers import (
    COOKIE,
    Caller,
    find_caller,
    require_csrf_token,
    require_same_origin,
    session_cookie,
)
from issuer.web.decoding import FORM, MULTIPART, fields
from issuer.web.desk import Desk
from issuer.web.negotiation import prefers_page
from issuer.web.openapi import Answer, described
from issuer.web.passwords import checking_code
from issuer.web.problem_codes import JSON_BODY, TEXT, WRITE
from issuer.web.rendering import page

MAX_WAITING_SIGN_INS = 32
_waiting = threading.BoundedSemaphore(MAX_WAITING_SIGN_INS)
_LOCAL_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9/_.~%?=&+\-]*\Z")


@get("/login", include_in_schema=False)
async def login_page(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """The page to sign in; those who are signed in go on to their start page."""
    caller = await desk.in_thread(find_caller, request, desk.sign_in)
    after = local_path(request.query_params.get("next", ""))
    if caller is not None:
        return Redirect(after if after != "/" else home(caller), status_code=303)
    return _page(request, after)


@post(
    "/login",
    status_code=200,
    **described(
        "signIn", "Sign-in",
        {
            200: Answer({"application/json": api_schema.SignedIn}, "Signed in.", {"Set-Cookie": "The session."}),
            303: Answer(description="Signed in; for browsers.", headers={"Location": "Where to go on."}),
        },
        (
            JSON_BODY, TEXT, WRITE,
            {400: ("input.invalid", "input.too_many_parts"), 401: ("auth.credentials", "auth.otp")},
            {429: ("rate.limited",)},
        ),
        body=dict.fromkeys(("application/json", FORM, MULTIPART), api_schema.SignIn), has_pages=True,
    ),
)  # fmt: skip
async def login(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Sign in with e-mail address and password."""
    require_same_origin(request, desk.origins)
    sent = await fields(request)
    if not _waiting.acquire(blocking=False):
        raise TooManyRequests("rate.limited", "Many people are signing in right now. Try again in a moment.", 5)
    try:
        signed_in = await desk.at_passwords(_sign_in, request, desk, sent)
    except Unauthenticated as error:
        if prefers_page(request):
            return _page(request, local_path(sent.get("next", "")), error.message, sent.get("email", ""), 401)
        raise
    finally:
        _waiting.release()
    after = local_path(sent.get("next", ""))
    if signed_in.awaits_code:
        return _ask_for_code(signed_in, after)
    return _welcome(request, desk, signed_in, after)


@get("/login/code", include_in_schema=False)
async def code_page(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """The page that asks for the code of the second factor."""
    person = await desk.in_thread(desk.sign_in.awaiting, request.cookies.get(COOKIE, ""))
    if person is None:
        return Redirect("/login", status_code=303)
    return _code_page(request, local_path(request.query_params.get("next", "")))


@post("/login/code", include_in_schema=False, status_code=200)
async def give_code(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Go on with the code of the second factor."""
    require_same_origin(request, desk.origins)
    sent = await fields(request)
    after, token = local_path(sent.get("next", "")), request.cookies.get(COOKIE, "")
    person = await desk.in_thread(desk.sign_in.awaiting, token)
    if person is None:
        return Redirect("/login", status_code=303)
    try:
        with checking_code(desk, person.id):
            browser = family(request.headers.get("user-agent", ""))
            signed_in = await desk.in_thread(desk.sign_in.give_code, token, sent.get("code", ""), browser)
    except Unauthenticated as error:
        return _code_page(request, after, error.message, 401)
    return _welcome(request, desk, signed_in, after)


@post(
    "/logout",
    status_code=200,
    **described(
        "signOut", "Sign-in",
        {
            200: Answer({"application/json": api_schema.SignedOut}, "Signed out.", {"Set-Cookie": "Takes it away."}),
            303: Answer(description="Signed out; for browsers.", headers={"Location": "The start page."}),
        },
        (JSON_BODY, WRITE, {400: ("input.too_many_parts",)}),
        has_pages=True,
    ),
)  # fmt: skip
async def logout(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Sign out."""
    require_same_origin(request, desk.origins)
    caller = await desk.in_thread(find_caller, request, desk.sign_in)
    if caller is not None:
        if prefers_page(request):
            require_csrf_token(caller, (await fields(request)).get("csrf_token", ""))
        await desk.in_thread(desk.sign_in.sign_out, caller.token)
    gone = to_json(api_schema.SignedOut(signed_in=False))
    response: Response[Any] = (
        Redirect("/", status_code=303) if prefers_page(request) else Response(gone, media_type="application/json")
    )
    response.set_cookie(session_cookie("", 0))
    return response


def home(caller: Caller) -> str:
    """Where a person starts: reviewers at the queue, administrators at the badges, teachers at their own."""
    if caller.has(Role.TEACHER):
        return "/badges"
    return "/reviews" if caller.has(Role.REVIEWER) else "/admin"


def local_path(text: str) -> str:
    """The path of our own site to go on to; everything else leads to the start page (`redirect.not_local`)."""
    return text if _LOCAL_PATH.match(text) and "\\" not in text and "%0" not in text.lower() else "/"


def _sign_in(request: Request[Any, Any, Any], desk: Desk, sent: dict[str, str]) -> SignedIn:
    email, password = sent.get("email", ""), sent.get("password", "")
    if not email or not password:
        raise Refused("input.invalid", "Give your e-mail address and your password.", "/email")
    from_address, account = address_of(request.scope, desk.proxy_hops), normalise_email(email)[:254]
    desk.rate_limits.require_room("login", from_address)
    desk.rate_limits.require_room("login-account", account)
    try:
        return _with_code(request, desk, email, password, sent.get("code", ""))
    except Unauthenticated as error:
        if error.code == "auth.credentials":
            desk.rate_limits.spend("login", from_address)
            desk.rate_limits.spend("login-account", account)
        raise


def _with_code(request: Request[Any, Any, Any], desk: Desk, email: str, password: str, code: str) -> SignedIn:
    """Software that signs in sends the code along; browsers are asked for it on a page of its own."""
    browser = family(request.headers.get("user-agent", ""))
    if prefers_page(request):
        return desk.sign_in.sign_in(email, password, browser)
    with checking_code(desk, normalise_email(email)[:254]):
        return desk.sign_in.sign_in(email, password, browser, code)


def _ask_for_code(signed_in: SignedIn, after: str) -> Response[Any]:
    query = f"?{urlencode({'next': after})}" if after != "/" else ""
    response: Response[Any] = Redirect(f"/login/code{query}", status_code=303)
    response.set_cookie(session_cookie(signed_in.token, int(TIME_FOR_CODE.total_seconds())))
    return response


def _code_page(request: Request[Any, Any, Any], after: str, error: str = "", status: int = 200) -> Response[str]:
    html = page("login_code.html", request, after=after, error=error)
    return Response(html, status_code=status, media_type=MediaType.HTML)


def _welcome(request: Request[Any, Any, Any], desk: Desk, signed_in: SignedIn, after: str) -> Response[Any]:
    caller = Caller(signed_in.person, signed_in.session.csrf_token, signed_in.token)
    response: Response[Any]
    if prefers_page(request):
        response = Redirect(after if after != "/" else home(caller), status_code=303)
    else:
        roles = sorted(signed_in.person.roles)
        told = api_schema.SignedIn(id=caller.id, name=caller.person.display_name, roles=roles)
        response = Response(to_json(told), media_type="application/json")
    response.set_cookie(session_cookie(signed_in.token, desk.session_s))
    return response


def _page(
    request: Request[Any, Any, Any], after: str, error: str = "", email: str = "", status: int = 200
) -> Response[str]:
    html = page("login.html", request, after=after, error=error, email=email)
    return Response(html, status_code=status, media_type=MediaType.HTML)


ROUTES = [login_page, login, code_page, give_code, logout]
