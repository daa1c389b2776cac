"""The file of trusted issuers, read once at start."""

from __future__ import annotations

from pathlib import Path

from issuer.errors import Misconfigured
from issuer.verification.trust_registry import TrustRegistry, parse_registry


def trust_registry(path: Path | None) -> TrustRegistry | None:
    """The registry in `path`; None when none is kept. Raises Misconfigured, naming file and line."""
    if path is None:
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        message = f"The registry of trusted issuers ({path}) cannot be read: {error.strerror}."
        raise Misconfigured("trust.registry", message, str(path)) from None
    return parse_registry(data, str(path))
