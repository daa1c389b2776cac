"""Who issues: the one identity everything signed here speaks for, taken from the public URL."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from issuer.errors import Misconfigured

LOOPBACK_NAME = "localhost"


@dataclass(frozen=True)
class IssuerIdentity:
    """The issuer.

    did: did:web of the public URL's host and port. public_url: origin without a slash at its end.
    url: the organisation's own site. email: contact shown on the profile page, never in a badge.
    """

    did: str
    public_url: str
    name: str
    url: str
    description: str
    email: str | None = None


def identify(
    public_url: str, name: str, url: str | None = None, description: str = "", email: str | None = None
) -> IssuerIdentity:
    """The identity of an issuer at `public_url`; its site is the public URL itself unless `url` is given.

    Raises Misconfigured (`did.malformed`) when no did:web can be had from the address.
    """
    origin = origin_of(public_url)
    return IssuerIdentity(did_web(origin), origin, name, url or origin, description, email)


def origin_of(public_url: str) -> str:
    """`public_url` as a bare origin, such as ``https://badges.example.org`` or ``http://localhost:8000``.

    Raises Misconfigured (`did.malformed`): path, query or user part; an IP address, which did:web
    forbids; or plain http anywhere but on localhost.
    """
    parts = _split(public_url)
    host = parts.hostname or ""
    _refuse_address(host)
    if parts.scheme not in ("https", "http") or (parts.scheme == "http" and not _is_loopback_name(host)):
        raise _unusable("it must begin with https:// (http:// is for localhost only)")
    if parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise _unusable("it must be an origin alone, such as https://badges.example.org")
    port = _port(parts)
    return f"{parts.scheme}://{host}" if port is None else f"{parts.scheme}://{host}:{port}"


def did_web(origin: str) -> str:
    """The did:web of an origin: its host, and its port with the colon percent-encoded (did:web §3.1)."""
    return "did:web:" + urlsplit(origin).netloc.replace(":", "%3A")


def _split(public_url: str) -> SplitResult:
    try:
        parts = urlsplit(public_url.strip())
    except ValueError as error:
        raise _unusable("it is no URL") from error
    if not parts.hostname or not parts.netloc.isascii():
        raise _unusable("it needs a host name in ASCII (an international name in its xn-- form)")
    return parts


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError as error:
        raise _unusable("its port is no port number") from error
    return None if port == {"https": 443, "http": 80}[parts.scheme] else port


def _is_loopback_name(host: str) -> bool:
    return host == LOOPBACK_NAME or host.endswith("." + LOOPBACK_NAME)


def _refuse_address(host: str) -> None:
    try:
        ip_address(host)
    except ValueError:
        if not host.replace(".", "").isdigit():
            return
    raise _unusable("a badge's issuer cannot be an IP address; use a host name, on this machine localhost")


def _unusable(what: str) -> Misconfigured:
    return Misconfigured("did.malformed", f"PUBLIC_URL cannot be used for issuing: {what}.", "PUBLIC_URL")
