"""The reflection form as a PDF to fill in: one labelled field below each question, tagged for screen readers.

Fields as in ISO 32000-1 §12.7 (interactive forms), structure as in §14.7 and §14.8: headings, paragraphs and form
elements in reading order, each field with the question as its alternate name (`TU`). Field names are question ids.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from issuer.domain.reflection import Question

WIDTH, HEIGHT, MARGIN = 612.0, 792.0, 54.0
ANSWER_HEIGHT, LINE_HEIGHT = 168.0, 22.0
MULTILINE = 1 << 12
# Advance widths of Helvetica for the characters from space to tilde, in thousandths (Adobe's font metrics).
_WIDTHS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, *[556] * 10, 278, 278, 584, 584,
    584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611,
    722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
_WIDEST_OTHER = 1000


def fits_a_pdf(texts: Sequence[str]) -> bool:
    """Whether the fonts that every reader has can show these texts (WinAnsiEncoding)."""
    try:
        "".join(texts).encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def reflection_pdf(title: str, questions: Sequence[Question]) -> bytes:
    """The form as a PDF file. The texts are those that `fits_a_pdf` accepts."""
    form = _Form(title)
    form.text(title, 18, "H1")
    form.text("Fill in the fields, save the file and attach it to your submission.", 10.5, "P")
    form.field("name", "Name", LINE_HEIGHT, 0)
    form.field("date", "Date", LINE_HEIGHT, 0)
    for question in questions:
        form.field(question.id, question.text, ANSWER_HEIGHT, MULTILINE)
    return form.finished()


class _Form:
    """Pages that are written from top to bottom."""

    def __init__(self, title: str) -> None:
        self._writer = PdfWriter()
        self._writer.add_metadata({"/Title": title})
        self._fonts = DictionaryObject(
            {NameObject("/Helv"): self._font("/Helvetica"), NameObject("/HeBo"): self._font("/Helvetica-Bold")}
        )
        self._fields = ArrayObject()
        self._parents = ArrayObject()
        self._root = DictionaryObject(_names(Type="/StructTreeRoot"))
        self._root_reference = self._writer._add_object(self._root)
        self._document = DictionaryObject(
            {**_names(Type="/StructElem", S="/Document"), NameObject("/P"): self._root_reference}
        )
        self._elements = ArrayObject()
        self._document[NameObject("/K")] = self._elements
        self._document_reference = self._writer._add_object(self._document)
        self._keys = 0
        self._y = HEIGHT - MARGIN
        self._new_page()

    def text(self, text: str, size: float, kind: str) -> None:
        """A heading or paragraph, broken into lines."""
        font = "/HeBo" if kind != "P" else "/Helv"
        lines = _lines(text, size, WIDTH - 2 * MARGIN)
        self._require(len(lines) * size * 1.3)
        self._mark(kind)
        for line in lines:
            self._y -= size * 1.3
            shown = line.encode("cp1252").hex()
            self._drawn.append(f"BT {font} {size} Tf {MARGIN} {self._y:.2f} Td <{shown}> Tj ET")
        self._drawn.append("EMC")
        self._y -= size * 0.4

    def field(self, name: str, label: str, height: float, flags: int) -> None:
        """A label with a field below it that says the same to a screen reader; never on two pages."""
        self._require(height + 16 * (1 + len(_lines(label, 12, WIDTH - 2 * MARGIN))) + 16)
        self._y -= 8
        self.text(label, 12, "H2" if flags else "P")
        top, self._y = self._y, self._y - height
        box = ArrayObject(FloatObject(one) for one in (MARGIN, self._y, WIDTH - MARGIN, top))
        self._artifact(f"0.42 0.48 0.47 RG 0.8 w {MARGIN} {self._y:.2f} {WIDTH - 2 * MARGIN} {height} re S")
        widget = DictionaryObject(
            {
                **_names(Type="/Annot", Subtype="/Widget", FT="/Tx"),
                NameObject("/T"): TextStringObject(name), NameObject("/TU"): TextStringObject(label),
                NameObject("/V"): TextStringObject(""), NameObject("/DA"): TextStringObject("/Helv 11 Tf 0 g"),
                NameObject("/F"): NumberObject(4), NameObject("/Ff"): NumberObject(flags), NameObject("/Rect"): box,
                NameObject("/P"): self._page.indirect_reference, NameObject("/StructParent"): NumberObject(self._keys),
            }
        )  # fmt: skip
        reference = self._writer._add_object(widget)
        self._annotations.append(reference)
        self._fields.append(reference)
        shown = DictionaryObject({**_names(Type="/OBJR"), NameObject("/Obj"): reference})
        shown[NameObject("/Pg")] = self._page.indirect_reference
        self._parents.extend((NumberObject(self._keys), self._element("Form", shown)))
        self._keys += 1
        self._y -= 6

    def finished(self) -> bytes:
        self._end_page()
        tree = DictionaryObject({NameObject("/Nums"): _sorted_numbers(self._parents)})
        self._root.update(
            {
                NameObject("/K"): ArrayObject([self._document_reference]),
                NameObject("/ParentTree"): self._writer._add_object(tree),
                NameObject("/ParentTreeNextKey"): NumberObject(self._keys),
            }
        )
        catalog = self._writer.root_object
        catalog.update(
            {
                NameObject("/StructTreeRoot"): self._root_reference,
                NameObject("/MarkInfo"): DictionaryObject({NameObject("/Marked"): BooleanObject(True)}),
                NameObject("/Lang"): TextStringObject("en"),
                NameObject("/ViewerPreferences"): DictionaryObject(
                    {NameObject("/DisplayDocTitle"): BooleanObject(True)}
                ),
                NameObject("/AcroForm"): DictionaryObject(
                    {
                        NameObject("/Fields"): self._fields, NameObject("/NeedAppearances"): BooleanObject(True),
                        NameObject("/DA"): TextStringObject("/Helv 11 Tf 0 g"),
                        NameObject("/DR"): DictionaryObject({NameObject("/Font"): self._fonts}),
                    }
                ),
            }
        )  # fmt: skip
        file = io.BytesIO()
        self._writer.write(file)
        return file.getvalue()

    def _new_page(self) -> None:
        self._page = self._writer.add_blank_page(WIDTH, HEIGHT)
        self._page[NameObject("/Tabs")] = NameObject("/S")
        self._page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): self._fonts})
        self._page[NameObject("/StructParents")] = NumberObject(self._keys)
        self._page_key, self._keys = self._keys, self._keys + 1
        self._annotations = self._page[NameObject("/Annots")] = ArrayObject()
        self._drawn: list[str] = []
        self._marked = ArrayObject()
        self._y = HEIGHT - MARGIN

    def _end_page(self) -> None:
        stream = DecodedStreamObject()
        stream.set_data("\n".join(self._drawn).encode("ascii"))
        self._page[NameObject("/Contents")] = self._writer._add_object(stream)
        self._parents.extend((NumberObject(self._page_key), self._marked))

    def _require(self, height: float) -> None:
        if self._y - height < MARGIN:
            self._end_page()
            self._new_page()

    def _mark(self, kind: str) -> None:
        """Begin content that belongs to a new element of the structure."""
        number = NumberObject(len(self._marked))
        self._drawn.append(f"/{kind} <</MCID {number}>> BDC")
        self._marked.append(self._element(kind, number))

    def _element(self, kind: str, content: Any) -> IndirectObject:
        element = DictionaryObject({**_names(Type="/StructElem", S=f"/{kind}"), NameObject("/K"): content})
        element[NameObject("/P")] = self._document_reference
        element[NameObject("/Pg")] = self._page.indirect_reference
        reference = self._writer._add_object(element)
        self._elements.append(reference)
        return reference

    def _artifact(self, drawn: str) -> None:
        """What is only there to be looked at."""
        self._drawn.append(f"/Artifact BMC q {drawn} Q EMC")

    def _font(self, name: str) -> IndirectObject:
        return self._writer._add_object(
            DictionaryObject(_names(Type="/Font", Subtype="/Type1", BaseFont=name, Encoding="/WinAnsiEncoding"))
        )


def _names(**members: str) -> dict[Any, Any]:
    return {NameObject(f"/{name}"): NameObject(value) for name, value in members.items()}


def _sorted_numbers(pairs: ArrayObject) -> ArrayObject:
    """A number tree's keys rise (ISO 32000-1 §7.9.7)."""
    ordered = sorted(zip(pairs[::2], pairs[1::2], strict=True), key=lambda pair: int(pair[0]))
    return ArrayObject(one for pair in ordered for one in pair)


def _lines(text: str, size: float, width: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _width(longer) * size / 1000 * 1.06 > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _width(text: str) -> int:
    return sum(_WIDTHS[ord(one) - 32] if " " <= one <= "~" else _WIDEST_OTHER for one in text)
