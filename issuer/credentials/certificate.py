"""A badge as a certificate on paper: one page of PDF, with the signed credential attached to it.

The page says what the credential says and shows a QR code of its address; what counts is what is attached.
The same badge gives the same bytes. Source: ISO 32000-2 §7.11.4 "Embedded file streams", §14.13 "Associated files".
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.util import Padding

from issuer.credentials.lettering import BOLD, FONTS, REGULAR, can_draw, is_right_to_left, line_picture, missing

ATTACHED_TYPE = "application/vc"
NOBODY_PRINTABLE = "the person named in the attached badge"
MAX_TEXT_CHARACTERS = 400
_FAMILY = "DejaVu"
_FILES = {"": REGULAR, "B": BOLD}
_INK, _SOFT, _ACCENT = (28, 37, 38), (75, 90, 92), (20, 83, 45)
_MARGIN_MM, _WIDTH_MM, _HEIGHT_MM, _ART_MM, _QR_MM = 22.0, 210.0, 297.0, 66.0, 34.0
_DRAWN_PX, _DRAWN_MM = 96, 8.5
_SCALES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
_LEAST_PT = 9.0
_PADDING = Padding(1.8, 0, 1.8, 0)
_NOT_PRINTED = "The letters of the name cannot be printed here; the attached badge has all of them."
_Row = tuple[str, float, tuple[int, int, int], str]
"""Text, size in points, ink, style: "", "B" or "drawn"."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What stands on the page; every text is the credential's own.

    url: where the badge is shown today, for the QR code. art_png: the picture of the badge class.
    credential: the signed JSON that is attached, under `file_name`.
    """

    recipient: str
    achievement: str
    description: str
    issuer: str
    awarded_at: datetime
    url: str
    art_png: bytes
    credential: bytes
    file_name: str


def write(certificate: Certificate) -> bytes:
    """The PDF."""
    page = _Page(certificate)
    page.compose()
    return bytes(page.output())


def unprintable(text: str) -> str:
    """The characters of a text that the page has no letters for, or cannot join and order."""
    return missing(text) or ("" if can_draw(text) else text)


class _Page(FPDF):
    """One A4 page, composed from top to bottom."""

    def __init__(self, certificate: Certificate) -> None:
        super().__init__(orientation="portrait", unit="mm", format="A4")
        self._certificate = certificate
        self._scale = 1.0
        self.set_creation_date(certificate.awarded_at)
        self.set_margins(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
        self.set_auto_page_break(False)
        self.set_title(f"{certificate.achievement}: {certificate.recipient}")
        self.set_author(certificate.issuer)
        self.set_subject("A certificate with its signed Open Badges 3.0 credential attached")
        self.set_lang("en")
        for style, name in _FILES.items():
            self.add_font(_FAMILY, style, FONTS / name)

    def compose(self) -> None:
        one = self._certificate
        self.add_page()
        self._frame()
        self.set_y(32)
        self._line(one.issuer, 13, _SOFT, "B")
        self._scale = self._fitting_scale()
        art_mm, top = _ART_MM * self._scale, self.get_y() + 6
        self.image(io.BytesIO(one.art_png), x=(_WIDTH_MM - art_mm) / 2, y=top, w=art_mm, alt_text=one.achievement)
        self.set_y(top + art_mm + 12 * self._scale)
        for text, size_pt, ink, style in self._rows():
            if style == "drawn":
                self._drawn(text)
            else:
                self._line(text, _readable(size_pt, self._scale), ink, style)
        self._foot()
        self.embed_file(
            bytes=one.credential, basename=one.file_name, mime_type=ATTACHED_TYPE, compress=True,
            creation_date=one.awarded_at, modification_date=one.awarded_at, associated_file_relationship="Source",
            desc="The signed badge (Open Badges 3.0)",
        )  # fmt: skip

    def _rows(self) -> list[_Row]:
        """The name stands there in letters; as a picture where they join and run from right to left."""
        one = self._certificate
        named: _Row = (one.recipient, 24, _INK, "drawn" if is_right_to_left(one.recipient) else "B")
        if unprintable(one.recipient):
            named = (NOBODY_PRINTABLE, 16, _INK, "B")
        rows: list[_Row] = [
            ("This certifies that", 12, _SOFT, ""),
            named,
            ("has earned", 12, _SOFT, ""),
            (one.achievement, 20, _ACCENT, "B"),
            (_cut(one.description), 11, _INK, ""),
            (f"Awarded on {one.awarded_at.day} {one.awarded_at:%B %Y}", 11, _INK, ""),
        ]
        if unprintable(one.recipient):
            rows.append((_NOT_PRINTED, 9, _SOFT, ""))
        return rows

    def _fitting_scale(self) -> float:
        """The largest of some scales at which all rows stay above the foot."""
        room_mm = _HEIGHT_MM - 24 - _QR_MM - self.get_y() - 12
        return next((one for one in _SCALES if self._height_mm(one) <= room_mm), _SCALES[-1])

    def _height_mm(self, scale: float) -> float:
        height_mm = (_ART_MM + 12) * scale
        for text, size_pt, _, style in self._rows():
            size_pt = _readable(size_pt, scale)
            self.set_font(_FAMILY, "B" if style == "drawn" else style, size_pt)
            cell: Any = self.multi_cell(0, size_pt * 0.5, text, padding=_PADDING, dry_run=True, output="HEIGHT")
            height_mm += cell
        return height_mm

    def _drawn(self, name: str) -> None:
        picture = line_picture(name, _DRAWN_PX, _INK)
        room_mm = _WIDTH_MM - 2 * _MARGIN_MM
        scale = min(_DRAWN_MM / _DRAWN_PX, room_mm / picture.width)
        width, height = picture.width * scale, picture.height * scale
        self.image(picture, x=(_WIDTH_MM - width) / 2, y=self.get_y() + 2, w=width, h=height, alt_text=name)
        self.set_y(self.get_y() + height + 4)

    def _frame(self) -> None:
        self.set_draw_color(*_ACCENT)
        self.set_line_width(0.8)
        self.rect(12, 12, _WIDTH_MM - 24, _HEIGHT_MM - 24)
        self.set_line_width(0.2)
        self.rect(14, 14, _WIDTH_MM - 28, _HEIGHT_MM - 28)

    def _line(self, text: str, size_pt: float, ink: tuple[int, int, int], style: str = "") -> None:
        self.set_font(_FAMILY, style, size_pt)
        self.set_text_color(*ink)
        self.multi_cell(0, size_pt * 0.5, text, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT, padding=_PADDING)

    def _foot(self) -> None:
        top = _HEIGHT_MM - 24 - _QR_MM
        picture = io.BytesIO()
        segno.make(self._certificate.url, error="m", micro=False).save(picture, kind="png", scale=8, border=4)
        self.image(
            picture, x=_MARGIN_MM - 2, y=top, w=_QR_MM, link=self._certificate.url, alt_text="QR code of the link"
        )
        self.set_left_margin(_MARGIN_MM + _QR_MM + 4)
        self.set_xy(_MARGIN_MM + _QR_MM + 4, top + 4)
        self.set_text_color(*_INK)
        self.set_font(_FAMILY, "", 9)
        wide: dict[str, Any] = {"align": "L", "new_x": XPos.LMARGIN, "new_y": YPos.NEXT}
        self.multi_cell(0, 4.6, "Is it genuine, and does it still count? Scan the code, or open", **wide)
        self.set_text_color(*_ACCENT)
        self.set_font_size(8)
        self.multi_cell(0, 4.6, self._certificate.url, link=self._certificate.url, **wide)
        self.set_text_color(*_SOFT)
        self.set_font_size(9)
        self.multi_cell(
            0, 4.6,
            "The signed badge is attached to this PDF. Give the file to a verifier of Open Badges 3.0; paper alone "
            "proves nothing.",
            **wide,
        )  # fmt: skip


def _readable(size_pt: float, scale: float) -> float:
    return max(size_pt * scale, min(size_pt, _LEAST_PT))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT_CHARACTERS else text[: MAX_TEXT_CHARACTERS - 1].rstrip() + "…"
