"""The W3C VC API for other software: issuing and status for registered clients, the rest for everybody.

Its shapes are those of the W3C CCG's "Verifiable Credential API", which has an OpenAPI document of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency

from issuer.services.vc_api import Answer, VcApi
from issuer.web.addresses import address_of
from issuer.web.callers import require_client
from issuer.web.decoding import json_object
from issuer.web.desk import Desk
from issuer.web.problems import encoded
from issuer.web.public import PUBLIC_HEADERS

Asked = Callable[[dict[str, Any]], Answer]
Wanted = Callable[[VcApi, str, dict[str, Any]], Answer]


@post("/credentials/issue", status_code=201, include_in_schema=False)
async def issue(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[bytes]:
    """Issue the badge of a class of ours for somebody whose evidence was approved."""
    return await _for_client(request, desk, VcApi.issue)


@post("/credentials/status", status_code=200, include_in_schema=False)
async def set_status(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[bytes]:
    """Revoke, suspend or reinstate a badge."""
    return await _for_client(request, desk, VcApi.set_status)


@post("/credentials/verify", status_code=200, include_in_schema=False)
async def verify(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[bytes]:
    """Verify a credential: 200 when it is good, 400 with what is wrong."""
    return await _for_everybody(request, desk, desk.vc_api.verify)


@post("/presentations/verify", status_code=200, include_in_schema=False)
async def verify_presentation(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[bytes]:
    """Verify a presentation and all that it presents."""
    return await _for_everybody(request, desk, desk.vc_api.verify_presentation)


@post("/credentials/derive", status_code=201, include_in_schema=False)
async def derive(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[bytes]:
    """Show a part of a credential that allows it."""
    return await _for_everybody(request, desk, desk.vc_api.derive)


async def _for_everybody(request: Request[Any, Any, Any], desk: Desk, work: Asked) -> Response[bytes]:
    desk.rate_limits.spend("verify", address_of(request.scope, desk.proxy_hops))
    status, body = await desk.in_verifier(work, await json_object(request))
    return Response(encoded(body), status_code=status, media_type="application/json", headers=PUBLIC_HEADERS)


async def _for_client(request: Request[Any, Any, Any], desk: Desk, work: Wanted) -> Response[bytes]:
    caller = await desk.in_thread(require_client, request, desk.clients)
    sent = await json_object(request)
    status, body = await desk.in_thread(work, desk.vc_api, caller.id, sent)
    return Response(encoded(body), status_code=status, media_type="application/json")


ROUTES = [issue, set_status, verify, verify_presentation, derive]
