"""The W3C VC API for other software: issuing and status for registered clients, the rest for everybody.

Its shapes are those of the W3C CCG's "Verifiable Credential API".
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
from issuer.web.openapi import CLIENT, answer, described, json_body
from issuer.web.openapi import Answer as Described
from issuer.web.problem_codes import JSON_BODY, NOT_FOUND, READ, SIGNS, TEXT
from issuer.web.problems import encoded
from issuer.web.public import PUBLIC_HEADERS
from issuer.web.vc_api_schema import (
    DeriveCall,
    IssueCall,
    Issued,
    PresentationAnswer,
    PresentationCall,
    StatusAnswer,
    StatusCall,
    VerifyAnswer,
    VerifyCall,
)

Asked = Callable[[dict[str, Any]], Answer]
Wanted = Callable[[VcApi, str, dict[str, Any]], Answer]
TAG = "VC API"
CLIENTS = {401: ("auth.key",), 403: ("forbidden",), 409: ("state.conflict",), 507: ("storage.full",)}
ASKED = {429: ("rate.limited",), 503: ("verifier.busy",)}
PART = {
    400: ("ld.context_unknown", "ld.too_complex", "proof.too_many"),
    422: (
        "ld.context_inline", "ld.context_order", "ld.context_unknown", "ld.data_loss", "ld.not_compact",
        "proof.malformed", "proof.missing", "proof.suite_unsupported", "schema.violation", "sig.encoding",
    ),
}  # fmt: skip
FINAL = {409: ("status.revocation_final",)}


def _verified(shape: Any) -> dict[int, Described]:
    return {200: answer(shape, "It is good."), 400: answer(shape, "What is wrong with it.")}


@post(
    "/credentials/issue",
    status_code=201,
    **described(
        "issueCredential", TAG, {201: answer(Issued)}, (JSON_BODY, CLIENTS, READ, NOT_FOUND, TEXT, SIGNS),
        body=json_body(IssueCall), security=(CLIENT,), has_pages=True,
    ),
)  # fmt: skip
async def issue(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[bytes]:
    """Issue the badge of a class of ours for somebody whose evidence was approved."""
    return await _for_client(request, desk, VcApi.issue)


@post(
    "/credentials/status",
    status_code=200,
    **described(
        "setCredentialStatus", TAG, {200: answer(StatusAnswer)}, (JSON_BODY, CLIENTS, NOT_FOUND, TEXT, SIGNS, FINAL),
        body=json_body(StatusCall), security=(CLIENT,), has_pages=True,
    ),
)  # fmt: skip
async def set_status(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[bytes]:
    """Revoke, suspend or reinstate a badge."""
    return await _for_client(request, desk, VcApi.set_status)


@post(
    "/credentials/verify",
    status_code=200,
    **described(
        "verifyVcApiCredential", TAG, _verified(VerifyAnswer), (JSON_BODY, ASKED),
        body=json_body(VerifyCall), has_pages=True,
    ),
)  # fmt: skip
async def verify(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[bytes]:
    """Verify a credential: 200 when it is good, 400 with what is wrong."""
    return await _for_everybody(request, desk, desk.vc_api.verify)


@post(
    "/presentations/verify",
    status_code=200,
    **described(
        "verifyPresentation", TAG, _verified(PresentationAnswer), (JSON_BODY, ASKED),
        body=json_body(PresentationCall), has_pages=True,
    ),
)  # fmt: skip
async def verify_presentation(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[bytes]:
    """Verify a presentation and all that it presents."""
    return await _for_everybody(request, desk, desk.vc_api.verify_presentation)


@post(
    "/credentials/derive",
    status_code=201,
    **described(
        "deriveCredential", TAG, {201: answer(Issued)}, (JSON_BODY, ASKED, PART),
        body=json_body(DeriveCall), has_pages=True,
    ),
)  # fmt: skip
async def derive(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[bytes]:
    """Show a part of a credential that allows it."""
    return await _for_everybody(request, desk, desk.vc_api.derive)


async def _for_everybody(request: Request[Any, Any, Any], desk: Desk, work: Asked) -> Response[bytes]:
    desk.rate_limits.spend("verify", address_of(request.scope, desk.proxy_hops))
    status, body = await desk.in_verifier(work, await json_object(request))
    return Response(encoded(body), status_code=status, media_type="application/json", headers=PUBLIC_HEADERS)


async def _for_client(request: Request[Any, Any, Any], desk: Desk, work: Wanted) -> Response[bytes]:
    caller = await desk.in_thread(require_client, request, desk.clients)
    if work is VcApi.issue:
        desk.rate_limits.spend("issue", caller.id)
    sent = await json_object(request)
    status, body = await desk.in_thread(work, desk.vc_api, caller.id, sent)
    return Response(encoded(body), status_code=status, media_type="application/json")


ROUTES = [issue, set_status, verify, verify_presentation, derive]
