"""What every call under /api has in common: who asks, from where, what was sent, sent before or not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response

from issuer.errors import Refused, Unprocessable
from issuer.services.ports import StoredAnswer
from issuer.services.replay import fingerprint as fingerprint_of
from issuer.web.callers import Caller, require_caller, require_same_origin
from issuer.web.decoding import json_object
from issuer.web.desk import Desk

JSON = "application/json"
NOTHING: frozenset[str] = frozenset()
Work = Callable[[], tuple[int, Any]]


@dataclass(frozen=True)
class Api:
    """One call: its caller and its JSON object."""

    request: Request[Any, Any, Any]
    desk: Desk
    caller: Caller
    body: dict[str, Any]

    @classmethod
    async def of(
        cls,
        request: Request[Any, Any, Any],
        desk: Desk,
        members: frozenset[str] = NOTHING,
        query: frozenset[str] = NOTHING,
        reads_body: bool = True,
    ) -> Api:
        """Read the call: an object of `members` and parameters of `query`, and nothing else.

        Raises Forbidden (`csrf`), Unauthenticated, Refused, Unprocessable (`input.invalid`).
        """
        if request.method not in ("GET", "HEAD"):
            require_same_origin(request, desk.origins)
        caller = await desk.in_thread(require_caller, request, desk.sign_in)
        _refuse_unknown_query(request, query)
        body = await json_object(request) if reads_body and request.method != "GET" else {}
        refuse_unknown(body, members)
        return cls(request, desk, caller, body)

    async def answer(self, work: Work, fingerprint: str | None = None) -> Response[Any]:
        """Do the work in a thread and answer with its status and JSON; once per idempotency key."""
        key = self.request.headers.get("idempotency-key")
        if key is None or self.request.method != "POST":
            return _response(await self.desk.in_thread(_done, work))
        sent = fingerprint or await self._fingerprint()
        return _response(await self.desk.in_thread(self._once, key, sent, work))

    async def _fingerprint(self) -> str:
        return fingerprint_of(self.request.method, self.request.url.path, await self.request.body())

    def _once(self, key: str, sent: str, work: Work) -> StoredAnswer:
        def first() -> StoredAnswer:
            done = _done(work)
            return StoredAnswer(sent, done.status, done.body, JSON)

        return self.desk.replay.once(self.caller.id, key, sent, first)


def text_member(body: dict[str, Any], name: str) -> str:
    """A member that must be a non-empty string. Raises Unprocessable (`input.invalid`)."""
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Unprocessable("input.invalid", f"Give “{name}” as a text.", f"/{name}")
    return value


def object_member(body: dict[str, Any], name: str) -> dict[str, Any]:
    """A member that must be an object. Raises Unprocessable (`input.invalid`)."""
    value = body.get(name)
    if not isinstance(value, dict):
        raise Unprocessable("input.invalid", f"Give “{name}” as an object.", f"/{name}")
    return value


def refuse_unknown(body: dict[str, Any], known: frozenset[str]) -> None:
    """Raises Unprocessable (`input.invalid`) for the first member that nobody asked for."""
    for name in body:
        if name not in known:
            raise Unprocessable("input.invalid", "This member is not known here.", f"/{name[:100]}")


def _refuse_unknown_query(request: Request[Any, Any, Any], known: frozenset[str]) -> None:
    for name in request.query_params:
        if name not in known:
            raise Refused("input.invalid", "This address does not know that parameter.", name[:100])


def to_json(value: Any) -> bytes:
    """JSON of plain values; times in RFC 3339 with Z."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(type(value).__name__)


def _done(work: Work) -> StoredAnswer:
    status, value = work()
    return StoredAnswer("", status, b"" if value is None else to_json(value), JSON)


def _response(answer: StoredAnswer) -> Response[Any]:
    if answer.status == 204:
        return Response(None, status_code=204)
    return Response(answer.body, status_code=answer.status, media_type=answer.media_type)
