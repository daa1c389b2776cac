"""The guarded fetcher, against servers on the loopback interface and a dialer that only writes down.

Nothing else is ever dialled: the resolver is a table, and the dialer connects to a loopback server whatever
address it is told, so that a broken guard could not reach anything.
"""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import trustme

from issuer.outbound.fetcher import Fetcher, FetchLimits
from issuer.outbound.kept_answers import lifetime_s
from issuer.outbound.network import SystemDialer, SystemResolver
from issuer.verification.documents import Found, Missing, Unreachable

JSON = ("application/json",)
URL = "https://issuer.test/status/1"
PUBLIC = "8.8.8.8"
QUICK = FetchLimits(total_s=0.4, max_wait_s=0.1)


class Table:
    """A resolver: every name has the addresses it is given; calls are counted."""

    def __init__(self, *addresses: str, then: tuple[str, ...] | None = None) -> None:
        self.addresses, self.then, self.calls = list(addresses), then, 0

    def resolve(self, host: str, port: int, timeout_s: float) -> list[str]:
        self.calls += 1
        if self.then is not None and self.calls > 1:
            return list(self.then)
        return self.addresses


class Recorder:
    """A dialer that writes down what it was told and connects to a loopback port, or to nothing."""

    def __init__(self, port: int | None = None) -> None:
        self.port = port
        self.dialled: list[tuple[str, int]] = []

    def dial(self, address: str, port: int, timeout_s: float) -> socket.socket:
        self.dialled.append((address, port))
        if self.port is None:
            raise ConnectionRefusedError("nobody is there")
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout_s)


Handler = Callable[[socket.socket, bytes], None]


class Server:
    """A loopback server that answers each request as the test says. requests: heads as they came."""

    def __init__(self, handler: Handler, tls: ssl.SSLContext | None) -> None:
        self.handler, self.tls, self.requests = handler, tls, list[bytes]()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError):
            connection.settimeout(5)
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                part = connection.recv(4096)
                if not part:
                    break
                head += part
            self.requests.append(head)
            self.handler(connection, head)
        connection.close()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def client_tls(authority: trustme.CA) -> ssl.SSLContext:
    tls = ssl.create_default_context()
    authority.configure_trust(tls)
    return tls


@pytest.fixture
def serve(authority: trustme.CA) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(handler: Handler, name: str = "issuer.test", tls: bool = True) -> Server:
        context = None
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert(name).configure_cert(context)
        servers.append(Server(handler, context))
        return servers[-1]

    yield start
    for server in servers:
        server.socket.close()


def says(
    body: bytes = b'{"a": 1}', status: str = "200 OK", media_type: str = "application/json", **headers: str
) -> Handler:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {media_type}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    answer = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
    return lambda connection, head: connection.sendall(answer)


@pytest.fixture
def fetcher(client_tls: ssl.SSLContext) -> Callable[..., Fetcher]:
    def make(server: Server | None, resolver: Any = None, limits: FetchLimits | None = None, **more: Any) -> Fetcher:
        dialer = more.pop("dialer", None) or Recorder(server.port if server else None)
        return Fetcher(limits, resolver or Table(PUBLIC), dialer, client_tls, **more)

    return make


def test_document(serve: Any, fetcher: Any) -> None:
    server = serve(says())
    recorder = Recorder(server.port)
    answer = fetcher(server, dialer=recorder).fetch(URL + "?x=1#fragment", JSON)
    assert answer == Found(URL + "?x=1", b'{"a": 1}', "application/json", JSON)
    assert recorder.dialled == [(PUBLIC, 443)]
    head = server.requests[0].decode()
    assert head.startswith("GET /status/1?x=1 HTTP/1.1\r\n")
    assert "\r\nHost: issuer.test\r\n" in head
    assert "\r\nAccept-Encoding: identity\r\n" in head
    assert "\r\nAccept: application/json\r\n" in head
    assert not {"cookie", "authorization", "referer"} & {line.partition(":")[0].lower() for line in head.split("\r\n")}


