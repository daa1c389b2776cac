"""API bodies, read with the same strict parser as credentials."""

from __future__ import annotations

from typing import Any

from issuer.proofs.strict_json import JsonLimits, parse_object

API_LIMITS = JsonLimits(max_bytes=1_048_576)


def read_json(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`. Raises Refused (`json.*`, `input.*`)."""
    return parse_object(body, API_LIMITS)
