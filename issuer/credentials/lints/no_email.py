"""No e-mail address stands anywhere in a badge."""

from __future__ import annotations

from collections.abc import Iterator

from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked
from issuer.domain.privacy.email_addresses import EMAIL

SOURCE = "OB 3.0 §IdentityObject; privacy rule: a badge is public, an address is not"


def check(badge: Walked) -> Iterator[Fault]:
    """Neither as an identifier nor inside a narrative, a name or a link."""
    for where, text in badge.texts:
        if ("@" in text or "%40" in text) and EMAIL.search(text):
            yield Fault(where, "This text holds what looks like an e-mail address.")
