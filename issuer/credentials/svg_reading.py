"""Reading SVG as a stream of events: no document type of its own, no entity, no deep nesting, nothing fetched.

The parser is defusedxml's; a visitor sees each start tag with the byte it begins at, so that a
carrier can be changed without rewriting the rest of the file.
"""

from __future__ import annotations

import re
from typing import Any, Protocol
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException, DTDForbidden
from defusedxml.ElementTree import DefusedXMLParser

from issuer.errors import Refused

SVG = "{http://www.w3.org/2000/svg}"
MAX_SVG_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 100
MAX_ELEMENTS = 50_000
_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")
_UTF8_NAMES = (b"utf-8", b"us-ascii")
_PUBLISHED_TYPE = re.compile(
    r"https?://www\.w3\.org/"
    r"(?:Graphics/SVG/1\.[01]/DTD/svg1[01](?:-(?:basic|tiny|flat))*|TR/2001/REC-SVG-20010904/DTD/svg10)\.dtd"
)
"""Where the document types of SVG 1.0 and 1.1 stand, which drawing programs name (SVG 1.1 §A). They are not fetched."""


class Visitor(Protocol):
    """What wants to know of the document's parts. tag and attribute names are in {namespace}name form."""

    def start(self, tag: str, attributes: dict[str, str], at_byte: int) -> None: ...
    def end(self, tag: str, at_byte: int) -> None: ...
    def text(self, text: str) -> None: ...
    def instruction(self, target: str) -> None: ...


class _Target:
    """The parser's side of a visitor: counts, bounds, and hands on."""

    def __init__(self, visitor: Visitor) -> None:
        self.parser: Any = None
        self._visitor = visitor
        self._depth = 0
        self._elements = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._elements == 1 and tag != f"{SVG}svg":
            raise Refused("image.malformed", "The file is not an SVG image.")
        if self._depth > MAX_DEPTH:
            raise Refused("image.malformed", f"The SVG nests its elements more than {MAX_DEPTH} deep.")
        if self._elements > MAX_ELEMENTS:
            raise Refused("image.too_large", f"The SVG has more than {MAX_ELEMENTS} elements.")
        self._visitor.start(tag, attributes, self.parser.CurrentByteIndex)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._visitor.end(tag, self.parser.CurrentByteIndex)

    def data(self, text: str) -> None:
        self._visitor.text(text)

    def pi(self, target: str, _: str) -> None:
        self._visitor.instruction(target)

    def close(self) -> None:
        """Nothing is kept."""


class _WithPublishedTypes(DefusedXMLParser):
    """Goes on after a document type that only names SVG's own, and adds nothing to it."""

    def defused_start_doctype_decl(
        self, name: str, sysid: str | None, pubid: str | None, has_internal_subset: int
    ) -> None:
        if has_internal_subset or (sysid is not None and not _PUBLISHED_TYPE.fullmatch(sysid)):
            raise DTDForbidden(name, sysid, pubid)


def read_svg(image: bytes, visitor: Visitor, published_types: bool = False) -> None:
    """Show every part of the SVG to `visitor`, in document order; its errors pass through.

    published_types: let an image name the document type that SVG has, as many drawing programs do.
    Raises Refused: ``image.too_large``, ``input.not_utf8``, ``image.xml_dtd`` (any other document type, whatever
    it says), ``image.malformed`` (no well-formed SVG, or nested deeper than MAX_DEPTH).
    """
    if len(image) > MAX_SVG_BYTES:
        raise Refused("image.too_large", "The SVG is larger than this service reads.")
    try:
        image.decode()
    except UnicodeDecodeError as error:
        raise Refused("input.not_utf8", "The SVG is not UTF-8 text.") from error
    declared = _DECLARED.match(image)
    if declared is not None and declared[1].lower() not in _UTF8_NAMES:
        raise Refused("input.not_utf8", "The SVG says it is in another encoding than UTF-8, so readers may differ.")
    target = _Target(visitor)
    make = _WithPublishedTypes if published_types else DefusedXMLParser
    parser = make(target=target, encoding="utf-8", forbid_dtd=True)
    target.parser = parser.parser
    try:
        parser.feed(image)
        parser.close()
    except DefusedXmlException as error:
        raise Refused("image.xml_dtd", "The SVG has a document type or entities, which are not read.") from error
    except (ParseError, ValueError) as error:
        raise Refused("image.malformed", "The SVG is not well-formed XML.") from error
