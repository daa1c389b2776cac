"""Answers that are the same for everybody: cacheable, revalidated by digest, readable from any site."""

from __future__ import annotations

import hashlib
from typing import Any

from litestar import Request, Response

PUBLIC_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def conditional(
    request: Request[Any, Any, Any], body: bytes, media_type: str, max_age_s: int, etag: str | None = None
) -> Response[bytes]:
    """The body with an ETag, or 304 when the caller has it already (RFC 9110 §13.1.2)."""
    tag = f'"{etag or hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**PUBLIC_HEADERS, "ETag": tag, "Cache-Control": f"public, max-age={max_age_s}", "Vary": "Accept"}
    known = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(b"", status_code=304, headers=headers, media_type=media_type)
    return Response(body, media_type=media_type, headers=headers)
