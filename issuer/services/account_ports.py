"""What the services of accounts need of storage, beside `ports`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol


class Preferences(Protocol):
    """Which kinds of notice a person does not want as mail, and the links that say so."""

    def muted(self, person_id: str) -> frozenset[str]: ...
    def set_muted(self, person_id: str, kinds: Collection[str]) -> None: ...
    def add_unsubscribe(self, token_sha256: str, person_id: str, kind: str, now: datetime) -> None: ...
    def unsubscribe(self, token_sha256: str) -> tuple[str, str] | None:
        """The person and the kind that a link stands for."""
        ...

    def purge_unsubscribes(self, before: datetime) -> None: ...
