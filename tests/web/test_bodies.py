"""Bodies that are too large or break off: whoever sends one gets to read why it was refused (RFC 9112 §9.6)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from issuer.errors import Refused
from issuer.web.bodies import MAX_LINGER_BYTES, Bodies

PIECE = b" " * 65_536


class Client:
    """Sends `pieces`, then nothing more, and keeps the answer and how much had been taken when it began and ended."""

    def __init__(self, pieces: int, *headers: tuple[bytes, bytes], breaks_off: bool = False) -> None:
        self.scope = {"type": "http", "path": "/verify", "headers": list(headers)}
        self.waiting: list[dict[str, Any]] = [
            {"type": "http.request", "body": PIECE, "more_body": number < pieces - 1} for number in range(pieces)
        ]
        if breaks_off:
            self.waiting[-1] = {"type": "http.disconnect"}
        self.pieces = pieces
        self.sent: list[tuple[str, int]] = []
        self.status, self.headers, self.answer = 0, [], b""

    async def receive(self) -> dict[str, Any]:
        return self.waiting.pop(0) if self.waiting else await asyncio.sleep(60, {"type": "http.disconnect"})

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], [name for name, _ in message["headers"]]
        else:
            self.answer += message["body"]
            self.sent.append(("more" if message.get("more_body") else "last", self.pieces - len(self.waiting)))


async def reader(_: Any, receive: Any, send: Any) -> None:
    """A route that reads the whole body and tells how large it was, or why not."""
    size, status, answer = 0, 200, b""
    try:
        while (message := await receive()).get("more_body"):
            size += len(message["body"])
        answer = b"%d" % size
    except Refused as refused:
        status, answer = 413, refused.code.encode()
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"1")]})
    await send({"type": "http.response.body", "body": answer})


def asked(client: Client) -> Client:
    asyncio.run(Bodies(reader, (("", 3 * len(PIECE), 10.0),))(client.scope, client.receive, client.send))
    return client


@pytest.mark.parametrize("header", [(b"content-length", b"%d" % (9 * len(PIECE))), (b"transfer-encoding", b"chunked")])
def test_enc_01_the_answer_is_there_at_once_and_the_rest_is_read_away(header: tuple[bytes, bytes]) -> None:
    client = asked(Client(9, header))
    assert client.status == 413
    assert b"input.too_large" in client.answer
    taken_at_first = 0 if header[0] == b"content-length" else 4
    assert client.sent == [("more", taken_at_first), ("last", 9)]
    assert b"content-length" not in client.headers


def test_enc_02_what_is_announced_far_too_large_is_not_waited_for() -> None:
    client = asked(Client(1, (b"content-length", b"%d" % (MAX_LINGER_BYTES + 1))))
    assert (client.status, client.sent) == (413, [("last", 0)])


@pytest.mark.parametrize("coding", [b"gzip, chunked", b"chunked, chunked", b"identity"])
def test_http_08_no_transfer_coding_but_chunks(coding: bytes) -> None:
    """The server would hand over what it has unpacked of the chunks as if that were the body."""
    client = asked(Client(1, (b"transfer-encoding", coding)))
    assert client.status == 400
    assert b"http.malformed" in client.answer
    assert asked(Client(1, (b"transfer-encoding", b"Chunked"))).status == 200


def test_a_body_that_was_read_is_answered_as_ever() -> None:
    client = asked(Client(3, (b"content-length", b"%d" % (3 * len(PIECE)))))
    assert (client.status, client.answer, client.headers) == (200, b"131072", [b"content-length"])
    assert client.sent == [("last", 3)]


def test_a_body_that_breaks_off_is_the_senders_doing() -> None:
    """A chunk without a size, or a client that left: nothing of ours is defective."""
    client = asked(Client(2, (b"transfer-encoding", b"chunked"), breaks_off=True))
    assert (client.status, client.answer) == (413, b"http.malformed")
    assert client.sent == [("last", 2)]
