"""File names that tell whose work a file is."""

from __future__ import annotations

import re

from issuer.domain.evidence.folding import fold
from issuer.domain.privacy.given_names import GIVEN_NAMES
from issuer.domain.privacy.vocabulary import NOT_NAMES

_WORD = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[^\W\d_])(?<![A-Z])(?=[A-Z])")
_ID = re.compile(r"(?<![0-9])(?!(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])(?![0-9]))[0-9]{6,12}(?![0-9])")
_DEVICE = re.compile(
    r"(?:img|dsc[nf]?|pxl|vid|mov|mvi|scan|screenshot|screen shot|image|photo|video|whatsapp|signal|gopr|dji)(?![a-z])",
    re.IGNORECASE,
)
_PERSONAL = frozenset(
    {"essay", "iep", "report", "work", "quiz", "test", "exam", "portrait", "photo", "behavior", "grades", "letter"}
)


def is_telling(name: str, known: frozenset[str]) -> bool:
    """Whether a student may be known by the file's name; what cameras and scanners call it tells nothing.

    known: `name_tokens` of the people who may be named, such as the teacher.
    """
    stem = name.rpartition(".")[0] or name
    words = _WORD.findall(_CAMEL.sub(" ", stem))
    folded = [word for word in (fold(one) for one in words) if word not in known]
    if any(word in GIVEN_NAMES for word in folded):
        return True
    return not _DEVICE.match(stem) and (bool(_ID.search(stem)) or _opens_with_two_names(words, known))


def _opens_with_two_names(words: list[str], known: frozenset[str]) -> bool:
    """“Xiomara Quispe essay”: two capitalised words that are no words of schools, then one for a student's work."""
    first = [fold(word) for word in words[:2]]
    capitalised = all(word[0].isupper() and not word.isupper() for word in words[:2])
    unknown = not any(word in NOT_NAMES or len(word) < 3 for word in first) and not known.issuperset(first)
    return len(words) > 2 and capitalised and unknown and any(fold(word) in _PERSONAL for word in words[2:])
