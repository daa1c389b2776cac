"""Signals of change in a run chart, for the teacher and the reviewer to look at. They are no condition.

Median, shift, trend and number of runs as in Perla, Provost and Murray, "The run chart: a simple analytical
tool for learning from variation in healthcare processes", BMJ Quality & Safety 20 (2011), 46-51. The limits
for the number of runs are those of the two-sided runs test at 5 %: computed here from the exact distribution
of the number of runs (Wald and Wolfowitz, "On a test whether two samples are from the same population", Annals
of Mathematical Statistics 11, 1940), which is tabulated by Swed and Eisenhart ("Tables for testing randomness
of grouping in a sequence of alternatives", Annals of Mathematical Statistics 14, 1943).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import comb
from statistics import median as _median

SIGNIFICANCE = 0.05
# Fewer useful points than this are not judged by their number of runs (the published table starts here).
RUNS_MIN_POINTS = 10


@dataclass(frozen=True)
class Signal:
    """One sign that more than chance is at work.

    kind: ``shift``, ``trend``, ``too_few_runs`` or ``too_many_runs``.
    first, last: the points it spans, counted from 1 as annotations count them.
    """

    kind: str
    first: int
    last: int


def median(values: Sequence[float]) -> float:
    """The middle value: half of the points lie above it, half below. Raises ValueError without values."""
    if not values:
        raise ValueError("a median needs at least one value")
    return float(_median(values))


def signals(
    values: Sequence[float],
    shift_min_points: int = 6,
    trend_min_points: int = 5,
    mark_number_of_runs: bool = True,
) -> tuple[Signal, ...]:
    """Every signal in `values`, which are in the order of time.

    shift_min_points, trend_min_points: how many points in a row make a shift and a trend.
    """
    found = [*shifts(values, shift_min_points), *trends(values, trend_min_points)]
    return tuple(found + (number_of_runs(values) if mark_number_of_runs else []))


def sides(values: Sequence[float]) -> list[tuple[int, bool]]:
    """The useful points: number from 1, and whether the value is above the median. Points on it are left out."""
    if not values:
        return []
    middle = median(values)
    return [(number, value > middle) for number, value in enumerate(values, 1) if value != middle]


def runs(values: Sequence[float]) -> list[list[int]]:
    """The runs about the median: the numbers of points in a row on one side of it."""
    return [[number for number, _ in run] for _, run in groupby(sides(values), key=lambda point: point[1])]


def shifts(values: Sequence[float], min_points: int = 6) -> list[Signal]:
    """`min_points` or more in a row on one side of the median; points on it neither break nor lengthen a run."""
    return [Signal("shift", run[0], run[-1]) for run in runs(values) if len(run) >= min_points]


def trends(values: Sequence[float], min_points: int = 5) -> list[Signal]:
    """`min_points` or more all rising or all falling; a repeated value neither breaks nor lengthens a trend."""
    found: list[Signal] = []
    line: list[int] = []  # the points of the line so far, as positions in values, without repeats
    for position in range(len(values)):
        if line and values[position] == values[line[-1]]:
            continue
        if len(line) > 1 and (values[position] > values[line[-1]]) != (values[line[-1]] > values[line[-2]]):
            found += _trend(line, min_points)
            line = line[-1:]
        line.append(position)
    return found + _trend(line, min_points)


def _trend(line: Sequence[int], min_points: int) -> list[Signal]:
    return [Signal("trend", line[0] + 1, line[-1] + 1)] if len(line) >= min_points else []


def number_of_runs(values: Sequence[float]) -> list[Signal]:
    """Whether there are fewer or more runs about the median than chance allows."""
    useful = sides(values)
    above = sum(1 for _, is_above in useful if is_above)
    limits = runs_limits(above, len(useful) - above)
    if limits is None:
        return []
    least, most = limits
    count = len(runs(values))
    kind = "too_few_runs" if count < least else "too_many_runs" if count > most else None
    return [Signal(kind, 1, len(values))] if kind else []


def runs_limits(above: int, below: int) -> tuple[int, int] | None:
    """The least and the greatest number of runs that chance explains, or None for too few points.

    above, below: how many points lie on each side of the median. Outside the limits lie, on each side, at
    most half of `SIGNIFICANCE` of all orders of such points.
    """
    if above + below < RUNS_MIN_POINTS or not above or not below:
        return None
    counts = _orders_by_runs(above, below)
    tail = sum(counts.values()) * SIGNIFICANCE / 2
    return _first_beyond(counts, sorted(counts), tail), _first_beyond(counts, sorted(counts, reverse=True), tail)


def _first_beyond(counts: dict[int, int], order: Sequence[int], tail: float) -> int:
    seen = 0
    for number in order:
        seen += counts[number]
        if seen > tail:
            return number
    return order[-1]


def _orders_by_runs(above: int, below: int) -> dict[int, int]:
    """Number of runs → in how many orders of `above` and `below` points it occurs (Wald and Wolfowitz 1940)."""
    counts = {}
    for number in range(2, above + below + 1):
        half, odd = divmod(number, 2)
        if odd:
            ways = comb(above - 1, half) * comb(below - 1, half - 1) + comb(above - 1, half - 1) * comb(below - 1, half)
        else:
            ways = 2 * comb(above - 1, half - 1) * comb(below - 1, half - 1)
        if ways:
            counts[number] = ways
    return counts
