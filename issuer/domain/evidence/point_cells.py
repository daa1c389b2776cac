"""One cell of a table of data points: a date in one of the common spellings, a number with point or comma.

A date such as 03/04/2026 is two days at once. It is read only where the order of its parts is known: told by
the teacher, or shown by another date of the same table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

MAX_SHOWN_CHARACTERS = 40
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00)?)?", re.ASCII)
_SLASHES = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})", re.ASCII)
_DOTS = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
_DAY_NAMED = re.compile(r"(\d{1,2})\.?[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4})", re.ASCII)
_MONTH_NAMED = re.compile(r"([A-Za-z]{3,9})\.?[ -](\d{1,2}),?[ -](\d{4})", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(?:[eE][+-]?\d{1,2})?", re.ASCII)
_SIGNED = re.compile(r"[+-]\s?[\d.,]", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[,.\u00a0\u202f' ]\d{3})+(?:[.,]\d+)?", re.ASCII)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


class Order(StrEnum):
    """What comes first in a date written with numbers and strokes."""

    MONTH_FIRST = "month"
    DAY_FIRST = "day"


class UnreadableCellError(ValueError):
    """The cell is no date or number; the text is a sentence for the teacher."""


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would calculate this: it begins with =, @, or with + or - and is no number."""
    return cell.startswith(("=", "@")) or (cell.startswith(("+", "-")) and not _SIGNED.match(cell))


def number(cell: str, is_comma_decimal: bool) -> int | float:
    """The number in a cell; a percent sign is left out. Raises UnreadableCellError."""
    text = cell.removesuffix("%").strip()
    if _GROUPED.fullmatch(text) and "," in text and not text.lstrip("+-").startswith("0,"):
        raise _two_numbers(cell)
    decimal = text.replace(",", ".") if is_comma_decimal and text.count(",") == 1 else text
    if _NUMBER.fullmatch(decimal):
        return int(decimal) if decimal.lstrip("+-").isdigit() else float(decimal)
    if _GROUPED.fullmatch(text):
        raise _two_numbers(cell)
    raise UnreadableCellError(f"“{shown(cell)}” is no number.")


def has_order(cell: str) -> bool:
    """Whether this is a date that its order alone makes clear: numbers and strokes, the year last."""
    return _SLASHES.fullmatch(cell) is not None


def order_shown(cells: Iterable[str]) -> Order | None:
    """The order that a part above 12 gives away; None where no cell does, or where two contradict each other."""
    found = set()
    for match in filter(None, map(_SLASHES.fullmatch, cells)):
        first, second = int(match[1]), int(match[3])
        if first > 12 >= second:
            found.add(Order.DAY_FIRST)
        elif second > 12 >= first:
            found.add(Order.MONTH_FIRST)
    return found.pop() if len(found) == 1 else None


def day(cell: str, order: Order | None) -> date | None:
    """The day in a cell; None for what does not look like a date. Raises UnreadableCellError for what is no day."""
    if match := _ISO.fullmatch(cell):
        return _date(cell, match[1], match[2], match[3])
    if match := _DOTS.fullmatch(cell):
        return _date(cell, match[3], match[2], match[1])
    if match := _SLASHES.fullmatch(cell):
        return _by_order(cell, match[1], match[3], match[4], order)
    if match := _DAY_NAMED.fullmatch(cell):
        return _date(cell, match[3], _month(match[2]), match[1])
    if match := _MONTH_NAMED.fullmatch(cell):
        return _date(cell, match[3], _month(match[1]), match[2])
    if _SHORT_YEAR.fullmatch(cell):
        raise UnreadableCellError(f"“{shown(cell)}” does not say which century. Write the year in four digits.")
    return None


def shown(cell: str) -> str:
    """The cell as it can be told."""
    return cell if len(cell) <= MAX_SHOWN_CHARACTERS else cell[:MAX_SHOWN_CHARACTERS] + "…"


def _by_order(cell: str, first: str, second: str, year: str, order: Order | None) -> date:
    if first == second or order is Order.DAY_FIRST:
        return _date(cell, year, second, first)
    if order is Order.MONTH_FIRST:
        return _date(cell, year, first, second)
    one, other = _date(cell, year, first, second), _date(cell, year, second, first)
    raise UnreadableCellError(
        f"“{shown(cell)}” could be {_said(one)} or {_said(other)}. Choose below which comes first, day or month."
    )


def _date(cell: str, year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise UnreadableCellError(f"“{shown(cell)}” is no day of the calendar.") from None


def _month(name: str) -> str:
    """The number of a month by its name or the beginning of it; 0 for what is none."""
    found = (place for place, month in enumerate(_MONTHS, 1) if month.startswith(name.lower()))
    return str(next(found, 9 if name.lower() == "sept" else 0))


def _said(one: date) -> str:
    return f"{one.day} {_MONTHS[one.month - 1].capitalize()}"


def _two_numbers(cell: str) -> UnreadableCellError:
    return UnreadableCellError(
        f"“{shown(cell)}” could be two numbers. Write it without separators of thousands, decimals after a point."
    )
