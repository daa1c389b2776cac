"""A client that keeps a few connections to a server on this machine busy: each sends its next request when the
answer to the last has arrived. Bounded in time; it stops by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import count
from time import perf_counter
from typing import cast


class AnswerError(Exception):
    """The server said something else than it should."""


class Connection(asyncio.Protocol):
    """One keep-alive connection that walks through `requests` until told to stop."""

    def __init__(self, requests: Sequence[bytes], first: int, expected: bytes, ended: asyncio.Future[None]) -> None:
        self._requests, self._numbers, self._expected, self._ended = requests, count(first), expected, ended
        self._received = bytearray()
        self._begun = 0.0
        self.latencies_s: list[float] = []
        self.is_stopping = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head_end = self._received.find(b"\r\n\r\n")
        if head_end < 0 or len(self._received) < head_end + 4 + _length(self._received[:head_end]):
            return
        if not self._received.startswith(b"HTTP/1.1 200") or self._expected not in self._received:
            self._end(AnswerError(bytes(self._received[:2_000])))
            return
        self.latencies_s.append(perf_counter() - self._begun)
        self._received.clear()
        self._end(None) if self.is_stopping else self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc or AnswerError("the server closed the connection"))

    def _send(self) -> None:
        self._begun = perf_counter()
        self._transport.write(self._requests[next(self._numbers) % len(self._requests)])

    def _end(self, problem: Exception | None) -> None:
        if not self._ended.done():
            self._ended.set_exception(problem) if problem else self._ended.set_result(None)
        self._transport.close()


async def keep_busy(
    host: str, port: int, requests: Sequence[bytes], expected: bytes, connections: int, duration_s: float
) -> tuple[float, list[float]]:
    """Requests per second over `duration_s`, and all latencies in seconds, sorted.

    expected: stands in every answer, all of which have status 200. Raises AnswerError, OSError, TimeoutError.
    """
    loop = asyncio.get_running_loop()
    ends = [loop.create_future() for _ in range(connections)]
    begun = perf_counter()
    lines = [
        (await loop.create_connection(lambda n=n: Connection(requests, n * 7, expected, ends[n]), host, port))[1]  # type: ignore[misc]
        for n in range(connections)
    ]
    await asyncio.wait(ends, timeout=duration_s, return_when=asyncio.FIRST_EXCEPTION)
    for line in lines:
        line.is_stopping = True
    async with asyncio.timeout(10):
        await asyncio.gather(*ends)
    latencies_s = sorted(latency for line in lines for latency in line.latencies_s)
    return len(latencies_s) / (perf_counter() - begun), latencies_s


def request(host: str, port: int, path: str, body: bytes, media_type: str) -> bytes:
    """The bytes of a POST."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: application/json\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _length(head: bytes | bytearray) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise AnswerError("an answer without Content-Length")
