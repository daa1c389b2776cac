"""The run chart of data points as places on a picture: line, median, annotations and the accepted signals.

The points are spaced evenly in the order of time, as run charts are drawn by hand. What is drawn is also
said in words and shown as a table, for those who do not see the picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, isfinite, log10
from typing import Any

from issuer.domain.evidence.run_chart import Signal, median, signals

WIDTH, HEIGHT = 720, 340
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 28, 56
MAX_LABELS = 8
_SIGNAL_WORDS = {
    "shift": "Shift: points {first} to {last} lie on one side of the median.",
    "trend": "Trend: points {first} to {last} all rise or all fall.",
    "too_few_runs": "There are fewer runs about the median than chance explains.",
    "too_many_runs": "There are more runs about the median than chance explains.",
}


@dataclass(frozen=True)
class Mark:
    """One data point: its number from 1, its place, what it says, and whether a shift or trend spans it.

    side: where it lies, seen from the median: ``above``, ``below`` or ``on it``.
    """

    number: int
    x: float
    y: float
    label: str
    value: str
    in_signal: bool
    notes: tuple[str, ...]
    side: str


@dataclass(frozen=True)
class RunChart:
    """Everything a template needs to draw one chart; lengths are units of the picture's view box."""

    title: str
    unit: str
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str], ...]
    labels: tuple[tuple[float, str], ...]
    median_y: float
    median_text: str
    signals: tuple[str, ...]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def line(self) -> str:
        """The points attribute of the polyline."""
        return " ".join(f"{mark.x:.1f},{mark.y:.1f}" for mark in self.marks)

    @property
    def words(self) -> str:
        """The chart in one sentence."""
        first, last = self.marks[0], self.marks[-1]
        return (
            f"{len(self.marks)} data points from {first.label} ({first.value}) to {last.label} ({last.value}); "
            f"the median is {self.median_text}."
        )


def run_chart(evidence: Any, settings: Mapping[str, Any]) -> RunChart | None:
    """The chart of a run chart's evidence (measure, unit, points, annotations); None without two usable points.

    settings: those of the badge class (`shift_min_points`, `trend_min_points`, `mark_number_of_runs`).
    """
    if not isinstance(evidence, Mapping):
        return None
    points = [point for point in _list(evidence.get("points")) if _usable(point)]
    if len(points) < 2:
        return None
    values = [float(point["value"]) for point in points]
    found = signals(values, **{name: settings[name] for name in _SETTINGS if name in settings})
    scale = _Scale(values)
    notes = _notes(evidence.get("annotations"))
    middle = median(values)
    marks = tuple(
        _mark(number, point, scale.x(number - 1), scale.y(value), found, notes.get(number, ()), middle)
        for number, (point, value) in enumerate(zip(points, values, strict=True), 1)
    )
    step = max(1, -(-len(marks) // MAX_LABELS))
    return RunChart(
        title=str(evidence.get("measure") or "Run chart"),
        unit=str(evidence.get("unit") or ""),
        marks=marks,
        ticks=tuple((scale.y(tick), _number(tick)) for tick in scale.ticks),
        labels=tuple((mark.x, mark.label) for mark in marks[::step]),
        median_y=scale.y(middle),
        median_text=_number(middle),
        signals=tuple(_SIGNAL_WORDS[one.kind].format(first=one.first, last=one.last) for one in found),
    )


_SETTINGS = ("shift_min_points", "trend_min_points", "mark_number_of_runs")


class _Scale:
    """From values and places in the order to the picture's units."""

    def __init__(self, values: Sequence[float]) -> None:
        step = _step(max(values) - min(values) or abs(values[0]) or 1.0)
        low = floor(min(values) / step)
        high = -floor(-max(values) / step)
        self.ticks = [place * step for place in range(low, max(high, low + 1) + 1)]
        self._count = len(values)

    def x(self, place: int) -> float:
        return LEFT + place * (WIDTH - LEFT - RIGHT) / (self._count - 1)

    def y(self, value: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return HEIGHT - BOTTOM - (value - low) * (HEIGHT - TOP - BOTTOM) / (high - low)


def _step(span: float) -> float:
    """A round distance between ticks, so that about five fit into `span`."""
    rough = span / 5
    unit = 10.0 ** floor(log10(rough))
    return float(next(factor * unit for factor in (1, 2, 5, 10) if factor * unit >= rough))


def _mark(
    number: int,
    point: Mapping[str, Any],
    x: float,
    y: float,
    found: Sequence[Signal],
    notes: tuple[str, ...],
    middle: float,
) -> Mark:
    spanned = any(one.kind in ("shift", "trend") and one.first <= number <= one.last for one in found)
    label = str(point.get("date") or point.get("sequence") or number)
    value = float(point["value"])
    side = "above" if value > middle else "below" if value < middle else "on it"
    return Mark(number, x, y, label, _number(value), spanned, notes, side)


def _notes(annotations: Any) -> dict[int, tuple[str, ...]]:
    notes: dict[int, tuple[str, ...]] = {}
    for one in _list(annotations):
        if isinstance(one, Mapping) and isinstance(one.get("point"), int):
            notes[one["point"]] = (*notes.get(one["point"], ()), str(one.get("text", "")))
    return notes


def _usable(point: Any) -> bool:
    value = point.get("value") if isinstance(point, Mapping) else None
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: float) -> str:
    return f"{value:.10g}"
