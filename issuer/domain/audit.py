"""The append-only record of what was done: each event carries the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

GENESIS = "0" * 64


@dataclass(frozen=True)
class AuditEvent:
    """One event. `details` holds ids, codes and digests only: no names, no addresses, no evidence."""

    seq: int
    at: datetime
    kind: str
    actor_id: str
    subject_id: str
    details: dict[str, str]
    previous_hash: str
    hash: str


class Link(Protocol):
    """What the next event takes from one."""

    @property
    def seq(self) -> int: ...
    @property
    def hash(self) -> str: ...


def next_event(
    previous: Link | None,
    at: datetime,
    kind: str,
    actor_id: str,
    subject_id: str,
    details: dict[str, str],
) -> AuditEvent:
    """The event that follows `previous` (None at the very beginning)."""
    seq = 1 if previous is None else previous.seq + 1
    previous_hash = GENESIS if previous is None else previous.hash
    digest = _digest(seq, at, kind, actor_id, subject_id, details, previous_hash)
    return AuditEvent(seq, at, kind, actor_id, subject_id, details, previous_hash, digest)


def first_break(events: Iterable[AuditEvent]) -> int | None:
    """The sequence number at which the chain does not hold, None when it is whole."""
    previous: AuditEvent | None = None
    for event in events:
        expected = next_event(previous, event.at, event.kind, event.actor_id, event.subject_id, event.details)
        if event != expected:
            return event.seq
        previous = event
    return None


def _digest(
    seq: int,
    at: datetime,
    kind: str,
    actor_id: str,
    subject_id: str,
    details: dict[str, str],
    previous_hash: str,
) -> str:
    line = [seq, at.isoformat(), kind, actor_id, subject_id, details, previous_hash]
    return hashlib.sha256(json.dumps(line, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
