from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from badge_classes import BadgeClass
from issuer.credentials import baking_png, baking_svg
from issuer.domain.award import Award, Form
from issuer.errors import NotFound
from issuer.issuance.carriers import SUFFIXES, carry
from issuer.issuance.seal import Sealer


@pytest.fixture
def sealed(catalogue: list[BadgeClass], plan: Callable[..., Award], sealer: Sealer) -> Award:
    award = plan(catalogue[0])
    bodies = sealer.seal(award)
    return replace(award, forms=tuple(replace(one, sealed=bodies[one.form]) for one in award.forms))


def test_every_form_comes_from_what_was_sealed_and_nothing_is_signed(
    catalogue: list[BadgeClass], sealed: Award, asked: Callable[[], int]
) -> None:
    before = asked()
    carried = {suffix: carry(sealed, catalogue[0], suffix) for suffix in SUFFIXES}
    embedded = sealed.sealed(Form.EDDSA_RDFC_2022)
    assert embedded is not None
    assert carried["json"].body == embedded
    assert carried["jwt"].body == sealed.sealed(Form.VC_JWT)
    assert baking_png.extract(carried["png"].body).encode() == embedded
    assert baking_svg.extract(carried["svg"].body).encode() == embedded
    assert asked() == before


def test_t16_each_form_has_its_exact_media_type(catalogue: list[BadgeClass], sealed: Award) -> None:
    assert {suffix: carry(sealed, catalogue[0], suffix).media_type for suffix in SUFFIXES} == {
        "json": "application/vc+ld+json",
        "jwt": "text/plain",
        "png": "image/png",
        "svg": "image/svg+xml",
    }


def test_the_same_badge_is_carried_in_the_same_bytes(catalogue: list[BadgeClass], sealed: Award) -> None:
    for suffix in SUFFIXES:
        assert carry(sealed, catalogue[0], suffix) == carry(sealed, catalogue[0], suffix)


@pytest.mark.parametrize("suffix", ["exe", "", "JSON", "json "])
def test_another_suffix_is_not_found(catalogue: list[BadgeClass], sealed: Award, suffix: str) -> None:
    with pytest.raises(NotFound):
        carry(sealed, catalogue[0], suffix)


def test_a_badge_that_is_only_planned_has_no_forms(catalogue: list[BadgeClass], plan: Callable[..., Award]) -> None:
    with pytest.raises(NotFound):
        carry(plan(catalogue[0]), catalogue[0], "json")
