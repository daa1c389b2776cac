"""The service as a process: what needs sockets, several clients at once, and signals."""

from __future__ import annotations

import http.client
import json
import os
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest
from server_process import PASSWORD, ServerProcess
from stranger import Stranger

HEALTH_S = 0.1


def raw(server: ServerProcess, *chunks: bytes, timeout_s: float = 5.0) -> bytes:
    """What comes back for exactly these bytes, until the server closes or falls silent."""
    got = b""
    with server.connection(timeout_s) as connection:
        try:
            for chunk in chunks:
                connection.sendall(chunk)
            while not is_whole(got):
                part = connection.recv(65_536)
                if not part:
                    break
                got += part
        except (TimeoutError, ConnectionError):
            pass
    return got


def is_whole(answer: bytes) -> bool:
    """Whether what the head announces has come."""
    top, end, body = answer.lower().partition(b"\r\n\r\n")
    length = re.search(rb"\ncontent-length: (\d+)", top)
    return bool(end) and length is not None and len(body) >= int(length[1])


def status_of(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1."), answer[:200]
    return int(answer.split(b" ", 2)[1])


def head(server: ServerProcess, *lines: bytes, method: bytes = b"GET", target: bytes = b"/healthz") -> bytes:
    own = b"Host: localhost:%d" % server.port
    return b"\r\n".join([method + b" " + target + b" HTTP/1.1", own, *lines, b"Connection: close", b"", b""])


def test_enc_03_a_body_without_end_is_ended(server: ServerProcess) -> None:
    """1 KiB a second for ever: closed within the deadline."""
    begun, deadline_s = time.monotonic(), server.body_deadline_s
    got = b""
    with server.connection(2.0) as connection:
        lines = (b"Content-Type: application/json", b"Transfer-Encoding: chunked")
        connection.sendall(head(server, *lines, method=b"POST", target=b"/verify"))
        connection.settimeout(0.5)
        while time.monotonic() - begun < deadline_s + 3 * patience() and not got:
            try:
                connection.sendall(b"400\r\n" + b" " * 1024 + b"\r\n")
                got = connection.recv(65_536)
            except TimeoutError:
                continue
            except ConnectionError:
                break
        while got and not is_whole(got) and (rest := connection.recv(65_536)):
            got += rest
    assert deadline_s - 0.1 < time.monotonic() - begun < deadline_s + 1.5 * patience()
    assert status_of(got) == 413
    assert b"input.too_large" in got


def test_enc_03_a_fast_body_without_end_is_ended_at_the_cap(server: ServerProcess) -> None:
    before = server.resident_mib()
    with server.connection(5.0) as connection:
        lines = (b"Content-Type: application/json", b"Transfer-Encoding: chunked")
        connection.sendall(head(server, *lines, method=b"POST", target=b"/verify"))
        sent = 0
        got = b""
        connection.settimeout(0.01)
        while sent < 200 and not got:
            try:
                connection.settimeout(5)
                connection.sendall(b"20000\r\n" + b" " * 0x20000 + b"\r\n")
                sent += 1
                connection.settimeout(0.001)
                got = connection.recv(65_536)
            except TimeoutError:
                continue
            except ConnectionError:
                break
    assert sent * 0x20000 < 16 * 1024 * 1024
    assert not got or status_of(got) == 413
    assert server.resident_mib() - before < 64


@pytest.mark.parametrize("hosts", [b"", b"Host: evil.test\r\n", b"Host: localhost\r\nHost: localhost\r\n"], ids=repr)
def test_http_02_a_host_that_is_not_ours(server: ServerProcess, hosts: bytes) -> None:
    got = raw(server, b"GET /.well-known/did.json HTTP/1.0\r\nX-Forwarded-Host: evil.test\r\n" + hosts + b"\r\n")
    assert status_of(got) == 400
    assert b"http.host" in got
    assert b"evil.test" not in got


def test_both_names_of_this_machine_are_ours(server: ServerProcess) -> None:
    names = ("localhost", "127.0.0.1")
    documents = [server.get("/.well-known/did.json", name).content for name in names]
    assert documents[0] == documents[1]
    assert json.loads(documents[0])["id"] == f"did:web:localhost%3A{server.port}"


@pytest.mark.parametrize(
    ("lines", "target", "statuses"),
    [
        pytest.param([b"X-%d: 1" % one for one in range(200)], b"/healthz", {431}, id="200 headers"),
        pytest.param([b"X: " + b"a" * 65_536], b"/healthz", {431}, id="64 KiB header"),
        pytest.param([b"X: " + b"a" * 1_000_000], b"/healthz", {431}, id="1 MB header"),
        pytest.param([], b"/" + b"a" * 65_536, {414, 431}, id="64 KiB URL"),
        pytest.param([], b"/verify?url=" + b"a" * 50_000, {414, 431}, id="50 kB query"),
    ],
)
def test_http_10_floods_in_the_head(
    server: ServerProcess, lines: list[bytes], target: bytes, statuses: set[int]
) -> None:
    assert status_of(raw(server, head(server, *lines, target=target))) in statuses
    assert server.get("/healthz").status_code == 200


@pytest.mark.parametrize("protocol", [b"chat", b"\xe9\xff\xfe", b"\xc3\x28", b""], ids=repr)
def test_http_16_no_other_protocols(server: ServerProcess, protocol: bytes) -> None:
    upgrade = [b"Upgrade: websocket", b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
    got = raw(server, head(server, *upgrade, b"Sec-WebSocket-Protocol: " + protocol))
    assert status_of(got) == 400
    assert b"http.malformed" in got
    assert server.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x00" * 100 + b"\r\n\r\n",
        b"POST /verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
        b"POST /verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}{}{}",
        b"POST /verify HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
    ],
    ids=range(7),
)  # fmt: skip
def test_what_is_no_request(server: ServerProcess, data: bytes) -> None:
    got = raw(server, data, timeout_s=2.0)
    assert not got or status_of(got) in (400, 413, 415, 505)
    assert server.get("/healthz").status_code == 200


