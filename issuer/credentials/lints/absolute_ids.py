"""Every id and address is an absolute IRI, and none carries its content in itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked

SOURCE = "JSON-LD 1.1 API safe mode; OB 3.0 §URI"

MAX_IRI_CHARS = 2_000
NAMING = (
    "achievedLevel", "id", "requiredLevel", "resultDescription", "statusListCredential", "targetUrl", "url",
)  # fmt: skip

_ABSOLUTE = re.compile(r"(?:https?://[^\s/?#\"<>\\^`{|}]+|urn:[a-z0-9-]+:|did:[a-z0-9]+:)[^\s\"<>\\^`{|}]*")


def check(badge: Walked) -> Iterator[Fault]:
    """https, urn or did; a relative one fails safe mode, a data URI swells every statement about it."""
    for where, owner in badge.objects:
        for name in NAMING:
            value = owner.get(name)
            if isinstance(value, str) and not (len(value) <= MAX_IRI_CHARS and _ABSOLUTE.fullmatch(value)):
                yield Fault(f"{where}/{name}", f"{value[:80]!r} is no absolute https, urn or did address.")
