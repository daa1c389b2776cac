"""The few SVG elements that the family is drawn with. Lengths are units of a 512 × 512 field."""

from __future__ import annotations

import math
from collections.abc import Iterable

Point = tuple[float, float]

STROKE = 18


def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def fill(path: str, colour: str) -> str:
    """A filled path."""
    return f'<path fill="{colour}" d="{path}"/>'


def stroke(path: str, colour: str, width: float = STROKE, dashes: str = "") -> str:
    """A stroked path with round ends and corners; `dashes` as in stroke-dasharray."""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path fill="none" stroke="{colour}" stroke-width="{number(width)}" '
        f'stroke-linecap="round" stroke-linejoin="round"{dashed} d="{path}"/>'
    )


def disc(centre: Point, radius: float, colour: str) -> str:
    """A filled circle."""
    return f'<circle cx="{number(centre[0])}" cy="{number(centre[1])}" r="{number(radius)}" fill="{colour}"/>'


def ring(centre: Point, radius: float, colour: str, width: float = STROKE) -> str:
    """A circle's outline."""
    return (
        f'<circle cx="{number(centre[0])}" cy="{number(centre[1])}" r="{number(radius)}" '
        f'fill="none" stroke="{colour}" stroke-width="{number(width)}"/>'
    )


def box(corner: Point, width: float, height: float, radius: float, colour: str) -> str:
    """A filled rectangle with rounded corners; `corner` is its upper left."""
    return (
        f'<rect x="{number(corner[0])}" y="{number(corner[1])}" width="{number(width)}" '
        f'height="{number(height)}" rx="{number(radius)}" fill="{colour}"/>'
    )


def turned(angle_deg: float, centre: Point, *parts: str) -> str:
    """`parts`, turned clockwise around `centre`."""
    turn = f"rotate({number(angle_deg)} {number(centre[0])} {number(centre[1])})"
    return f'<g transform="{turn}">{"".join(parts)}</g>'


def sized(factor: float, centre: Point, *parts: str) -> str:
    """`parts`, drawn around the field's middle, made `factor` times as large and moved to `centre`."""
    x, y = number(centre[0] - 256 * factor), number(centre[1] - 256 * factor)
    return f'<g transform="translate({x} {y}) scale({factor:g})">{"".join(parts)}</g>'


def lines(points: Iterable[Point], closed: bool = False) -> str:
    """Path data of straight lines through `points`."""
    joined = " ".join(f"{number(x)} {number(y)}" for x, y in points)
    return f"M{joined}{'Z' if closed else ''}"


def on_circle(centre: Point, radius: float, angle_deg: float) -> Point:
    """The point at `angle_deg`, clockwise from the top."""
    angle = math.radians(angle_deg - 90)
    return centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)


def arc(centre: Point, radius: float, start_deg: float, end_deg: float) -> str:
    """Path data of an arc, clockwise from `start_deg` to `end_deg` (from the top)."""
    (x1, y1), (x2, y2) = on_circle(centre, radius, start_deg), on_circle(centre, radius, end_deg)
    large = 1 if (end_deg - start_deg) % 360 > 180 else 0
    size = number(radius)
    return f"M{number(x1)} {number(y1)}A{size} {size} 0 {large} 1 {number(x2)} {number(y2)}"


def star(centre: Point, radius: float, colour: str) -> str:
    """A filled five-pointed star."""
    points = (on_circle(centre, radius * (0.46 if step % 2 else 1), step * 36) for step in range(10))
    return fill(lines(points, closed=True), colour)


def arrow_head(tip: Point, angle_deg: float, size: float, colour: str) -> str:
    """A filled triangle whose `tip` points to `angle_deg`, clockwise from the top."""
    back = (on_circle(tip, size, angle_deg + 180 + side) for side in (-32, 32))
    return fill(lines((tip, *back), closed=True), colour)


def arrow(tail: Point, tip: Point, width: float, head: float) -> str:
    """Path data of a straight arrow; `head` is the length of its point, which is as wide as that."""
    length = math.dist(tail, tip)
    along = ((tip[0] - tail[0]) / length, (tip[1] - tail[1]) / length)

    def at(distance: float, aside: float) -> Point:
        return (
            tail[0] + along[0] * distance - along[1] * aside,
            tail[1] + along[1] * distance + along[0] * aside,
        )

    neck, half, wing = length - head, width / 2, head * 0.55
    left = (at(0, half), at(neck, half), at(neck, wing))
    right = (at(neck, -wing), at(neck, -half), at(0, -half))
    return lines((*left, tip, *right), closed=True)


def flipped(across: bool, down: bool, *parts: str) -> str:
    """`parts`, mirrored in the field's vertical (`across`) or horizontal (`down`) middle line at y = 236."""
    x, y = (-1 if across else 1), (-1 if down else 1)
    matrix = f"{x} 0 0 {y} {512 if across else 0} {472 if down else 0}"
    return f'<g transform="matrix({matrix})">{"".join(parts)}</g>'


def person(centre: Point, size: float, colour: str) -> str:
    """A head and shoulders; `centre` is the middle of the head, `size` its radius."""
    return disc(centre, size, colour) + fill(_shoulders(centre, size, 1.8), colour)


def person_outline(centre: Point, size: float, colour: str, width: float) -> str:
    """The outline of a head and shoulders of that size, drawn inside its edge."""
    inner = stroke(_shoulders(centre, size, 1.8 - width / size / 2, width / 2), colour, width)
    return ring(centre, size - width / 2, colour, width) + inner


def _shoulders(centre: Point, size: float, half_width: float, raised: float = 0) -> str:
    reach = size * half_width
    left, right = number(centre[0] - reach), number(centre[0] + reach)
    curve, foot = number(centre[1] + size * 3.2), number(centre[1] + size * 3.9 - raised)
    return f"M{left} {foot}V{curve}A{number(reach)} {number(reach)} 0 0 1 {right} {curve}V{foot}Z"
