"""A stand-in for clamd: it speaks INSTREAM over a Unix socket and finds a virus where a test put one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VIRUS = b"a virus for tests"


class FakeClamd:
    """reply: what is answered instead of the truth; None: the truth."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.reply: bytes | None = None
        self.seen: list[bytes] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()
        self.path.unlink()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as sent:
                assert sent.read(10) == b"zINSTREAM\0"
                body = b""
                while size := int.from_bytes(sent.read(4)):
                    body += sent.read(size)
                self.seen.append(body)
                truth = b"stream: Test.Virus FOUND\0" if VIRUS in body else b"stream: OK\0"
                connection.sendall(truth if self.reply is None else self.reply)


@contextmanager
def clamd(path: Path) -> Iterator[FakeClamd]:
    fake = FakeClamd(path)
    yield fake
    fake.close()
