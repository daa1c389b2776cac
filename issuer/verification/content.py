"""Characters that make a text read differently from what is signed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from issuer.errors import Invalid
from issuer.proofs.strict_json import JsonObject

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")  # embeddings, overrides and isolates (UAX #9)
_BIDI_BYTES = (b"\xe2\x80", b"\xe2\x81")


def check_characters(raw: bytes, document: JsonObject) -> bool:
    """Whether any text holds a control that changes the direction of reading.

    raw: the JSON text `document` was read from; most have nothing in them that could be such a character,
    and a look at the bytes settles it. Errors: Invalid ``content.control_character``.
    """
    suspicious = b"\\" in raw or b"\x7f" in raw or any(start in raw for start in _BIDI_BYTES)
    return suspicious and _look_closely(document)


def _look_closely(document: JsonObject) -> bool:
    found_bidi = False
    for text in _texts(document):
        if _CONTROLS.search(text):
            raise Invalid("content.control_character", "A text in the badge holds a control character.")
        found_bidi = found_bidi or bool(_BIDI.search(text))
    return found_bidi


def _texts(value: Any) -> Iterator[str]:
    """Every string, member names included."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            waiting.extend(item.keys())
            waiting.extend(item.values())
