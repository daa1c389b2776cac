"""The time there is for handing in again what was returned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from issuer.errors import Unprocessable

MAX_EXTENSION_DAYS = 365


@dataclass(frozen=True)
class Deadline:
    """Until when attempt `attempt` of a submission, which was returned, may be handed in again.

    number: 1 for the one set with the decision; each extension adds one. The highest counts.
    """

    submission_id: str
    attempt: int
    number: int
    due_at: datetime
    set_by: str
    set_at: datetime

    def is_over(self, now: datetime) -> bool:
        return now > self.due_at


def extended(before: Deadline | None, submission_id: str, attempt: int, days: int, by: str, now: datetime) -> Deadline:
    """A deadline `days` from now. Raises Unprocessable (`input.invalid`) outside 1 … 365."""
    if not 1 <= days <= MAX_EXTENSION_DAYS:
        raise Unprocessable("input.invalid", f"Give between 1 and {MAX_EXTENSION_DAYS} days.", "/days")
    return Deadline(submission_id, attempt, before.number + 1 if before else 1, now + timedelta(days=days), by, now)


def put_off(before: Deadline, by_time: timedelta, by: str, now: datetime) -> Deadline:
    """The deadline later by the time that an appeal took."""
    return Deadline(before.submission_id, before.attempt, before.number + 1, before.due_at + by_time, by, now)
