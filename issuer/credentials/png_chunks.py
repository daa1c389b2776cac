"""The chunks of a PNG file, walked without decoding a pixel.

PNG (third edition) §5: signature, then chunks of length, type, data and CRC, from IHDR to IEND. Everything a
chunk claims is held against the file before it is used.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from issuer.errors import Refused

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_IMAGE_BYTES = 10 * 1024 * 1024
MAX_CHUNKS = 4_096
MAX_PIXELS = 25_000_000

_HEADER_BYTES = 8
_CRC_BYTES = 4
_IHDR_BYTES = 13


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk. kind: its four letters. data: without length, type and CRC. start, end: its place in the file."""

    kind: bytes
    data: bytes
    start: int
    end: int


def read_chunks(image: bytes) -> list[Chunk]:
    """Every chunk of a whole and undamaged PNG, IHDR first and IEND last.

    Raises Refused: ``image.too_large`` (over MAX_IMAGE_BYTES), ``image.malformed`` (no PNG, or chunks that
    cannot be), ``image.truncated``, ``image.trailing_data``, ``image.crc``, ``image.dimensions`` (no pixels, or
    over MAX_PIXELS), ``image.too_many_chunks``.
    """
    if len(image) > MAX_IMAGE_BYTES:
        raise Refused("image.too_large", "The image is larger than this service reads.")
    if not image.startswith(SIGNATURE):
        raise Refused("image.malformed", "The file is not a PNG image.")
    chunks: list[Chunk] = []
    for chunk in _walk(image):
        if not chunks:
            _check_header(chunk)
        elif chunk.kind == b"IHDR" or (chunk.kind == b"IEND" and chunk.data):
            raise Refused("image.malformed", "The image begins or ends twice.", f"byte {chunk.start}")
        chunks.append(chunk)
        if len(chunks) > MAX_CHUNKS:
            raise Refused("image.too_many_chunks", "The image consists of more pieces than this service reads.")
    return chunks


def encode_chunk(kind: bytes, data: bytes) -> bytes:
    """The bytes of one chunk: length, type, data, CRC."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))


def _walk(image: bytes) -> Iterator[Chunk]:
    position = len(SIGNATURE)
    while True:
        chunk = _chunk_at(image, position)
        yield chunk
        position = chunk.end
        if chunk.kind == b"IEND":
            break
    if position != len(image):
        raise Refused("image.trailing_data", "Something follows the end of the image.", f"byte {position}")


def _chunk_at(image: bytes, start: int) -> Chunk:
    where = f"byte {start}"
    if start + _HEADER_BYTES > len(image):
        raise Refused("image.truncated", "The image ends before it is complete.", where)
    length, kind = struct.unpack_from(">I4s", image, start)
    if length > MAX_IMAGE_BYTES or not (kind.isalpha() and kind.isascii()):
        raise Refused("image.malformed", "The image has a piece that no PNG can have.", where)
    data_end = start + _HEADER_BYTES + length
    if data_end + _CRC_BYTES > len(image):
        raise Refused("image.truncated", "The image ends before it is complete.", where)
    data = image[start + _HEADER_BYTES : data_end]
    (stated,) = struct.unpack_from(">I", image, data_end)
    if stated != zlib.crc32(data, zlib.crc32(kind)):
        raise Refused("image.crc", "The image is damaged: a checksum does not match.", where)
    return Chunk(kind, data, start, data_end + _CRC_BYTES)


def _check_header(chunk: Chunk) -> None:
    if chunk.kind != b"IHDR" or len(chunk.data) != _IHDR_BYTES:
        raise Refused("image.malformed", "The image does not begin with a PNG header.", f"byte {chunk.start}")
    width_px, height_px = struct.unpack_from(">II", chunk.data)
    if not 0 < width_px * height_px <= MAX_PIXELS:
        raise Refused(
            "image.dimensions", f"An image of {width_px} × {height_px} pixels is not read.", f"byte {chunk.start}"
        )
