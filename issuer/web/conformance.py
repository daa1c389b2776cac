"""The W3C VC API of the conformance mode: an application of its own, for this machine only.

Source: W3C CCG "Verifiable Credential API"; what the W3C's suites send and expect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from litestar import Litestar, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from issuer.errors import IssuerError, NotFound, Refused
from issuer.services.conformance import Answer, Conformance, refused
from issuer.web.bodies import Bodies
from issuer.web.decoding import json_object
from issuer.web.edge import Asgi, Headers, Heads, Hosts
from issuer.web.problems import encoded, on_http_error, on_unexpected, status_of

MAX_BODY_BYTES = 2 * 1024 * 1024
BODY_DEADLINE_S = 10.0
THREADS = 4
SIGNED_JSON = "application/vc+ld+json"

Work = Callable[[Conformance, dict[str, Any]], Answer]

_limiter = CapacityLimiter(THREADS)


def create_conformance_application(api: Conformance, origin: str, directory: Mapping[str, Any]) -> Asgi:
    """The application at `origin`. directory: what the first page answers, the addresses of every issuer."""
    routes = Litestar(
        route_handlers=[
            *_calls("/credentials/issue", lambda api, sent: api.issue(sent)),
            *_calls("/credentials/verify", Conformance.verify),
            *_calls("/credentials/derive", Conformance.derive),
            *_calls("/credentials/status", Conformance.set_status),
            *_calls("/presentations/prove", lambda api, sent: api.prove(sent)),
            *_calls("/presentations/verify", Conformance.verify_presentation),
            _issue_as, _prove_as, _status_list, _publish, _start_page,
        ],
        dependencies={
            "api": Provide(lambda: api, sync_to_thread=False),
            "directory": Provide(lambda: directory, sync_to_thread=False),
        },
        exception_handlers={IssuerError: _on_issuer_error, HTTPException: on_http_error, Exception: on_unexpected},
        openapi_config=None,
        request_max_body_size=None,
        logging_config=None,
    )  # fmt: skip
    bounded = Bodies(cast(Asgi, routes), (("", MAX_BODY_BYTES, BODY_DEADLINE_S),))
    return Headers(Heads(Hosts(bounded, origin)))


def _calls(path: str, work: Work) -> list[Any]:
    """The call at its plain address and below each issuer; signing there is a route of its own."""

    @post([path] if path.endswith(("/issue", "/prove")) else [path, f"/issuers/{{name:str}}{path}"], status_code=200)
    async def call(request: Request[Any, Any, Any], api: NamedDependency[Conformance]) -> Response[bytes]:
        return await _answered(request, api, work)

    return [call]


@post("/issuers/{name:str}/credentials/issue", status_code=201)
async def _issue_as(
    request: Request[Any, Any, Any], api: NamedDependency[Conformance], name: FromPath[str]
) -> Response[bytes]:
    return await _answered(request, api, lambda api, sent: api.issue(sent, name))


@post("/issuers/{name:str}/presentations/prove", status_code=201)
async def _prove_as(
    request: Request[Any, Any, Any], api: NamedDependency[Conformance], name: FromPath[str]
) -> Response[bytes]:
    return await _answered(request, api, lambda api, sent: api.prove(sent, name))


@get("/status/{name:str}")
async def _status_list(api: NamedDependency[Conformance], name: FromPath[str]) -> Response[bytes]:
    body = await run_sync(api.status_list, name, limiter=_limiter)
    return Response(body, media_type=SIGNED_JSON, headers={"Cache-Control": "no-store"})


@post("/status/{name:str}/publish", status_code=204)
async def _publish(api: NamedDependency[Conformance], name: FromPath[str]) -> None:
    """Lists are always published as they stand; suites ask for it nevertheless."""
    await run_sync(api.status_list, name, limiter=_limiter)


@get("/")
async def _start_page(directory: NamedDependency[Mapping[str, Any]]) -> Response[bytes]:
    return Response(encoded(dict(directory)), media_type="application/json")


async def _answered(request: Request[Any, Any, Any], api: Conformance, work: Work) -> Response[bytes]:
    sent = await json_object(request)
    if not sent:
        raise Refused("input.empty", "Send a JSON object.")
    status, body = await run_sync(work, api, sent, limiter=_limiter)
    return Response(encoded(body), status_code=status, media_type="application/json")


def _on_issuer_error(request: Request[Any, Any, Any], error: IssuerError) -> Response[bytes]:
    """Suites want 400 for whatever they sent wrong."""
    status = 404 if isinstance(error, NotFound) else min(status_of(error), 400) if status_of(error) < 500 else 503
    body = {**refused(error), "status": status, "code": error.code, "title": error.message}
    return Response(encoded(body), status_code=status, media_type="application/json")
