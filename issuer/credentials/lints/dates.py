"""Times are UTC in whole seconds and in order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked
from issuer.errors import Invalid
from issuer.proofs.timestamps import parse_timestamp

SOURCE = "OB 3.0 §DateTimeZ and §8.2 (nbf equals validFrom); VC Data Model 2.0 §4.9"

_NEEDED = ("validFrom", "awardedDate")
_WHOLE_SECONDS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def check(badge: Walked) -> Iterator[Fault]:
    """`validFrom` and `awardedDate` are there, `validUntil` may be; each like 2026-11-21T18:00:00Z."""
    written = {name: badge.credential[name] for name in (*_NEEDED, "validUntil") if name in badge.credential}
    for name in _NEEDED:
        if name not in written:
            yield Fault(f"/{name}", "This time is missing.")
    malformed = [name for name, value in written.items() if not _is_moment(value)]
    for name in malformed:
        yield Fault(f"/{name}", "A time is written as UTC in whole seconds, such as 2026-11-21T18:00:00Z.")
    if not malformed and "validUntil" in written and written["validUntil"] <= written.get("validFrom", ""):
        yield Fault("/validUntil", "The badge would end before it begins.")


def _is_moment(value: object) -> bool:
    try:
        parse_timestamp(value)
    except Invalid:
        return False
    return isinstance(value, str) and _WHOLE_SECONDS.fullmatch(value) is not None
