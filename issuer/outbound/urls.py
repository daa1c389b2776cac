"""Which URLs are asked at all, judged on the raw text before anything parses it leniently.

Standard URL parsers drop tabs and line breaks and read ``127.1`` as an address; here a URL is plain ASCII
of one known shape, or refused. Sources: RFC 3986, WHATWG URL §3.5 (hosts that end in a number).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from issuer.errors import Refused

MAX_URL_CHARS = 2048
MAX_HOST_CHARS = 253
HTTPS_PORT = 443

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_URL = re.compile(
    rf"(?i:https)://(?P<host>{_LABEL}(?:\.{_LABEL})*)(?::(?P<port>[0-9]{{1,9}}))?"
    r"(?P<target>(?:/[!$&'()*+,./0-9:;=@A-Z_a-z~%-]*)?(?:\?[!$&'()*+,./0-9:;=?@A-Z_a-z~%-]*)?)(?:#.*)?"
)
_PRIVATE_NAMES = (".localhost", ".local", ".internal", ".home.arpa")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads. host: lower case. path: with query, without fragment, beginning with ``/``."""

    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host, and port where it is not 443: what the Host header says."""
        return self.host if self.port == HTTPS_PORT else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"https://{self.authority}"


def read_url(url: str, ports: frozenset[int]) -> Target:
    """Take `url` apart. ports: those that may be asked.

    Errors: Refused ``fetch.url_malformed``, ``fetch.scheme``, ``fetch.blocked_address``, ``fetch.port``.
    """
    _check_characters(url)
    _check_scheme(url)
    parts = _URL.fullmatch(url)
    host = parts["host"].lower() if parts else _host_written(url)
    if _is_address(host):
        raise Refused("fetch.blocked_address", "The address is a number instead of a name; it is not asked.")
    if parts is None or len(host) > MAX_HOST_CHARS:
        raise Refused("fetch.url_malformed", "The address is not a plain https URL.")
    port = int(parts["port"] or HTTPS_PORT)
    if port not in ports:
        raise Refused("fetch.port", "The address names a port that is not asked.")
    target = parts["target"]
    return Target(host, port, target if target.startswith("/") else f"/{target}")


def is_private_name(host: str) -> bool:
    """Whether a name is one for private networks, whatever a resolver says of it (RFC 6761, RFC 6762, RFC 8375)."""
    return f".{host.rstrip('.')}".endswith(_PRIVATE_NAMES)


def _check_characters(url: str) -> None:
    if len(url) > MAX_URL_CHARS:
        raise Refused("fetch.url_malformed", "The address is far too long.")
    if any(character <= " " or character in "\\\x7f" for character in url):
        raise Refused("fetch.url_malformed", "The address holds a space, backslash or control character.")


def _check_scheme(url: str) -> None:
    scheme = _SCHEME.match(url)
    if scheme is None:
        raise Refused("fetch.url_malformed", "The address has no scheme.")
    if scheme[1].lower() != "https":
        raise Refused("fetch.scheme", "Only https addresses are asked.")


def _host_written(url: str) -> str:
    """What stands where the host should, for telling an address in disguise from plain nonsense."""
    authority = re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]
    if "@" in authority:
        return ""
    host = authority if authority.startswith("[") else authority.partition(":")[0]
    return unicodedata.normalize("NFKC", host).lower()


def _is_address(host: str) -> bool:
    return host.startswith("[") or bool(_NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]))
