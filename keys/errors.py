"""What goes wrong with keys, each with a stable code."""

from __future__ import annotations


class KeysError(Exception):
    """A key, its file or the registry is not as it has to be.

    code: ``key.permissions``, ``key.mismatch``, ``key.reuse``, ``key.malformed``, ``key.unavailable``,
    ``key.not_found``, ``key.in_use`` or ``key.compromised``. message: one plain sentence, never with
    secret material. where: the kid or file it is about.
    """

    def __init__(self, code: str, message: str, where: str | None = None) -> None:
        super().__init__(f"{code}: {message}" if where is None else f"{code} at {where}: {message}")
        self.code = code
        self.message = message
        self.where = where
