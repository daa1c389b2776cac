"""The art is one family: safe, small, seen on any page, and told apart at 64 pixels."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
import resvg_py
from PIL import Image, ImageChops

from badge_classes import BadgeClass, load
from badge_classes.art.draw import SIGNS, badge_art, png, seal_art
from badge_classes.art.frames import SHAPES, STAGES
from badge_classes.art.palette import ACCENT, DARK_PAGE, LINE, SEAL, SKY, TONES, WHITE_PAGE, Tone, contrast

ALL = load().badge_classes
SVG_MAX_BYTES = 8 * 1024
PNG_MAX_BYTES = 60 * 1024
GRAPHICS_CONTRAST = 3.0  # WCAG 2.2, 1.4.11

every_badge = pytest.mark.parametrize("badge", ALL, ids=lambda badge: badge.slug)
every_tone = pytest.mark.parametrize("tone", [*TONES.values(), SEAL], ids=[*TONES, "seal"])


def _colours(svg: bytes) -> set[str]:
    return set(re.findall(r'(?:fill|stroke)="(#[^"]*)"', svg.decode()))


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#5d74e8", "#5d74e8") == 1


@every_tone
def test_the_shape_stands_out_from_a_white_and_a_dark_page(tone: Tone) -> None:
    assert contrast(tone.rim, WHITE_PAGE) >= GRAPHICS_CONTRAST
    assert contrast(tone.rim, DARK_PAGE) >= GRAPHICS_CONTRAST


@every_tone
def test_the_sign_stands_out_from_its_ground(tone: Tone) -> None:
    for ink in (LINE, ACCENT, SKY):
        assert contrast(ink, tone.ground) >= GRAPHICS_CONTRAST


def test_the_strands_stand_out_on_the_seal() -> None:
    assert all(contrast(tone.rim, SEAL.ground) >= GRAPHICS_CONTRAST for tone in TONES.values())


@every_badge
def test_only_the_familys_colours_are_used(badge: BadgeClass) -> None:
    tones = [SEAL, *TONES.values()] if badge.strand is None else [TONES[badge.strand]]
    declared = {LINE, ACCENT, SKY} | {colour for tone in tones for colour in (tone.rim, tone.ground)}
    assert _colours(badge.art_svg) <= declared


@every_badge
def test_the_svg_is_small_and_of_plain_shapes(badge: BadgeClass) -> None:
    assert len(badge.art_svg) < SVG_MAX_BYTES
    root = ElementTree.fromstring(badge.art_svg)
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names <= {"svg", "title", "desc", "g", "path", "circle", "rect"}
    assert not re.search(rb"href|url\(|\s(style|id|on\w+)=", badge.art_svg)
    assert root.get("viewBox") == "0 0 512 512"


@every_badge
def test_the_svg_says_what_it_shows(badge: BadgeClass) -> None:
    root = ElementTree.fromstring(badge.art_svg)
    assert [child.tag.rpartition("}")[2] for child in root][:2] == ["title", "desc"]
    assert root[0].text == badge.name
    assert root[1].text == badge.art_description


def test_no_two_badges_are_described_alike() -> None:
    assert len({badge.art_description for badge in ALL}) == len(ALL) == 16


@every_badge
def test_the_committed_art_is_what_is_drawn(badge: BadgeClass) -> None:
    drawn = (
        seal_art(badge.name)
        if badge.strand is None or badge.stage is None
        else badge_art(badge.slug, badge.name, badge.strand, badge.stage)
    )
    assert drawn.encode() == badge.art_svg


def test_every_badge_of_a_strand_has_its_own_sign() -> None:
    assert set(SIGNS) == {badge.slug for badge in ALL if badge.strand}
    assert len(set(SIGNS.values())) == len(SIGNS)
    assert set(SHAPES) == set(TONES) == {strand.id for strand in load().strands}
    assert [stage.id for stage in load().stages] == list(STAGES)


@every_badge
def test_the_png_is_the_svg_at_512_pixels(badge: BadgeClass, picture_of: Callable[[bytes], Image.Image]) -> None:
    committed, derived = picture_of(badge.art_png), picture_of(png(badge.art_svg.decode()))
    assert committed.size == derived.size == (512, 512)
    differences = ImageChops.difference(committed, derived).getextrema()
    assert max(most for _, most in differences) <= 2


@every_badge
def test_the_png_is_derived_from_the_svg(badge: BadgeClass) -> None:
    derived = png(badge.art_svg.decode())
    assert derived == png(badge.art_svg.decode())
    assert badge.art_png[:33] == derived[:33]
    assert len(badge.art_png) == pytest.approx(len(derived), rel=0.02)
    assert len(badge.art_png) < PNG_MAX_BYTES


def test_the_corners_are_clear(picture_of: Callable[[bytes], Image.Image]) -> None:
    alpha = picture_of(_at_64(ALL[0])).getchannel("A")
    assert {alpha.getpixel((x, y)) for x in (0, 63) for y in (0, 63)} == {0}


def test_every_pair_is_told_apart_at_64_pixels_without_colour(picture_of: Callable[[bytes], Image.Image]) -> None:
    greys = {badge.slug: _greys(picture_of(_at_64(badge)).tobytes()) for badge in ALL}
    for one, other in itertools.combinations(greys, 2):
        clearly = sum(abs(a - b) > 60 for a, b in zip(greys[one], greys[other], strict=True))
        assert clearly / len(greys[one]) > 0.1, f"{one} looks like {other}"


def _at_64(badge: BadgeClass) -> bytes:
    return bytes(resvg_py.svg_to_bytes(svg_string=badge.art_svg.decode(), width=64, height=64))


def _greys(pixels: bytes) -> list[float]:
    quads = zip(pixels[0::4], pixels[1::4], pixels[2::4], pixels[3::4], strict=True)
    return [255 + (0.2126 * r + 0.7152 * g + 0.0722 * b - 255) * a / 255 for r, g, b, a in quads]
