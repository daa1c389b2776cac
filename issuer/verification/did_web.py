"""did:web names: which are well formed, and which URL each stands for.

Source: did:web Method Specification §3.2 "Read (Resolve)"; no IP addresses (§2.5.2), ASCII names only.
"""

from __future__ import annotations

import re
from functools import lru_cache

from issuer.errors import Invalid

DID_WEB = "did:web:"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DID = re.compile(
    rf"did:web:(?P<host>{_LABEL}(?:\.{_LABEL})*)(?:%3[Aa](?P<port>[1-9][0-9]{{0,4}}))?"
    r"(?P<path>(?::[A-Za-z0-9._~-]+)*)"
)
_NUMERIC_LABEL = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
MAX_HOST_CHARS = 253


@lru_cache(maxsize=1024)
def document_url(did: str) -> str:
    """The https URL of the DID document.

    Errors: Invalid ``did.malformed`` for IP addresses in any spelling, names that are not ASCII host
    names, percent-escapes other than the port's colon, and path segments that climb.
    """
    parts = _DID.fullmatch(did)
    if parts is None or not is_host_name(parts["host"]):
        raise Invalid("did.malformed", "The issuer's did:web is not a host name with an optional port and path.")
    if parts["port"] and int(parts["port"]) > 65_535:
        raise Invalid("did.malformed", "The issuer's did:web names a port that does not exist.")
    segments = parts["path"].split(":")[1:]
    if any(set(segment) == {"."} for segment in segments):
        raise Invalid("did.malformed", "The path of the issuer's did:web climbs out of its folder.")
    authority = parts["host"] + (f":{parts['port']}" if parts["port"] else "")
    return f"https://{authority}/{'/'.join(segments) if segments else '.well-known'}/did.json"


def is_host_name(host: str) -> bool:
    """Whether this is no network address, as which a last label that is a number would be read (WHATWG URL §3.5)."""
    is_name = not host.startswith("[") and len(host) <= MAX_HOST_CHARS
    return is_name and not _NUMERIC_LABEL.fullmatch(host.rpartition(".")[2])
