"""The badge names the official schema."""

from __future__ import annotations

from collections.abc import Iterator

from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked, objects_of
from issuer.credentials.vocabulary import BADGE_SCHEMA, BADGE_SCHEMA_TYPE

SOURCE = "OB 3.0 §9.1 step 1; VCCS 1.0"


def check(badge: Walked) -> Iterator[Fault]:
    """One entry, the schema of Open Badges 3.0 as 1EdTech publishes it."""
    if objects_of(badge.credential, "credentialSchema") != [{"id": BADGE_SCHEMA, "type": BADGE_SCHEMA_TYPE}]:
        yield Fault("/credentialSchema", "The one schema entry is the official schema of Open Badges 3.0.")