def test_chunked_body(serve: Any, fetcher: Any) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = head + b'3\r\n{"a\r\n6\r\n": 1} \r\n0\r\n\r\n'
    answer = fetcher(serve(lambda connection, head: connection.sendall(chunks))).fetch(URL, JSON)
    assert isinstance(answer, Found)
    assert answer.body == b'{"a": 1} '


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("169.254.169.254",),
        ("10.0.0.1",),
        ("fd00:ec2::254",),
        ("64:ff9b::7f00:1",),
        ("192.88.99.1",),
        (PUBLIC, "10.0.0.1"),
        ("10.0.0.1", PUBLIC),
        ("127.255.255.254",),
        ("fc00::1",),
        ("fe80::1",),
        ("fec0::1",),
        ("2001:db8::1",),
        ("100::1",),
    ],
    ids=["NET-01", "NET-02", "NET-06", "NET-07", "NET-08", "NET-09", "NET-10", "NET-10 first", "NET-01 last",
         "NET-07 unique local", "NET-07 link-local", "NET-07 site-local", "NET-07 documentation", "NET-07 discard"],
)  # fmt: skip
def test_names_that_lead_inside(fetcher: Any, addresses: tuple[str, ...]) -> None:
    recorder = Recorder()
    answer = fetcher(None, Table(*addresses), dialer=recorder).fetch(URL, JSON)
    assert isinstance(answer, Missing)
    assert answer.code == "fetch.blocked_address"
    assert recorder.dialled == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://127.0.0.1/x", "fetch.blocked_address"),
        ("https://user@issuer.test/", "fetch.url_malformed"),
        ("file:///etc/passwd", "fetch.scheme"),
        ("https://issuer.test:22/", "fetch.port"),
        ("https://issuer.test:8443/", "fetch.port"),
        ("https://metadata.google.internal/", "fetch.blocked_address"),
        ("https://localhost/", "fetch.blocked_address"),
        ("https://db.localhost/", "fetch.blocked_address"),
        ("https://printer.local./", "fetch.url_malformed"),
        ("https://router.home.arpa/", "fetch.blocked_address"),
    ],
    ids=["NET-01", "NET-14", "NET-16", "NET-17", "NET-17 8443", "NET-02", "NET-01 name", "NET-01 below it",
         "a dot at the end", "a router"],
)  # fmt: skip
def test_urls_that_are_not_asked(fetcher: Any, url: str, code: str) -> None:
    table, recorder = Table(PUBLIC), Recorder()
    answer = fetcher(None, table, dialer=recorder).fetch(url, JSON)
    assert isinstance(answer, Missing)
    assert answer.code == code
    assert (table.calls, recorder.dialled) == (0, [])


def test_net_11_one_resolution_and_the_address_that_was_checked(serve: Any, fetcher: Any) -> None:
    server = serve(says())
    table, recorder = Table(PUBLIC, then=("127.0.0.1",)), Recorder(server.port)
    one = fetcher(server, table, dialer=recorder)
    assert isinstance(one.fetch(URL, JSON), Found)
    assert (table.calls, recorder.dialled) == (1, [(PUBLIC, 443)])
    second = one.fetch(URL, JSON)
    assert isinstance(second, Missing)
    assert second.code == "fetch.blocked_address"
    assert recorder.dialled == [(PUBLIC, 443)]


def test_second_address_is_tried(serve: Any, fetcher: Any) -> None:
    server = serve(says())

    class Failing(Recorder):
        def dial(self, address: str, port: int, timeout_s: float) -> socket.socket:
            if address != PUBLIC:
                self.dialled.append((address, port))
                raise ConnectionRefusedError
            return super().dial(address, port, timeout_s)

    recorder = Failing(server.port)
    answer = fetcher(server, Table("2606:4700::1111", PUBLIC), dialer=recorder).fetch(URL, JSON)
    assert isinstance(answer, Found)
    assert recorder.dialled == [("2606:4700::1111", 443), (PUBLIC, 443)]


