"""The colours of the family, and how contrast between them is measured."""

from __future__ import annotations

from dataclasses import dataclass

LINE = "#fffaf0"
ACCENT = "#ffc845"
SKY = "#8fc7ff"
WHITE_PAGE = "#ffffff"
DARK_PAGE = "#121212"


@dataclass(frozen=True)
class Tone:
    """The two colours of a shape: its rim, seen against the page, and its ground, under the sign."""

    rim: str
    ground: str


TONES = {
    "my-classroom": Tone(rim="#12918c", ground="#0a4347"),
    "peers-classrooms": Tone(rim="#5d74e8", ground="#252a78"),
    "my-school": Tone(rim="#d6503f", ground="#6f1d24"),
}
SEAL = Tone(rim="#ad7b14", ground="#262433")


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2, contrast ratio)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
