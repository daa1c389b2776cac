"""The picture that goes with a link to a badge where people share it: 1200 × 630 pixels, PNG.

It says what the badge is, whose it is and who issued it. That it is genuine it does not say: a picture proves nothing.
Source: The Open Graph protocol, "Structured Properties"; LinkedIn Help, "Making your website shareable" (1.91 : 1).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from PIL import Image, ImageDraw

from issuer.credentials.lettering import BOLD, REGULAR, Ink, can_draw, fitted, write_on

WIDTH_PX, HEIGHT_PX = 1200, 630
_INK, _SOFT, _BRAND, _BAD, _PAPER = (28, 37, 38), (75, 90, 92), (20, 83, 45), (143, 29, 29), (255, 255, 255)
_ART_PX, _LEFT_PX, _TEXT_PX, _BAND_PX = 400, 500, 650, 84
_KEPT = 64


@dataclass(frozen=True, slots=True)
class ShareCard:
    """What the picture says. standing: in words where the badge is not active; site: host of the service."""

    achievement: str
    recipient: str
    issuer: str
    awarded_at: datetime
    art_png: bytes
    site: str
    standing: str = ""


@lru_cache(maxsize=_KEPT)
def draw(card: ShareCard) -> bytes:
    """The PNG. Names in letters that no font here has are left out; the page beside the picture has them."""
    picture = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), _PAPER)
    with Image.open(io.BytesIO(card.art_png)) as art:
        drawn = art.convert("RGBA").resize((_ART_PX, _ART_PX), Image.Resampling.LANCZOS)
    picture.paste(drawn, (60, (HEIGHT_PX - _BAND_PX - _ART_PX) // 2), drawn)
    _text(picture, card)
    _band(picture, card)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _text(picture: Image.Image, card: ShareCard) -> None:
    day = f"{card.awarded_at.day} {card.awarded_at:%B %Y}"
    rows: list[tuple[str, str, tuple[int, ...], int, Ink]] = [
        (card.achievement, BOLD, (60, 52, 46, 40, 34), 3, _BRAND),
        ("Awarded to", REGULAR, (26,), 1, _SOFT),
        (card.recipient, BOLD, (42, 36, 30, 26), 3, _INK),
        (f"{card.issuer} · {day}", REGULAR, (26, 22), 2, _SOFT),
    ]
    if not card.recipient or not can_draw(card.recipient):
        del rows[1:3]
    blocks = [(fitted(text, font, sizes, _TEXT_PX, lines), ink) for text, font, sizes, lines, ink in rows]
    gaps = 18 * (len(blocks) - 1)
    top = max(24, (HEIGHT_PX - _BAND_PX - gaps - sum(block.height_px for block, _ in blocks)) // 2)
    for block, ink in blocks:
        top = write_on(picture, (_LEFT_PX, top), block, ink) + 18


def _band(picture: Image.Image, card: ShareCard) -> None:
    top = HEIGHT_PX - _BAND_PX
    ImageDraw.Draw(picture).rectangle((0, top, WIDTH_PX, HEIGHT_PX), fill=_BAD if card.standing else _BRAND)
    words = card.standing or f"See whether it is genuine: {card.site}"
    write_on(picture, (60, top + 22), fitted(words, REGULAR, (30, 26, 22), WIDTH_PX - 120, 1), _PAPER)
