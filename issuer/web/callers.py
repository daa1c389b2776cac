"""Who is asking: the session cookie, protection of state-changing requests, addresses for limits."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any, Literal, cast

from litestar import Request
from litestar.datastructures import Cookie

from issuer.domain.people import Person, Role
from issuer.errors import Forbidden, Unauthenticated
from issuer.services.clients import Clients
from issuer.services.sign_in import SignIn

COOKIE = "__Host-session"
SAME_SITE = cast(Literal["lax"], "Lax")
"""As RFC 6265bis §4.1.1 spells it: not every reader of cookies takes it in small letters."""
BEARER = "bearer"
TRUSTED_SITES = ("same-origin", "none")


@dataclass(frozen=True)
class Caller:
    """A signed-in person, or one that a client acts for.

    csrf_token: belongs to the session and goes into every form; clients have none and send no forms.
    unread: how many notices wait for them. must_set_up: they need a second factor before anything else.
    """

    person: Person
    csrf_token: str
    token: str
    unread: int = 0
    must_set_up: bool = False

    @property
    def id(self) -> str:
        return self.person.id

    def has(self, role: Role) -> bool:
        return self.person.has(role)


def session_cookie(token: str, max_age_s: int) -> Cookie:
    """The cookie of a session: host-bound, secure, out of reach of scripts."""
    return Cookie(key=COOKIE, value=token, path="/", secure=True, httponly=True, samesite=SAME_SITE, max_age=max_age_s)


def find_caller(request: Request[Any, Any, Any], sign_in: SignIn) -> Caller | None:
    """The person behind the request's cookie; None for everybody else."""
    state = request.scope["state"]
    if "signed_in" not in state:
        token = request.cookies.get(COOKIE, "")
        found = sign_in.current(token) if token else None
        state["signed_in"] = (
            Caller(found.person, found.session.csrf_token, token, found.unread, found.must_set_up) if found else None
        )
    caller: Caller | None = state["signed_in"]
    return caller


def require_client(request: Request[Any, Any, Any], clients: Clients) -> Caller:
    """The person a registered client acts for, known by its bearer token (RFC 6750 §2.1).

    Raises Unauthenticated (`auth.key`) without a token, and for one that opens nothing.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != BEARER:
        raise Unauthenticated("auth.key", "Send the token of a registered client: Authorization: Bearer …")
    _, person = clients.known(token.strip())
    return Caller(person, "", "")


def require_api_caller(request: Request[Any, Any, Any], sign_in: SignIn, clients: Clients) -> Caller:
    """Whoever calls the API: a client where the request has an Authorization header, else the signed-in person.

    Raises Unauthenticated (`auth.key`, `auth.session`).
    """
    if "authorization" in request.headers:
        return require_client(request, clients)
    return require_caller(request, sign_in)


def require_caller(request: Request[Any, Any, Any], sign_in: SignIn, setting_up: bool = False) -> Caller:
    """The same. Raises Unauthenticated (`auth.session`) when nobody is signed in.

    Whoever needs a second factor first is let in only where it is set up (`setting_up`); else raises Forbidden
    (`auth.otp`).
    """
    caller = find_caller(request, sign_in)
    if caller is None:
        raise Unauthenticated("auth.session", "Please sign in.")
    if caller.must_set_up and not setting_up:
        raise Forbidden("auth.otp", "Set up a second factor for your account first.")
    return caller


def require_same_origin(request: Request[Any, Any, Any], origins: frozenset[str]) -> None:
    """Refuse state-changing requests that another site made the browser send. Raises Forbidden (`csrf`).

    Browsers say where a request comes from in Sec-Fetch-Site or Origin; other software says neither
    and carries no ambient cookies.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None and site not in TRUSTED_SITES:
        raise _cross_site()
    if site is None and origin is not None and origin not in origins:
        raise _cross_site()
    if site is not None and origin not in (None, "null") and origin not in origins:
        raise _cross_site()


def require_csrf_token(caller: Caller, token: str) -> None:
    """Compare a form's token with the session's. Raises Forbidden (`csrf`)."""
    if not hmac.compare_digest(caller.csrf_token.encode(), token.encode("utf-8", "replace")):
        raise Forbidden("csrf", "This form is from an earlier session. Reload the page and send it again.")


def _cross_site() -> Forbidden:
    return Forbidden("csrf", "This request came from another site.")
