"""Open Badges 2.0 assertions in images: a signed token, the assertion itself, or only its address.

Source: Open Badges Baking Specification 2.0: an ``iTXt`` chunk with the keyword ``openbadges`` (``tEXt`` in older
images), or the element ``openbadges:assertion`` with its attribute ``verify``.
"""

from __future__ import annotations

from issuer.credentials.baking_png import MAX_CREDENTIAL_BYTES
from issuer.credentials.png_chunks import Chunk, read_chunks
from issuer.credentials.svg_reading import read_svg
from issuer.errors import Invalid, Refused

_KEYWORD = b"openbadges"
_ELEMENT = "{http://openbadges.org}assertion"


def extract_from_png(image: bytes) -> str:
    """The text of the one assertion in a PNG.

    Raises Refused as `png_chunks.read_chunks`, ``image.malformed``, ``image.too_large``, ``input.not_utf8``;
    Invalid ``image.no_credential``, ``image.multiple_credentials``, ``image.compressed``.
    """
    return _only([_text_of(chunk) for chunk in read_chunks(image) if _is_assertion(chunk)])


def extract_from_svg(image: bytes) -> str:
    """The text of the one assertion in an SVG: the body where there is one, else `verify`. Raises as for PNG."""
    finder = _Finder()
    read_svg(image, finder, published_types=True)
    return _only([("".join(body).strip() or verify.strip()).encode() for verify, body in finder.found])


class _Finder:
    """Collects what the assertion elements of an SVG hold."""

    def __init__(self) -> None:
        self.found: list[tuple[str, list[str]]] = []
        self._inside = False

    def start(self, tag: str, attributes: dict[str, str], at_byte: int) -> None:
        if tag == _ELEMENT:
            self.found.append((attributes.get("verify", ""), []))
            self._inside = True

    def end(self, tag: str, at_byte: int) -> None:
        self._inside = self._inside and tag != _ELEMENT

    def text(self, text: str) -> None:
        if self._inside:
            self.found[-1][1].append(text)

    def instruction(self, target: str) -> None:
        """Processing instructions carry no assertion."""


def _only(texts: list[bytes]) -> str:
    if len(texts) > 1:
        raise Invalid("image.multiple_credentials", "The image carries more than one badge.")
    if not texts or not texts[0].strip():
        raise Invalid("image.no_credential", "There is no badge in this image.")
    if len(texts[0]) > MAX_CREDENTIAL_BYTES:
        raise Refused("image.too_large", "The badge in the image is larger than this service reads.")
    try:
        return texts[0].decode()
    except UnicodeDecodeError as error:
        raise Refused("input.not_utf8", "The badge in the image is not UTF-8 text.") from error


def _is_assertion(chunk: Chunk) -> bool:
    return chunk.kind in (b"iTXt", b"tEXt") and chunk.data.partition(b"\0")[0] == _KEYWORD


def _text_of(chunk: Chunk) -> bytes:
    body = chunk.data[len(_KEYWORD) + 1 :]
    if chunk.kind == b"tEXt":
        return body
    fields = body[2:].split(b"\0", 2)
    if len(fields) != 3 or body[0] > 1:
        raise Refused("image.malformed", "The chunk with the badge is not well-formed.", f"byte {chunk.start}")
    if body[0] == 1:
        raise Invalid("image.compressed", "The badge in the image is compressed, which is not read.")
    return fields[2]
