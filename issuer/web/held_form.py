"""A form whose sender was signed out meanwhile: what it says is handed back, to be sent again in one step.

Nothing of it is stored here. Whoever sent it gets it back with the token of the session they have now; it is
saved only when they press the button, under the same rules as any other form.
"""

from __future__ import annotations

from typing import Any

from litestar import Request, Response

from issuer.errors import Forbidden, IssuerError, Unauthenticated
from issuer.web.addresses import address_of
from issuer.web.callers import find_caller
from issuer.web.decoding import FORM, MULTIPART, form_of, media_type
from issuer.web.desk import Desk
from issuer.web.forms import html
from issuer.web.negotiation import prefers_page
from issuer.web.problems import status_of

MAX_BYTES = 4 * 1024 * 1024
RENEWED = frozenset({"csrf_token", "action"})


async def held(request: Request[Any, Any, Any], desk: Desk, error: IssuerError) -> Response[Any]:
    """The page that hands a form back. Raises `error` again where a session would not have helped."""
    is_about_session = isinstance(error, Unauthenticated) or (isinstance(error, Forbidden) and error.code == "csrf")
    if not (is_about_session and prefers_page(request) and _is_bounded(request)):
        raise error
    desk.rate_limits.spend("upload", address_of(request.scope, desk.proxy_hops))
    form = await form_of(request)
    fields = [(name, str(value)) for name, value in form.multi_items() if isinstance(value, str)]
    files = [value.filename for _, value in form.multi_items() if not isinstance(value, str) and value.filename]
    caller = await desk.in_thread(find_caller, request, desk.sign_in)
    return html(
        "held.html", request, status_of(error), fields=[one for one in fields if one[0] not in RENEWED],
        files=files, is_signed_in=caller is not None,
    )  # fmt: skip


def _is_bounded(request: Request[Any, Any, Any]) -> bool:
    length = request.headers.get("content-length", "")
    return media_type(request) in (FORM, MULTIPART) and length.isdigit() and int(length) <= MAX_BYTES
