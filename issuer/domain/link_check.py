"""Whether a link in evidence can be opened by a reviewer: advice, never a condition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LinkOutcome(StrEnum):
    """What somebody without an account meets behind a link."""

    REACHABLE = "reachable"
    SIGN_IN = "sign_in"
    NOT_FOUND = "not_found"
    UNCHECKED = "unchecked"


@dataclass(frozen=True)
class LinkCheck:
    """The latest answer for one link of one submission. message: what to make of it, as a plain sentence."""

    submission_id: str
    url: str
    outcome: LinkOutcome
    message: str
    checked_at: datetime
