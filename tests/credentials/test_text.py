from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.credentials.text import BIDI_CONTROLS, CONTROL_CHARACTERS, SURROGATES, clean, clean_line, shortened


@given(st.text(alphabet=st.characters(blacklist_categories=())))
def test_t3_clean_text_holds_no_control_character_override_or_half_character(text: str) -> None:
    cleaned = clean(text)
    for unwanted in (CONTROL_CHARACTERS, BIDI_CONTROLS, SURROGATES):
        assert not unwanted.search(cleaned)
    assert clean(cleaned) == cleaned
    cleaned.encode("utf-8")


@given(st.text(alphabet=st.characters(blacklist_categories=())), st.integers(min_value=2, max_value=200))
def test_a_shortened_text_is_one_line_of_at_most_that_length(text: str, max_chars: int) -> None:
    line = shortened(text, max_chars)
    assert len(line) <= max_chars
    assert "\n" not in line


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\tb", "a b"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00\x07\x7fb\x9f", "ab"),
        ("‮evil‬ name", "evil name"),
        ("“curly” ® ’ 日本 👩🏽‍🏫", "“curly” ® ’ 日本 👩🏽‍🏫"),
    ],
)
def test_what_is_kept_and_what_is_not(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_a_line_has_no_line_feeds() -> None:
    assert clean_line(" two\n lines ") == "two lines"


def test_a_text_is_cut_after_a_whole_word() -> None:
    assert shortened("Names and dates of cycle visits, with peers", 34) == "Names and dates of cycle visits…"
    assert shortened("short", 34) == "short"
