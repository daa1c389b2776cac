"""Names to addresses and addresses to sockets: the two steps the fetcher takes out into the network."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol


class Resolver(Protocol):
    """Looks a host name up."""

    def resolve(self, host: str, port: int, timeout_s: float) -> list[str]:
        """Every address of `host`, in order of preference.

        Raises TimeoutError when it takes too long, OSError when there is none.
        """
        ...


class Dialer(Protocol):
    """Opens connections."""

    def dial(self, address: str, port: int, timeout_s: float) -> socket.socket:
        """A connected stream socket to exactly this address. Raises OSError (TimeoutError included)."""
        ...


class SystemResolver:
    """The operating system's resolver, which knows no deadline, on threads that can be left waiting."""

    def __init__(self, max_lookups: int = 8) -> None:
        self._threads = ThreadPoolExecutor(max_lookups, thread_name_prefix="resolver")

    def resolve(self, host: str, port: int, timeout_s: float) -> list[str]:
        lookup = self._threads.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            answers = lookup.result(timeout_s)
        finally:
            lookup.cancel()
        return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in answers))


class SystemDialer:
    """Plain TCP, straight to the address; no proxy, whatever the environment says."""

    def dial(self, address: str, port: int, timeout_s: float) -> socket.socket:
        return socket.create_connection((address, port), timeout=timeout_s)
