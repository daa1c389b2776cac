"""The picture for links: every kind of name fits, and a badge that does not count says so."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PIL import Image, features

from badge_classes.loader import load
from issuer.credentials.lettering import BOLD, can_draw, fitted
from issuer.credentials.share_card import HEIGHT_PX, WIDTH_PX, ShareCard, draw

LONG = " ".join(["Featherstonehaugh-Montgomery-Papadopoulos-Konstantinidou"] * 6)


@pytest.fixture(scope="module")
def card() -> ShareCard:
    art = next(iter(load())).art_png
    awarded_at = datetime(2025, 11, 3, tzinfo=UTC)
    return ShareCard("Sharing Learning", "Renée Whitfield", "A Programme", awarded_at, art, "badges.example.org")


def pixels(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png)) as picture:
        return picture.convert("RGB")


def test_size_and_repetition(card: ShareCard) -> None:
    picture = pixels(draw(card))
    assert picture.size == (WIDTH_PX, HEIGHT_PX)
    assert draw(card) == draw(replace(card))


@pytest.mark.parametrize("field", ["achievement", "recipient", "issuer", "site"])
def test_long_words_keep_clear_of_the_edges(card: ShareCard, field: str) -> None:
    picture = pixels(draw(replace(card, **{field: LONG})))
    for edge in ((WIDTH_PX - 20, 0, WIDTH_PX, 500), (480, 0, WIDTH_PX, 10), (480, 532, WIDTH_PX, 546)):
        assert len(set(picture.crop(edge).get_flattened_data())) == 1, edge


def test_a_badge_that_does_not_count_has_another_band(card: ShareCard) -> None:
    corner = (WIDTH_PX - 1, HEIGHT_PX - 1)
    assert pixels(draw(card)).getpixel(corner) != pixels(draw(replace(card, standing="Revoked."))).getpixel(corner)


def test_names_without_letters_here_are_left_out(card: ShareCard) -> None:
    assert not can_draw("王小明")
    assert draw(replace(card, recipient="王小明")) == draw(replace(card, recipient=""))
    assert can_draw("ليلى שרה") == bool(features.check("raqm"))


def test_text_is_made_smaller_then_cut() -> None:
    assert fitted("Ann", BOLD, (40, 20), 600, 1).size_px == 40
    cut = fitted(LONG, BOLD, (40, 20), 300, 2)
    assert (cut.size_px, len(cut.lines)) == (20, 2)
    assert cut.lines[-1].endswith("…")
