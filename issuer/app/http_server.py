"""The HTTP server: uvicorn in this process's event loop, its connections bounded in the size and time of a head.

uvicorn reads heads of any length for as long as they take to come; behind a proxy that is no matter, without one it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from issuer.app.gathered_writes import GatheredWrites
from issuer.errors import Refused
from issuer.web.edge import MAX_HEAD_BYTES, TOO_LARGE, Asgi
from issuer.web.problems import details, encoded

HEAD_WITHIN_S = 10.0
LINGER_S = 0.5
IDLE_S = 75
"""Longer than proxies keep a connection that nobody uses, so that it is they who close it."""
STOP_WITHIN_S = 20


class Connection(HttpToolsProtocol):
    """A connection that is closed when a head is too long or does not come; what is no HTTP is told so in JSON."""

    head_within_s = HEAD_WITHIN_S

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.url = b""
        self._is_in_head = True
        self._has_begun = self._has_come = False
        self._head_bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._is_refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(GatheredWrites(transport, self.loop))
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_wait()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        was_in_head, self._has_come = self._is_in_head, False
        super().data_received(data)
        if self.transport.is_closing() or not self._is_in_head:
            return
        is_longer = was_in_head and not self._has_come
        if is_longer or self._has_begun:
            self._head_bytes += len(data) if is_longer else 0
            if self._head_bytes > MAX_HEAD_BYTES:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, TOO_LARGE)
            elif self._timer is None:
                self._await_head()

    def on_message_begin(self) -> None:
        self._has_begun = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._is_in_head, self._has_begun, self._has_come = False, False, True
        self._end_wait()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._is_in_head = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        if len(self.url) > MAX_HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, TOO_LARGE)
        else:
            self._refuse(HTTPStatus.BAD_REQUEST, "This is no HTTP request that can be read.")

    def _await_head(self) -> None:
        self._timer = self.loop.call_later(self.head_within_s, self._give_up)

    def _end_wait(self) -> None:
        self._head_bytes = 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._await_head()  # an earlier request is still being answered
        else:
            self.transport.close()

    def _refuse(self, status: HTTPStatus, sentence: str) -> None:
        """Say so, and take in for a moment what was sent already, lest the answer be lost with it."""
        body = encoded({**details(Refused("http.malformed", sentence)), "status": status.value})
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
        )
        self._is_refused = True
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True  # whoever reads the rest of its body learns that there is none
            self.cycle.message_event.set()
        self.transport.write(head.encode() + body)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._end_wait()
        self._timer = self.loop.call_later(LINGER_S, self.transport.close)


class HttpServer(uvicorn.Server):
    """Serves `app` on one address until told to stop; signals are for whoever started it.

    certificate, key: PEM files; without them it is plain HTTP.
    """

    connections: type[Connection] = Connection

    def __init__(
        self, app: Asgi, host: str, port: int, certificate: Path | None = None, key: Path | None = None
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app, host=host, port=port, interface="asgi3", http=self.connections, ws="none", lifespan="off",
                proxy_headers=False, server_header=False, access_log=False, log_config=None, log_level="error",
                timeout_keep_alive=IDLE_S, timeout_graceful_shutdown=STOP_WITHIN_S,
                ssl_certfile=certificate, ssl_keyfile=key,
            )
        )  # fmt: skip

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        """Take no more connections, finish what is under way, and let `serve` return."""
        self.should_exit = True
