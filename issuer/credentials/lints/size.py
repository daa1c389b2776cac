"""The badge is small enough to be read by our own verifier, with its proof and as a token."""

from __future__ import annotations

from collections.abc import Iterator

from issuer.credentials.encode import to_bytes
from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked
from issuer.proofs.strict_json import DEFAULT_LIMITS

SOURCE = "our limit for any credential: 256 KiB"

ROOM_FOR_PROOF_BYTES = 4 * 1024
MAX_BYTES = DEFAULT_LIMITS.max_bytes - ROOM_FOR_PROOF_BYTES


def check(badge: Walked) -> Iterator[Fault]:
    """256 KiB less the room a proof takes."""
    try:
        size_bytes = len(to_bytes(badge.credential))
    except ValueError:
        yield Fault("", "The badge cannot be written as JSON.")
        return
    if size_bytes > MAX_BYTES:
        yield Fault("", f"The badge has {size_bytes} bytes; {MAX_BYTES} are allowed.")
