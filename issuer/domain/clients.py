"""Other software that an administrator has let in: each client acts for one person and can do what they can."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Client:
    """A registered client. Only the SHA-256 (hex) of its secret is kept. removed_at: when it was shut out."""

    id: str
    name: str
    person_id: str
    secret_sha256: str
    created_at: datetime
    removed_at: datetime | None = None