def test_only_410_says_that_a_document_was_withdrawn(serve: Any, fetcher: Any) -> None:
    assert fetcher(serve(says(status="410 Gone"))).fetch(URL, JSON).is_gone
    assert not fetcher(serve(says(status="404 Not Found"))).fetch(URL, JSON).is_gone


@pytest.mark.parametrize(
    ("handler", "kind", "code"),
    [
        (says(status="302 Found", Location="http://127.0.0.1:9/"), Missing, "fetch.redirect"),
        (says(status="301 Moved", Location="https://evil.test/"), Missing, "fetch.redirect"),
        (says(status="304 Not Modified", body=b""), Missing, "fetch.redirect"),
        (says(status="404 Not Found"), Missing, "not_found"),
        (says(status="410 Gone"), Missing, "not_found"),
        (says(status="401 Unauthorized"), Missing, "forbidden"),
        (says(status="500 Oh"), Unreachable, "verifier.unavailable"),
        (says(status="503 Busy"), Unreachable, "verifier.unavailable"),
        (says(status="429 Slow"), Unreachable, "verifier.unavailable"),
        (says(status="204 Empty", body=b""), Unreachable, "verifier.unavailable"),
        (says(gzip.compress(bytes(2**20)), Content_Encoding="gzip"), Missing, "fetch.content_encoding"),
        (says(media_type="text/html"), Missing, "fetch.content_type"),
        (says(media_type=""), Missing, "fetch.content_type"),
        (says(b"x" * (2**20 + 1)), Missing, "fetch.too_large"),
        (lambda c, h: c.sendall(b"nonsense\r\n\r\n"), Unreachable, "verifier.unavailable"),
        (lambda c, h: None, Unreachable, "verifier.unavailable"),
        (
            lambda c, h: c.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{}"),
            Unreachable,
            "verifier.unavailable",
        ),
        (
            lambda c, h: c.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
            ),
            Unreachable,
            "verifier.unavailable",
        ),
        (lambda c, h: c.sendall(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200), Unreachable, "verifier.unavailable"),
    ],
    ids=[
        "NET-12",
        "DID-10",
        "304",
        "404",
        "410",
        "401",
        "500",
        "503",
        "429",
        "204",
        "NET-23",
        "NET-24",
        "no type",
        "NET-22 large",
        "no HTTP",
        "hangs up",
        "cut off",
        "bad chunk",
        "headers without end",
    ],
)
def test_answers_that_hold_no_document(serve: Any, fetcher: Any, handler: Handler, kind: type, code: str) -> None:
    server = serve(handler)
    answer = fetcher(server).fetch(URL, JSON)
    assert isinstance(answer, kind)
    assert answer.code == code  # type: ignore[attr-defined]
    assert len(server.requests) == 1


def test_endless_body_stops_at_the_limit(serve: Any, fetcher: Any) -> None:
    def flood(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65_536)

    answer = fetcher(serve(flood)).fetch(URL, JSON)
    assert isinstance(answer, Missing)
    assert answer.code == "fetch.too_large"


def _drip(start: bytes) -> Handler:
    def drip(connection: socket.socket, head: bytes) -> None:
        connection.sendall(start)
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.05)

    return drip


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX: ",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n",
    ],
    ids=["status line", "NET-20", "NET-21", "chunk"],
)
def test_one_deadline_for_every_byte(serve: Any, fetcher: Any, start: bytes) -> None:
    began = time.monotonic()
    answer = fetcher(serve(_drip(start)), limits=QUICK).fetch(URL, JSON)
    assert isinstance(answer, Unreachable)
    assert answer.code == "fetch.timeout"
    assert time.monotonic() - began < 3 * QUICK.total_s


def test_handshake_that_never_ends(serve: Any, fetcher: Any) -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    began = time.monotonic()
    answer = fetcher(None, dialer=Recorder(silent.getsockname()[1]), limits=QUICK).fetch(URL, JSON)
    silent.close()
    assert isinstance(answer, Unreachable)
    assert answer.code == "fetch.timeout"
    assert time.monotonic() - began < 3 * QUICK.total_s


