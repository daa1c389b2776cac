"""The ASGI application: every route, the one error map, and the layers around them."""

from __future__ import annotations

from functools import cache, partial
from typing import cast

from litestar import Litestar
from litestar.datastructures import CacheControlHeader
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.static_files import create_static_files_router

from issuer.errors import IssuerError
from issuer.services.receive import PIECE_BYTES
from issuer.web.bodies import Bodies
from issuer.web.desk import DESK, Desk, desk_of
from issuer.web.edge import Asgi, Headers, Heads, Hosts, Reads, Receive, Scope, Send
from issuer.web.methods import Methods
from issuer.web.open_calls import OpenCalls
from issuer.web.openapi import openapi_config
from issuer.web.problems import on_http_error, on_issuer_error, on_unexpected
from issuer.web.quick_verify import QuickVerify
from issuer.web.rendering import FRAME, STATIC_DIR, Frame
from issuer.web.routes import (
    api_accounts,
    api_appeals,
    api_credentials,
    api_drafts,
    api_forms,
    api_links,
    api_records,
    api_reviews,
    api_sharing,
    api_submissions,
    api_uploads,
    catalogue,
    credentials,
    evidence,
    health,
    identity,
    named_files,
    pages_account,
    pages_addresses,
    pages_admin,
    pages_appeals,
    pages_charts,
    pages_docs,
    pages_evidence,
    pages_invitations,
    pages_join,
    pages_links,
    pages_notices,
    pages_privacy,
    pages_reflection,
    pages_reviews,
    pages_rubric,
    pages_second_factor,
    pages_sharing,
    pages_start,
    pages_submissions,
    pages_versions,
    resources,
    session,
    shared,
    vc_api,
    verify,
    verify_bulk,
)

API = (
    api_accounts,
    api_appeals,
    api_records,
    api_credentials,
    api_drafts,
    api_forms,
    api_links,
    api_reviews,
    api_sharing,
    api_submissions,
    api_uploads,
    catalogue,
    credentials,
    evidence,
    health,
    identity,
    named_files,
    resources,
    session,
    shared,
    vc_api,
    verify,
    verify_bulk,
)
PAGES = (
    pages_account,
    pages_addresses,
    pages_admin,
    pages_appeals,
    pages_charts,
    pages_docs,
    pages_evidence,
    pages_invitations,
    pages_join,
    pages_links,
    pages_notices,
    pages_privacy,
    pages_reflection,
    pages_reviews,
    pages_rubric,
    pages_second_factor,
    pages_sharing,
    pages_start,
    pages_submissions,
    pages_versions,
)
MULTIPART_OVERHEAD_BYTES = 64 * 1024
SMALL_BYTES = 2 * 1024 * 1024
VERIFY_BYTES = verify.MAX_FILE_BYTES + MULTIPART_OVERHEAD_BYTES
UPLOAD_DEADLINE_S = 900.0
PIECE_DEADLINE_S = 120.0
MAX_PARTS = 5_000
FILES_IN_A_FORM = 4
FOR_GOOD = CacheControlHeader(max_age=31_536_000, public=True, immutable=True)


def create_application(desk: Desk) -> Asgi:
    """Join routes and layers over the given services."""
    upload_bytes = desk.upload_limits.max_file_bytes + MULTIPART_OVERHEAD_BYTES
    bounded = Bodies(
        _at(desk, cast(Asgi, _routes())),
        (
            ("/api/submissions/*/files", upload_bytes, UPLOAD_DEADLINE_S),
            ("/api/uploads/", PIECE_BYTES, PIECE_DEADLINE_S),
            ("/submissions/", FILES_IN_A_FORM * upload_bytes, UPLOAD_DEADLINE_S),
            ("/verify", VERIFY_BYTES, desk.body_deadline_s),
            ("", SMALL_BYTES, desk.body_deadline_s),
        ),
    )
    served: Asgi = OpenCalls(Methods(Reads(bounded, desk.rate_limits, desk.proxy_hops)))
    if desk.verify_at_once is not None:
        served = QuickVerify(served, desk.verify_at_once, desk.rate_limits, desk.proxy_hops, desk.body_deadline_s)
    origin = desk.evidence_links.origin
    return Headers(Heads(Hosts(served, desk.identity.public_url, origin)), origin)


@cache
def _routes() -> Litestar:
    """Every route, made once for all applications of a process; each request brings the desk that answers it."""
    static = create_static_files_router("/static", [STATIC_DIR], cache_control=FOR_GOOD, include_in_schema=False)
    pages = [route for module in PAGES for route in module.ROUTES]
    for page in pages:
        page.include_in_schema = False  # here, since a router around them would set each up twice
    return Litestar(
        route_handlers=[static, *pages, *(route for module in API for route in module.ROUTES)],
        dependencies={"desk": Provide(desk_of, sync_to_thread=False)},
        exception_handlers={
            IssuerError: on_issuer_error,
            HTTPException: on_http_error,
            Exception: on_unexpected,
        },
        request_max_body_size=None,
        multipart_form_part_limit=MAX_PARTS,
        openapi_config=openapi_config(),
        logging_config=None,
    )


def _at(desk: Desk, routes: Asgi) -> Asgi:
    shown_at = partial(desk.evidence_links.url, is_shown=True)
    frame = Frame(f"{desk.identity.name} badges", shown_at, desk.upload_limits)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        scope[DESK], scope[FRAME] = desk, frame
        await routes(scope, receive, send)

    return answer
