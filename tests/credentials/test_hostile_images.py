"""Baked images that are hostile, damaged or odd: the IMG group of the attack cases.

Builders make each file from its parts, so that every hostile case has exactly one defect.
"""

from __future__ import annotations

import struct
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.credentials import baking_png, baking_svg
from issuer.credentials.png_chunks import MAX_CHUNKS, SIGNATURE, encode_chunk
from issuer.errors import Invalid, IssuerError, Refused

TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJkaWQ6d2ViOmlzc3Vlci50ZXN0In0.c2lnbmF0dXJl"
JSON = '{"name":"Çа va ]]> & <b/>","proof":{"proofValue":"z5x9"}}'
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"


def header(width_px: int = 1, height_px: int = 1) -> bytes:
    return encode_chunk(b"IHDR", struct.pack(">IIBBBBB", width_px, height_px, 8, 0, 0, 0, 0))


PIXELS = encode_chunk(b"IDAT", zlib.compress(b"\0\0"))
END = encode_chunk(b"IEND", b"")


def png(*middle: bytes, head: bytes = header(), end: bytes = END) -> bytes:
    return b"".join((SIGNATURE, head, *middle, PIXELS, end))


def itxt(text: bytes, keyword: bytes = b"openbadgecredential", flags: bytes = b"\0\0") -> bytes:
    return encode_chunk(b"iTXt", keyword + b"\0" + flags + b"\0\0" + text)


