"""Answering a repeated request with the answer of the first one."""

from __future__ import annotations

import hashlib

from issuer.errors import Unprocessable
from issuer.services.ports import Clock, Store, StoredAnswer

MAX_KEY_CHARACTERS = 255


class Replay:
    """Answers by idempotency key, per caller."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

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
        self._store.write(lambda tx: tx.idempotency.put(caller, key, answer, self._clock()))


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same: method, path and body, as SHA-256 hex."""
    return hashlib.sha256(f"{method} {path}\n".encode() + body).hexdigest()
