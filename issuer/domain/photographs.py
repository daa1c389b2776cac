"""Pictures without what cameras write beside them: places, times, names, serial numbers, thumbnails.

Works on a stream, segment by segment, and never decodes a picture. Its size in pixels is read from the
header, so that nobody is handed one that would fill a browser's memory. Sources: JPEG (ITU T.81 Annex B),
PNG 3rd edition §5, WebP container (RFC 9649 §2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from issuer.errors import Refused, Unprocessable

MAX_PIXELS = 25_000_000

_PNG_DROPPED = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_JPEG_APPLICATION = range(0xE0, 0xF0)
_JPEG_KEPT = {0xE0: (b"JFIF\x00", b"JFXX\x00"), 0xE2: (b"ICC_PROFILE\x00",), 0xEE: (b"Adobe",)}
_JPEG_COMMENT, _JPEG_SCAN, _JPEG_END = 0xFE, 0xDA, 0xD9
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_WEBP_HAS_EXIF_OR_XMP = 0x08 | 0x04


def without_metadata(media_type: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The file's bytes; of a JPEG, PNG or WebP those that make the picture, and nothing after its end.

    Raises Refused (`upload.type_mismatch`) for a picture that is no such picture inside, Unprocessable
    (`upload.image_dimensions`) for one of more than `MAX_PIXELS`.
    """
    walk = _WALKS.get(media_type)
    return iter(chunks) if walk is None else walk(_Source(chunks))


class _Source:
    """Bytes taken from a stream as they are needed."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._held = b""

    def take(self, size: int) -> bytes:
        """Exactly so many bytes. Raises Refused at an early end."""
        while len(self._held) < size and self._more():
            pass
        if len(self._held) < size:
            raise damaged()
        taken, self._held = self._held[:size], self._held[size:]
        return taken

    def pass_on(self, size: int) -> Iterator[bytes]:
        """So many bytes, as they come. Raises Refused at an early end."""
        while size:
            if not self._held and not self._more():
                raise damaged()
            piece, self._held = self._held[:size], self._held[size:]
            size -= len(piece)
            yield piece

    def skip(self, size: int) -> None:
        for _ in self.pass_on(size):
            pass

    def scan(self) -> Iterator[bytes]:
        """Coded picture data of a JPEG up to the next marker, which is left; all of it when none follows."""
        while True:
            found = _NEXT_MARKER.search(self._held)
            end = found.start() if found else len(self._held) - self._held.endswith(b"\xff")
            if end:
                yield self._held[:end]
                self._held = self._held[end:]
            if found:
                return
            if not self._more():
                self._held = b""
                return

    def at_end(self) -> bool:
        return not self._held and not self._more()

    def drain(self) -> None:
        """Read what is left and forget it."""
        self._held = b""
        for _ in self._chunks:
            pass

    def _more(self) -> bool:
        for chunk in self._chunks:
            if chunk:
                self._held += chunk
                return True
        return False


def _png(source: _Source) -> Iterator[bytes]:
    yield source.take(8)
    head, data = source.take(8), source.take(13)
    if head != b"\x00\x00\x00\x0dIHDR":
        raise damaged()
    _require_pixels(int.from_bytes(data[:4]), int.from_bytes(data[4:8]))
    yield head + data + source.take(4)
    kind = b""
    while kind != b"IEND":
        head = source.take(8)
        size, kind = int.from_bytes(head[:4]), head[4:]
        if not kind.isalpha():
            raise damaged()
        if kind in _PNG_DROPPED:
            source.skip(size + 4)
            continue
        yield head
        yield from source.pass_on(size + 4)
    source.drain()


def _jpeg(source: _Source) -> Iterator[bytes]:
    yield source.take(2)
    while not source.at_end():
        kind = _jpeg_marker(source)
        marker = bytes((0xFF, kind))
        if kind == _JPEG_END:
            yield marker
            break
        if kind in _JPEG_ALONE:
            yield marker
            continue
        size = source.take(2)
        body = source.take(max(0, int.from_bytes(size) - 2))
        if kind in _JPEG_FRAMES:
            _require_pixels(int.from_bytes(body[3:5]), int.from_bytes(body[1:3]))
        if _is_kept(kind, body):
            yield marker + size + body
        if kind == _JPEG_SCAN:
            yield from source.scan()
    source.drain()


def _jpeg_marker(source: _Source) -> int:
    if source.take(1) != b"\xff":
        raise damaged()
    kind = 0xFF
    while kind == 0xFF:
        kind = source.take(1)[0]
    if kind == 0x00:
        raise damaged()
    return kind


def _is_kept(kind: int, body: bytes) -> bool:
    if kind in _JPEG_APPLICATION:
        return body.startswith(_JPEG_KEPT.get(kind, ()))
    return kind != _JPEG_COMMENT


def _webp(source: _Source) -> Iterator[bytes]:
    """What is removed is overwritten, so that the sizes written before it stay true."""
    yield source.take(12)
    while not source.at_end():
        head = source.take(8)
        kind, size = head[:4], int.from_bytes(head[4:], "little")
        if kind in (b"EXIF", b"XMP "):
            yield b"JUNK" + head[4:]
            yield from (bytes(len(piece)) for piece in source.pass_on(size))
        elif kind in _WEBP_HEADERS:
            length, pixels = _WEBP_HEADERS[kind]
            data = source.take(length)
            _require_pixels(*pixels(data))
            yield head + (bytes((data[0] & ~_WEBP_HAS_EXIF_OR_XMP,)) + data[1:] if kind == b"VP8X" else data)
            yield from source.pass_on(max(0, size - length))
        else:
            yield head
            yield from source.pass_on(size)
        if size % 2 and not source.at_end():
            yield source.take(1)


def _canvas(data: bytes) -> tuple[int, int]:
    return 1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")


def _lossy(data: bytes) -> tuple[int, int]:
    return int.from_bytes(data[6:8], "little") & 0x3FFF, int.from_bytes(data[8:10], "little") & 0x3FFF


def _lossless(data: bytes) -> tuple[int, int]:
    bits = int.from_bytes(data[1:5], "little")
    return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)


_WEBP_HEADERS: Mapping[bytes, tuple[int, Callable[[bytes], tuple[int, int]]]] = {
    b"VP8X": (10, _canvas),
    b"VP8 ": (10, _lossy),
    b"VP8L": (5, _lossless),
}
_WALKS: Mapping[str, Callable[[_Source], Iterator[bytes]]] = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
}


def _require_pixels(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise too_many_pixels()


def too_many_pixels() -> Unprocessable:
    """The refusal of a picture with more than `MAX_PIXELS`."""
    return Unprocessable("upload.image_dimensions", "A picture has at most 25 million pixels. Make it smaller.")


def damaged() -> Refused:
    """The refusal of a picture that is not whole."""
    return Refused("upload.type_mismatch", "This picture is damaged or cut off.")
