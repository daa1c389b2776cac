"""Lines of text as pictures: joined and ordered as their script is written, broken and made smaller until they fit."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont, features

FONTS = Path(__file__).with_name("fonts")
REGULAR, BOLD = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"
Ink = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines in the largest size at which they fit."""

    lines: tuple[str, ...]
    size_px: int
    font: str

    @property
    def line_px(self) -> int:
        return round(self.size_px * 1.3)

    @property
    def height_px(self) -> int:
        return self.line_px * len(self.lines)


@cache
def letters(font: str) -> frozenset[int]:
    """The code points that a font has signs for."""
    with TTFont(FONTS / font, lazy=True) as read:
        return frozenset(read.getBestCmap())


def missing(text: str, font: str = BOLD) -> str:
    """The characters of a text that a font has no signs for."""
    known = letters(font)
    return "".join(dict.fromkeys(one for one in text if ord(one) not in known and not one.isspace()))


def is_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(one) in ("R", "AL") for one in text)


def can_draw(text: str, font: str = BOLD) -> bool:
    """Whether a text comes out as it is written; Arabic and Hebrew need the library that joins and orders letters."""
    return not missing(text, font) and (not is_right_to_left(text) or bool(features.check("raqm")))


def fitted(text: str, font: str, sizes_px: tuple[int, ...], width_px: int, max_lines: int) -> Fitted:
    """The text broken at spaces, in the first of the sizes at which it fits; the last line is cut if none does."""
    for size_px in sizes_px:
        lines = _broken(text, _font(font, size_px), width_px)
        if len(lines) <= max_lines and all(_font(font, size_px).getlength(one) <= width_px for one in lines):
            return Fitted(tuple(lines), size_px, font)
    kept = [_cut(one, _font(font, sizes_px[-1]), width_px) for one in lines[:max_lines]]
    if len(lines) > max_lines:
        kept[-1] = _cut(kept[-1] + "…", _font(font, sizes_px[-1]), width_px)
    return Fitted(tuple(kept), sizes_px[-1], font)


def write_on(picture: Image.Image, place: tuple[int, int], text: Fitted, ink: Ink) -> int:
    """Draw lines at a place given in pixels; returns where the next line may begin."""
    draw, (left, top) = ImageDraw.Draw(picture), place
    for line in text.lines:
        draw.text((left, top), line, font=_font(text.font, text.size_px), fill=ink)
        top += text.line_px
    return top


def line_picture(text: str, size_px: int, ink: Ink) -> Image.Image:
    """One bold line on transparent ground, as large as its letters."""
    font = _font(BOLD, size_px)
    left, top, right, bottom = font.getbbox(text)
    picture = Image.new("RGBA", (int(right - left) + 4, int(bottom - top) + 4), (*ink, 0))
    ImageDraw.Draw(picture).text((2 - left, 2 - top), text, font=font, fill=(*ink, 255))
    return picture


def _font(name: str, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / name), size_px)


def _broken(text: str, font: ImageFont.FreeTypeFont, width_px: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width_px:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]


def _cut(line: str, font: ImageFont.FreeTypeFont, width_px: int) -> str:
    while len(line) > 1 and font.getlength(line) > width_px:
        line = line.removesuffix("…")[:-1].rstrip() + "…"
    return line
