"""The outermost layers of the server, before any route: heads, host names, body limits, security headers.

Plain ASGI, so that nothing behind them ever sees a request they refuse.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from issuer.domain.loopback import is_loopback
from issuer.errors import IssuerError, Refused, TooManyRequests
from issuer.web.addresses import address_of
from issuer.web.evidence_links import PATH as FILES
from issuer.web.negotiation import is_page_wanted
from issuer.web.problems import details, encoded, headers_of
from issuer.web.rate_limits import RateLimits
from issuer.web.rendering import refusal

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

SECURITY_HEADERS = {
    b"content-security-policy": (
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    b"strict-transport-security": b"max-age=31536000; includeSubDomains",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=(), interest-cohort=()",
    b"cache-control": b"no-store",
}


MAX_HEAD_BYTES = 32 * 1024
MAX_HEAD_LINES = 100
TOO_LARGE = "The head of this request is too large."


class Headers:
    """Adds the security headers that a response does not set itself.

    evidence_origin: from where pages may show pictures and play videos besides our own; "": none.
    """

    def __init__(self, app: Asgi, evidence_origin: str = "") -> None:
        self._app = app
        self._headers = dict(SECURITY_HEADERS)
        if evidence_origin:
            policy = self._headers[b"content-security-policy"]
            for kind in (b"img-src 'self'", b"media-src 'self'"):
                policy = policy.replace(kind, kind + b" " + evidence_origin.encode())
            self._headers[b"content-security-policy"] = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                missing = [pair for pair in self._headers.items() if pair[0] not in given]
                message["headers"] = [*message["headers"], *missing]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class Heads:
    """Refuses heads of requests that are too large or ask for another protocol (`http.malformed`).

    HEAD is answered as GET without the body (RFC 9110 §9.3.2).
    """

    def __init__(self, app: Asgi) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif len(scope["headers"]) > MAX_HEAD_LINES or _head_bytes(scope) > MAX_HEAD_BYTES:
            await refuse(send, Refused("http.malformed", TOO_LARGE), 431)
        elif any(name == b"upgrade" and b"websocket" in value.lower() for name, value in scope["headers"]):
            await refuse(send, Refused("http.malformed", "This service speaks no other protocol than HTTP."))
        elif scope["method"] == "HEAD":
            await self._app({**scope, "method": "GET"}, receive, _without_body(send))
        else:
            await self._app(scope, receive, send)


class Hosts:
    """Refuses requests for any host but our own (`http.host`); on loopback by either of its names.

    The host of `evidence_origin` answers for evidence files and for nothing else.
    """

    def __init__(self, app: Asgi, public_url: str, evidence_origin: str = "") -> None:
        self._app = app
        self._allowed = frozenset(_host_values(public_url))
        self._for_files = frozenset(_host_values(evidence_origin)) if evidence_origin else frozenset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_ours(scope["headers"], scope["path"]):
            await refuse(send, Refused("http.host", "This service does not answer for the host you asked for."))
            return
        await self._app(scope, receive, send)

    def _is_ours(self, headers: Iterable[tuple[bytes, bytes]], path: str) -> bool:
        hosts = [value for name, value in headers if name == b"host"]
        allowed = self._allowed | self._for_files if path.startswith(FILES) else self._allowed
        return len(hosts) == 1 and hosts[0].decode("latin-1").lower() in allowed


class Reads:
    """Counts what each address reads (`rate.limited`). Health is never counted."""

    def __init__(self, app: Asgi, rate_limits: RateLimits, proxy_hops: int) -> None:
        self._app = app
        self._rate_limits = rate_limits
        self._proxy_hops = proxy_hops

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"] != "/healthz":
            try:
                self._rate_limits.spend("read", address_of(scope, self._proxy_hops))
            except TooManyRequests as error:
                await refuse(send, error, scope=scope)
                return
        await self._app(scope, receive, send)


async def refuse(send: Send, error: IssuerError, status: int | None = None, scope: Scope | None = None) -> None:
    """Answer with problem details without going any further; with a page where a scope is given and asks for one.

    status: instead of the error's usual one.
    """
    body = details(error)
    body["status"] = status or body["status"]
    is_page = scope is not None and is_page_wanted(scope["path"], _accept(scope))
    kind = b"text/html; charset=utf-8" if is_page else b"application/problem+json"
    content = refusal(body).encode() if is_page else encoded(body)
    headers = [(b"content-type", kind), (b"content-length", b"%d" % len(content)), (b"connection", b"close")]
    headers += [(name.lower().encode(), value.encode()) for name, value in headers_of(error).items()]
    await send({"type": "http.response.start", "status": body["status"], "headers": headers})
    await send({"type": "http.response.body", "body": content})


def _accept(scope: Scope) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"accept"), "")


def _head_bytes(scope: Scope) -> int:
    target = len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"])
    return target + sum(len(name) + len(value) for name, value in scope["headers"])


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return send_head


def _host_values(public_url: str) -> Iterable[str]:
    parts = urlsplit(public_url)
    names = {parts.hostname or ""}
    if is_loopback(public_url):
        names |= {"localhost", "127.0.0.1"}
    default_port = {"http": 80, "https": 443}[parts.scheme]
    for name in names:
        yield f"{name}:{parts.port or default_port}"
        if parts.port in (None, default_port):
            yield name
