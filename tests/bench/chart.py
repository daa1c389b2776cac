"""The growth of cost as a picture: our own SVG, legible without colours, its content in words for screen readers."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tests.bench.growth import BY_CHILDREN, BY_SIZE, Line, Series

WIDTH, HEIGHT = 760, 330
_PANEL_W, _PANEL_H, _LEFT, _TOP, _GAP = 230, 200, 60, 70, 150
_LABEL_DISTANCE = 16
_ISSUE = ("issue", "circle", "#1b4f9c")
_VERIFY = ("verify all", "diamond", "#1d6b3a")
_STYLES = {
    "di_issue": _ISSUE,
    "di_verify": ("check the proof", "square", "#a3470a"),
    "di_verify_full": _VERIFY,
    "certification_issue": _ISSUE,
    "certification_verify_full": _VERIFY,
}
"""Words, mark and colour of each discipline."""
_PANELS = ((BY_SIZE, "By size of the badge", "KB"), (BY_CHILDREN, "By badges in a certification", "badges"))


def chart(series: Sequence[Series], lines: Sequence[Line]) -> str:
    """An SVG document: points measured, straight lines fitted, one panel for each unit."""
    words = "; ".join(line.sentence() for line in lines)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="12" fill="#1a1a1a">',
        '<title id="title">Time for one badge, by its size and by the number of badges it is stacked on</title>',
        f'<desc id="desc">Both grow in a straight line. {escape(words)}.</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for number, (unit, heading, name) in enumerate(_PANELS):
        left = _LEFT + number * (_PANEL_W + _GAP)
        chosen = [(one, line) for one, line in zip(series, lines, strict=True) if one.unit == unit]
        parts += _panel(left, heading, name, chosen)
    return "\n".join([*parts, "</svg>", ""])


def _panel(left: int, heading: str, unit: str, chosen: list[tuple[Series, Line]]) -> list[str]:
    divisor = 1024 if unit == "KB" else 1
    most = max(max(one.sizes) for one, _ in chosen) / divisor
    highest_ms = max(max(one.costs_ns) for one, _ in chosen) / 1e6
    step = _step(highest_ms)
    top_ms = step * -(-highest_ms // step)

    def x(size: float) -> float:
        return round(left + _PANEL_W * size / divisor / most, 1)

    def y(cost_ns: float) -> float:
        return round(_TOP + _PANEL_H * (1 - cost_ns / 1e6 / top_ms), 1)

    parts = [
        f'<text x="{left}" y="{_TOP - 38}" font-size="15" font-weight="600">{heading}</text>',
        f'<text x="{left}" y="{_TOP - 18}" fill="#555555">milliseconds of one core</text>',
    ]
    ticks = [step * one for one in range(round(top_ms / step) + 1)]
    for tick in ticks:
        height = y(tick * 1e6)
        parts.append(f'<path d="M{left} {height}h{_PANEL_W}" stroke="#dddddd"/>')
        parts.append(f'<text x="{left - 8}" y="{height + 4}" text-anchor="end">{tick:g}</text>')
    for share in (0, 0.25, 0.5, 0.75, 1):
        label = f"{most * share:.0f}"
        place = x(most * share * divisor)
        parts.append(f'<text x="{place}" y="{_TOP + _PANEL_H + 18}" text-anchor="middle">{label}</text>')
    middle = left + _PANEL_W / 2
    parts.append(f'<text x="{middle}" y="{_TOP + _PANEL_H + 38}" text-anchor="middle" fill="#555555">{unit}</text>')
    places: list[float] = []
    for one, line in sorted(chosen, key=lambda pair: pair[1].cost_ns(pair[0].sizes[-1])):
        words, mark, colour = _STYLES[one.what]
        ends = [(x(size), y(line.cost_ns(size))) for size in (one.sizes[0], one.sizes[-1])]
        parts.append(f'<path d="M{ends[0][0]} {ends[0][1]}L{ends[1][0]} {ends[1][1]}" stroke="{colour}" fill="none"/>')
        for size, cost in zip(one.sizes, one.costs_ns, strict=True):
            parts.append(_mark(mark, x(size), y(cost), colour))
        places.append(min([ends[1][1] + 4, *(place - _LABEL_DISTANCE for place in places[-1:])]))
        parts.append(f'<text x="{ends[1][0] + 10}" y="{places[-1]:.1f}" fill="{colour}">{words}</text>')
    return parts


def _mark(kind: str, x: float, y: float, colour: str) -> str:
    if kind == "circle":
        return f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>'
    if kind == "square":
        return f'<rect x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7" fill="{colour}"/>'
    return f'<path d="M{x} {y - 5:.1f}l5 5l-5 5l-5 -5z" fill="{colour}"/>'


def _step(highest: float) -> float:
    """The distance of grid lines: 1, 2 or 5 of some power of ten, so that there are at most six."""
    power = 0.001
    while True:
        for step in (power, 2 * power, 5 * power):
            if highest / step <= 5:
                return step
        power *= 10