def test_slow_resolver(fetcher: Any) -> None:
    class Slow:
        def resolve(self, host: str, port: int, timeout_s: float) -> list[str]:
            assert timeout_s <= QUICK.total_s
            raise TimeoutError

    answer = fetcher(None, Slow(), limits=QUICK).fetch(URL, JSON)
    assert isinstance(answer, Unreachable)
    assert answer.code == "fetch.timeout"


def test_name_that_does_not_exist(fetcher: Any) -> None:
    class Nowhere:
        def resolve(self, host: str, port: int, timeout_s: float) -> list[str]:
            raise socket.gaierror("no such name")

    for resolver in (Nowhere(), Table()):
        answer = fetcher(None, resolver).fetch(URL, JSON)
        assert isinstance(answer, Unreachable)
        assert answer.code == "verifier.unavailable"


def test_certificate_of_another_name(serve: Any, fetcher: Any) -> None:
    answer = fetcher(serve(says(), name="evil.test")).fetch(URL, JSON)
    assert isinstance(answer, Unreachable)
    assert answer.code == "fetch.tls"


def test_certificate_nobody_vouches_for(serve: Any) -> None:
    server = serve(says())
    answer = Fetcher(None, Table(PUBLIC), Recorder(server.port)).fetch(URL, JSON)
    assert isinstance(answer, Unreachable)
    assert answer.code == "fetch.tls"


def test_server_without_tls(serve: Any, fetcher: Any) -> None:
    answer = fetcher(serve(says(), tls=False), limits=QUICK).fetch(URL, JSON)
    assert isinstance(answer, Unreachable)


def test_net_29_proxy_settings_are_not_read(serve: Any, fetcher: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server = serve(says())
    recorder = Recorder(server.port)
    assert isinstance(fetcher(server, dialer=recorder).fetch(URL, JSON), Found)
    assert recorder.dialled == [(PUBLIC, 443)]


# -- keeping answers


def test_changed_documents_are_seen(serve: Any, fetcher: Any) -> None:
    server = serve(says())
    one = fetcher(server)
    assert [type(one.fetch(URL, JSON)) for _ in range(2)] == [Found, Found]
    assert len(server.requests) == 2


def test_answers_are_kept_as_long_as_the_server_says(serve: Any, fetcher: Any) -> None:
    now = [100.0]
    server = serve(says(Cache_Control="public, max-age=60"))
    one = fetcher(server, clock=lambda: now[0])
    assert isinstance(one.fetch(URL, JSON), Found)
    now[0] += 59
    kept = one.fetch(URL, JSON)
    assert isinstance(kept, Found)
    assert kept.age_s == 59
    assert len(server.requests) == 1
    assert isinstance(one.fetch(URL, JSON, max_age_s=10), Found)
    assert len(server.requests) == 2
    now[0] += 61
    one.fetch(URL, JSON)
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("cache_control", "age", "lifetime"),
    [
        ("max-age=60", "", 60),
        ("public, MAX-AGE=60", "20", 40),
        ("max-age=60", "90", 0),
        ("max-age=86400", "", 600),
        ("", "", 0),
        ("public", "", 0),
        ("max-age=60, no-store", "", 0),
        ("no-cache, max-age=60", "", 0),
        ("private, max-age=60", "", 0),
        ("s-maxage=60", "", 0),
        ("max-age=x", "", 0),
        ("x-max-age=60", "", 0),
    ],
)
def test_lifetime(cache_control: str, age: str, lifetime: float) -> None:
    assert lifetime_s(cache_control, age) == lifetime


def test_kept_answers_are_bounded(serve: Any, fetcher: Any) -> None:
    server = serve(says(Cache_Control="max-age=60"))
    one = fetcher(server)
    for number in range(520):
        one._kept.put(JSON, Found(f"https://issuer.test/{number}", b"x", "application/json"), 0.0, 60.0)
    assert len(one._kept._kept) == 512


# -- how many at once


@contextmanager
def _held(serve: Any) -> Iterator[tuple[Server, threading.Event, threading.Semaphore]]:
    release, started = threading.Event(), threading.Semaphore(0)

    def hold(connection: socket.socket, head: bytes) -> None:
        started.release()
        release.wait(5)
        says()(connection, head)

    yield serve(hold, tls=False), release, started
    release.set()


