"""What is kept of a secret that somebody holds: of sessions, links, clients and recovery codes."""

from __future__ import annotations

import hashlib


def token_digest(token: str) -> str:
    """SHA-256 in hex: enough to know the token again, not to make it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
