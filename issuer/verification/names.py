"""Who a credential says it is from, and whether the key it points at may be that issuer's, by name alone.

Everything here is decided before a single request: a stranger's key is not even asked for.
"""

from __future__ import annotations

import re
from typing import Any

from issuer.proofs.strict_json import JsonObject
from issuer.verification.did_web import DID_WEB

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
_IPV6 = r"\[[0-9A-Fa-f:.]+\]"
_HTTP_URL = re.compile(rf"(https?)://({_LABEL}(?:\.{_LABEL})*|{_IPV6})(?::([0-9]{{1,5}}))?(?=[/?#]|$)", re.IGNORECASE)
_DEFAULT_PORTS = {"https": "443", "http": "80"}
_BEFORE_PATH = re.compile(r"[^:/?#]*://[^/?#]*")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def issuer_id(document: JsonObject) -> str | None:
    """The issuer's id, whether the issuer is written as a URL or as a Profile; None when there is none."""
    issuer: Any = document.get("issuer")
    if isinstance(issuer, dict):
        issuer = issuer.get("id")
    return issuer if isinstance(issuer, str) and issuer else None


def authority_of(url: str) -> str | None:
    """Host and port (without the scheme's own) of an http or https URL, lower case; None for anything else."""
    parts = _HTTP_URL.match(url)
    if parts is None:
        return None
    scheme, host, port = parts[1].lower(), parts[2].lower(), parts[3]
    return host if port in (None, _DEFAULT_PORTS[scheme]) else f"{host}:{port}"


def origin_of(url: str) -> str | None:
    """Scheme and authority of an http or https URL; None for anything else."""
    authority = authority_of(url)
    return None if authority is None else f"{url.partition(':')[0].lower()}://{authority}"


def same_address(one: str, other: str) -> bool:
    """Whether two http or https URLs lead to one document (RFC 3986 §6.2.2, §6.2.3): neither the case of scheme and
    host counts, nor the scheme's own port, escapes of what needs none, or a fragment."""
    return _normal(one) == _normal(other)


def _normal(url: str) -> str:
    whole = without_fragment(url)
    origin = origin_of(whole)
    if origin is None:
        return whole
    return origin + (_ESCAPE.sub(_unescaped, _BEFORE_PATH.sub("", whole, count=1)) or "/")


def _unescaped(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0].upper()


def authority_of_did_web(did: str) -> str | None:
    """Host and port of a did:web without a path, which speaks for its whole host; None for any other DID."""
    name = did.removeprefix(DID_WEB)
    if not did.startswith(DID_WEB) or ":" in name:
        return None
    host, _, port = re.sub("%3[aA]", ":", name).lower().partition(":")
    return host if port in ("", "443") else f"{host}:{port}"


def did_method(identifier: str) -> str | None:
    """The method name of a DID, as written; None when it is no DID."""
    parts = identifier.split(":", 2)
    return parts[1] if len(parts) == 3 and parts[0] == "did" else None


def without_fragment(url: str) -> str:
    return url.partition("#")[0]
