"""There is one subject, with an id of its own and one achievement."""

from __future__ import annotations

import re
from collections.abc import Iterator

from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked, object_at

SOURCE = "OB 3.0 §AchievementSubject and §8.2 (sub)"

_FRESH_ID = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def check(badge: Walked) -> Iterator[Fault]:
    """One object, whose id says nothing of the person and is there for the JWT's `sub`."""
    subject = badge.credential.get("credentialSubject")
    if not isinstance(subject, dict):
        yield Fault("/credentialSubject", "A badge has exactly one subject, an object.")
        return
    if not _FRESH_ID.fullmatch(str(subject.get("id"))):
        yield Fault("/credentialSubject/id", "The subject's id is a urn:uuid made for this badge.")
    if not object_at(subject, "achievement"):
        yield Fault("/credentialSubject/achievement", "The subject has one achievement, in full.")
