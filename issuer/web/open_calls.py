"""Calls that scripts of any site may make: the preflights of browsers, and headers that let them read the answers.

Never with anybody's cookies: `*` and no `Access-Control-Allow-Credentials`. Source: Fetch §3.3 "CORS protocol".
"""

from __future__ import annotations

from issuer.web.edge import Asgi, Message, Receive, Scope, Send
from issuer.web.public import PUBLIC_HEADERS

OPEN_CALLS = frozenset(
    {"/verify", "/verify/bulk", "/credentials/verify", "/credentials/derive", "/presentations/verify"}
)
_READABLE = [(name.lower().encode(), value.encode()) for name, value in PUBLIC_HEADERS.items()]
_PREFLIGHT = [
    *_READABLE,
    (b"access-control-allow-methods", b"POST"),
    (b"access-control-allow-headers", b"Accept, Content-Type"),
    (b"access-control-max-age", b"86400"),
    (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
]


class OpenCalls:
    """Answers preflights for `OPEN_CALLS`, and says of every answer to them but pages that any site may read it."""

    def __init__(self, app: Asgi) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in OPEN_CALLS:
            await self._app(scope, receive, send)
        elif _is_preflight(scope):
            await send({"type": "http.response.start", "status": 204, "headers": _PREFLIGHT})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self._app(scope, receive, _readable(send) if scope["method"] == "POST" else send)


def _is_preflight(scope: Scope) -> bool:
    """Fetch §3.2.2: an OPTIONS request that names the method it asks for."""
    asks = any(name == b"access-control-request-method" for name, _ in scope["headers"])
    return asks and scope["method"] == "OPTIONS"


def _readable(send: Send) -> Send:
    async def send_readable(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name.lower(): value for name, value in message["headers"]}
            if not given.get(b"content-type", b"").startswith(b"text/html"):
                missing = [pair for pair in _READABLE if pair[0] not in given]
                message["headers"] = [*message["headers"], *missing]
        await send(message)

    return send_readable
