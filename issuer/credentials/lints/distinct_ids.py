"""No two objects share an id: their statements would merge when the badge is signed."""

from __future__ import annotations

from collections.abc import Iterator

from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked

SOURCE = "RDF 1.1 Concepts §3.3; VC Data Integrity 1.0 §2.4.1"


def check(badge: Walked) -> Iterator[Fault]:
    """Each id describes one object, wherever it stands."""
    seen: dict[str, str] = {}
    for where, owner in badge.objects:
        id = owner.get("id")
        if isinstance(id, str):
            if id in seen:
                yield Fault(f"{where}/id", f"{id} is already the id of {seen[id] or 'the credential'}.")
            seen.setdefault(id, where)
