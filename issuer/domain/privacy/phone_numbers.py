"""Telephone numbers in text: North American ones, international ones, and short ones beside a word that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NORTH_AMERICAN = r"(?<![\w.+-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])"
_INTERNATIONAL = r"(?<!\w)\+\d(?:[ ().-]{0,2}\d){7,14}(?!\d)"
_CALLED_SO = r"(?i:\b(?:phone|call|text|cell|tel|telephone|mobile|fax)\b)[^\d\n]{0,20}(?:\d{3}[ .-]?\d{4}|\d{10})(?!\w)"
_PHONE = re.compile("|".join((_NORTH_AMERICAN, _INTERNATIONAL, _CALLED_SO)), re.ASCII)


def phone_numbers(text: str) -> Iterator[str]:
    """Every likely telephone number in `text`. Every part of the pattern is bounded: the search is linear."""
    for found in _PHONE.finditer(text):
        yield found.group().strip()
