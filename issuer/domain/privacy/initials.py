"""Initials that stand for a student: “M.R.”, “Students J.D., A.K. and T.W.”"""

from __future__ import annotations

import re
from collections.abc import Iterator

from issuer.domain.evidence.folding import fold
from issuer.domain.privacy.vocabulary import ORDINARY, STUDENT_WORDS

NEAR_CHARACTERS = 60
_INITIALS = re.compile(r"(?<![\w.])(?:[A-Z]\. ?){2,3}(?![\w.]*\.[a-z])")
_WORD = re.compile(r"[^\W\d_]+")
_SURNAME = re.compile(r"[A-Z][^\W\d_]{2,}")
_NOBODY = frozenset(
    {"A.M.", "B.A.", "B.S.", "D.C.", "E.U.", "L.A.", "M.A.", "M.S.", "N.C.", "N.J.", "N.Y.", "P.E.", "P.M.", "P.O.",
     "P.S.", "S.C.", "T.V.", "U.K.", "U.N.", "U.S.", "U.S.A."}
)  # fmt: skip


def initials(text: str) -> Iterator[str]:
    """Initials after a word for students, where no surname follows, as of an author (“E. B. White”)."""
    for found in _INITIALS.finditer(text):
        sign = found.group().strip()
        before = text[max(0, found.start() - NEAR_CHARACTERS) : found.start()]
        surname = _SURNAME.match(text, found.end())
        is_author = surname is not None and fold(surname.group()) not in ORDINARY
        is_near = any(fold(word) in STUDENT_WORDS for word in _WORD.findall(before))
        if sign.replace(" ", "") not in _NOBODY and is_near and not is_author:
            yield sign
