"""Texts are as long as displays can show."""

from __future__ import annotations

from collections.abc import Iterator

from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked

SOURCE = "our limits; OB 3.0 sets none"

MAX_CHARS = {"name": 2_000, "description": 5_000, "narrative": 20_000, "caption": 2_000}


def check(badge: Walked) -> Iterator[Fault]:
    """Names 2,000 characters (a requirement's name is its words), narratives 20,000."""
    for where, text in badge.texts:
        limit = MAX_CHARS.get(where.rpartition("/")[2])
        if limit is not None and not 0 < len(text) <= limit:
            yield Fault(where, f"This text has {len(text)} characters; 1 to {limit} are allowed.")
