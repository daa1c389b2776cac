"""IMG: baked images, as the verifier meets them. What an image itself may do wrong is tested where they are read."""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

import pytest

from issuer.credentials import baking_svg

SIGNATURE = b"\x89PNG\r\n\x1a\n"
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
EMPTY_SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>Badge</title></svg>'


def chunk(kind: bytes, data: bytes, length: int | None = None) -> bytes:
    size = len(data) if length is None else length
    return struct.pack(">I", size) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*chunks: bytes, size: tuple[int, int] = (1, 1), end: bool = True) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return SIGNATURE + header + b"".join(chunks) + pixels + (chunk(b"IEND", b"") if end else b"")


def itxt(text: bytes, keyword: bytes = b"openbadgecredential", compressed: int = 0) -> bytes:
    return chunk(b"iTXt", keyword + b"\0" + bytes([compressed, 0]) + b"\0\0" + text)


def svg(inner: str = "", attribute: str = "", namespace: str = NAMESPACE, more: str = "") -> bytes:
    credential = f"<openbadges:credential{attribute}>{inner}</openbadges:credential>"
    return (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="{namespace}">{credential}{more}</svg>').encode()


def _json(world: Any) -> str:
    return json.dumps(world.di(world.badge()), ensure_ascii=False)


def _png(build: Any) -> Any:
    return lambda world: (build(world), "image/png")


def _svg(build: Any) -> Any:
    return lambda world: (build(world), "image/svg+xml")


def _cdata(text: str) -> str:
    return f"<![CDATA[{text}]]>"


def _verify(token: bytes) -> str:
    return f' verify="{token.decode()}"'


LOL = '<!DOCTYPE svg [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'

CASES: list[Any] = [
    (
        "POS-14",
        _png(
            lambda w: png(
                itxt(b"hello", b"Comment"),
                chunk(b"tEXt", b"Software\0x"),
                itxt(_json(w).encode()),
                chunk(b"eXIf", b"MM"),
            )
        ),
        "valid",
        "image.pixels_not_signed",
    ),
    ("POS-14 token", _png(lambda w: png(itxt(w.jwt()))), "valid", "image.pixels_not_signed"),
    ("POS-15 CDATA", _svg(lambda w: svg(_cdata(_json(w)))), "valid", "image.pixels_not_signed"),
    ("POS-15 verify", _svg(lambda w: svg(attribute=_verify(w.jwt()))), "valid", "image.pixels_not_signed"),
    (
        "IMG-03",
        _png(lambda w: png(itxt(zlib.compress(bytes(64 * 2**20), 9), compressed=1))),
        "refused",
        "image.too_large",
    ),
    ("IMG-05 inside", _png(lambda w: png(itxt(_json(w).encode()))[:200]), "refused", "image.truncated"),
    ("IMG-05 before the end", _png(lambda w: png(itxt(_json(w).encode()), end=False)), "refused", "image.truncated"),
    ("IMG-06", _png(lambda w: png() + itxt(_json(w).encode())), "refused", "image.trailing_data"),
    (
        "IMG-07",
        _png(lambda w: SIGNATURE + chunk(b"IHDR", bytes(13), 0xFFFFFFFF)),
        "refused",
        "image.malformed",
    ),
    ("IMG-09", _png(lambda w: png(itxt(b"{}"), size=(30_000, 30_000))), "refused", "image.dimensions"),
    ("IMG-09 none", _png(lambda w: png(itxt(b"{}"), size=(0, 0))), "refused", "image.dimensions"),
    (
        "IMG-12 tEXt",
        _png(lambda w: png(chunk(b"tEXt", b"openbadgecredential\0" + w.jwt()))),
        "invalid",
        "image.no_credential",
    ),
    ("IMG-12 none", _png(lambda w: png()), "invalid", "image.no_credential"),
    ("IMG-14", _svg(lambda w: LOL.encode() + svg("&b;")), "refused", "image.xml_dtd"),
    ("IMG-16", _svg(lambda w: svg(more="<g>" * 20_000 + "</g>" * 20_000)), "refused", "image.malformed"),
    (
        "IMG-17",
        _svg(lambda w: svg(_cdata(_json(w)), more=f"<openbadges:credential>{_cdata('{}')}</openbadges:credential>")),
        "invalid",
        "image.multiple_credentials",
    ),
    ("IMG-18", _svg(lambda w: svg(_cdata(_json(w)), namespace="https://evil.test/")), "invalid", "image.no_credential"),
    ("IMG-19", _svg(lambda w: svg(_cdata(_json(w)), _verify(w.jwt()))), "invalid", "image.multiple_credentials"),
    (
        "IMG-07 two headers",
        _png(lambda w: png(chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)))),
        "refused",
        "image.malformed",
    ),
    ("IMG-06 in the last chunk", _png(lambda w: png(end=False) + chunk(b"IEND", b"x")), "refused", "image.malformed"),
    *(
        (
            f"ENC-06 an SVG that says {name}",
            _svg(lambda w, n=name: f'<?xml version="1.0" encoding="{n}"?>'.encode() + svg(_cdata(_json(w)))),
            "refused",
            "input.not_utf8",
        )
        for name in ("utf-16", "UTF-7", "iso-8859-1")
    ),
    (
        "an SVG that says UTF-8",
        _svg(lambda w: b"<?xml version='1.0' encoding='UTF-8'?>" + svg(_cdata(_json(w)))),
        "valid",
        None,
    ),
    ("no badge inside", _png(lambda w: png(itxt(b"hello"))), "refused", "jose.malformed"),
]


@pytest.mark.parametrize(("build", "verdict", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_attack(world: Any, build: Any, verdict: str, code: str | None) -> None:
    world.expect(build(world), verdict, code)


def test_same_answer_on_every_thread(steady: Any) -> None:
    steady(CASES)


def test_img_22_report_speaks_of_the_signed_content(world: Any) -> None:
    image = baking_svg.bake(EMPTY_SVG.replace("Badge", "PhD").encode(), _json(world))
    report = world.verify((image, "image/svg+xml"))
    assert (report.verdict, report.flags, report.carrier) == ("valid", ("image.pixels_not_signed",), "svg")
    assert report.credential is not None
    assert report.credential["achievement"]["name"] == "Formative Assessment"


def test_image_without_badge_reports_its_carrier(world: Any) -> None:
    report = world.verify((png(), "image/png"))
    assert (report.carrier, report.format, report.credential) == ("png", None, None)
