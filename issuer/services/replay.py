"""Answering a repeated request with the answer of the first one."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from issuer.errors import Conflict, Unprocessable
from issuer.services.ports import Clock, Store, StoredAnswer

MAX_KEY_CHARACTERS = 255


class Replay:
    """Answers by idempotency key, per caller."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._turn = threading.Lock()
        self._under_way: set[tuple[str, str]] = set()

    def once(self, caller: str, key: str, fingerprint: str, work: Callable[[], StoredAnswer]) -> StoredAnswer:
        """The answer this key was given before, else that of `work`, which is then remembered.

        Raises Conflict (`state.conflict`) while the first request is still being worked on, and what
        `earlier` raises.
        """
        with self._alone(caller, key):
            answer = self.earlier(caller, key, fingerprint)
            if answer is None:
                answer = work()
                self.remember(caller, key, answer)
        return answer

    def earlier(self, caller: str, key: str, fingerprint: str) -> StoredAnswer | None:
        """What this key was answered before.

        Raises Unprocessable (`input.invalid`) when the key was used for another request.
        """
        if not 1 <= len(key) <= MAX_KEY_CHARACTERS or not key.isprintable():
            raise Unprocessable("input.invalid", "An idempotency key has 1 to 255 characters.", "Idempotency-Key")
        answer = self._store.read(lambda tx: tx.idempotency.get(caller, key))
        if answer is not None and answer.fingerprint != fingerprint:
            raise Unprocessable(
                "input.invalid", "This idempotency key was used for another request.", "Idempotency-Key"
            )
        return answer

    def remember(self, caller: str, key: str, answer: StoredAnswer) -> None:
        """Raises Conflict (`state.conflict`) when this key was answered already."""
        self._store.write(lambda tx: tx.idempotency.put(caller, key, answer, self._clock()))

    @contextmanager
    def _alone(self, caller: str, key: str) -> Iterator[None]:
        with self._turn:
            if (caller, key) in self._under_way:
                raise Conflict("state.conflict", "The first request with this key is still being worked on.")
            self._under_way.add((caller, key))
        try:
            yield
        finally:
            self._under_way.discard((caller, key))


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same: method, path and body, as SHA-256 hex."""
    return hashlib.sha256(f"{method} {path}\n".encode() + body).hexdigest()
