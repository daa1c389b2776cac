"""What every call under /api has in common: who asks, from where, what was sent, sent before or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response

from issuer.errors import Refused
from issuer.services.ports import StoredAnswer
from issuer.services.replay import fingerprint as fingerprint_of
from issuer.web.callers import Caller, require_api_caller, require_same_origin
from issuer.web.decoding import json_object
from issuer.web.desk import Desk
from issuer.web.shaped import shaped

T = TypeVar("T")
JSON = "application/json"
NO_PARAMETERS: frozenset[str] = frozenset()
Work = Callable[[], tuple[int, Any]]


class Made(msgspec.Struct):
    """What every answer about something new says."""

    id: str


@dataclass(frozen=True)
class Api:
    """One call and its caller."""

    request: Request[Any, Any, Any]
    desk: Desk
    caller: Caller

    @classmethod
    async def of(cls, request: Request[Any, Any, Any], desk: Desk, query: frozenset[str] = NO_PARAMETERS) -> Api:
        """Admit the call, with parameters of `query` and no others; its body is not read.

        Raises Forbidden (`csrf`), Unauthenticated, Refused (`input.invalid`).
        """
        if request.method not in ("GET", "HEAD"):
            require_same_origin(request, desk.origins)
        caller = await desk.in_thread(require_api_caller, request, desk.sign_in, desk.clients)
        _refuse_unknown_query(request, query)
        return cls(request, desk, caller)

    async def sent(self, shape: type[T]) -> T:
        """The JSON object that was sent, held to its type; no body counts as an empty object.

        Raises Refused (`input.*`, `json.*`), Unprocessable (`input.invalid`).
        """
        return shaped(await json_object(self.request), shape)

    async def created(self, path: str, work: Work, fingerprint: str | None = None) -> Response[Any]:
        """`answer`, with the place of what was made in `Location` (RFC 9110 §10.2.2): its id at the end of `path`."""
        response = await self.answer(work, fingerprint)
        response.headers["Location"] = path + self.decoded(response, Made).id
        return response

    async def answer(self, work: Work, fingerprint: str | None = None) -> Response[Any]:
        """Do the work in a thread and answer with its status and JSON; once per idempotency key."""
        key = self.request.headers.get("idempotency-key")
        if key is None or self.request.method != "POST":
            return _response(await self.desk.in_thread(_done, work))
        sent = fingerprint or await self._fingerprint()
        return _response(await self.desk.in_thread(self._once, key, sent, work))

    @staticmethod
    def decoded(response: Response[Any], shape: type[T]) -> T:
        """What an answer says, to be completed by what must not be remembered."""
        return msgspec.json.decode(response.content, type=shape)

    async def _fingerprint(self) -> str:
        return fingerprint_of(self.request.method, self.request.url.path, await self.request.body())

    def _once(self, key: str, sent: str, work: Work) -> StoredAnswer:
        def first() -> StoredAnswer:
            done = _done(work)
            return StoredAnswer(sent, done.status, done.body, JSON)

        return self.desk.replay.once(self.caller.id, key, sent, first)


def _refuse_unknown_query(request: Request[Any, Any, Any], known: frozenset[str]) -> None:
    for name in request.query_params:
        if name not in known:
            raise Refused("input.invalid", "This address does not know that parameter.", name[:100])


def to_json(value: Any) -> bytes:
    """JSON of plain values and of answers; times in RFC 3339 with Z."""
    return msgspec.json.encode(value)


def _done(work: Work) -> StoredAnswer:
    status, value = work()
    return StoredAnswer("", status, b"" if value is None else to_json(value), JSON)


def _response(answer: StoredAnswer) -> Response[Any]:
    if answer.status == 204:
        return Response(None, status_code=204)
    return Response(answer.body, status_code=answer.status, media_type=answer.media_type)
