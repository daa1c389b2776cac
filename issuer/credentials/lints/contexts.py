"""The contexts are the three pinned ones, in their order."""

from __future__ import annotations

from collections.abc import Iterator

from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked
from issuer.credentials.open_badge import CONTEXTS

SOURCE = "OB 3.0 §AchievementCredential; VC Data Model 2.0 §4.3"


def check(badge: Walked) -> Iterator[Fault]:
    """Base context first, Open Badges 3.0.3 second, extensions third: the schema's type needs them."""
    if badge.credential.get("@context") != list(CONTEXTS):
        yield Fault("/@context", f"The contexts are not {', '.join(CONTEXTS)}, in this order.")
