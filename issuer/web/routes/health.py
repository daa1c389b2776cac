"""Whether the service is alive, and the limits it keeps."""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Request, Response, get

from issuer.web.api import to_json
from issuer.web.api_schema import Health, RateLimit, RateLimitList
from issuer.web.negotiation import prefers_page
from issuer.web.openapi import PAGE, Answer, answer, described
from issuer.web.problem_codes import READ
from issuer.web.rate_limits import LIMITS
from issuer.web.rendering import page

ALIVE = to_json(Health(status="ok"))


@get("/healthz", sync_to_thread=False, **described("getHealth", "Service", {200: answer(Health)}, has_pages=True))
def health() -> Response[bytes]:
    """Say that the service is alive.

    It answers from the event loop itself, whatever the worker threads are doing.
    """
    return Response(ALIVE, media_type="application/json")


@get(
    "/limits",
    sync_to_thread=False,
    **described(
        "getLimits", "Service", {200: Answer({"application/json": RateLimitList, **PAGE})}, (READ,), has_pages=True
    ),
)  # fmt: skip
def limits(request: Request[Any, Any, Any]) -> Response[Any]:
    """Read how often one may ask."""
    if prefers_page(request):
        return Response(page("limits.html", request, limits=LIMITS.values()), media_type=MediaType.HTML)
    entries = [
        RateLimit(name=one.name, per_minute=one.per_minute, burst=one.burst, applies_to=one.applies_to)
        for one in LIMITS.values()
    ]
    return Response(to_json(RateLimitList(limits=entries)), media_type="application/json")


ROUTES = [health, limits]
