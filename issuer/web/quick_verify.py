"""`POST /verify` for what `VerifyAtOnce` answers: one small badge of ours, asked about by software.

Plain ASGI in front of the routes and of most layers before them, because their machinery takes as long as half a
verification. Whatever is out of the ordinary goes on to the route as it came, and so does every error.
"""

from __future__ import annotations

from typing import Protocol

from issuer.errors import IssuerError, TooManyRequests
from issuer.services.verify_at_once import MAX_BYTES
from issuer.web.addresses import address_of
from issuer.web.bodies import LimitedBody
from issuer.web.edge import Asgi, Message, Receive, Scope, Send
from issuer.web.public import PUBLIC_HEADERS
from issuer.web.rate_limits import RateLimits

_HEADERS = [
    (b"content-type", b"application/json"),
    *((name.lower().encode(), value.encode()) for name, value in PUBLIC_HEADERS.items()),
]
_CODINGS = (b"content-encoding", b"transfer-encoding")
_MOST_DIGITS = len(str(MAX_BYTES))
LIMIT = "verify"
COUNTED = "issuer.verify_counted"
"""In the scope of a call that counts already."""


class ReportsAtOnce(Protocol):
    """Reports on small badges of ours that are valid."""

    async def report(self, body: bytes, media_type: str) -> bytes | None:
        """The report as JSON; None for everything that takes longer to tell."""
        ...


class QuickVerify:
    """Answers what can be answered at once, and passes everything else on."""

    def __init__(
        self, app: Asgi, quick: ReportsAtOnce, rate_limits: RateLimits, proxy_hops: int, deadline_s: float
    ) -> None:
        """deadline_s: within which a body has to come."""
        self._app = app
        self._deadline_s = deadline_s
        self._quick = quick
        self._rate_limits = rate_limits
        self._proxy_hops = proxy_hops

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        media_type = _media_type_of_a_plain_call(scope) if scope["type"] == "http" else None
        if media_type is None:
            await self._app(scope, receive, send)
            return
        taken: list[Message | IssuerError] = []
        limited = LimitedBody(receive, MAX_BYTES, self._deadline_s)
        body = await _body(limited, taken)
        answer = None if body is None else await self._answer(scope, body, media_type)
        if answer is None:
            await self._app(scope, _again(taken, limited), send)
            return
        headers = [*_HEADERS, (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def _answer(self, scope: Scope, body: bytes, media_type: str) -> bytes | None:
        """Counts the call, here or, where it is one too many, in the route that says so."""
        try:
            self._rate_limits.spend(LIMIT, address_of(scope, self._proxy_hops))
        except TooManyRequests:
            return None
        scope[COUNTED] = True
        return await self._quick.report(body, media_type)


def _media_type_of_a_plain_call(scope: Scope) -> str | None:
    """The media type of a small body that is sent without wishes, by somebody who reads JSON; None for other calls."""
    if scope["path"] != "/verify" or scope["method"] != "POST" or scope["query_string"]:
        return None
    media_type, length = None, None
    for name, value in scope["headers"]:
        if name == b"content-type":
            if media_type is not None:
                return None
            media_type = value.decode("latin-1")
        elif name == b"content-length":
            if length is not None or not value.isdigit() or len(value) > _MOST_DIGITS:
                return None
            length = int(value)
        elif name in _CODINGS or (name == b"accept" and b"text/" in value.lower()):
            return None
    return media_type if length is not None and length <= MAX_BYTES else None


async def _body(receive: Receive, taken: list[Message | IssuerError]) -> bytes | None:
    """The whole body, or None when it does not come; what was taken on the way goes into `taken`."""
    parts: list[bytes] = []
    while True:
        try:
            message = await receive()
        except IssuerError as error:
            taken.append(error)
            return None
        taken.append(message)
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _again(taken: list[Message | IssuerError], receive: Receive) -> Receive:
    """A `receive` that gives what was taken once more, in the same order."""
    waiting = iter(taken)

    async def receive_again() -> Message:
        for one in waiting:
            if isinstance(one, IssuerError):
                raise one
            return one
        return await receive()

    return receive_again
