"""Characters that make a text read differently from what is signed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from issuer.errors import Invalid
from issuer.proofs.strict_json import JsonObject

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")  # embeddings, overrides and isolates (UAX #9)
_ESCAPED = re.compile(rb"\\(?:[bf]|u(?:00(?:[01]|7[fF])|20(?:2[a-eA-E]|6[6-9])))")
_BIDI_IN_UTF8 = re.compile(rb"\xe2(?:\x80[\xaa-\xae]|\x81[\xa6-\xa9])")


def check_characters(raw: bytes, document: JsonObject) -> bool:
    """Whether any text holds a control that changes the direction of reading.

    raw: the JSON text `document` was read from, in which such characters have few spellings; without them
    no text need be looked at. Errors: Invalid ``content.control_character``.
    """
    may_be_escaped = b"\\" in raw and _ESCAPED.search(raw)
    may_be_bidi = b"\xe2" in raw and _BIDI_IN_UTF8.search(raw)
    return _look_closely(document) if may_be_escaped or may_be_bidi or b"\x7f" in raw else False


def _look_closely(document: JsonObject) -> bool:
    text = "\n".join(_texts(document))
    if _CONTROLS.search(text):
        raise Invalid("content.control_character", "A text in the badge holds a control character.")
    return bool(_BIDI.search(text))


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
