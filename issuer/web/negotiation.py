"""What kind of answer a request asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from litestar import Request

CREDENTIAL_TYPES = ("application/vc+ld+json", "application/vc", "application/ld+json", "application/json")
HTML = "text/html"
SUFFIX_OF_TYPE = {
    **dict.fromkeys(CREDENTIAL_TYPES, "json"),
    **dict.fromkeys(("application/vc+jwt", "application/jwt"), "jwt"),
    "image/png": "png",
    "image/svg+xml": "svg",
    "application/pdf": "pdf",
}


def accepts(header: str) -> list[tuple[str, float]]:
    """The media ranges of an Accept header with their weights, the heaviest first (RFC 9110 §12.5.1)."""
    ranges = [_range(part) for part in header.split(",")[:32] if part.strip()]
    return sorted((one for one in ranges if one[1] > 0), key=lambda one: -one[1])


def best(header: str, offered: Iterable[str], default: str) -> str:
    """The offered type that the header likes best; `default` for a wildcard, an empty or a hopeless header."""
    offered = tuple(offered)
    for wanted, _ in accepts(header):
        if wanted == "*/*":
            return default
        match = next((one for one in offered if _matches(wanted, one)), None)
        if match is not None:
            return match
    return default


def prefers_page(request: Request[Any, Any, Any]) -> bool:
    """Whether a person's browser asks: HTML is named in Accept, and the path is not of the API."""
    return is_page_wanted(request.url.path, request.headers.get("accept", ""))


def is_page_wanted(path: str, accept: str) -> bool:
    """The same of a path and the Accept header that came with it."""
    if path.startswith(("/api/", "/credentials/issue", "/schema")):
        return False
    return best(accept, (HTML, "application/json", "application/problem+json"), "application/json") == HTML


def _range(part: str) -> tuple[str, float]:
    name, _, parameters = part.partition(";")
    weight = 1.0
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            weight = _weight(value.strip())
    return name.strip().lower(), weight


def _weight(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0


def _matches(wanted: str, offered: str) -> bool:
    return wanted == offered or (wanted.endswith("/*") and offered.startswith(wanted[:-1]))
