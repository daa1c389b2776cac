"""Likely names of students in text.

A name is a likelihood: two to four capitalised words in a row, a given name with an initial, a capitalised word
right after a word for a student, or a common given name alone. Outside of texts for publication it counts
only near a word for students. Teachers and colleagues are known, and titles (Ms., Dr.) tell of grown-ups.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from issuer.domain.evidence.folding import fold
from issuer.domain.privacy.given_names import GIVEN_NAMES
from issuer.domain.privacy.vocabulary import DIRECT_STUDENT_WORDS, HONORIFICS, NOT_NAMES, ORDINARY, STUDENT_WORDS

NEAR_CHARACTERS = 100
MOST_WORDS = 4
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_JOINS = frozenset({" ", ". ", "-", "\u00a0"})
_OPENINGS = ORDINARY | STUDENT_WORDS
_LINK = re.compile(r"https?://\S*")


class _Word(NamedTuple):
    text: str
    start: int
    folded: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def is_capitalised(self) -> bool:
        return self.text[0].isupper() and (len(self.text) == 1 or not self.text.isupper())


def name_tokens(*names: str) -> frozenset[str]:
    """The words of people's names, folded; what is made of them alone is no sign."""
    return frozenset(fold(word) for name in names for word in _WORD.findall(name))


def student_names(text: str, known: frozenset[str], *, anywhere: bool = False) -> Iterator[str]:
    """Likely names of students in `text`, in order.

    known: `name_tokens` of the people who may be named. anywhere: for texts to be published, in which every
    name counts, near a word for students or not.
    """
    text = _LINK.sub(" ", unicodedata.normalize("NFC", text))
    words = _words(text)
    near = None if anywhere else [word.start for word in words if word.folded in STUDENT_WORDS]
    for before, run in _runs(text, words):
        name = _without_openings(run)
        if name and _is_name(text, before, name, known) and _is_near(name[0].start, near):
            yield text[name[0].start : name[-1].end]


def _words(text: str) -> list[_Word]:
    """Every word; each different one is folded once."""
    folded = {word: fold(word).removesuffix("'s").removesuffix("’s") for word in set(_WORD.findall(text))}
    return [_Word(word, found.start(), folded[word]) for found in _WORD.finditer(text) for word in [found.group()]]


def _runs(text: str, words: list[_Word]) -> Iterator[tuple[_Word | None, list[_Word]]]:
    """Capitalised words in a row, each run with the word before it."""
    before: _Word | None = None
    run: list[_Word] = []
    for word, following in pairwise([*words, None]):
        if word is None or not word.is_capitalised:
            before, run = word, []
            continue
        run.append(word)
        joined = following is not None and following.is_capitalised and _joins(text, word, following)
        if not joined:
            yield before, run
            before, run = word, []


def _joins(text: str, word: _Word, following: _Word) -> bool:
    between = text[word.end : following.start]
    return between in _JOINS and (between != ". " or len(word.text) == 1 or word.folded in HONORIFICS)


def _without_openings(run: list[_Word]) -> list[_Word]:
    """Without the words that a sentence opens with: ordinary ones, and those for students."""
    opening = next((index for index, word in enumerate(run) if word.folded not in _OPENINGS), len(run))
    return run[opening:]


def _is_name(text: str, before: _Word | None, name: list[_Word], known: frozenset[str]) -> bool:
    folded = [word.folded for word in name]
    after_title = before is not None and before.folded in HONORIFICS and name[0].start - before.end <= 2
    if folded[0] in HONORIFICS or after_title or known.issuperset(folded):
        return False
    if len(name) > MOST_WORDS or any(word in NOT_NAMES for word in folded if len(word) > 1):
        return False
    if len(name) == 1:
        return _is_name_alone(before, name[0])
    if len(folded[1]) == 1 and len(name) == 2:
        return folded[0] in GIVEN_NAMES or text[name[1].end : name[1].end + 1] == "."
    return len(folded[0]) > 1


def _is_name_alone(before: _Word | None, word: _Word) -> bool:
    if word.folded in GIVEN_NAMES:
        return True
    follows = before is not None and before.text in DIRECT_STUDENT_WORDS and word.start - before.end <= 2
    return follows and len(word.text) > 2


def _is_near(start: int, places: list[int] | None) -> bool:
    """Whether a word for students begins close to `start`. places: where such words begin, in order; None: anywhere."""
    if places is None:
        return True
    index = bisect_left(places, start)
    return any(abs(place - start) <= NEAR_CHARACTERS for place in places[max(0, index - 1) : index + 1])
