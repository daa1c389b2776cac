"""The front page."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from issuer.web.callers import find_caller
from issuer.web.desk import Desk
from issuer.web.forms import html


@get("/")
async def start(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """What this is, for teachers, reviewers and employers."""
    await desk.in_thread(find_caller, request, desk.sign_in)
    return html("start.html", request, catalogue=desk.catalogue, identity=desk.identity)


ROUTES = [start]
