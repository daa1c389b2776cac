"""Pictures lose places, times and names, and keep what is seen (UPL-13); giants are refused (UPL-07)."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.domain.photographs import MAX_PIXELS, without_metadata
from issuer.errors import Refused, Unprocessable

SECRET = b"GPS 51.4778 N 0.0015 W Ms Whitfield 2026-03-01"


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*between: bytes, side: int = 2, after: bytes = b"") -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    pixels = png_chunk(b"IDAT", zlib.compress(bytes(side * (side + 1)) if side < 100 else b""))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(between) + pixels + png_chunk(b"IEND", b"") + after


def segment(kind: int, body: bytes) -> bytes:
    return bytes((0xFF, kind)) + struct.pack(">H", len(body) + 2) + body


FRAME = segment(0xC0, b"\x08" + struct.pack(">HH", 3, 4) + b"\x01\x01\x11\x00")
SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56\xff\xff"
JFIF = segment(0xE0, b"JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00")
ICC = segment(0xE2, b"ICC_PROFILE\x00\x01\x01colours")


def jpeg(*between: bytes, frame: bytes = FRAME, after: bytes = b"") -> bytes:
    return b"\xff\xd8" + JFIF + b"".join(between) + segment(0xDB, bytes(65)) + frame + SCAN + b"\xff\xd9" + after


def webp_chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\x00" * (len(data) % 2)


def webp(*parts: bytes) -> bytes:
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def canvas(flags: int, width: int = 4, height: int = 3) -> bytes:
    data = bytes((flags, 0, 0, 0)) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return webp_chunk(b"VP8X", data)


LOSSY = webp_chunk(b"VP8 ", bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", 4, 3) + b"pixels")
LOSSLESS = webp_chunk(b"VP8L", b"\x2f" + struct.pack("<I", 3 | 2 << 14) + b"pixels!")

CLEANED = {
    "png exif": ("image/png", png(png_chunk(b"eXIf", SECRET)), png()),
    "png texts": ("image/png", png(*(png_chunk(k, b"k\x00" + SECRET) for k in (b"tEXt", b"zTXt", b"iTXt"))), png()),
    "png time": ("image/png", png(png_chunk(b"tIME", b"\x07\xea\x03\x01\x00\x00\x00")), png()),
    "png after its end": ("image/png", png(after=SECRET), png()),
    "png with colours": ("image/png", *[png(png_chunk(b"gAMA", b"\x00\x00\xb1\x8f"))] * 2),
    "jpeg exif": ("image/jpeg", jpeg(segment(0xE1, b"Exif\x00\x00" + SECRET)), jpeg()),
    "jpeg xmp": ("image/jpeg", jpeg(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + SECRET)), jpeg()),
    "jpeg iptc": ("image/jpeg", jpeg(segment(0xED, b"Photoshop 3.0\x00" + SECRET)), jpeg()),
    "jpeg comment": ("image/jpeg", jpeg(segment(0xFE, SECRET)), jpeg()),
    "jpeg second picture": ("image/jpeg", jpeg(segment(0xE2, b"MPF\x00" + SECRET), after=jpeg() + SECRET), jpeg()),
    "jpeg unknown application": ("image/jpeg", jpeg(segment(0xE5, SECRET)), jpeg()),
    "jpeg exif named as jfif": ("image/jpeg", jpeg(segment(0xE0, b"Exif\x00" + SECRET)), jpeg()),
    "jpeg colours": ("image/jpeg", *[jpeg(ICC, segment(0xEE, b"Adobe\x00d"))] * 2),
    "jpeg of two scans": (
        "image/jpeg",
        jpeg().removesuffix(b"\xff\xd9") + segment(0xFE, SECRET) + SCAN + b"\xff\xd9",
        jpeg().removesuffix(b"\xff\xd9") + SCAN + b"\xff\xd9",
    ),
    "webp": (
        "image/webp",
        webp(canvas(0x3C), LOSSY, webp_chunk(b"EXIF", SECRET), webp_chunk(b"XMP ", SECRET + b"!")),
        webp(
            canvas(0x30), LOSSY, webp_chunk(b"JUNK", bytes(len(SECRET))), webp_chunk(b"JUNK", bytes(len(SECRET) + 1))
        ),
    ),
    "webp simple": ("image/webp", *[webp(LOSSY)] * 2),
    "webp lossless": ("image/webp", *[webp(LOSSLESS)] * 2),
    "pdf": ("application/pdf", *[b"%PDF-1.7 " + SECRET] * 2),
}  # fmt: skip


@pytest.mark.parametrize("case", CLEANED)
def test_upl_13_what_cameras_write_is_gone_and_the_picture_stays(case):
    media_type, sent, kept = CLEANED[case]
    assert b"".join(without_metadata(media_type, [sent])) == kept
    assert SECRET not in kept or media_type == "application/pdf"
    assert b"".join(without_metadata(media_type, [kept])) == kept


@pytest.mark.parametrize("case", CLEANED)
def test_it_does_not_matter_how_the_bytes_arrive(case):
    media_type, sent, kept = CLEANED[case]
    assert b"".join(without_metadata(media_type, [bytes((one,)) for one in sent])) == kept
    for size in (2, 3, 7, 64):
        pieces = [sent[start : start + size] for start in range(0, len(sent), size)]
        assert b"".join(without_metadata(media_type, [b"", *pieces, b""])) == kept


WIDE = 5_001
GIANTS = {
    "png": ("image/png", png(side=WIDE)),
    "png claimed": ("image/png", png(side=2**31 - 1)),
    "jpeg": ("image/jpeg", jpeg(frame=segment(0xC2, b"\x08" + struct.pack(">HH", WIDE, WIDE) + b"\x01\x01\x11\x00"))),
    "webp": ("image/webp", webp(canvas(0, WIDE, WIDE), LOSSY)),
    "webp lossy": ("image/webp", webp(webp_chunk(b"VP8 ", bytes(6) + struct.pack("<HH", WIDE, WIDE)))),
    "webp lossless": ("image/webp", webp(webp_chunk(b"VP8L", b"\x2f" + struct.pack("<I", 8000 | 8000 << 14)))),
}


@pytest.mark.parametrize("case", GIANTS)
def test_upl_07_a_picture_of_too_many_pixels_is_refused_by_its_header(case):
    media_type, sent = GIANTS[case]
    with pytest.raises(Unprocessable) as refused:
        list(without_metadata(media_type, [sent]))
    assert refused.value.code == "upload.image_dimensions"


def test_a_picture_of_just_so_many_pixels_passes():
    sent = png(side=5_000)
    assert MAX_PIXELS == 5_000 * 5_000
    assert b"".join(without_metadata("image/png", [sent])) == sent


BROKEN = {
    "png without header": ("image/png", b"\x89PNG\r\n\x1a\n" + png_chunk(b"IDAT", b"x" * 20)),
    "png cut off": ("image/png", png()[:-6]),
    "png of nonsense": ("image/png", png(b"\x00\x00\x00\x00\x01\x02\x03\x04" + bytes(4))),
    "png chunk beyond the end": ("image/png", png()[:33] + b"\x7f\xff\xff\xffIDATxx"),
    "jpeg cut off in a segment": ("image/jpeg", jpeg()[:30]),
    "jpeg of nonsense": ("image/jpeg", b"\xff\xd8\xff\xe0\x00\x04ab" + b"nonsense"),
    "webp cut off": ("image/webp", webp(LOSSY)[:-4]),
    "webp with half a header": ("image/webp", webp(b"VP8X\x0a\x00\x00\x00ab")),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_damaged_picture_is_refused(case):
    media_type, sent = BROKEN[case]
    with pytest.raises(Refused) as refused:
        list(without_metadata(media_type, [sent]))
    assert refused.value.code == "upload.type_mismatch"


def test_a_jpeg_that_lost_its_end_is_kept_as_far_as_it_goes():
    cut = jpeg().removesuffix(b"\xff\xd9")
    assert b"".join(without_metadata("image/jpeg", [cut])) == cut.removesuffix(b"\xff")


@given(
    media_type=st.sampled_from(["image/png", "image/jpeg", "image/webp"]),
    place=st.integers(0, 200), change=st.binary(max_size=12), cut=st.integers(0, 200),
)  # fmt: skip
def test_any_bytes_are_cleaned_or_refused_and_nothing_is_added(code_of, media_type, place, change, cut):
    whole = {"image/png": png(), "image/jpeg": jpeg(ICC), "image/webp": webp(canvas(0x3C), LOSSY)}[media_type]
    sent = (whole[:place] + change + whole[place:])[: len(whole) + len(change) - cut]

    def clean() -> None:
        assert len(b"".join(without_metadata(media_type, [sent]))) <= len(sent)

    assert code_of(clean) in ("", "upload.type_mismatch", "upload.image_dimensions")