def test_a_request_that_announces_too_much_is_answered_before_it_comes(server: ServerProcess) -> None:
    lines = (b"Content-Type: application/json", b"Content-Length: 99999999999")
    got = raw(server, head(server, *lines, method=b"POST", target=b"/verify"), b"{}")
    assert status_of(got) == 413
    assert b"input.too_large" in got


# -- many at once


def clique(size: int) -> bytes:
    """Blank nodes that all point to each other, in a badge whose names are bound (did:key)."""
    stranger = Stranger()
    signed = json.loads(stranger.signed())
    signed["evidence"] = [
        {"id": f"_:b{one}", "type": ["Evidence"], "evidence": [f"_:b{other}" for other in range(size)]}
        for one in range(size)
    ]
    return json.dumps(signed).encode()


def large(evidence: int) -> bytes:
    """A large, honest-looking badge with a signature that does not hold: all the work before the proof fails."""
    signed = json.loads(Stranger().signed())
    signed["evidence"] = [
        {"id": f"urn:x:{one}", "type": ["Evidence"], "name": f"n {one}", "narrative": "x" * 200}
        for one in range(evidence)
    ]
    return json.dumps(signed).encode()


class Client:
    """One connection that is kept, with as little work on this side as can be."""

    def __init__(self, server: ServerProcess) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
        self._connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        answer = self._connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def close(self) -> None:
        self._connection.close()


def from_many(
    server: ServerProcess, clients: int, times: int, path: str, body: bytes
) -> list[tuple[int, dict[str, str], bytes]]:
    """The answers to `times` posts of each of so many clients."""

    def ask(_: int) -> list[tuple[int, dict[str, str], bytes]]:
        client = Client(server)
        answers = [client.ask("POST", path, body) for _ in range(times)]
        client.close()
        return answers

    with ThreadPoolExecutor(clients) as pool:
        return [one for answers in pool.map(ask, range(clients)) for one in answers]


