"""What somebody pasted or uploaded without saying what it is."""

from __future__ import annotations

import re

_WHITE_SPACE = " \t\r\n"
_PNG = b"\x89PNG\r\n\x1a\n"
_PDF = b"%PDF-"
URL_PREFIXES = ("https://", "http://")
_ADDRESS = re.compile(r"//|[A-Za-z][A-Za-z0-9+.-]{1,30}:\S")


def media_type_of_text(text: str) -> str | None:
    """The media type pasted text is verified as; None when it is a link to be followed."""
    trimmed = text.strip(_WHITE_SPACE)
    if trimmed.lower().startswith(URL_PREFIXES):
        return None
    return "application/json" if trimmed.startswith(("{", "[", '"')) else "text/plain"


def is_link(text: str) -> bool:
    """Whether the text is an address to be followed."""
    return text.lower().startswith(URL_PREFIXES)


def names_an_address(text: str) -> bool:
    """Whether pasted text is an address of any scheme: those that are not followed are told so."""
    return _ADDRESS.match(text) is not None


def media_type_of_file(data: bytes) -> str:
    """The media type an uploaded file is verified as, by its first bytes and not by its name."""
    if data.startswith(_PNG):
        return "image/png"
    if data.startswith(_PDF):
        return "application/pdf"
    start = data[:512].lstrip(b"\xef\xbb\xbf" + _WHITE_SPACE.encode())
    if start.startswith(b"<"):
        return "image/svg+xml"
    return "application/json" if start.startswith((b"{", b"[", b'"')) else "text/plain"
