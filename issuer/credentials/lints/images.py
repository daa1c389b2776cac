"""Images are fetched over https."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked, types_of

SOURCE = "OB 3.0 §Image"


def check(badge: Walked) -> Iterator[Fault]:
    """An https address; http only on localhost, where the service can be tried."""
    for where, owner in badge.objects:
        if "Image" in types_of(owner) and not _is_reachable(str(owner.get("id"))):
            yield Fault(f"{where}/id", "An image has an https address.")


def _is_reachable(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(parts.hostname or ""))


def _is_this_machine(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost")
