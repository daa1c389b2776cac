"""Which methods an address takes, told alike to OPTIONS and to a wrong method (RFC 9110 §9.3.7, §15.5.6)."""

from __future__ import annotations

from issuer.web.edge import Asgi, Message, Receive, Scope, Send

_OF_NO_ROUTE = "ALLOW"
_NAMING_METHODS = (204, 405)
"""The statuses of answers that may say `Allow`."""


class Methods:
    """Answers OPTIONS with what the routes name in `Allow`, and names HEAD there wherever GET is."""

    def __init__(self, app: Asgi) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "OPTIONS":
            await self._app({**scope, "method": _OF_NO_ROUTE}, receive, _as_options(_with_head(send)))
        else:
            await self._app(scope, receive, _with_head(send))


def _with_head(send: Send) -> Send:
    async def send_with_head(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] in _NAMING_METHODS:
            message["headers"] = [_named(name, value) for name, value in message["headers"]]
        await send(message)

    return send_with_head


def _named(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    if name.lower() != b"allow":
        return name, value
    methods = {one.strip() for one in value.split(b",")}
    return name, b", ".join(sorted(methods | {b"HEAD"} if b"GET" in methods else methods))


def _as_options(send: Send) -> Send:
    """The refusal of a method that no route takes, as an answer to the question which they take."""
    is_told = False

    async def send_allowed(message: Message) -> None:
        nonlocal is_told
        if message["type"] == "http.response.start" and message["status"] == 405:
            is_told = True
            allow = [pair for pair in message["headers"] if pair[0].lower() == b"allow"]
            await send({"type": "http.response.start", "status": 204, "headers": allow})
        elif is_told and message["type"] == "http.response.body":
            await send({**message, "body": b""})
        else:
            await send(message)

    return send_allowed
