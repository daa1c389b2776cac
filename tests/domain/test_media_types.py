"""Files are what their first bytes say, whatever they are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.domain.media_types import ALLOWED, OFFICE, Checked, display_name, identify
from issuer.errors import Refused

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
HEADS = {
    "image/png": (PNG, "a.png"),
    "image/jpeg": (b"\xff\xd8\xff\xe0" + bytes(20), "a.jpg"),
    "image/webp": (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a.webp"),
    "application/pdf": (b"%PDF-1.7\n", "a.pdf"),
    "video/mp4": (b"\x00\x00\x00\x20ftypisom", "a.mp4"),
    "video/quicktime": (b"\x00\x00\x00\x14ftypqt  ", "a.mov"),
    "video/webm": (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "a.webm"),
    "audio/mpeg": (b"ID3\x04" + bytes(20), "a.mp3"),
    "audio/mp4": (b"\x00\x00\x00\x20ftypM4A ", "a.m4a"),
    "text/plain": ("Grüße".encode(), "a.txt"),
    "text/markdown": (b"# Notes", "a.md"),
    "text/csv": (b"a;b\n1;2", "a.CSV"),
    **{kind: (b"PK\x03\x04" + bytes(20), f"a.{extension}") for extension, kind in OFFICE.items()},
}


def test_every_allowed_kind_is_known_by_its_content():
    assert HEADS.keys() == ALLOWED


@pytest.mark.parametrize("kind", sorted(HEADS))
def test_a_file_of_an_allowed_kind_passes(kind):
    head, name = HEADS[kind]
    assert identify(head, name) == kind
    checked = Checked([head[:5], head[5:]], kind, name)
    assert b"".join(checked) == head
    assert checked.media_type == kind


@pytest.mark.parametrize(
    ("body", "declared", "name", "code"),
    [
        pytest.param(b"<html><script>x</script>", "image/png", "a.png", "upload.type_mismatch", id="UPL-02-html"),
        pytest.param(b"alert(1)", "image/png", "a.png", "upload.type_mismatch", id="UPL-02-js"),
        pytest.param(b"MZ\x90\x00", "image/png", "a.png", "upload.type_mismatch", id="UPL-02-exe"),
        pytest.param(PNG, "video/mp4", "a.mp4", "upload.type_mismatch", id="UPL-02-declared-video"),
        pytest.param(b"<!DOCTYPE html><p>", "text/html", "a.html", "upload.type_not_allowed", id="UPL-03-html"),
        pytest.param(b"<svg onload=x>", "image/svg+xml", "a.svg", "upload.type_not_allowed", id="UPL-03-svg"),
        pytest.param(b"hi <ScRipt>x", "text/plain", "a.txt", "upload.type_not_allowed", id="UPL-03-in-text"),
        pytest.param(b"SIMPLE  =    T", "image/png", "a.png", "upload.type_mismatch", id="UPL-08-fits"),
        pytest.param(b"8BPS\x00\x01", "image/png", "a.png", "upload.type_mismatch", id="UPL-08-psd"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF", "image/png", "a.png", "upload.type_mismatch", id="UPL-08-eps"),
        pytest.param(b"\x00\x00\x02" + bytes(15), "image/png", "a.png", "upload.type_mismatch", id="UPL-08-tga"),
        pytest.param(b"PK\x03\x04", "application/zip", "a.zip", "upload.type_not_allowed", id="zip"),
        pytest.param(b"a\x00b", "text/plain", "a.txt", "upload.type_not_allowed", id="binary-text"),
        pytest.param(b"\xe9t\xe9 0123", "text/plain", "a.txt", "upload.type_not_allowed", id="latin-1-text"),
        pytest.param(b"words", "text/plain", "noextension", "upload.type_not_allowed", id="no-extension"),
        pytest.param(b"", "image/png", "a.png", "input.empty", id="empty"),
    ],
)  # fmt: skip
def test_a_file_that_is_something_else_is_refused_while_it_streams(body, declared, name, code):
    with pytest.raises(Refused) as refused:
        list(Checked([body[:3], body[3:]], declared, name))
    assert refused.value.code == code


def test_nothing_is_passed_on_before_the_kind_is_known():
    passed = []
    with pytest.raises(Refused):
        passed.extend(Checked([b"x" * 2000, b"<script>" + b"x" * 3000, b"more"], "text/html", "a.html"))
    assert passed == []


def test_text_may_be_cut_inside_a_character():
    body = "é".encode() * 4000
    assert b"".join(Checked([b"x" + body], "text/plain", "a.txt")) == b"x" + body


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("../../etc/cron.d/x", "x", id="UPL-01-up"),
        pytest.param("..\\..\\x", "x", id="UPL-01-backslash"),
        pytest.param("/abs", "abs", id="UPL-01-absolute"),
        pytest.param("C:\\x", "x", id="UPL-01-drive"),
        pytest.param("a/../../b", "b", id="UPL-01-inside"),
        pytest.param("x\x00.png", "x.png", id="UPL-01-nul"),
        pytest.param("CON", "CON", id="UPL-01-device"),
        pytest.param("", "file", id="empty"),
        pytest.param("\u202egnp.exe", "gnp.exe", id="right-to-left"),
        pytest.param("x" * 500 + ".png", "x" * 116 + ".png", id="long"),
    ],
)
def test_upl_01_a_name_is_only_ever_shown(name, shown):
    assert display_name(name) == shown


@given(st.text(max_size=300))
def test_any_name_is_one_short_printable_line(name):
    shown = display_name(name)
    assert shown.isprintable()
    assert 1 <= len(shown) <= 120
    assert "/" not in shown
    assert "\\" not in shown


@given(st.binary(min_size=1, max_size=200), st.sampled_from(["a.png", "a.txt", "a.docx", "a.exe", "a"]))
def test_any_bytes_are_an_allowed_kind_or_refused(code_of, body, name):
    assert code_of(identify, body, name) in ("", "upload.type_mismatch", "upload.type_not_allowed")
