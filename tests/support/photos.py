"""Files as teachers attach them, made for tests: photographs as cameras write them, office documents."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image

SECRET = b"Whitfield Elementary"
GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F
TURNED_RIGHT = 6


def photo(kind: str = "JPEG", size: tuple[int, int] = (6, 4), **more: object) -> bytes:
    """A picture, red on its left half and blue on the right; JPEG and WebP with place, maker and orientation."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[MAKER] = SECRET.decode()
    exif[ORIENTATION] = TURNED_RIGHT
    exif.get_ifd(GPS)[1] = "N"
    written = io.BytesIO()
    picture.save(written, kind, exif=exif, **{"quality": 95, **more})
    return written.getvalue()


def opened(stored: bytes) -> Image.Image:
    """The picture, decoded."""
    picture = Image.open(io.BytesIO(stored))
    picture.load()
    return picture


def moving(kind: str) -> bytes:
    """A picture of two frames."""
    written = io.BytesIO()
    first, second = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (8, 8), "blue")
    first.save(written, kind, save_all=True, append_images=[second], duration=100)
    return written.getvalue()


def flood(side: int) -> bytes:
    """A small file that says it is a picture of that many pixels a side."""
    header = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


def zipped(members: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return written.getvalue()


def office(members: Mapping[str, bytes]) -> bytes:
    """A text document of an office program, with these members."""
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:p/>", **members})
