"""The one map from errors to HTTP: RFC 9457 problem details for software, a page for people."""

from __future__ import annotations

import json
import logging
import secrets
from typing import Any

import msgspec
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException

from issuer.errors import (
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    IssuerError,
    Misconfigured,
    NotFound,
    Refused,
    StorageFull,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    Undecided,
    Unprocessable,
)
from issuer.services.submit import EvidenceIncompleteError
from issuer.web.negotiation import prefers_page
from issuer.web.rendering import page
from issuer.web.told import findings

log = logging.getLogger(__name__)

STATUS_OF_CLASS: dict[type[IssuerError], int] = {
    Refused: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Gone: 410,
    Invalid: 422,
    Undecided: 422,
    Unprocessable: 422,
    TooManyRequests: 429,
    Misconfigured: 500,
    Unavailable: 503,
    StorageFull: 507,
}
STATUS_OF_CODE = {
    "input.too_large": 413,
    "image.too_large": 413,
    "input.media_type": 415,
    "input.content_encoding": 415,
    "upload.type_mismatch": 415,
    "upload.type_not_allowed": 415,
    "upload.archive": 415,
    "upload.image_dimensions": 422,
    "upload.svg_active": 422,
}
CODE_OF_STATUS = {
    400: "input.malformed",
    401: "auth.session",
    403: "forbidden",
    404: "not_found",
    405: "method",
    413: "input.too_large",
    415: "input.media_type",
    422: "input.invalid",
    429: "rate.limited",
}
RETRY_AFTER_S = 5


def status_of(error: IssuerError) -> int:
    """The HTTP status of an error: by its code where one is special, else by its class."""
    if error.code in STATUS_OF_CODE:
        return STATUS_OF_CODE[error.code]
    return next(STATUS_OF_CLASS[kind] for kind in type(error).__mro__ if kind in STATUS_OF_CLASS)


def details(error: IssuerError) -> dict[str, Any]:
    """The problem details of an error (RFC 9457 §3), with our code and place as extension members."""
    body: dict[str, Any] = {
        "type": f"urn:problem:{error.code}",
        "title": error.message,
        "status": status_of(error),
        "code": error.code,
    }
    if error.where is not None:
        body["where"] = error.where
    if isinstance(error, EvidenceIncompleteError):
        body["findings"] = msgspec.to_builtins(findings(error.findings))
    return body


def headers_of(error: IssuerError) -> dict[str, str]:
    if isinstance(error, TooManyRequests):
        return {"Retry-After": str(error.retry_after_s)}
    if isinstance(error, Unavailable):
        return {"Retry-After": str(RETRY_AFTER_S)}
    if error.code == "auth.key":
        return {"WWW-Authenticate": "Bearer"}
    return {}


def on_issuer_error(request: Request[Any, Any, Any], error: IssuerError) -> Response[Any]:
    """Answer a known failure; browsers get a page with the same words."""
    return _answer(request, details(error), headers_of(error))


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """Answer what the framework itself refused: unknown path, method, undecodable body."""
    code = CODE_OF_STATUS.get(error.status_code, "input.malformed")
    body: dict[str, Any] = {
        "type": f"urn:problem:{code}",
        "title": _TITLES.get(error.status_code, "This request cannot be processed."),
        "status": error.status_code,
        "code": code,
    }
    where = _first_key(error.extra)
    if where:
        body["where"] = where
    return _answer(request, body, dict(error.headers or {}))


def on_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answer a defect of ours: an incident number, and nothing about the inside."""
    incident = secrets.token_hex(8)
    log.error("internal", exc_info=error, extra={"incident": incident})
    body = {
        "type": "urn:problem:internal",
        "title": "Something went wrong on our side. Nothing you saved is lost.",
        "status": 500,
        "code": "internal",
        "incident": incident,
    }
    return _answer(request, body, {})


def encoded(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


_TITLES = {
    404: "There is nothing here, or it is not yours to see.",
    405: "This address does not take this method.",
    413: "This is larger than the service accepts.",
    415: "The service does not read this kind of content here.",
}


def _answer(request: Request[Any, Any, Any], body: dict[str, Any], headers: dict[str, str]) -> Response[Any]:
    headers = {"Cache-Control": "no-store", **headers}
    if prefers_page(request):
        html = page("problem.html", request, problem=body)
        return Response(html, status_code=body["status"], media_type=MediaType.HTML, headers=headers)
    return Response(encoded(body), status_code=body["status"], media_type="application/problem+json", headers=headers)


def _first_key(extra: object) -> str | None:
    if isinstance(extra, list) and extra and isinstance(extra[0], dict):
        key = extra[0].get("key")
        return str(key)[:100] if key else None
    return None
