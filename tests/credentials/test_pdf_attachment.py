"""What is attached to a PDF: our certificates, the same files saved by other software, and files made to do harm."""

from __future__ import annotations

import io
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from badge_classes import load
from issuer.credentials.certificate import Certificate, unprintable, write
from issuer.credentials.pdf_attachment import extract
from issuer.errors import Invalid, Refused

CREDENTIAL = '{"type": ["VerifiableCredential"], "name": "Renée – “Ł”"}'
MAX_S = 2.0


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    art = load().badge_classes[0].art_png
    return Certificate(
        "Renée Łukasiewicz", "Sharing Learning", "Learns with colleagues.", "Example Programme",
        datetime(2025, 11, 3, tzinfo=UTC), "https://badges.example.org/credentials/1", art, CREDENTIAL.encode(),
        "sharing-learning.json",
    )  # fmt: skip


@pytest.fixture(scope="module")
def written(certificate: Certificate) -> bytes:
    return write(certificate)


def test_the_certificate_carries_the_credential_and_says_what_it_says(certificate: Certificate, written: bytes) -> None:
    assert extract(written) == CREDENTIAL
    reader = PdfReader(io.BytesIO(written))
    assert {name: content[0] for name, content in reader.attachments.items()} == {
        "sharing-learning.json": CREDENTIAL.encode()
    }
    assert len(reader.pages) == 1
    text = " ".join(reader.pages[0].extract_text().split())
    for said in ("Renée Łukasiewicz", "Sharing Learning", "Example Programme", "3 November 2025", certificate.url):
        assert said in text
    assert reader.metadata is not None
    assert reader.metadata.title == "Sharing Learning: Renée Łukasiewicz"
    assert len(reader.pages[0].images) == 2  # the art and the QR code


def test_the_same_badge_gives_the_same_bytes(certificate: Certificate, written: bytes) -> None:
    assert write(certificate) == written


def test_names_in_letters_that_the_page_has_not(certificate: Certificate) -> None:
    assert unprintable("Renée Łukasiewicz, Ελένη, Жанна") == ""
    assert unprintable("山田 Ann") == "山田"
    text = PdfReader(io.BytesIO(write(replace(certificate, recipient="山田")))).pages[0].extract_text()
    assert "the person named in the attached badge has earned" in " ".join(text.split())
    assert "cannot be printed here" in text


def test_a_name_from_right_to_left_is_drawn(certificate: Certificate) -> None:
    page = PdfReader(io.BytesIO(write(replace(certificate, recipient="ليلى الفاسي")))).pages[0]
    assert len(page.images) == 3
    assert "cannot be printed here" not in page.extract_text()


def test_the_longest_names_stay_above_the_foot(certificate: Certificate) -> None:
    name = " ".join(["Featherstonehaugh-Papadopoulos"] * 6)
    heights: dict[str, float] = {}

    def note(text: str, _ctm: object, matrix: list[float], _font: object, _size: float) -> None:
        heights.setdefault(text.strip(), matrix[5])

    long = replace(certificate, recipient=name, achievement="Advancing " * 12, description="word " * 100)
    PdfReader(io.BytesIO(write(long))).pages[0].extract_text(visitor_text=note)
    awarded = next(height for text, height in heights.items() if "Awarded on" in text)
    foot = next(height for text, height in heights.items() if "Is it genuine" in text)
    assert awarded > foot + 12


def saved(data: bytes, change: Callable[[PdfWriter], object] = lambda writer: None) -> bytes:
    """The same file written by other software."""
    writer = PdfWriter(clone_from=io.BytesIO(data))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_saved_by_other_software(written: bytes) -> None:
    assert extract(saved(written)) == CREDENTIAL
    assert extract(saved(written, lambda writer: writer.add_blank_page())) == CREDENTIAL
    appended = io.BytesIO(written)
    writer = PdfWriter(appended, incremental=True)
    writer.add_metadata({"/Title": "Changed"})
    writer.write(appended)
    assert extract(appended.getvalue()) == CREDENTIAL


def in_object_streams(body: bytes, spec: bytes = b"<< /Type /Filespec /F (a.json) /EF << /F 2 0 R >> >>") -> bytes:
    """A file whose file specification stands in a compressed object stream, as of PDF 1.5."""
    inside = b"7 0 8 5 " + b"null " + spec
    packed = zlib.compress(inside)
    return (
        b"%PDF-1.7\n2 0 obj\n<< /Type /EmbeddedFile /Length " + str(len(body)).encode() + b" >>\nstream\n" + body
        + b"\nendstream\nendobj\n5 0 obj\n<< /Type /ObjStm /N 2 /First 8 /Filter /FlateDecode /Length "
        + str(len(packed)).encode() + b" >>\nstream\n" + packed + b"\nendstream\nendobj\n%%EOF\n"
    )  # fmt: skip


def test_object_streams() -> None:
    assert extract(in_object_streams(CREDENTIAL.encode())) == CREDENTIAL
    assert extract(in_object_streams(b"eyJhbGciOiJFZERTQSJ9.e30.AA")) == "eyJhbGciOiJFZERTQSJ9.e30.AA"


