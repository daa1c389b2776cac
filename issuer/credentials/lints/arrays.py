"""What may occur more than once is an array, and nothing is null or empty."""

from __future__ import annotations

from collections.abc import Iterator

from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked

SOURCE = "OB 3.0 §Serialization"

MANY = frozenset(
    {
        "credentialSchema", "evidence", "endorsement", "endorsementJwt", "relatedResource", "identifier", "result",
        "resultDescription", "rubricCriterionLevel", "tag", "alignment", "otherIdentifier", "related",
    }
)  # fmt: skip


def check(badge: Walked) -> Iterator[Fault]:
    """Arrays for every property of cardinality 0..* or 1..*; null and empty arrays are left out."""
    for where, owner in badge.objects:
        for name in sorted((MANY - _names_one(where)) & owner.keys()):
            if not isinstance(owner[name], list):
                yield Fault(f"{where}/{name}", f"{name} is an array, even for one value.")
    for where, value in badge.values:
        if value is None or value == []:
            yield Fault(where, "A property without a value is left out.")


def _names_one(where: str) -> set[str]:
    """A Result names the one description it belongs to by the property that elsewhere holds several."""
    return {"resultDescription"} if "/result/" in where else set()
