"""Bodies of requests: how large and how slow they may be, before any route sees them.

Plain ASGI, like the other layers of `edge`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from issuer.errors import Refused
from issuer.web.edge import Asgi, Message, Receive, Scope, Send, refuse

LINGER_S, LINGER_IDLE_S = 2.0, 0.3
MIN_LINGER_BYTES, MAX_LINGER_BYTES, LINGER_UNANNOUNCED_BYTES = 16 * 2**10, 64 * 2**20, 8 * 2**20


class Bodies:
    """Ends bodies that are too large or too slow (`input.too_large`), and refuses compressed ones.

    limits: path prefix → (max_bytes, deadline_s); the first that fits counts, the last must be "".
    """

    def __init__(self, app: Asgi, limits: tuple[tuple[str, int, float], ...]) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        max_bytes, deadline_s = self._limit(scope)
        body = LimitedBody(receive, max_bytes, deadline_s)
        fault = _header_fault(scope["headers"], max_bytes)
        if fault is not None:
            await refuse(_lingering(scope, body, send), fault, scope=scope)
            return
        await self._app(scope, body, _lingering(scope, body, send))

    def _limit(self, scope: Scope) -> tuple[int, float]:
        path = scope["path"]
        return next((size, deadline) for prefix, size, deadline in self._limits if _fits(path, prefix))


class LimitedBody:
    """A `receive` that raises Refused once the body breaks its limits, or breaks off."""

    def __init__(self, receive: Receive, max_bytes: int, deadline_s: float) -> None:
        self._receive = receive
        self._left = max_bytes
        self._deadline_s = deadline_s
        self._ends_at: float | None = None
        self._complete = False

    async def __call__(self) -> Message:
        if self._complete:
            return await self._receive()
        message = await self._next()
        if message["type"] == "http.disconnect":
            self._complete = True
            raise Refused("http.malformed", "The request’s body broke off.")
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            self._complete = not message.get("more_body", False)
            if self._left < 0:
                raise too_large()
        return message

    async def _next(self) -> Message:
        if self._ends_at is None:
            self._ends_at = asyncio.get_running_loop().time() + self._deadline_s
        try:
            async with asyncio.timeout_at(self._ends_at):
                return await self._receive()
        except TimeoutError:
            self._complete = True
            raise Refused("input.too_large", "The request's body did not arrive in time.") from None

    @property
    def may_go_on(self) -> bool:
        """Whether the client may still be sending."""
        return not self._complete

    async def read_away(self, max_bytes: int) -> None:
        """Take in and forget what still comes, so that a client in the middle of sending gets to read the answer."""
        clock = asyncio.get_running_loop()
        ends_at, left = clock.time() + LINGER_S, max_bytes
        try:
            while left > 0:
                async with asyncio.timeout_at(min(ends_at, clock.time() + LINGER_IDLE_S)):
                    message = await self._receive()
                left -= len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
        except TimeoutError:
            return


def _lingering(scope: Scope, body: LimitedBody, send: Send) -> Send:
    """A `send` that ends an answer only after reading away a body that nobody read (RFC 9112 §9.6).

    Such an answer states no length, since the connection would be closed as soon as it were complete.
    """
    unread_bytes = 0

    async def send_then_read(message: Message) -> None:
        nonlocal unread_bytes
        if message["type"] == "http.response.start" and body.may_go_on:
            unread_bytes = _worth_reading(scope["headers"])
            if unread_bytes:
                message = {**message, "headers": [pair for pair in message["headers"] if pair[0] != b"content-length"]}
        elif unread_bytes and not message.get("more_body", False):
            await send({**message, "more_body": True})
            await body.read_away(unread_bytes)
            message = {"type": "http.response.body", "body": b""}
        await send(message)

    return send_then_read


def _worth_reading(headers: Iterable[tuple[bytes, bytes]]) -> int:
    """How many bytes of an unwanted body are read all the same: none of a small one, which waits in the socket until
    the connection is closed, nor of one so large that its sender has to be stopped.
    """
    for name, value in headers:
        if name == b"transfer-encoding":
            return LINGER_UNANNOUNCED_BYTES
        if name == b"content-length" and value.isdigit() and len(value) < 19:
            return int(value) if MIN_LINGER_BYTES <= int(value) <= MAX_LINGER_BYTES else 0
    return 0


def too_large() -> Refused:
    return Refused("input.too_large", "This is larger than the service accepts.")


def _header_fault(headers: Iterable[tuple[bytes, bytes]], max_bytes: int) -> Refused | None:
    for name, value in headers:
        if name == b"content-encoding" and value.strip().lower() not in (b"", b"identity"):
            return Refused("input.content_encoding", "Send the content as it is, not compressed.")
        if name == b"transfer-encoding" and value.strip().lower() != b"chunked":
            return Refused("http.malformed", "Send the body as it is, or in chunks; no other transfer coding is read.")
        if name == b"content-length" and not (value.isdigit() and len(value) < 19 and int(value) <= max_bytes):
            return too_large()
    return None


def _fits(path: str, pattern: str) -> bool:
    prefix, star, suffix = pattern.partition("*")
    return path.startswith(prefix) and (not star or path.endswith(suffix))
