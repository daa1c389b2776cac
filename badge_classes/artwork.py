"""A badge's art: an SVG that can be shown anywhere safely, and the square PNG derived from it."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from badge_classes.errors import Faults

_SVG = "{http://www.w3.org/2000/svg}"
_FORBIDDEN_ELEMENTS = frozenset({"script", "foreignObject", "iframe", "image", "style", "a"})
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MIN_PNG_SIDE_PX = 256


def read_svg(root: Path, file: str, faults: Faults) -> tuple[bytes, str]:
    """The bytes of the SVG and the text of its `desc`; faults if it is no SVG, is unsafe or says nothing."""
    data = _read(root, file, faults)
    try:
        picture = fromstring(data, forbid_dtd=True) if data else None
    except ParseError as error:
        faults.add(file, error.position[0], f"not well-formed XML: {error.msg}")
        return data, ""
    except DefusedXmlException:
        faults.add(file, 1, "document types and entities are not allowed in the art")
        return data, ""
    if picture is None:
        return data, ""
    for reason in _svg_faults(picture):
        faults.add(file, 1, reason)
    return data, (picture.findtext(f"{_SVG}desc") or "").strip()


def read_png(root: Path, file: str, faults: Faults) -> bytes:
    """The bytes of the PNG; a fault if it is no PNG, not square or smaller than 256 pixels a side."""
    data = _read(root, file, faults)
    if not data:
        return data
    if not data.startswith(_PNG_SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 33:
        faults.add(file, 1, "the file is not a PNG")
        return data
    width_px, height_px = struct.unpack(">II", data[16:24])
    if width_px != height_px or width_px < _MIN_PNG_SIDE_PX:
        side = _MIN_PNG_SIDE_PX
        faults.add(file, 1, f"the PNG must be square, {side} pixels or more; it is {width_px}×{height_px}")
    return data


def _read(root: Path, file: str, faults: Faults) -> bytes:
    try:
        data = (root / file).read_bytes()
    except FileNotFoundError:
        faults.add(file, 1, "the file is missing")
        return b""
    if not data:
        faults.add(file, 1, "the file is empty")
    return data


def _svg_faults(picture: Any) -> list[str]:
    found = [] if picture.tag == f"{_SVG}svg" else ["the root element is not svg in the SVG namespace"]
    found += [
        f"the art needs a {name} for those who cannot see it"
        for name in ("title", "desc")
        if not (picture.findtext(f"{_SVG}{name}") or "").strip()
    ]
    for element in picture.iter():
        found += _element_faults(element)
    return found


def _element_faults(element: Any) -> list[str]:
    name = str(element.tag).rpartition("}")[2]
    found = [f"the element {name} is not allowed in the art"] if name in _FORBIDDEN_ELEMENTS else []
    for attribute, value in element.attrib.items():
        local = attribute.rpartition("}")[2]
        outside = local == "href" and not value.startswith("#")
        outside = outside or ("url(" in value and "url(#" not in value.replace(" ", ""))
        if local.lower().startswith("on") or outside:
            found.append(f"the attribute {local} of {name} runs code or refers to something outside the file")
    return found
