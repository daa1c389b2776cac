"""Rules about the data points of a run chart and the annotations on them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from issuer.domain.evidence.case import Case
from issuer.domain.evidence.dates import day_of
from issuer.domain.evidence.finding import Flaw, Path
from issuer.domain.evidence.places import place, places

_Position = tuple[Path, str, int]


def finite_numbers(case: Case, *, at: Sequence[str]) -> Iterator[Flaw]:
    """Every number at the places `at` is finite (JSON Schema cannot say so of what a parser made infinite)."""
    for pattern in at:
        for path, value in places(case.evidence, pattern):
            if isinstance(value, float) and not math.isfinite(value):
                yield Flaw(path, "evidence.not_finite", "this is not a finite number.")


def rising(case: Case, *, points: str) -> Iterator[Flaw]:
    """The points follow each other in time: all by date or all by number, each later than the one before."""
    found = [position for path, value in places(case.evidence, f"{points}/*") for position in _position(path, value)]
    for (_, axis, before), (path, other_axis, now) in pairwise(found):
        if axis != other_axis:
            kinds = ("a date", "a number") if axis == "date" else ("a number", "a date")
            detail = f"the points before have {kinds[0]}, this one {kinds[1]}; use one of them throughout."
            yield Flaw((*path, other_axis), "evidence.mixed_sequence", detail)
            return
        if now <= before:
            yield Flaw((*path, axis), "evidence.not_rising", "this must come after the point before it.")


def _position(path: Path, value: object) -> Iterator[_Position]:
    if not isinstance(value, dict):
        return
    sequence, day = value.get("sequence"), day_of(value.get("date"))
    if day:
        yield path, "date", day.toordinal()
    elif isinstance(sequence, int) and not isinstance(sequence, bool):
        yield path, "sequence", sequence


def existing_points(case: Case, *, points: str, annotations: str) -> Iterator[Flaw]:
    """Every annotation names a point that is there; points are counted from 1."""
    found = place(case.evidence, points)
    count = len(found[1]) if found and isinstance(found[1], list) else 0
    for path, number in places(case.evidence, f"{annotations}/*/point"):
        if count and isinstance(number, int) and not 1 <= number <= count:
            yield Flaw(path, "evidence.no_such_point", f"there is no point {number}; there are {count} points.")
