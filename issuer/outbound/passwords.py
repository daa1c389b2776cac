"""Password rules and password hashes."""

from __future__ import annotations

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from issuer.errors import TooManyRequests, Unprocessable

MIN_CHARACTERS = 8
MAX_CHARACTERS = 128
COMMON = frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= MIN_CHARACTERS)

ITERATIONS = 2
MEMORY_KIB = 19 * 1024
LANES = 1
AT_ONCE = 2
MAX_WAIT_S = 5


def check_password(password: str) -> None:
    """The rules for a new password: 8 to 128 characters, none of the commonest.

    Counted in NFC, in which it is hashed; nothing is cut off. Raises Unprocessable
    (`auth.password_policy`). Source: OWASP ASVS 5.0, 6.2.
    """
    text = _normalised(password)
    if text is None:
        raise _refused(f"A password has at most {MAX_CHARACTERS} characters of ordinary text.")
    if len(text) < MIN_CHARACTERS:
        raise _refused(f"A password has at least {MIN_CHARACTERS} characters.")
    if text.lower() in COMMON or len(set(text)) == 1:
        raise _refused("This password is one of those that are tried first. Choose another.")


class Argon2Passwords:
    """Fulfils `ports.Passwords` with argon2id; at most two hashes are computed at once, of 19 MiB each.

    Source: OWASP Password Storage Cheat Sheet (m=19 MiB, t=2, p=1).
    """

    def __init__(self, at_once: int = AT_ONCE, max_wait_s: float = MAX_WAIT_S) -> None:
        self._hasher = PasswordHasher(time_cost=ITERATIONS, memory_cost=MEMORY_KIB, parallelism=LANES)
        self._places = threading.BoundedSemaphore(at_once)
        self._max_wait_s = max_wait_s

    def hash(self, password: str) -> str:
        """Raises Unprocessable (`auth.password_policy`) beyond 128 characters, TooManyRequests when crowded."""
        text = _normalised(password)
        if text is None:
            raise _refused(f"A password has at most {MAX_CHARACTERS} characters of ordinary text.")
        with _Place(self._places, self._max_wait_s):
            return self._hasher.hash(text)

    def matches(self, password_hash: str, password: str) -> bool:
        """Whether the password fits; one too long never does. Raises TooManyRequests when crowded."""
        text = _normalised(password)
        if text is None:
            return False
        with _Place(self._places, self._max_wait_s):
            try:
                return self._hasher.verify(password_hash, text)
            except (VerificationError, InvalidHashError):
                return False


class _Place:
    """One of the places at the hasher, waited for a bounded time."""

    def __init__(self, places: threading.BoundedSemaphore, max_wait_s: float) -> None:
        self._places = places
        self._max_wait_s = max_wait_s

    def __enter__(self) -> None:
        if not self._places.acquire(timeout=self._max_wait_s):
            raise TooManyRequests("rate.limited", "Too many people are signing in. Try again.", MAX_WAIT_S)

    def __exit__(self, *exception: object) -> None:
        self._places.release()


def _normalised(password: str) -> str | None:
    """The password in NFC; None when it is too long or no text that UTF-8 can hold."""
    if len(password) > MAX_CHARACTERS:
        return None
    text = unicodedata.normalize("NFC", password)
    return None if any("\ud800" <= character <= "\udfff" for character in text) else text


def _refused(message: str) -> Unprocessable:
    return Unprocessable("auth.password_policy", message, "/password")
