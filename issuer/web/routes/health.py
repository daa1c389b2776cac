"""Whether the service is alive, and the limits it keeps."""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Request, Response, get

from issuer.web.negotiation import prefers_page
from issuer.web.rate_limits import LIMITS
from issuer.web.rendering import page


@get("/healthz", sync_to_thread=False)
def health() -> Response[bytes]:
    """Answers from the event loop itself, whatever the worker threads are doing."""
    return Response(b'{"status":"ok"}', media_type="application/json")


@get("/limits", sync_to_thread=False)
def limits(request: Request[Any, Any, Any]) -> Response[Any]:
    """The published rate limits."""
    if prefers_page(request):
        return Response(page("limits.html", request, limits=LIMITS.values()), media_type=MediaType.HTML)
    entries = [
        {"name": one.name, "per_minute": one.per_minute, "burst": one.burst, "applies_to": one.applies_to}
        for one in LIMITS.values()
    ]
    return Response({"limits": entries})


ROUTES = [health, limits]