def svg(body: str, attributes: str = f' xmlns:openbadges="{NAMESPACE}"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg"{attributes}>{body}<rect width="1"/></svg>'.encode()


def verify(token: str, body: str = "") -> str:
    return f'<openbadges:credential verify="{token}">{body}</openbadges:credential>'


@cache
def bomb() -> bytes:
    """A chunk of about 200 KB that inflates to 200 MiB."""
    deflater = zlib.compressobj(9)
    block = bytes(1 << 20)
    compressed = b"".join(deflater.compress(block) for _ in range(200)) + deflater.flush()
    return png(itxt(compressed, flags=b"\1\0"))


def with_length(length: int) -> bytes:
    good = itxt(TOKEN.encode())
    return png(struct.pack(">I", length) + good[4:])


BAKED = png(itxt(TOKEN.encode()))
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@dataclass(frozen=True)
class Case:
    id: str
    read: Callable[[bytes], str]
    image: Callable[[], bytes]
    kind: type[IssuerError]
    code: str
    max_ms: int = 500

    def outcome(self) -> tuple[type[IssuerError], str]:
        try:
            self.read(self.image())
        except IssuerError as error:
            return type(error), error.code
        pytest.fail(f"{self.id}: read without an error")


P, S, R, I = baking_png.extract, baking_svg.extract, Refused, Invalid  # noqa: E741  the table's columns are narrow
CASES = [
    Case("IMG-03", P, bomb, R, "image.too_large", 300),
    Case("IMG-03-small", P, lambda: png(itxt(zlib.compress(TOKEN.encode()), flags=b"\1\0")), I, "image.compressed"),
    Case("IMG-03-no-zlib", P, lambda: png(itxt(b"no zlib", flags=b"\1\0")), I, "image.compressed"),
    Case("IMG-03-plain", P, lambda: png(itxt(b"x" * 262_145)), R, "image.too_large"),
    Case("IMG-05-inside-itxt", P, lambda: BAKED[:90], R, "image.truncated"),
    Case("IMG-05-before-iend", P, lambda: BAKED[: -len(END)], R, "image.truncated"),
    Case("IMG-05-inside-iend", P, lambda: BAKED[:-1], R, "image.truncated"),
    Case("IMG-05-signature-only", P, lambda: SIGNATURE, R, "image.truncated"),
    Case("IMG-06", P, lambda: png() + itxt(TOKEN.encode()), R, "image.trailing_data"),
    Case("IMG-06-one-byte", P, lambda: BAKED + b"\0", R, "image.trailing_data"),
    Case("IMG-07-7fffffff", P, lambda: with_length(0x7FFFFFFF), R, "image.malformed"),
    Case("IMG-07-ffffffff", P, lambda: with_length(0xFFFFFFFF), R, "image.malformed"),
    Case("IMG-09-large", P, lambda: png(itxt(b"{}"), head=header(30_000, 30_000)), R, "image.dimensions"),
    Case("IMG-09-zero", P, lambda: png(itxt(b"{}"), head=header(0, 0)), R, "image.dimensions"),
    Case("IMG-09-no-width", P, lambda: png(itxt(b"{}"), head=header(0, 5)), R, "image.dimensions"),
    # IMG-12: the right keyword in the wrong kind of chunk
    Case(
        "IMG-12-text",
        P,
        lambda: png(encode_chunk(b"tEXt", b"openbadgecredential\0" + TOKEN.encode())),
        I,
        "image.no_credential",
    ),
    Case(
        "IMG-12-ztxt",
        P,
        lambda: png(encode_chunk(b"zTXt", b"openbadgecredential\0\0" + zlib.compress(TOKEN.encode()))),
        I,
        "image.no_credential",
    ),
    Case("IMG-12-apng", P, lambda: png(encode_chunk(b"acTL", struct.pack(">II", 1, 0))), I, "image.no_credential"),
    Case("IMG-12-other-case", P, lambda: png(itxt(TOKEN.encode(), b"OpenBadgeCredential")), I, "image.no_credential"),
    Case(
        "IMG-14-laughs",
        S,
        lambda: f"<!DOCTYPE svg [<!ENTITY l0 'lol'>{LAUGHS}]>".encode() + svg("&l9;"),
        R,
        "image.xml_dtd",
        100,
    ),
    Case(
        "IMG-14-quadratic",
        S,
        lambda: f"<!DOCTYPE svg [<!ENTITY a '{'a' * 50_000}'>]>".encode() + svg("&a;" * 2_000),
        R,
        "image.xml_dtd",
        100,
    ),
    Case(
        "IMG-14-external",
        S,
        lambda: b'<!DOCTYPE svg SYSTEM "file:///etc/passwd">' + svg(verify(TOKEN)),
        R,
        "image.xml_dtd",
        100,
    ),
    Case("IMG-16", S, lambda: svg("<g>" * 20_000 + "</g>" * 20_000), R, "image.malformed", 200),
    Case("IMG-17", S, lambda: svg(verify(TOKEN) + verify(TOKEN + "x")), I, "image.multiple_credentials"),
    Case(
        "IMG-17-far-apart", S, lambda: svg(verify(TOKEN) + f"<g>{verify(TOKEN)}</g>"), I, "image.multiple_credentials"
    ),
    Case("IMG-17-png", P, lambda: png(itxt(TOKEN.encode()), itxt(b"{}")), I, "image.multiple_credentials"),
    Case(
        "IMG-18-foreign",
        S,
        lambda: svg(verify(TOKEN), ' xmlns:openbadges="https://evil.test/"'),
        I,
        "image.no_credential",
    ),
    Case("IMG-18-none", S, lambda: svg(f'<credential xmlns="" verify="{TOKEN}"/>'), I, "image.no_credential"),
    Case("IMG-18-slash", S, lambda: svg(verify(TOKEN), f' xmlns:openbadges="{NAMESPACE}/"'), I, "image.no_credential"),
    Case(
        "IMG-19",
        S,
        lambda: svg(verify(TOKEN, f"<![CDATA[{JSON}]]>".replace("]]> &", "&"))),
        I,
        "image.multiple_credentials",
    ),
    Case("png-damaged", P, lambda: BAKED.replace(b"eyJhbGci", b"eyJhbGcj"), R, "image.crc"),
    Case(
        "png-many-chunks", P, lambda: png(encode_chunk(b"tEXt", b"a\0") * (MAX_CHUNKS + 1)), R, "image.too_many_chunks"
    ),
    Case("png-too-large", P, lambda: png(encode_chunk(b"tEXt", bytes(11 << 20))), R, "image.too_large"),
    Case("png-no-header-first", P, lambda: png(head=PIXELS), R, "image.malformed"),
    Case("png-chunk-name", P, lambda: png(encode_chunk(b"a1b2", b"")), R, "image.malformed"),
    Case("png-jpeg", P, lambda: b"\xff\xd8\xff\xe0", R, "image.malformed"),
    Case("png-itxt-cut", P, lambda: png(encode_chunk(b"iTXt", b"openbadgecredential\0\0")), R, "image.malformed"),
    Case("png-itxt-flag", P, lambda: png(itxt(TOKEN.encode(), flags=b"\2\0")), R, "image.malformed"),
    Case("png-not-utf8", P, lambda: png(itxt(b'{"a":"\xff"}')), R, "input.not_utf8"),
    Case("png-empty-text", P, lambda: png(itxt(b"")), I, "image.no_credential"),
    Case("svg-empty", S, lambda: b"", R, "image.malformed"),
    Case("svg-html", S, lambda: b"<html><body/></html>", R, "image.malformed"),
    Case("svg-no-namespace", S, lambda: b"<svg/>", R, "image.malformed"),
    Case("svg-cut", S, lambda: svg(verify(TOKEN))[:-3], R, "image.malformed"),
    Case("svg-trailing", S, lambda: svg(verify(TOKEN)) + b"<x/>", R, "image.malformed"),
    Case("svg-not-utf8", S, lambda: svg(verify(TOKEN)).decode().encode("utf-16"), R, "input.not_utf8"),
    Case("svg-too-large", S, lambda: svg(" " * (3 << 20)), R, "image.too_large"),
    Case("svg-many-elements", S, lambda: svg("<g/>" * 50_001), R, "image.too_large"),
    Case("svg-large-credential", S, lambda: svg(verify("x" * 262_145)), R, "image.too_large"),
    Case("svg-elements-inside", S, lambda: svg(verify("", "{<b/>}")), R, "image.malformed"),
    Case("svg-empty-credential", S, lambda: svg(verify(" ", "\n ")), I, "image.no_credential"),
    Case("svg-undefined-entity", S, lambda: svg(verify("", "&nbsp;")), R, "image.malformed"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_hostile_image(case: Case) -> None:
    case.image()
    begin = time.thread_time()
    assert case.outcome() == (case.kind, case.code)
    assert (time.thread_time() - begin) * 1000 < case.max_ms


def test_hostile_images_get_the_same_answer_from_eight_threads() -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(Case.outcome, CASES * 3))
    assert answers == [(case.kind, case.code) for case in CASES] * 3


def test_img_09_the_file_of_the_largest_picture_is_small_and_its_pixels_are_never_unpacked() -> None:
    image = png(itxt(TOKEN.encode()), head=header(5_000, 5_000))
    assert len(image) < 300
    assert baking_png.extract(image) == TOKEN


@pytest.mark.parametrize("keyword", ["openbadges", "clrcredential"])
def test_another_kind_of_credential_is_named(keyword: str) -> None:
    with pytest.raises(Invalid) as caught:
        baking_png.extract(png(itxt(TOKEN.encode(), keyword.encode())))
    assert (caught.value.code, caught.value.where) == ("image.no_credential", keyword)


def test_an_open_badges_2_assertion_in_an_svg_is_named() -> None:
    assertion = f'<openbadges:assertion verify="{TOKEN}"/>'
    with pytest.raises(Invalid) as caught:
        baking_svg.extract(svg(assertion, ' xmlns:openbadges="http://openbadges.org"'))
    assert (caught.value.code, caught.value.where) == ("image.no_credential", "openbadges")


def read_or_typed_error(read: Callable[[bytes], str], image: bytes) -> str:
    try:
        return f"text {len(read(image))}"
    except (Refused, Invalid) as error:
        return error.code


PIECES = st.one_of(
    st.binary(max_size=40).map(itxt),
    st.builds(itxt, st.binary(max_size=20), st.binary(max_size=20), st.binary(min_size=2, max_size=2)),
    st.builds(encode_chunk, st.sampled_from([b"tEXt", b"iTXt", b"zTXt", b"IEND", b"IHDR"]), st.binary(max_size=30)),
    st.binary(max_size=30),
)


@settings(max_examples=300, deadline=None)
@given(image=st.one_of(st.binary(max_size=200), st.binary(max_size=200).map(SIGNATURE.__add__),
                       st.lists(PIECES, max_size=4).map(lambda pieces: png(*pieces))))  # fmt: skip
def test_any_bytes_as_png_end_in_text_or_a_typed_error(image: bytes) -> None:
    assert read_or_typed_error(baking_png.extract, image).startswith(("text ", "image.", "input.not_utf8"))


@settings(max_examples=300, deadline=None)
@given(
    body=st.text(alphabet='<>/!&;"= []-?verifyopnbadgs:cCDATA\0é', max_size=60),
    raw=st.binary(max_size=60),
    whole=st.booleans(),
)
def test_any_bytes_as_svg_end_in_text_or_a_typed_error(body: str, raw: bytes, whole: bool) -> None:
    image = svg(body) if whole else raw
    assert read_or_typed_error(baking_svg.extract, image).startswith(("text ", "image.", "input.not_utf8"))


@settings(max_examples=150, deadline=None)
@given(position=st.integers(0, len(BAKED) - 1), byte=st.integers(0, 255))
def test_one_changed_byte_of_a_png_never_gives_another_credential(position: int, byte: int) -> None:
    changed = BAKED[:position] + bytes([byte]) + BAKED[position + 1 :]
    assert read_or_typed_error(baking_png.extract, changed) in {
        f"text {len(TOKEN)}", "image.crc", "image.malformed", "image.truncated",
    }  # fmt: skip
