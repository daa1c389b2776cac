"""Human texts are plain strings in one language."""

from __future__ import annotations

from collections.abc import Iterator

from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked

SOURCE = "OB 3.0 §Serialization; the published schema allows language maps that its context cannot sign"

_TEXTS = frozenset(
    {"name", "description", "narrative", "caption", "level", "humanCode", "version", "inLanguage", "achievementType"}
)


def check(badge: Walked) -> Iterator[Fault]:
    """Neither a language map (safe mode fails) nor a value object (the schema fails)."""
    for where, owner in badge.objects:
        for name in sorted(_TEXTS & owner.keys()):
            if not isinstance(owner[name], str):
                yield Fault(f"{where}/{name}", f"{name} is a plain text.")
