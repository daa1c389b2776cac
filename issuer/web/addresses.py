"""Where a request comes from, for limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def address_of(scope: Mapping[str, Any], proxy_hops: int) -> str:
    """The client's address: the peer, or the entry that the outermost trusted proxy added.

    Every X-Forwarded-For line counts, in order (RFC 9110 §5.3): what a client sends itself stands before
    what a proxy adds, on the same line or on another.
    """
    peer = str(scope["client"][0]) if scope.get("client") else "unknown"
    if proxy_hops == 0:
        return peer
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    entries = [part.strip() for part in ",".join(lines).split(",") if part.strip()]
    return entries[-proxy_hops] if len(entries) >= proxy_hops else peer
