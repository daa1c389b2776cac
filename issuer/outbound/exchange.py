"""One HTTP/1.1 request and its answer over a socket, under one deadline for everything.

The deadline holds for each single byte: a server that sends one byte a second does not get a second more.
"""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse

from issuer.errors import Invalid

READ_BYTES = 65_536


@dataclass(frozen=True)
class Deadline:
    """A moment of a monotonic clock (seconds) after which nothing is waited for."""

    at_s: float
    clock: Callable[[], float]

    def left_s(self) -> float:
        """Seconds left. Raises TimeoutError when there are none."""
        left = self.at_s - self.clock()
        if left <= 0:
            raise TimeoutError("the time for this document is over")
        return left


@dataclass(frozen=True)
class Answered:
    """Status line, headers (lower-case names, the last of each) and, for status 200, the body."""

    status: int
    headers: dict[str, str]
    body: bytes


class _DeadlineReader(io.RawIOBase):
    """Reads from a socket, never past the deadline."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection = connection
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed wants any buffer
        self._connection.settimeout(self._deadline.left_s())
        return self._connection.recv_into(buffer)


class _AnswerSource:
    """The one method of a socket that HTTPResponse uses."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._reader = io.BufferedReader(_DeadlineReader(connection, deadline))

    def makefile(self, mode: str) -> io.BufferedIOBase:
        return self._reader


def secured(connection: socket.socket, tls: ssl.SSLContext, host: str, deadline: Deadline) -> ssl.SSLSocket:
    """TLS over `connection`, for the name (SNI and certificate), not for the address.

    Raises ssl.SSLError, TimeoutError, OSError.
    """
    connection.settimeout(deadline.left_s())
    return tls.wrap_socket(connection, server_hostname=host)


def ask(
    connection: socket.socket, authority: str, path: str, accept: str, deadline: Deadline, max_body_bytes: int | None
) -> Answered:
    """Send one GET and read the answer; without its body when `max_body_bytes` is None.

    Raises Invalid ``fetch.too_large``, TimeoutError, OSError, http.client.HTTPException.
    """
    connection.settimeout(deadline.left_s())
    connection.sendall(_request(authority, path, accept))
    response = HTTPResponse(_AnswerSource(connection, deadline))  # type: ignore[arg-type]  # makefile is all it needs
    try:
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        wanted = max_body_bytes is not None and response.status == 200 and _is_plain(headers)
        return Answered(response.status, headers, _body(response, max_body_bytes or 0) if wanted else b"")
    except ValueError as error:  # a chunk length or header value that is no number
        raise HTTPException("the answer is not HTTP") from error
    finally:
        response.close()


def _request(authority: str, path: str, accept: str) -> bytes:
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {authority}",
        f"Accept: {accept}",
        "Accept-Encoding: identity",
        "User-Agent: open-badges-verifier",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _is_plain(headers: dict[str, str]) -> bool:
    return headers.get("content-encoding", "identity").strip().lower() in ("", "identity")


def _too_large() -> Invalid:
    return Invalid("fetch.too_large", "The document is larger than is read.")


def _body(response: HTTPResponse, max_body_bytes: int) -> bytes:
    if response.length is not None and response.length > max_body_bytes:
        raise _too_large()
    body = bytearray()
    while part := response.read1(READ_BYTES):
        body += part
        if len(body) > max_body_bytes:
            raise _too_large()
    if response.length:
        raise HTTPException("the answer was cut off")
    return bytes(body)
