"""The API for people: every operation of the OpenAPI document on one page of our own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from litestar import MediaType, Request, Response, get

from issuer.web.rendering import page


@get("/api-docs", sync_to_thread=True)
def operations(request: Request[Any, Any, Any]) -> Response[str]:
    """The operations, part by part."""
    document = request.app.openapi_schema.to_schema()
    parts = [(tag, list(_operations(document, tag["name"]))) for tag in document["tags"]]
    html = page("api_docs.html", request, document=document["info"], parts=[part for part in parts if part[1]])
    return Response(html, media_type=MediaType.HTML)


def _operations(document: dict[str, Any], tag: str) -> Iterator[dict[str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if tag in operation["tags"]:
                yield {
                    "method": method.upper(),
                    "path": path,
                    "summary": operation["summary"],
                    "needs": [scheme for one in operation["security"] for scheme in one],
                    "statuses": sorted(operation["responses"]),
                }


ROUTES = [operations]