def test_other_attachments_are_passed_over(written: bytes) -> None:
    picture = saved(written, lambda writer: writer.add_attachment("photo.png", b"\x89PNG\r\n"))
    assert extract(picture) == CREDENTIAL


def pdf(*objects: bytes, trailer: bytes = b"<< /Root 1 0 R >>") -> bytes:
    parts = [b"%d 0 obj\n%s\nendobj\n" % (number, body) for number, body in enumerate(objects, 1)]
    return b"%PDF-1.7\n" + b"".join(parts) + b"trailer\n" + trailer + b"\nstartxref\n0\n%%EOF\n"


def stream(body: bytes, more: bytes = b"", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return b"<< /Type /EmbeddedFile /Length %d %s >>\nstream\n%s\nendstream" % (size, more, body)


SPEC = b"<< /Type /Filespec /EF << /F 3 0 R >> >>"
FLATE = b"/Filter /FlateDecode"
ROOT = b"<< /Type /Catalog >>"


def base(body: bytes = CREDENTIAL.encode(), more: bytes = b"", spec: bytes = SPEC) -> bytes:
    return pdf(ROOT, spec, stream(body, more))


def looping(written: bytes) -> bytes:
    """Cross-reference tables that name each other as the one before."""
    at = written.rindex(b"startxref") + 10
    start = int(written[at : written.index(b"\n", at)])
    tail = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 31 /Root 2 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    return written + tail % (len(written), len(written)) + tail % (start, len(written))


GOOD: list[tuple[str, bytes]] = [
    ("plain", base()),
    ("flate", base(zlib.compress(CREDENTIAL.encode()), FLATE)),
    ("filter in a list", base(zlib.compress(CREDENTIAL.encode()), b"/Filter [ /FlateDecode ]")),
    (
        "length elsewhere",
        pdf(ROOT, SPEC, b"<< /Length 4 0 R >>\nstream\n" + CREDENTIAL.encode() + b"\nendstream", b"9"),
    ),
    ("length wrong", pdf(ROOT, SPEC, stream(CREDENTIAL.encode(), length=3))),
    ("named twice", base(spec=b"<< /EF << /F 3 0 R /UF 3 0 R >> /F (x) /UF (\\(x) >>")),
    ("comments", base(spec=b"<< % hello >>\n /EF << /F 3 0 R >> >>")),
    ("escaped name", base(spec=b"<< /A#20b (x(y)z) /H <00 ff> /EF << /F 3 0 R >> >>")),
]


@pytest.mark.parametrize("data", [one[1] for one in GOOD], ids=[one[0] for one in GOOD])
def test_ways_of_writing_it(data: bytes) -> None:
    assert extract(data).strip() == CREDENTIAL


def test_references_in_circles_are_not_followed(written: bytes) -> None:
    assert extract(looping(written)) == CREDENTIAL


BOMB = zlib.compress(bytes(64 * 2**20), 9)
DEEP = b"<< /EF " + b"[" * 5_000 + b"]" * 5_000 + b" >>"
MANY = b"".join(b"%d 0 obj\nnull\nendobj\n" % number for number in range(1, 20_100))
HOSTILE: list[tuple[str, bytes, type[Exception], str]] = [
    ("not a PDF", b"PDF-1.7", Refused, "image.malformed"),
    ("nothing attached", pdf(ROOT), Invalid, "image.no_credential"),
    ("a picture attached", base(b"\x89PNG"), Invalid, "image.no_credential"),
    ("an empty file attached", base(b""), Invalid, "image.no_credential"),
    ("two badges attached", pdf(ROOT, SPEC, stream(b"{}"), b"<< /EF << /F 5 0 R >> >>", stream(b"{ }")), Invalid,
     "image.multiple_credentials"),
    ("two under one name", pdf(ROOT, b"<< /EF << /F 3 0 R /UF 4 0 R >> >>", stream(b"{}"), stream(b"{ }")), Invalid,
     "image.multiple_credentials"),
    ("a bomb attached", base(BOMB, FLATE), Refused, "image.too_large"),
    ("a bomb of object streams", in_object_streams(b"{}").replace(b"%%EOF", b"9 0 obj\n<< /Type /ObjStm /N 1 /First 4 "
     b"/Filter /FlateDecode >>\nstream\n" + BOMB + b"\nendstream\nendobj\n%%EOF"), Refused, "image.too_large"),
    ("a large file attached", base(b"{" + bytes(300_000)), Refused, "image.too_large"),
    ("many objects", b"%PDF-1.7\n" + MANY, Refused, "image.too_many_chunks"),
    ("many attachments", pdf(*[b"<< /EF << /F %d 0 R >> >>" % number for number in range(1, 40)]), Refused,
     "image.too_many_chunks"),
    ("many object streams", pdf(*[b"<< /Type /ObjStm /N 0 /First 0 >>\nstream\n\nendstream"] * 9), Refused,
     "image.too_many_chunks"),
    ("many dictionaries", pdf(*[b"<< /EF [" + b"1 " * 4_000 + b"] >>"] * 60), Refused, "image.too_many_chunks"),
    ("many trailers", pdf(ROOT) + b"trailer<<>>" * 100, Refused, "image.too_many_chunks"),
    ("nested deep", pdf(ROOT, DEEP), Refused, "image.malformed"),
    ("a dictionary without end", pdf(ROOT, b"<< /EF << /F 3 0 R"), Refused, "image.malformed"),
    ("a text without end", pdf(ROOT, b"<< /EF << /F (" + b"(" * 9_000), Refused, "image.malformed"),
    ("brackets that cross", pdf(ROOT, b"<< /EF << /F [ 3 0 R >> ] >>"), Refused, "image.malformed"),
    ("an attachment that is not there", pdf(ROOT, b"<< /EF << /F 99 0 R >> >>"), Refused, "image.malformed"),
    ("an attachment that is none", pdf(ROOT, b"<< /EF << /F 1 0 R >> >>"), Refused, "image.malformed"),
    ("attached to itself", pdf(ROOT, b"<< /EF << /F 2 0 R >> >>"), Refused, "image.malformed"),
    ("not Flate", base(b"{}", FLATE), Refused, "image.malformed"),
    ("another filter", base(b"7b7d>", b"/Filter /ASCIIHexDecode"), Refused, "image.malformed"),
    ("two filters", base(zlib.compress(b"{}"), b"/Filter [/FlateDecode /FlateDecode]"), Refused, "image.malformed"),
    ("a predictor", base(zlib.compress(b"{}"), FLATE + b" /DecodeParms << /Predictor 12 >>"), Refused,
     "image.malformed"),
    ("cut off", base()[: base().index(b"endstream")], Refused, "image.truncated"),
    ("Flate cut off", base(zlib.compress(CREDENTIAL.encode())[:-6], FLATE), Refused, "image.truncated"),
    ("objects out of order", pdf(b"<< /Type /ObjStm /N 2 /First 8 >>\nstream\n7 9 8 1 x << /EF 1 >>\nendstream"),
     Refused, "image.malformed"),
    ("more objects than there are", pdf(b"<< /Type /ObjStm /N 9 /First 4 >>\nstream\n7 0 null\nendstream"), Refused,
     "image.malformed"),
    ("not UTF-8", base(b"{\xff}"), Refused, "input.not_utf8"),
    ("encrypted", pdf(ROOT, SPEC, stream(b"{}"), trailer=b"<< /Root 1 0 R /Encrypt 9 0 R >>"), Invalid,
     "image.no_credential"),
    ("encrypted since PDF 1.5", pdf(b"<< /Type /XRef /Encrypt 9 0 R >>\nstream\n\nendstream", SPEC, stream(b"{}")),
     Invalid, "image.no_credential"),
    ("too large", b"%PDF-" + bytes(5 * 2**20), Refused, "image.too_large"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "kind", "code"), [one[1:] for one in HOSTILE], ids=[one[0] for one in HOSTILE])
def test_hostile_files(data: bytes, kind: type[Exception], code: str) -> None:
    began = time.process_time()
    with pytest.raises(kind) as caught:
        extract(data)
    assert caught.value.code == code  # type: ignore[attr-defined]
    assert time.process_time() - began < MAX_S


def test_encrypted_by_other_software(written: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        extract(saved(written, lambda writer: writer.encrypt("secret", algorithm="AES-256")))
    assert caught.value.code == "image.no_credential"


@pytest.mark.parametrize(
    "piece",
    [
        b"1 0 obj", b"trailer", b"trailer<</Encryp ", b"/EF", b"<</EF", b"1 0 obj<</EF[", b"1 0 obj /EF (((",
        b"1 0 obj<</EF 1 0 R>>stream\n", b"1 0 obj<</Type/ObjStm/EF<</F 1 0 R>>>>stream\n", b"(\\", b"%", b"1 1 ",
        b"endstream",
    ],
)  # fmt: skip
def test_nothing_takes_long(piece: bytes) -> None:
    """Two mebibytes of one piece after another, as it could be sent."""
    data = b"%PDF-1.7\n" + piece * (2 * 2**20 // len(piece))
    began = time.process_time()
    with pytest.raises((Refused, Invalid)):
        extract(data)
    assert time.process_time() - began < MAX_S


PIECES = [
    b"1 0 obj ", b"2 0 obj ", b"endobj ", b"<<", b">>", b"[", b"]", b"/EF", b"/F ", b"/Type/ObjStm", b"/N 1",
    b"/First 4", b"1 0 R ", b"2 0 R ", b"stream\n", b"endstream ", b"(", b")", b"\\", b"<", b">", b"7 0 ", b"{}",
    b"trailer", b"%", b"\n",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40))
@example([b"1 0 obj ", b"<<", b"/EF", b"<<", b"/F ", b"1 0 R ", b">>", b">>", b"stream\n", b"{}", b"endstream "])
def test_anything_gives_a_text_or_a_known_refusal(pieces: list[bytes]) -> None:
    with suppress(Refused, Invalid):
        assert extract(b"%PDF-" + b"".join(pieces)).lstrip().startswith("{")