def test_one_slow_host_does_not_take_every_place(serve: Any, fetcher: Any) -> None:
    limits = FetchLimits(total_s=5.0, max_at_once=3, max_at_once_per_host=1, max_wait_s=0.05)
    with _held(serve) as (slow, release, started):
        quick = serve(says(), tls=False)
        mapping = {
            "https://slow.test": f"http://127.0.0.1:{slow.port}",
            "https://quick.test": f"http://127.0.0.1:{quick.port}",
        }
        one = Fetcher(limits, loopback_map=mapping)
        answers: list[Any] = []
        waiting = threading.Thread(target=lambda: answers.append(one.fetch("https://slow.test/", JSON)))
        waiting.start()
        assert started.acquire(timeout=5)
        busy = one.fetch("https://slow.test/other", JSON)
        assert isinstance(busy, Unreachable)
        assert busy.code == "verifier.busy"
        assert isinstance(one.fetch("https://quick.test/", JSON), Found)
        release.set()
        waiting.join(5)
        assert isinstance(answers[0], Found)
        assert isinstance(one.fetch("https://slow.test/again", JSON), Found)


# -- the loopback map


def test_loopback_map(serve: Any) -> None:
    server = serve(says(), tls=False)
    one = Fetcher(loopback_map={"https://issuer.test": f"http://127.0.0.1:{server.port}/issuer.test"})
    answer = one.fetch("https://issuer.test/.well-known/did.json", JSON)
    assert isinstance(answer, Found)
    assert answer.url == "https://issuer.test/.well-known/did.json"
    assert server.requests[0].startswith(b"GET /issuer.test/.well-known/did.json HTTP/1.1\r\n")


def test_loopback_map_leaves_every_other_rule(serve: Any) -> None:
    server = serve(says(status="302 Found", Location="/other"), tls=False)
    mapping = {"https://issuer.test": f"http://127.0.0.1:{server.port}"}
    one = Fetcher(None, Table("127.0.0.1"), Recorder(server.port), loopback_map=mapping)
    for url, code in [
        ("https://issuer.test/x", "fetch.redirect"),
        ("https://other.test/x", "fetch.blocked_address"),
        ("http://issuer.test/x", "fetch.scheme"),
        ("https://issuer.test:22/x", "fetch.port"),
        ("https://a@issuer.test/x", "fetch.url_malformed"),
    ]:
        answer = one.fetch(url, JSON)
        assert isinstance(answer, Missing)
        assert answer.code == code


def test_loopback_map_with_a_port(serve: Any) -> None:
    server = serve(says(), tls=False)
    one = Fetcher(
        None, Table("127.0.0.1"), None, loopback_map={"https://issuer.test:8443": f"http://127.0.0.1:{server.port}"}
    )
    assert isinstance(one.fetch("https://issuer.test:8443/x", JSON), Found)
    elsewhere = one.fetch("https://other.test:8443/x", JSON)
    assert isinstance(elsewhere, Missing)
    assert elsewhere.code == "fetch.port"


def test_loopback_map_over_tls(serve: Any, client_tls: ssl.SSLContext) -> None:
    server = serve(says(), name="localhost")
    one = Fetcher(tls=client_tls, loopback_map={"https://issuer.test": f"https://localhost:{server.port}"})
    assert isinstance(one.fetch(URL, JSON), Found)


@pytest.mark.parametrize("base", ["http://192.168.0.1:80", "https://evil.test", "file:///tmp", "127.0.0.1:80", ""])
def test_loopback_map_goes_nowhere_else(base: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        Fetcher(loopback_map={"https://issuer.test": base})


def test_system_resolver_and_dialer_reach_a_loopback_server(serve: Any) -> None:
    server = serve(says(), tls=False)
    addresses = SystemResolver().resolve("localhost", server.port, 5)
    assert set(addresses) <= {"127.0.0.1", "::1"}
    SystemDialer().dial("127.0.0.1", server.port, 5).close()
