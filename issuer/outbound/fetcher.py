"""The guarded fetcher: how a stranger's badge may make this service ask another server for a document.

https only, plain ASCII URLs, ports 443 (and 8443 when configured), one resolution whose every address has
to be public, a connection to exactly the address that was checked with certificate and Host for the name,
no redirect, no content encoding, 1 MiB, 5 seconds in all, a closed list of media types, a bounded number
of requests at once. Proxy settings of the environment are not read.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException
from urllib.parse import urlsplit

from issuer.errors import Invalid, Refused, Undecided
from issuer.outbound.addresses import is_public
from issuer.outbound.bulkhead import Bulkhead
from issuer.outbound.exchange import Answered, Deadline, ask, secured
from issuer.outbound.kept_answers import KeptAnswers, lifetime_s
from issuer.outbound.network import Dialer, Resolver, SystemDialer, SystemResolver
from issuer.outbound.urls import Target, is_private_name, read_url
from issuer.verification.documents import Answer, Found, Missing, Unreachable

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
MAX_ADDRESSES_TRIED = 3
_GONE = "410"


@dataclass(frozen=True)
class FetchLimits:
    """What one document may cost, and how many are fetched at once."""

    total_s: float = 5.0
    max_body_bytes: int = 2**20
    max_at_once: int = 32
    max_at_once_per_host: int = 8
    max_wait_s: float = 1.0
    ports: frozenset[int] = frozenset({443})


class Fetcher:
    """Fetches documents for verification (fulfils `verification.documents.Documents`). Thread-safe.

    loopback_map: origin such as ``https://issuer.test`` → base URL on the loopback interface that is asked
    instead, for tests and demonstrations; every other rule stays. Raises ValueError for another base.
    """

    def __init__(
        self,
        limits: FetchLimits | None = None,
        resolver: Resolver | None = None,
        dialer: Dialer | None = None,
        tls: ssl.SSLContext | None = None,
        loopback_map: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = limits or FetchLimits()
        self._resolver = resolver or SystemResolver()
        self._dialer = dialer or SystemDialer()
        self._own_tls = tls
        self._loopback = {origin.lower().rstrip("/"): _base(url) for origin, url in (loopback_map or {}).items()}
        self._clock = clock
        self._kept = KeptAnswers()
        self._bulkhead = Bulkhead(self._limits.max_at_once, self._limits.max_at_once_per_host)

    def fetch(self, url: str, accept: tuple[str, ...], max_age_s: float | None = None) -> Answer:
        """The document at `url`, if its media type is one of `accept`; never raises for what it meets."""
        url = url.partition("#")[0]
        try:
            target = read_url(url, self._limits.ports | self._mapped_ports())
            kept = self._kept.get(url, accept, self._clock(), max_age_s)
            return kept or self._ask_within_bounds(url, target, accept)
        except (Refused, Invalid) as problem:
            return Missing(url, problem.code, problem.message, problem.where == _GONE)
        except Undecided as problem:
            return Unreachable(url, problem.code, problem.message)

    def knock(self, url: str) -> tuple[int, Mapping[str, str]]:
        """Status and headers (names in lower case) at `url`; the body is not read, redirects are not followed.

        Raises Refused, Invalid and Undecided as they are met.
        """
        url = url.partition("#")[0]
        target = read_url(url, self._limits.ports | self._mapped_ports())
        with self._bulkhead.place(target.host, self._limits.max_wait_s) as free:
            if not free:
                raise Undecided("verifier.busy", "Too many look-ups are under way. Try again soon.")
            deadline = Deadline(self._clock() + self._limits.total_s, self._clock)
            answered = self._exchange(target, ("text/html", "*/*"), deadline, None)
        return answered.status, answered.headers

    def _mapped_ports(self) -> frozenset[int]:
        return frozenset(port for origin in self._loopback if (port := urlsplit(origin).port))

    def _ask_within_bounds(self, url: str, target: Target, accept: tuple[str, ...]) -> Found:
        deadline = Deadline(self._clock() + self._limits.total_s, self._clock)
        wait_s = min(self._limits.max_wait_s, self._limits.total_s)
        with self._bulkhead.place(target.host, wait_s) as free:
            if not free:
                raise Undecided("verifier.busy", "Too many look-ups are under way. Try again soon.")
            answered = self._exchange(target, accept, deadline, self._limits.max_body_bytes)
        found = _judged(url, answered, accept)
        headers = answered.headers
        keep_s = lifetime_s(headers.get("cache-control", ""), headers.get("age", ""))
        self._kept.put(accept, found, self._clock(), keep_s)
        return found

    def _exchange(
        self, target: Target, accept: tuple[str, ...], deadline: Deadline, max_body_bytes: int | None
    ) -> Answered:
        try:
            connection, authority, path = self._connected(target, deadline)
            with closing(connection):
                accepted = ", ".join(accept)
                return ask(connection, authority, path, accepted, deadline, max_body_bytes)
        except TimeoutError as error:
            raise Undecided("fetch.timeout", "The other server did not answer in time.") from error
        except ssl.SSLError as error:
            raise Undecided("fetch.tls", "No trustworthy TLS connection to the other server could be made.") from error
        except (OSError, HTTPException) as error:
            raise Undecided(
                "verifier.unavailable", "The other server could not be reached or spoke no HTTP."
            ) from error

    def _connected(self, target: Target, deadline: Deadline) -> tuple[socket.socket, str, str]:
        """A connection, the Host to name on it and the path to ask for."""
        base = self._loopback.get(target.origin)
        if base is not None:
            plain = self._dialer.dial(base.host, base.port, deadline.left_s())
            connection = self._secured(plain, base.host, deadline) if base.tls else plain
            return connection, base.authority, base.path + target.path
        if target.port not in self._limits.ports:
            raise Invalid("fetch.port", "The address names a port that is not asked.")
        plain = self._dial_public(target, deadline)
        return self._secured(plain, target.host, deadline), target.authority, target.path

    def _dial_public(self, target: Target, deadline: Deadline) -> socket.socket:
        if is_private_name(target.host):
            raise Invalid("fetch.blocked_address", "The address is a name of private networks; it is not asked.")
        addresses = self._resolver.resolve(target.host, target.port, deadline.left_s())
        if not addresses:
            raise OSError("the name has no address")
        if not all(is_public(address) for address in addresses):
            raise Invalid("fetch.blocked_address", "The address leads into a network that is not asked.")
        return self._dial_one_of(addresses[:MAX_ADDRESSES_TRIED], target.port, deadline)

    def _dial_one_of(self, addresses: list[str], port: int, deadline: Deadline) -> socket.socket:
        """A connection to the first that answers; every one of them was checked."""
        for address in addresses[:-1]:
            with suppress(OSError):
                return self._dialer.dial(address, port, deadline.left_s() / 2)
        return self._dialer.dial(addresses[-1], port, deadline.left_s())

    def _secured(self, connection: socket.socket, host: str, deadline: Deadline) -> socket.socket:
        try:
            return secured(connection, self._own_tls or _client_tls(), host, deadline)
        except BaseException:
            connection.close()
            raise


@dataclass(frozen=True)
class _Base:
    """A loopback base URL, taken apart."""

    host: str
    port: int
    path: str
    authority: str
    tls: bool


def _base(url: str) -> _Base:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.hostname not in LOOPBACK_HOSTS or parts.query:
        raise ValueError("a loopback base is an http or https URL of 127.0.0.1, ::1 or localhost")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return _Base(parts.hostname, port, parts.path.rstrip("/"), parts.netloc, parts.scheme == "https")


@cache
def _client_tls() -> ssl.SSLContext:
    """Made with the first connection: reading the certificates that are trusted takes a while."""
    tls = ssl.create_default_context()
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    return tls


def _judged(url: str, answered: Answered, accept: tuple[str, ...]) -> Found:
    """The document in an answer; raises for every answer that holds none."""
    status, headers = answered.status, answered.headers
    if 300 <= status < 400:
        raise Invalid("fetch.redirect", "The other server redirects; redirects are not followed.")
    if status in (404, 410):
        where = _GONE if status == 410 else None
        raise Invalid("not_found", "The other server says there is no such document.", where)
    if 400 <= status < 500 and status not in (408, 425, 429):
        raise Invalid("forbidden", f"The other server refuses the document (status {status}).")
    if status != 200:
        raise Undecided("verifier.unavailable", f"The other server failed (status {status}).")
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise Invalid("fetch.content_encoding", "The other server sent an encoded body unasked.")
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in accept:
        raise Invalid("fetch.content_type", "The other server sent another kind of document.")
    return Found(url, answered.body, media_type, accept)
