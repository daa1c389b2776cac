"""E-mail addresses in text, plain or escaped as in links."""

from __future__ import annotations

import re
from collections.abc import Iterator

EMAIL = re.compile(r"[^\s@<>()\[\],;:\"'/](?:@|%40)[^\s@<>()\[\],;:\"'/]{1,253}\.[^\s@<>()\[\],;:\"'/.]{2,}")
"""One character before the sign is enough, and the domain is bounded: the search stays linear."""

_MAX_LOCAL_CHARACTERS = 64
_NOT_LOCAL = re.compile(r"[\s@<>()\[\],;:\"'/]")


def email_addresses(text: str) -> Iterator[str]:
    """Every address in `text`, with what stands before its sign (RFC 5321 §4.5.3.1.1: at most 64 characters)."""
    for found in EMAIL.finditer(text):
        before = text[max(0, found.start() - _MAX_LOCAL_CHARACTERS + 1) : found.start()]
        yield _NOT_LOCAL.split(before)[-1] + found.group().rstrip(".")
