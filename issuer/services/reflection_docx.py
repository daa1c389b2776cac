"""The reflection form as a Word document (ECMA-376 part 1, WordprocessingML): headings and room below them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from issuer.domain.reflection import Question

_MAIN = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_LINES_TO_WRITE_ON = 4
_LONG_AGO = (1980, 1, 1, 0, 0, 0)

_CONTENT_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
)
_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_DOCUMENT_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
)


def reflection_docx(title: str, questions: Iterable[Question]) -> bytes:
    """The form as a .docx file; the same bytes for the same form."""
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELATIONS,
        "word/_rels/document.xml.rels": _DOCUMENT_RELATIONS,
        "word/styles.xml": _styles(),
        "word/document.xml": _document(title, questions),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), text.encode())
    return file.getvalue()


def _document(title: str, questions: Iterable[Question]) -> str:
    body = "".join(_paragraphs(title, questions))
    margins = " ".join(f'w:{side}="1134"' for side in ("top", "right", "bottom", "left"))
    page = f'<w:sectPr><w:pgSz w:w="12240" w:h="15840"/><w:pgMar {margins}/></w:sectPr>'
    return f"{_HEAD}<w:document {_MAIN}><w:body>{body}{page}</w:body></w:document>"


def _paragraphs(title: str, questions: Iterable[Question]) -> Iterator[str]:
    yield _paragraph(title, "Title")
    yield from (_paragraph(text) for text in ("Name:", "Date:"))
    for question in questions:
        yield _paragraph(question.text, "Heading2")
        yield from (_paragraph("") for _ in range(_LINES_TO_WRITE_ON))


def _paragraph(text: str, style: str = "") -> str:
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f"<w:p>{styled}{run}</w:p>"


def _styles() -> str:
    font = " ".join(f'w:{kind}="Calibri"' for kind in ("ascii", "hAnsi", "cs"))
    plain = f'<w:rPr><w:rFonts {font}/><w:sz w:val="22"/><w:lang w:val="en-US"/></w:rPr>'
    styles = (
        f'<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>{plain}</w:style>'
        f"{_style('Title', 'Title', 36, '')}{_style('Heading2', 'heading 2', 26, _OUTLINE)}"
    )
    return f"{_HEAD}<w:styles {_MAIN}>{styles}</w:styles>"


_OUTLINE = '<w:outlineLvl w:val="1"/>'


def _style(id: str, name: str, half_points: int, outline: str) -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{id}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
        f'<w:next w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="240" w:after="80"/>{outline}</w:pPr>'
        f'<w:rPr><w:b/><w:sz w:val="{half_points}"/></w:rPr></w:style>'
    )
