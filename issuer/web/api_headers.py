"""Request headers that calls of the API read, as the OpenAPI document describes them."""

from __future__ import annotations

from typing import Any

HEADERS: dict[str, dict[str, Any]] = {
    "Idempotency-Key": {
        "name": "Idempotency-Key", "in": "header",
        "description": "Chosen by the caller. The request is done once; sent again it gets the first answer, "
        "less a secret that is told once.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    },
    "Upload-Offset": {
        "name": "Upload-Offset", "in": "header", "required": True,
        "description": "At which byte of the file the piece begins.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "If-None-Match": {
        "name": "If-None-Match", "in": "header",
        "description": "An `ETag` the caller has; 304 when it is still the current one.",
        "schema": {"type": "string"},
    },
}  # fmt: skip
