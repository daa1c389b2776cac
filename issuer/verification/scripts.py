"""Writing systems within a word: letters of two that look alike do not stand in one word by accident.

Source: UTS #39 §5.1 "Mixed-Script Detection"; the combinations of §5.2 that writing systems use are let pass.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+")
_IDEOGRAPHIC = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})
_TOGETHER = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)
MAX_CHARS = 2_000


def mixed_word(text: str) -> str | None:
    """The first word that mixes writing systems, None when there is none; looks at 2,000 characters."""
    if text.isascii():
        return None
    for word in _WORD.findall(text[:MAX_CHARS]):
        scripts = {_script(letter) for letter in word if not letter.isascii()} - {""}
        if any(letter.isascii() for letter in word):
            scripts.add("LATIN")
        if len(scripts) > 1 and not any(scripts <= allowed for allowed in _TOGETHER):
            return str(word)
    return None


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    """The writing system by the letter's name, such as ``CYRILLIC``; empty for signs that belong to none."""
    words = unicodedata.name(letter, "").split()
    if not words or not (words[0] in _IDEOGRAPHIC or "LETTER" in words or "CAPITAL" in words or "SMALL" in words):
        return ""
    return "" if words[0] == "MODIFIER" else words[0]
