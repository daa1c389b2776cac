"""A process that answers what `VerifyAtOnce` answers, for the service that has started it.

It opens the database and the published lists for itself; what is believed of our keys it is told. It holds no
private key and asks no other server. Its standard input is a socket to the service, and it ends when that does.
"""

from __future__ import annotations

import resource
import signal
import socket
from contextlib import suppress

from issuer.app import logs
from issuer.app.clock import clock_of
from issuer.app.garbage import collect_seldom
from issuer.app.trust import trust_registry
from issuer.app.verifiers.answering import answered
from issuer.app.verifiers.frames import (
    ASK,
    KEYS,
    Keys,
    Start,
    answer_frames,
    keys_of,
    question_of,
    start_of,
    take_frames,
)
from issuer.credentials.identity import identify
from issuer.domain.award import Award
from issuer.services.identify import Identify
from issuer.services.own_issuer import OwnIssuerRecords
from issuer.services.verify_at_once import VerifyAtOnce
from issuer.storage.publications import FilePublications
from issuer.storage.stores import store_at

RECEIVE_BYTES = 256 * 1024
MEMORY_BYTES = 2 * 1024**3


class Verifier:
    """What verifies, over the files of one installation. Raises what opening the database raises."""

    def __init__(self, start: Start) -> None:
        self.keys = Keys()
        identity = identify(start.public_url, start.issuer_name, email=start.issuer_email or None)
        publications, clock = FilePublications(start.data_dir), clock_of(start.clock_freeze)
        self._store = store_at(start.database_url)
        own = OwnIssuerRecords(
            self._store,
            identity,
            Identify(identity, lambda: self.keys.published),
            publications.get,
            lambda: self.keys.compromised,
            _behind_no_link,
        )
        self._at_once = VerifyAtOnce.alone(own, clock, trust_registry(start.trust_registry))

    def answer(self, content: bytes) -> bytes:
        """The report as JSON; nothing where the service has to look for itself."""
        return answered(self._at_once, *question_of(content))

    def close(self) -> None:
        self._store.close()


def _behind_no_link(_token: str) -> Award | None:
    return None


def run(connection: socket.socket) -> None:
    """Answer until the other end is closed."""
    buffer = bytearray()
    verifier: Verifier | None = None
    while received := connection.recv(RECEIVE_BYTES):
        buffer += received
        reports: list[bytes] = []
        for kind, content in take_frames(buffer):
            if verifier is None:
                verifier = _started(start_of(content))
                reports.append(b"")
            elif kind == ASK:
                reports.append(verifier.answer(content))
            elif kind == KEYS:
                verifier.keys = keys_of(content)
        connection.sendall(answer_frames(reports))
    if verifier is not None:
        verifier.close()


def _started(start: Start) -> Verifier:
    logs.set_up(start.log_level)
    verifier = Verifier(start)
    collect_seldom()
    return verifier


def main() -> None:
    """Run as a program. Ctrl-C is for the service, which then closes the socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with socket.socket(fileno=0) as connection, suppress(BrokenPipeError, ConnectionResetError):
        run(connection)
