"""When two texts, people or attachments count as the same."""

from __future__ import annotations

import unicodedata
from typing import Any

# Letters that show nothing (Hangul fillers, a blank Braille cell); the evidence schemas name the same ones.
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def is_blank(text: str) -> bool:
    """Whether `text` shows nothing: only white space and characters without a mark of their own."""
    return all(_is_unseen(character) for character in text)


def _is_unseen(character: str) -> bool:
    return character.isspace() or character in _UNSEEN or unicodedata.category(character) == "Cf"


def fold(text: str) -> str:
    """`text` for comparing: NFC, letters without case, invisible marks gone, each white space one space."""
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    seen = "".join(character for character in composed if unicodedata.category(character) != "Cf")
    return " ".join(seen.split())


def essence(value: Any) -> Any:
    """`value` for comparing: texts folded, blank members and captions gone, links without what does not matter.

    Two pieces of evidence with the same essence are copies of each other.
    """
    if isinstance(value, str):
        return fold(value)
    if isinstance(value, list):
        return [essence(item) for item in value]
    if isinstance(value, dict):
        return {name: _member(name, member) for name, member in sorted(value.items()) if name != "caption"}
    return value


def _member(name: str, value: Any) -> Any:
    if name == "link" and isinstance(value, str):
        return fold_link(value)
    return essence(value)


def fold_link(link: str) -> str:
    """An https link for comparing: host without case, no fragment, no closing slash."""
    start, separator, rest = link.strip().partition("#")[0].partition("://")
    host, slash, path = rest.partition("/")
    return (start.casefold() + separator + host.casefold() + slash + path).rstrip("/")
