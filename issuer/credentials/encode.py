"""JSON bytes that come out the same every time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from issuer.proofs.strict_json import JsonObject


def to_bytes(document: Mapping[str, Any]) -> bytes:
    """`document` as UTF-8 JSON without white space, members in the order they stand in."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def without_empty(members: Mapping[str, Any]) -> JsonObject:
    """The members that hold something; null and empty arrays are left out (OB 3.0 §Serialization)."""
    return {name: value for name, value in members.items() if value is not None and value not in ("", [], ())}
