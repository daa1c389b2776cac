"""Whether an SVG only draws: what may stand in art that this service publishes and signs into badges.

An allow-list, because what can act in an SVG (scripts, handlers, animation, foreign content, styles
that load things, references to elsewhere) has no end. Art is taken as it is or refused; nothing is stripped.
"""

from __future__ import annotations

import re

from issuer.credentials.svg_reading import SVG, read_svg
from issuer.errors import Refused, Unprocessable

_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_XML = "{http://www.w3.org/XML/1998/namespace}"

_ELEMENT_NAMES = """
svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan
textPath linearGradient radialGradient stop pattern clipPath mask marker filter feBlend feColorMatrix
feComposite feDropShadow feFlood feGaussianBlur feMerge feMergeNode feOffset
"""
_ATTRIBUTE_NAMES = """
alignment-baseline aria-describedby aria-hidden aria-label aria-labelledby baseline-shift class clip-path
clip-rule clipPathUnits color cx cy d dominant-baseline dx dy fill fill-opacity fill-rule filter filterUnits
flood-color flood-opacity focusable font-family font-size font-stretch font-style font-variant font-weight fr
fx fy gradientTransform gradientUnits height id in in2 k1 k2 k3 k4 letter-spacing lengthAdjust marker-end
marker-mid marker-start markerHeight markerUnits markerWidth mask maskContentUnits maskUnits method mode
offset opacity operator orient paint-order pathLength patternContentUnits patternTransform patternUnits points
preserveAspectRatio primitiveUnits r refX refY result role rotate rx ry shape-rendering side spacing
spreadMethod startOffset stdDeviation stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset
stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width style text-anchor text-decoration
text-rendering textLength transform transform-origin type values vector-effect version viewBox visibility
width word-spacing x x1 x2 y y1 y2 lang
"""
ELEMENTS = frozenset(f"{SVG}{name}" for name in _ELEMENT_NAMES.split())
ATTRIBUTES = frozenset([*_ATTRIBUTE_NAMES.split(), f"{_XML}space", f"{_XML}lang"])
_REFERENCES = frozenset({"href", _XLINK_HREF})

_LOCAL = re.compile(r"#[A-Za-z_][A-Za-z0-9_.-]*")
_LOCAL_URL = re.compile(r"""url\(\s*['"]?#[A-Za-z_][A-Za-z0-9_.-]*['"]?\s*\)""", re.IGNORECASE)
_LOADS = re.compile(
    r"url\s*\(|image\s*\(|image-set|@|\\|/\*|expression|javascript:|behavior|-moz-binding|:\s*//", re.IGNORECASE
)


class _Judge:
    """Raises at the first thing that is not on the list."""

    def start(self, tag: str, attributes: dict[str, str], at_byte: int) -> None:
        where = f"byte {at_byte}"
        if tag not in ELEMENTS:
            raise _active(f"The element {_local(tag)} is not allowed in a badge's art.", where)
        for name, value in attributes.items():
            self._attribute(name, value, where)

    def _attribute(self, name: str, value: str, where: str) -> None:
        if name in _REFERENCES:
            if not _LOCAL.fullmatch(value):
                raise _active("A badge's art may refer only to its own parts.", where)
        elif name not in ATTRIBUTES:
            raise _active(f"The attribute {_local(name)} is not allowed in a badge's art.", where)
        elif _LOADS.search(_LOCAL_URL.sub("", value)):
            raise _active(f"The attribute {_local(name)} could load something from elsewhere.", where)

    def end(self, tag: str, at_byte: int) -> None:
        """An end tag can do nothing."""

    def text(self, text: str) -> None:
        """Text only shows."""

    def instruction(self, target: str) -> None:
        raise _active("Processing instructions are not allowed in a badge's art.", None)


def require_passive(svg: bytes) -> None:
    """Raises Unprocessable (``upload.svg_active``) when `svg` holds anything beyond drawing, a document type
    included, and Refused as `svg_reading.read_svg` when it is no readable SVG.
    """
    try:
        read_svg(svg, _Judge())
    except Refused as refused:
        if refused.code == "image.xml_dtd":
            raise _active("A document type is not allowed in a badge's art.", None) from refused
        raise


def _local(name: str) -> str:
    return name.rpartition("}")[2][:40]


def _active(message: str, where: str | None) -> Unprocessable:
    return Unprocessable("upload.svg_active", message, where)
