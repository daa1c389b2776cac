"""What kind of file something is, told by its first bytes; names and declared types are only claims."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from issuer.errors import Refused

OFFICE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
TEXT = {"txt": "text/plain", "md": "text/markdown", "csv": "text/csv"}
ALLOWED = frozenset(
    {"image/png", "image/jpeg", "image/webp", "application/pdf", "video/mp4", "video/quicktime", "video/webm",
     "audio/mpeg", "audio/mp4", *OFFICE.values(), *TEXT.values()}
)  # fmt: skip

HEAD_BYTES = 4096
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})
HEIC_ADVICE = (
    "This is a HEIC photo, which most browsers cannot show. On an iPhone choose Settings › Camera › Formats › Most "
    "Compatible for the next photos; open this one, take a screenshot or export it as JPEG, then attach that."
)
KINDS = (
    "Files of this kind cannot be attached. Take PDF, a picture (JPEG, PNG, WebP), a video (MP4, MOV, WebM), audio "
    "(MP3, M4A), an office document (Word, Excel, PowerPoint, OpenDocument) or plain text."
)
EXTENSIONS = (
    "pdf", "jpg", "jpeg", "png", "webp", "mp4", "mov", "webm", "mp3", "m4a", *OFFICE, *TEXT,
)  # fmt: skip
"""How the names of such files usually end."""
_HEIC_EXTENSIONS = frozenset({"heic", "heif", "avif"})
_NEVER = frozenset(
    {"7z", "apk", "app", "bat", "cmd", "dll", "dmg", "exe", "gz", "htm", "html", "iso", "jar", "js", "msi", "ps1",
     "rar", "scr", "sh", "svg", "tar", "vbs", "xhtml", "xml", "zip"}
)  # fmt: skip
_ACTIVE = re.compile(rb"<\s*(?:!doctype|html|script|svg|iframe|body|\?xml|head|object|embed)", re.IGNORECASE)
_MAX_NAME_CHARACTERS = 120


class Checked:
    """The chunks of an upload, refused while streaming when they are not of an allowed kind.

    `media_type` is known once the first chunk has passed. Raises Refused (`upload.type_not_allowed`,
    `upload.type_mismatch`, `input.empty`).
    """

    def __init__(self, chunks: Iterable[bytes], declared_type: str, name: str) -> None:
        self._chunks = chunks
        self._declared = declared_type.partition(";")[0].strip().lower()
        self._name = name
        self.media_type = ""

    def __iter__(self) -> Iterator[bytes]:
        held = b""
        for chunk in self._chunks:
            if self.media_type:
                yield chunk
                continue
            held += chunk
            if len(held) >= HEAD_BYTES:
                yield self._checked(held)
        if not self.media_type:
            yield self._checked(held)

    def _checked(self, head: bytes) -> bytes:
        if not head:
            raise Refused("input.empty", "This file is empty.", self._name_for_people)
        self.media_type = identify(head[:HEAD_BYTES], self._name)
        if self._declared.startswith(("image/", "video/", "application/pdf")):
            self._require_agreement()
        return head

    def _require_agreement(self) -> None:
        if self._declared.partition("/")[0] != self.media_type.partition("/")[0]:
            raise Refused(
                "upload.type_mismatch",
                f"This file says it is {self._declared[:40]}, but its content is not.",
                self._name_for_people,
            )

    @property
    def _name_for_people(self) -> str:
        return display_name(self._name)


def identify(head: bytes, name: str) -> str:
    """The media type of a file that begins with `head`; the name decides only among plain texts and office files.

    Raises Refused: `upload.type_mismatch` for a known extension over other content,
    `upload.type_not_allowed` for every other kind.
    """
    extension = name.rpartition(".")[2].lower()
    by_content = _by_magic(head) or _office(head, extension) or _text(head, extension)
    if by_content is None and head[4:8] == b"ftyp":
        raise Refused("upload.type_not_allowed", HEIC_ADVICE, display_name(name))
    if by_content is None:
        if extension in _IMAGE_EXTENSIONS:
            raise Refused(
                "upload.type_mismatch",
                "The content of this file is not what its name says.",
                display_name(name),
            )
        raise Refused(
            "upload.type_not_allowed",
            KINDS,
            display_name(name),
        )
    return by_content


def refuse_by_name(name: str) -> None:
    """Before a byte is sent: what its name says it is, where no file of that kind is taken.

    Raises Refused (`upload.type_not_allowed`).
    """
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension in _HEIC_EXTENSIONS:
        raise Refused("upload.type_not_allowed", HEIC_ADVICE, display_name(name))
    if extension in _NEVER:
        raise Refused("upload.type_not_allowed", KINDS, display_name(name))


def display_name(name: str) -> str:
    """The last part of a file's name, without control characters, as text to show."""
    last = re.split(r"[\\/]", name)[-1]
    printable = "".join(character for character in last if character.isprintable()).strip()
    return printable[-_MAX_NAME_CHARACTERS:] or "file"


_IMAGE_EXTENSIONS = frozenset({"png", "jpg", "jpeg", "webp", "pdf", "mp4", "mov", "webm"})


def _by_magic(head: bytes) -> str | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:64]:
        return "video/webm"
    if head.startswith(b"ID3") or head[:2] in (b"\xff\xfb", b"\xff\xf3"):
        return "audio/mpeg"
    return _iso_media(head)


def _iso_media(head: bytes) -> str | None:
    if head[4:8] != b"ftyp" or head[8:12] in _HEIC_BRANDS:
        return None
    return {b"qt  ": "video/quicktime", b"M4A ": "audio/mp4"}.get(head[8:12], "video/mp4")


def _office(head: bytes, extension: str) -> str | None:
    return OFFICE.get(extension) if head.startswith(b"PK\x03\x04") else None


def _text(head: bytes, extension: str) -> str | None:
    if extension not in TEXT or b"\x00" in head or _ACTIVE.search(head):
        return None
    try:
        head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return None
    return TEXT[extension]
