"""The server's own connections: heads that are long, slow or none, and requests that are under way at the end."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from issuer.app.http_server import Connection, HttpServer
from issuer.web.edge import MAX_HEAD_BYTES, Receive, Scope, Send

ANSWER_S = 0.3
Answered = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Hasty(Connection):
    head_within_s = 0.15


class HastyServer(HttpServer):
    connections = Hasty


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Says what it read; under /slowly after a while."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    if scope["path"] == "/slowly":
        await asyncio.sleep(ANSWER_S)
    text = f"{scope['method']} {scope['path']} {len(body)}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(text))]})
    await send({"type": "http.response.body", "body": text})


@asynccontextmanager
async def served(kind: type[HttpServer]) -> AsyncIterator[tuple[HttpServer, int]]:
    """A server of that kind and its port; it has ended afterwards."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
    server = kind(app, "127.0.0.1", port)
    serving = asyncio.ensure_future(server.serve())
    while not server.started:
        await asyncio.sleep(0.005)
    yield server, port
    server.stop()
    await asyncio.wait_for(serving, 5)


def asked(talk: Answered) -> None:
    """Run `talk` over one connection to a server of its own."""

    async def run() -> None:
        async with served(HastyServer) as (_, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.wait_for(talk(reader, writer), 5)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    asyncio.run(run())


def test_it_answers_one_request_after_the_other() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number in range(3):
            writer.write(b"POST /%d HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcd" % number)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 ")
            assert b"server:" not in head.lower()
            assert await reader.readexactly(9) == b"POST /%d 4" % number
            await asyncio.sleep(Hasty.head_within_s / 2)

    asked(talk)


@pytest.mark.parametrize(
    "sent",
    [b"", b"\r\n", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-More: "],
    ids=["nothing", "an empty line", "half a line", "half a head"],
)
def test_a_head_that_does_not_come_ends_the_connection(sent: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        begun = time.monotonic()
        writer.write(sent)
        assert await reader.read() == b""
        assert Hasty.head_within_s * 0.9 < time.monotonic() - begun < 2

    asked(talk)


def test_a_head_that_trickles_ends_the_connection_though_an_earlier_one_was_answered() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET /first HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readuntil(b"GET /first 0")).startswith(b"HTTP/1.1 200 ")
        begun = time.monotonic()
        for letter in b"GET /second":
            writer.write(bytes([letter]))
            await asyncio.sleep(0.03)
        with suppress(ConnectionError):
            assert await reader.read() == b""
        assert time.monotonic() - begun < 2

    asked(talk)


def test_a_body_may_take_longer_than_a_head() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"POST /long HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n")
        for _ in range(3):
            writer.write(b"ab")
            await asyncio.sleep(Hasty.head_within_s * 0.7)
        assert (await reader.readuntil(b"POST /long 6")).startswith(b"HTTP/1.1 200 ")

    asked(talk)


def test_who_waits_for_an_answer_is_not_cut_off_by_half_a_next_request() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET /slowly HTTP/1.1\r\nHost: x\r\n\r\nGET /nex")
        assert (await reader.readuntil(b"GET /slowly 0")).startswith(b"HTTP/1.1 200 ")
        assert await reader.read() == b""

    asked(talk)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 4 * MAX_HEAD_BYTES, 431),
        (b"GET /" + b"a" * 4 * MAX_HEAD_BYTES, 431),
        (b"GET /" + b"a" * 4 * MAX_HEAD_BYTES + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431),
        (b"\r\n" * 4 * MAX_HEAD_BYTES, 431),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked, x\r\n\r\n0\r\n\r\n", 400),
        (b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ],
    ids=[
        "a header without end", "a target without end", "a long target", "empty lines without end", "TLS",
        "a space before the colon", "two lengths", "a length and chunks", "chunks that are not last", "a tunnel",
        "a byte that is no ASCII",
    ],
)  # fmt: skip
def test_what_is_no_request_is_told_so(sent: bytes, status: int) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 %d " % status), head
        assert b"application/problem+json" in head
        assert b'"code":"http.malformed"' in await reader.read()

    asked(talk)


def test_a_body_that_breaks_off_is_told_so_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n")
        await asyncio.sleep(0.02)
        writer.write(b"no number\r\n")
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert answer.count(b"HTTP/1.1") == 1

    asked(talk)
    assert not caplog.records


def test_what_is_under_way_is_finished_at_the_end() -> None:
    async def run() -> None:
        async with served(HttpServer) as (server, port):
            idle_reader, idle_writer = await asyncio.open_connection("127.0.0.1", port)
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /slowly HTTP/1.1\r\nHost: x\r\n\r\n")
            await asyncio.sleep(ANSWER_S / 3)
            server.stop()
            assert b"GET /slowly 0" in await asyncio.wait_for(reader.read(), 5)
            assert await asyncio.wait_for(idle_reader.read(), 5) == b""
            for one in (writer, idle_writer):
                one.close()
                await one.wait_closed()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)

    asyncio.run(run())
