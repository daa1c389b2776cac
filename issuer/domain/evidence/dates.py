"""Rules of time: what must come before or after, and what cannot have happened yet."""

from __future__ import annotations

import operator
import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from issuer.domain.evidence.case import Case
from issuer.domain.evidence.finding import Flaw, Path
from issuer.domain.evidence.places import place, places

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_RELATIONS: Mapping[str, tuple[Callable[[date, date], bool], str]] = {
    "before": (operator.lt, "it must be before"),
    "on_or_before": (operator.le, "it must not be after"),
    "after": (operator.gt, "it must be after"),
    "on_or_after": (operator.ge, "it must not be before"),
}


def day_of(value: object) -> date | None:
    """The date a text states (RFC 3339, full-date), or None when it states none."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _day_at(case: Case, pattern: str) -> tuple[Path, date] | None:
    found = place(case.evidence, pattern)
    day = day_of(found[1]) if found else None
    return (found[0], day) if found and day else None


def date_order(case: Case, *, date: str, relation: str, other: str) -> Iterator[Flaw]:
    """`date` stands in `relation` to `other`; where `other` names several dates, to the earliest of them.

    relation: ``before``, ``on_or_before``, ``after`` or ``on_or_after``.
    """
    held = _day_at(case, date)
    others = [(day, path) for path, value in places(case.evidence, other) if (day := day_of(value))]
    if held is None or not others:
        return
    (path, day), (other_day, other_path) = held, min(others, key=lambda found: found[0])
    holds, words = _RELATIONS[relation]
    if not holds(day, other_day):
        detail = f"this is {day}; {words} {other_day} ({case.label(other_path)})."
        yield Flaw(path, "evidence.date_order", detail)


def months_after(case: Case, *, date: str, other: str, months: int) -> Iterator[Flaw]:
    """`date` is at least `months` months after `other` (see `add_months`)."""
    held, start = _day_at(case, date), _day_at(case, other)
    if held is None or start is None:
        return
    due = add_months(start[1], months)
    if held[1] < due:
        detail = f"this is {held[1]}; {months} months after {start[1]} ({case.label(start[0])}) is {due}."
        yield Flaw(held[0], "evidence.too_early", detail)


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` months on, or that month's last day where it is shorter."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if years > date.max.year:
        return date.max
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def not_in_future(case: Case, *, dates: Sequence[str]) -> Iterator[Flaw]:
    """No date at `dates` is after today: what has not happened yet is no evidence."""
    for pattern in dates:
        for path, value in places(case.evidence, pattern):
            day = day_of(value)
            if day and day > case.today:
                yield Flaw(path, "evidence.in_future", f"{day} is still to come; give the day on which it happened.")
