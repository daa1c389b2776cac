"""A clamd that looks through files for viruses: its INSTREAM command over a Unix socket or TCP (clamd(8))."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable

from issuer.errors import Unavailable

TIMEOUT_S = 60.0
MAX_REPLY_BYTES = 4_096
_FOUND = re.compile(rb"stream: (.{1,200}) FOUND")


class Clamd:
    """Fulfils `ports.Scanner`. where: path of a socket, or ``host:port``."""

    def __init__(self, where: str, timeout_s: float = TIMEOUT_S) -> None:
        self._where = where
        self._timeout_s = timeout_s

    def scan(self, chunks: Iterable[bytes]) -> str | None:
        """The name of what was found; None for a clean file.

        Raises Unavailable (`upload.scanner`) for everything else that is answered or met: a file counts as clean
        only when clamd says so.
        """
        try:
            with self._connected() as connection:
                connection.sendall(b"zINSTREAM\0")
                for chunk in chunks:
                    if chunk:
                        connection.sendall(len(chunk).to_bytes(4) + chunk)
                connection.sendall(bytes(4))
                reply = _reply(connection)
        except OSError as error:
            raise _unavailable() from error
        if reply == b"stream: OK":
            return None
        found = _FOUND.fullmatch(reply)
        if found is None:
            raise _unavailable()
        return found[1].decode("ascii", "replace")

    def _connected(self) -> socket.socket:
        if self._where.startswith("/"):
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(self._timeout_s)
            try:
                connection.connect(self._where)
            except OSError:
                connection.close()
                raise
            return connection
        host, _, port = self._where.rpartition(":")
        return socket.create_connection((host, int(port)), self._timeout_s)


def _reply(connection: socket.socket) -> bytes:
    reply = b""
    while len(reply) < MAX_REPLY_BYTES and not reply.endswith(b"\0"):
        part = connection.recv(MAX_REPLY_BYTES)
        if not part:
            break
        reply += part
    return reply.rstrip(b"\0\n")


def _unavailable() -> Unavailable:
    return Unavailable("upload.scanner", "The virus scanner does not answer.")
