"""Characters that deceive readers are found however they are spelled, and nothing else is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import Invalid
from issuer.verification.content import check_characters

CONTROLS = {*map(chr, range(0x20)), "\x7f"} - {"\t", "\n", "\r"}
BIDI = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
NEIGHBOURS = ["\t", "\n", "\r", " ", "~", "\x80", "\u2029", "\u202f", "\u2065", "\u206a", "\\", "\\b", "\\u0001", "é"]

TEXTS = st.text(st.sampled_from([*sorted(CONTROLS | BIDI), *"ab\\ue20\t\n\r\u2029\u202f\u2065é"]), max_size=5)
HARMLESS = st.text(st.sampled_from([*"ab\\ubf0012e7\t\n\r\u2029\u202f\u2065\u206aé😀"]), max_size=12)


def spellings(text: str) -> list[bytes]:
    """As JSON in UTF-8, with escapes in lower and in upper case, as far as that spelling can hold it."""
    escaped = "".join(f"\\u{unit:04x}" for unit in memoryview(text.encode("utf-16-le")).cast("H"))
    shouted = "".join(f"\\u{unit:04X}" for unit in memoryview(text.encode("utf-16-le")).cast("H"))
    return [
        json.dumps({"a": text}, ensure_ascii=False).encode(),
        json.dumps({"a": text}).encode(),
        f'{{"a":"{escaped}"}}'.encode(),
        f'{{"{shouted}":["a"]}}'.encode(),
    ]


def found(raw: bytes) -> str:
    try:
        return "bidi" if check_characters(raw, json.loads(raw)) else ""
    except Invalid as problem:
        return problem.code


@pytest.mark.parametrize("character", sorted(CONTROLS), ids=ascii)
def test_every_control(character: str) -> None:
    assert [found(raw) for raw in spellings(f"A{character}B")] == ["content.control_character"] * 4


@pytest.mark.parametrize("character", sorted(BIDI), ids=ascii)
def test_every_change_of_direction(character: str) -> None:
    assert [found(raw) for raw in spellings(f"A{character}B")] == ["bidi"] * 4


@pytest.mark.parametrize("text", NEIGHBOURS, ids=ascii)
def test_their_neighbours(text: str) -> None:
    assert [found(raw) for raw in spellings(f"A{text}B")] == [""] * 4


@given(TEXTS)
def test_any_text(text: str) -> None:
    expected = "content.control_character" if CONTROLS & set(text) else "bidi" if BIDI & set(text) else ""
    assert {found(raw) for raw in spellings(text)} == {expected}


@given(HARMLESS)
def test_any_harmless_text(text: str) -> None:
    assert {found(raw) for raw in spellings(text)} == {""}
