"""What lies in an office document: whether it is one, and what in it is more than text.

An office document is a ZIP archive. The list of its members says what it is; only members that are asked for are
read, and only up to a bound. Sources: ECMA-376 part 2 (packages), OpenDocument 1.3 part 2 §3.
"""

from __future__ import annotations

import html
import os
import re
import zipfile
import zlib
from typing import IO

from issuer.domain.media_types import OFFICE
from issuer.errors import Refused

MAX_MEMBERS = 5_000
MAX_DIRECTORY_BYTES = 2 * 1024 * 1024
MAX_TEXT_BYTES = 4 * 1024 * 1024
_END_BYTES = 22 + 65_535
MACROS = "macros"
ATTACHED = "other files inside"

_ROOTS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
_ACTIVE = (
    (re.compile(r"(?i)vbaproject\.bin$|(?:^|/)basic/|(?:^|/)scripts/"), MACROS),
    (re.compile(r"(?i)/embeddings/[^/]+\.(?:bin|ole)$|/activex/"), ATTACHED),
)
_TEXTS = re.compile(
    r"word/(?:document|footnotes|comments|header\d*|footer\d*)\.xml|xl/sharedStrings\.xml|ppt/slides/slide\d+\.xml"
    r"|content\.xml"
)
_BREAK = re.compile(rb"</(?:w:p|a:p|si|text:p|text:h)>|<w:(?:br|tab)/>")
_TAG = re.compile(rb"<[^<>]{0,4000}>")


class OfficeDocument:
    """An office document in a file that can be read at any place.

    Raises Refused (`upload.archive`) for an archive that is no such document, or one that does not open.
    """

    def __init__(self, file: IO[bytes], media_type: str) -> None:
        _require_short_directory(file)
        try:
            self._archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise _no_document() from error
        self._members = self._archive.infolist()
        if len(self._members) > MAX_MEMBERS or not self._is(media_type):
            raise _no_document()

    def activity(self) -> tuple[str, ...]:
        """What it holds besides text and pictures, as words for people."""
        names = [one.filename for one in self._members]
        return tuple(kind for pattern, kind in _ACTIVE if any(pattern.search(name) for name in names))

    def text(self) -> str:
        """Its text, one paragraph a line, as far as `MAX_TEXT_BYTES` of it go."""
        left = MAX_TEXT_BYTES
        parts: list[str] = []
        for member in self._members:
            if left > 0 and _TEXTS.fullmatch(member.filename):
                markup = self._read(member, left)
                left -= len(markup)
                parts.append(_plain(markup))
        return "\n".join(parts)

    def _is(self, media_type: str) -> bool:
        names = {one.filename for one in self._members}
        extension = next((name for name, kind in OFFICE.items() if kind == media_type), "")
        if extension in _ROOTS:
            return "[Content_Types].xml" in names and any(name.startswith(_ROOTS[extension]) for name in names)
        return "content.xml" in names and "mimetype" in names

    def _read(self, member: zipfile.ZipInfo, at_most: int) -> bytes:
        try:
            with self._archive.open(member) as file:
                return file.read(at_most)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
            return b""


def _require_short_directory(file: IO[bytes]) -> None:
    """Before the list of members is read: its size, as the end of the archive says it (APPNOTE 4.3.16)."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END_BYTES))
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or int.from_bytes(tail[place + 12 : place + 16], "little") > MAX_DIRECTORY_BYTES:
        raise _no_document()
    file.seek(0)


def _plain(markup: bytes) -> str:
    text = _TAG.sub(b"", _BREAK.sub(b"\n", markup)).decode("utf-8", "replace")
    return html.unescape(text)


def _no_document() -> Refused:
    return Refused("upload.archive", "This is an archive, not an office document. Attach the files in it one by one.")
