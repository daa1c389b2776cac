"""Baking: what goes in comes out, other bytes stay, and another implementation agrees."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib import baking as other

from issuer.credentials import baking_png, baking_svg
from issuer.credentials.png_chunks import SIGNATURE, encode_chunk
from issuer.errors import Refused

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


@pytest.mark.parametrize("text", [TOKEN, JSON])
def test_pos_14_a_png_with_other_text_around_the_credential(text: str) -> None:
    others = itxt(b"hello", b"Title"), encode_chunk(b"tEXt", b"Author\0me"), encode_chunk(b"eXIf", b"MM\0*")
    assert baking_png.extract(png(*others, itxt(text.encode()), others[0])) == text


def test_pos_15_an_svg_with_a_token_and_one_with_json() -> None:
    body = f"\n <![CDATA[{JSON.replace(']]>', ']]]]><![CDATA[>')}]]>\n"
    assert baking_svg.extract(svg(verify(TOKEN))) == TOKEN
    assert baking_svg.extract(svg(f"<openbadges:credential>{body}</openbadges:credential>")) == JSON
    assert baking_svg.extract(b"\xef\xbb\xbf" + svg(f'<o:credential xmlns:o="{NAMESPACE}" verify="{TOKEN}"/>')) == TOKEN


@pytest.mark.parametrize("text", [TOKEN, JSON])
def test_baking_a_png_adds_one_chunk_and_keeps_every_other_byte(text: str) -> None:
    plain = png(encode_chunk(b"tEXt", b"Author\0me"))
    baked = baking_png.bake(plain, text)
    assert baked.replace(itxt(text.encode()), b"") == plain
    assert baking_png.extract(baked) == text


def test_baking_a_png_again_replaces_the_credential() -> None:
    twice = png(itxt(b"{}"), itxt(b"{}"), encode_chunk(b"tEXt", b"Author\0me"))
    assert baking_png.bake(baking_png.bake(twice, JSON), TOKEN) == baking_png.bake(
        png(encode_chunk(b"tEXt", b"Author\0me")), TOKEN
    )


ART = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- a <svg> in a comment > -->
<svg xmlns="http://www.w3.org/2000/svg"
     viewBox='0 0 10 10' aria-label="a > b">
  <path d="M0 0" />
</svg>
<!-- end -->
"""


@pytest.mark.parametrize("text", [TOKEN, JSON])
def test_baking_an_svg_follows_the_root_tag_and_keeps_every_other_byte(text: str) -> None:
    baked = baking_svg.bake(ART, text)
    before, after = ART[: ART.index(b'a > b"') + 6], ART[ART.index(b'a > b"') + 7 :]
    declared = f' xmlns:openbadges="{NAMESPACE}"><openbadges:credential'.encode()
    assert baked.startswith(before + declared)
    assert baked.endswith(b"</openbadges:credential>" + after)
    assert baking_svg.extract(baked) == text


@pytest.mark.parametrize("first", [TOKEN, JSON])
def test_baking_an_svg_again_replaces_the_credential(first: str) -> None:
    assert baking_svg.bake(baking_svg.bake(ART, first), TOKEN) == baking_svg.bake(ART, TOKEN)
    several = svg(
        verify(first.replace("<", "").replace('"', "").replace("&", "")) + "<g/>" + "<openbadges:credential/>"
    )
    assert baking_svg.bake(several, TOKEN) == baking_svg.bake(svg("<g/>"), TOKEN)


def test_baking_an_svg_whose_prefix_means_something_else() -> None:
    image = svg('<openbadges:assertion verify="a.b.c"/>', " xmlns:openbadges='http://openbadges.org'")
    assert baking_svg.extract(baking_svg.bake(image, TOKEN)) == TOKEN


@pytest.mark.parametrize("bake", [baking_png.bake, baking_svg.bake])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "image.malformed"),
        ("\0", "image.malformed"),
        ("{\ud800}", "image.malformed"),
        ("x" * 262_145, "image.too_large"),
    ],
)
def test_what_cannot_be_carried_is_not_baked(bake: Callable[[bytes, str], bytes], text: str, code: str) -> None:
    image = png() if bake is baking_png.bake else ART
    with pytest.raises(Refused) as caught:
        bake(image, text)
    assert caught.value.code == code


def test_an_svg_without_content_is_not_baked() -> None:
    with pytest.raises(Refused, match="empty"):
        baking_svg.bake(b'<svg xmlns="http://www.w3.org/2000/svg"/>', TOKEN)


@pytest.mark.parametrize("text", [TOKEN, JSON])
def test_another_implementation_reads_what_is_baked_here(text: str) -> None:
    assert other.extract_png(baking_png.bake(png(), text), keyword=other.ITXT_KEYWORD_OB3) == text
    baked = baking_svg.bake(ART, text)
    assert other.extract_svg(baked, element=other.SVG_ELEMENT_OB3, text_fallback=True) == text


@pytest.mark.parametrize("text", [TOKEN, JSON])
def test_what_another_implementation_bakes_is_read_here(text: str) -> None:
    assert baking_png.extract(other.bake_png(png(), text, keyword=other.ITXT_KEYWORD_OB3)) == text
    baked = other.bake_svg(ART, text, element=other.SVG_ELEMENT_OB3, namespace=other.SVG_NS_OB3, as_text=text is JSON)
    assert baking_svg.extract(baked) == text


CARRIABLE = st.text(
    st.characters(codec="utf-8", exclude_characters="\r", categories=["L", "N", "P", "S", "Zs"]), min_size=1
)


@settings(max_examples=150, deadline=None)
@given(text=CARRIABLE.map(lambda text: f'{{"a":"{text}"}}'))
def test_what_goes_in_comes_out(text: str) -> None:
    assert baking_png.extract(baking_png.bake(png(), text)) == text
    assert baking_svg.extract(baking_svg.bake(ART, text)) == text
