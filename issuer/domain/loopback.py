"""Whether an address is this machine itself; conveniences for trying the service out end there."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_loopback(url: str) -> bool:
    """Whether a URL's host is localhost, ``*.localhost``, in 127.0.0.0/8 or ::1."""
    host = (urlsplit(url).hostname or "").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origins(public_url: str) -> frozenset[str]:
    """The origins under which browsers reach the service: on loopback both names of this machine."""
    if not is_loopback(public_url):
        return frozenset({public_url})
    parts = urlsplit(public_url)
    port = f":{parts.port}" if parts.port else ""
    return frozenset({public_url, f"{parts.scheme}://localhost{port}", f"{parts.scheme}://127.0.0.1{port}"})
