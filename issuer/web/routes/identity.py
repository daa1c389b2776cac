"""Who the issuer is, which keys are its, and what stands in its status lists."""

from __future__ import annotations

import json
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.errors import NotFound
from issuer.services.publish_status import REVOCATION, SUSPENSION
from issuer.web.desk import Desk
from issuer.web.negotiation import HTML, best
from issuer.web.openapi import PAGE, cacheable, described
from issuer.web.problem_codes import NOT_FOUND, READ, TEXT
from issuer.web.public import conditional
from issuer.web.published_schema import DidDocument, Jwk, JwkSet, Profile, SignedCredential
from issuer.web.rendering import page

KEYS_MAX_AGE_S = 300


@get(
    "/.well-known/did.json",
    sync_to_thread=False,
    **described(
        "getDidDocument", "Published", cacheable({"application/did+json": DidDocument}), (READ,),
        headers=("If-None-Match",), has_pages=True,
    ),
)  # fmt: skip
def did_document(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[bytes]:
    """Read the issuer’s did:web document."""
    return conditional(request, desk.identify.did_document(), "application/did+json", KEYS_MAX_AGE_S)


@get(
    "/.well-known/jwks.json",
    sync_to_thread=False,
    **described(
        "getJwkSet", "Published", cacheable({"application/jwk-set+json": JwkSet}), (READ,),
        headers=("If-None-Match",), has_pages=True,
    ),
)  # fmt: skip
def jwk_set(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[bytes]:
    """Read the public keys that sign JWTs."""
    return conditional(request, desk.identify.jwk_set(), "application/jwk-set+json", KEYS_MAX_AGE_S)


@get(
    "/keys/{kid:str}",
    sync_to_thread=False,
    **described(
        "getKey", "Published", cacheable({"application/jwk+json": Jwk}), (READ, NOT_FOUND),
        path={"kid": "The key’s id, as in the JWK set."}, headers=("If-None-Match",), has_pages=True,
    ),
)  # fmt: skip
def jwk(request: Request[Any, Any, Any], desk: NamedDependency[Desk], kid: FromPath[str]) -> Response[bytes]:
    """Read one public key that signs JWTs."""
    return conditional(request, desk.identify.jwk(kid), "application/jwk+json", KEYS_MAX_AGE_S)


@get(
    "/issuer",
    sync_to_thread=False,
    **described(
        "getIssuer", "Published", cacheable({"application/ld+json": Profile, **PAGE}), (READ,),
        headers=("If-None-Match",), has_pages=True,
    ),
)  # fmt: skip
def issuer(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Read the issuer’s Profile: JSON-LD, or a page for browsers."""
    offered = ("application/ld+json", "application/json", HTML)
    if best(request.headers.get("accept", ""), offered, "application/ld+json") == HTML:
        html = page("issuer.html", request, identity=desk.identity)
        return Response(html, media_type=MediaType.HTML, headers={"Vary": "Accept"})
    return conditional(request, desk.identify.profile(), "application/ld+json", KEYS_MAX_AGE_S)


@get(
    "/status/{name:str}",
    sync_to_thread=False,
    **described(
        "getStatusList", "Published", cacheable({"application/vc": SignedCredential}), (READ, TEXT, NOT_FOUND),
        path={"name": "Purpose and number, such as `revocation-1`."}, headers=("If-None-Match",), has_pages=True,
    ),
)  # fmt: skip
def status_list(request: Request[Any, Any, Any], desk: NamedDependency[Desk], name: FromPath[str]) -> Response[bytes]:
    """Read a signed BitstringStatusListCredential; the same bytes for everybody."""
    purpose, _, number = name.rpartition("-")
    if purpose not in (REVOCATION, SUSPENSION) or not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound("not_found", "There is no such status list.")
    served = desk.publish_status.served(int(number), purpose)
    if served is None:
        raise NotFound("not_found", "There is no such status list.")
    return conditional(request, served.body, "application/vc", _ttl_s(served.body), served.etag)


def _ttl_s(status_list: bytes) -> int:
    """How long the list itself says it may be kept (`ttl`, Bitstring Status List §2.2), in seconds."""
    return int(json.loads(status_list)["credentialSubject"]["ttl"]) // 1000


ROUTES = [did_document, jwk_set, jwk, issuer, status_list]
