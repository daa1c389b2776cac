"""Where somebody lives: a number, a name and a word for a street."""

from __future__ import annotations

import re
from collections.abc import Iterator

_KIND = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Lane|Ln|Boulevard|Blvd|Court|Ct|Place|Pl|Circle|Cir|Terrace|Ter"
    r"|Highway|Hwy|Parkway|Pkwy)"
)
_ADDRESS = re.compile(
    rf"(?<![\w.,/-])\d{{1,5}} (?:[NSEW]\.? )?(?:[A-Z][a-z’'.]{{1,20}} ){{1,3}}{_KIND}\b\.?"
    r"(?:,? (?:Apt|Apartment|Unit|#)\.? ?\w{1,5}\b)?"
)


def street_addresses(text: str) -> Iterator[str]:
    """Every likely address in `text`; each part of the pattern is bounded: the search is linear."""
    for found in _ADDRESS.finditer(text):
        yield found.group()