def patience() -> float:
    """How much slower than a quiet machine this one is right now."""
    return max(1.0, 2 * os.getloadavg()[0] / (os.cpu_count() or 1))


@contextmanager
def watched(server: ServerProcess, path: str = "/healthz") -> Iterator[list[float]]:
    """Asks for a path twenty times a second meanwhile; the seconds each answer took, the quickest first."""
    took: list[float] = []
    ended = threading.Event()

    def ask() -> None:
        client = Client(server)
        client.ask("GET", path)
        while not ended.is_set():
            begun = time.perf_counter()
            assert client.ask("GET", path)[0] == 200
            took.append(time.perf_counter() - begun)
            time.sleep(0.05)
        client.close()

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield took
    finally:
        ended.set()
        asking.join()
        took.sort()


HOSTILE = {
    "poison graphs": lambda: clique(8),
    "deep JSON": lambda: b'{"a":' * 60_000 + b"1" + b"}" * 60_000,
    "many members": lambda: b"{" + b",".join(b'"k%d":0' % one for one in range(100_000)) + b"}",
    "large badges": lambda: large(300),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_health_answers_whatever_is_being_verified(server: ServerProcess, kind: str) -> None:
    """P5: one hostile request never harms another's; eight clients at once."""
    with watched(server) as took:
        answers = from_many(server, 8, 4, "/verify", HOSTILE[kind]())
    assert {status for status, _, _ in answers} <= {200, 400, 413, 422}
    assert took
    assert took[int(len(took) * 0.9)] <= HEALTH_S * patience(), took


def test_http_17_an_overload_is_shed_and_passes(server: ServerProcess) -> None:
    """More verifications than may wait: 503 with Retry-After, and afterwards all is as before."""
    body = large(100)
    answers = []
    with watched(server, "/.well-known/did.json") as took:
        for _wave in range(6):
            answers += from_many(server, 160, 2, "/verify", body)
            if any(status == 503 for status, _, _ in answers):
                break
    assert {status for status, _, _ in answers} == {200, 503}
    _, headers, told = next(one for one in answers if one[0] == 503)
    assert json.loads(told)["code"] == "verifier.busy"
    assert int(headers["retry-after"]) >= 1
    assert took[int(len(took) * 0.9)] <= 2 * HEALTH_S * patience(), took
    assert {status for status, _, _ in from_many(server, 1, 1, "/verify", body)} == {200}


def test_aut_11_a_flood_of_sign_ins_leaves_room_for_others(server: ServerProcess) -> None:
    sent = json.dumps({"email": "nobody@school.example", "password": "not this one"}).encode()
    with watched(server, "/") as took:
        answers = from_many(server, 48, 2, "/login", sent)
    assert {status for status, _, _ in answers} == {401, 429}
    assert took[int(len(took) * 0.9)] <= 2 * HEALTH_S * patience(), took


# -- running it


def test_it_ends_cleanly_and_goes_on_where_it_was(server: ServerProcess) -> None:
    me = {"email": server.people["teacher"].email, "password": PASSWORD}
    with httpx.Client(base_url=server.url, verify=False) as client:
        cookie = client.post("/login", json=me).headers["set-cookie"].partition(";")[0]
        draft = client.post("/api/submissions", json={"achievement": "building-will"}, headers={"cookie": cookie})
        assert draft.status_code == 201
        assert server.stop() == 0
        server.start()
        kept = client.get(f"/api/submissions/{draft.json()['id']}", headers={"cookie": cookie})
        assert kept.json()["id"] == draft.json()["id"]


def test_no_request_left_a_defect_in_the_log(server: ServerProcess) -> None:
    text = server.log.read_text()
    for word in ("Traceback", '"level": "error"', PASSWORD, "school.example"):
        assert word not in text
