"""Credentials in SVG images.

Open Badges 3.0, Document Formats, SVG: the namespace is declared on the root, and one
``openbadges:credential`` element stands right after its start tag: a compact JWS in the attribute
``verify``, or JSON in a CDATA section in the body, never both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from issuer.credentials.baking_png import MAX_CREDENTIAL_BYTES
from issuer.credentials.svg_reading import read_svg
from issuer.errors import Invalid, Refused

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
PREFIX = "openbadges"

RECORD_NAMESPACE = "https://purl.imsglobal.org/clr/v2p0"
_RECORD = f"{{{RECORD_NAMESPACE}}}credential"
_OPEN_BADGES_2 = "{http://openbadges.org}assertion"
_START_TAG = re.compile(rb"""<[^\s/>]++(?:\s++[^\s=/>]++\s*+=\s*+(?:"[^"]*+"|'[^']*+'))*+\s*+(/?)>""")
_DECLARATION = re.compile(rb"""\sxmlns:openbadges\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_COMPACT_JWS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(slots=True)
class _Credential:
    """One credential element: where it begins and ends in the file, and what it holds."""

    begins: int
    verify: str
    body: list[str] = field(default_factory=list)
    closes: int = -1

    @property
    def texts(self) -> list[str]:
        return [text for text in (self.verify.strip(), "".join(self.body).strip()) if text]


class _Finder:
    """Collects the credential elements of one SVG; those of a namespace."""

    def __init__(self, namespace: str = NAMESPACE) -> None:
        self._tag = f"{{{namespace}}}credential"
        self.has_record = False
        self.root_at = -1
        self.found: list[_Credential] = []
        self.has_open_badges_2 = False
        self._inside = False

    def start(self, tag: str, attributes: dict[str, str], at_byte: int) -> None:
        if self._inside:
            raise Refused("image.malformed", "The credential in the SVG has elements inside it.")
        if self.root_at < 0:
            self.root_at = at_byte
        if tag == self._tag:
            self.found.append(_Credential(at_byte, attributes.get("verify", "")))
            self._inside = True
        self.has_open_badges_2 |= tag == _OPEN_BADGES_2
        self.has_record |= tag == _RECORD

    def end(self, tag: str, at_byte: int) -> None:
        if tag == self._tag:
            self.found[-1].closes = at_byte
            self._inside = False

    def text(self, text: str) -> None:
        if self._inside:
            self.found[-1].body.append(text)

    def instruction(self, target: str) -> None:
        """Processing instructions carry no credential."""


def extract(image: bytes, namespace: str = NAMESPACE) -> str:
    """The text of the one credential baked into `image`. namespace: `RECORD_NAMESPACE` for a learner record.

    Raises Refused for an SVG that is not read (see `svg_reading.read_svg`; ``image.too_large`` also for a
    credential over MAX_CREDENTIAL_BYTES), and Invalid: ``image.no_credential`` (`where` is ``openbadges``
    for an Open Badges 2.0 assertion, ``clrcredential`` for a learner record), ``image.multiple_credentials``.
    """
    finder = _Finder(namespace)
    read_svg(image, finder, published_types=True)
    texts = [text for element in finder.found for text in element.texts]
    if len(finder.found) > 1 or len(texts) > 1:
        raise Invalid("image.multiple_credentials", "The image carries more than one credential.")
    if not texts:
        raise _no_credential(finder)
    if len(texts[0].encode()) > MAX_CREDENTIAL_BYTES:
        raise Refused("image.too_large", "The credential in the image is larger than this service reads.")
    return texts[0]


def bake(image: bytes, credential: str) -> bytes:
    """`image` with `credential` (JSON or compact JWS) in it, in place of any that it carried before.

    Every other byte stays. Raises Refused: as `svg_reading.read_svg`, ``image.too_large`` for a credential
    over MAX_CREDENTIAL_BYTES, ``image.malformed`` for text that XML cannot hold or an SVG without content.
    """
    content = _content(credential)
    bare = _without_credentials(image)
    finder = _Finder()
    read_svg(bare, finder)
    tag = _start_tag(bare, finder.root_at)
    if tag[1]:
        raise Refused("image.malformed", "The SVG is empty.")
    root, own = _declared(tag[0])
    element = f"<{PREFIX}:credential{own}{content}".encode()
    return bare[: tag.start()] + root + element + bare[tag.end() :]


def _content(credential: str) -> str:
    if len(credential.encode(errors="surrogatepass")) > MAX_CREDENTIAL_BYTES:
        raise Refused("image.too_large", "The credential is too large to be baked into an image.")
    if _COMPACT_JWS.fullmatch(credential):
        return f' verify="{credential}"></{PREFIX}:credential>'
    if not credential.strip() or _NOT_XML.search(credential):
        raise Refused("image.malformed", "The credential is empty or holds characters that an SVG cannot carry.")
    return f"><![CDATA[{credential.replace(']]>', ']]]]><![CDATA[>')}]]></{PREFIX}:credential>"


def _without_credentials(image: bytes) -> bytes:
    finder = _Finder()
    read_svg(image, finder)
    for element in reversed(finder.found):
        tag = _start_tag(image, element.begins)
        end = tag.end() if tag[1] else image.index(b">", element.closes) + 1
        image = image[: element.begins] + image[end:]
    return image


def _start_tag(image: bytes, at_byte: int) -> re.Match[bytes]:
    tag = _START_TAG.match(image, at_byte)
    if tag is None:
        raise Refused("image.malformed", "The SVG is written in a way that cannot be baked.")
    return tag


def _declared(root: bytes) -> tuple[bytes, str]:
    """The root's start tag with the prefix declared, and what the element has to declare itself."""
    declaration = f' xmlns:{PREFIX}="{NAMESPACE}"'
    present = _DECLARATION.search(root)
    if present is None:
        return root[:-1] + declaration.encode() + b">", ""
    return root, "" if (present[1] or present[2]) == NAMESPACE.encode() else declaration


def _no_credential(finder: _Finder) -> Invalid:
    if finder.has_open_badges_2:
        return Invalid(
            "image.no_credential",
            "This image carries an Open Badges 2.0 assertion, not an Open Badges 3.0 credential.",
            "openbadges",
        )
    if finder.has_record:
        return Invalid("image.no_credential", "This image carries a learner record, not a badge.", "clrcredential")
    return Invalid("image.no_credential", "There is no Open Badges 3.0 credential in this image.")
