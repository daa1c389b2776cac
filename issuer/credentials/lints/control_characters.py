"""No text holds control characters, directional overrides or half a character."""

from __future__ import annotations

from collections.abc import Iterator

from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked
from issuer.credentials.text import BIDI_CONTROLS, CONTROL_CHARACTERS, SURROGATES

SOURCE = "RDFC-1.0 §5 (escapes on which canonicalisers differ); Unicode UAX #9"


def check(badge: Walked) -> Iterator[Fault]:
    """A line feed is the one control character that may be signed."""
    for where, text in badge.texts:
        if text.isprintable():
            continue
        if CONTROL_CHARACTERS.search(text) or SURROGATES.search(text):
            yield Fault(where, "This text holds a control character.")
        if BIDI_CONTROLS.search(text):
            yield Fault(where, "This text holds a character that turns the direction of writing.")
