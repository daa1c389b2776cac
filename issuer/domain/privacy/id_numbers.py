"""Numbers that stand for one person: social security numbers, student ids, dates of birth."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SOCIAL_SECURITY = r"(?<![\w-])\d{3}[- ]\d{2}[- ]\d{4}(?![\w-])"
_CALLED_SO = (
    r"\b(?:ids?|i\.d|ssn|sasid|lasid|osis|identifier"
    r"|(?:student|pupil|learner|lunch|record|case) (?:number|no|nr|code))\b"
    r"[^\w\n]{0,4}(?:(?:is|was|number|no|nr|code)\b[^\w\n]{1,3}){0,2}[a-z]{0,3}-?\d{3,12}(?:-\d{2,4}){0,2}(?!\w)"
)
_BARE = r"(?<![\w.,/+$€£=&?#-])(?!(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?!\d))\d{7,12}(?!\w|[.,/-]\d)"
_ID = re.compile("|".join((_SOCIAL_SECURITY, _CALLED_SO, _BARE)), re.ASCII | re.IGNORECASE)

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DATE = (
    r"(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{4}})?"
    r"|(?:19|20)\d\d)(?!\w)"
)
_BORN = re.compile(
    rf"\b(?:born|dob|d\.o\.b|date of birth|birth ?date|birthday)\b[^\d\n]{{0,20}}?{_DATE}", re.ASCII | re.IGNORECASE
)


def id_numbers(text: str) -> Iterator[str]:
    """Likely ids: in the form of a social security number, called an id, or seven to twelve digits that stand alone.

    Days written as eight digits (20260914) and numbers inside links are none.
    """
    for found in _ID.finditer(text):
        yield found.group()


def birth_dates(text: str) -> Iterator[str]:
    """Dates beside a word for birth."""
    for found in _BORN.finditer(text):
        yield found.group()
