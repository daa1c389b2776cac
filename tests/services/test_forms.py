"""The forms a badge is handed out in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from issuer.domain.award import Form
from issuer.errors import NotFound, Unavailable
from issuer.services.forms import OWN_FORMS, Forms
from issuer.verification.report import Verdict

SLUG = "collecting-data"


@pytest.fixture
def award(house):
    return house.whole(house.earn(house.teacher(), house.reviewer(), SLUG))


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [
        ("json", "application/vc+ld+json"),
        ("jwt", "application/vc+jwt"),
        ("png", "image/png"),
        ("svg", "image/svg+xml"),
        ("pdf", "application/pdf"),
    ],
)
def test_every_form_verifies_as_everybody_would_verify_it(house, award, suffix, media_type):
    body, told = Forms().form(award, house.badge_class(SLUG), suffix)
    assert told == media_type
    assert house.verify.verify(body, media_type).verdict is Verdict.VALID
    assert Forms().form(award, house.badge_class(SLUG), suffix) == (body, told)


def test_no_other_form_and_none_before_it_is_sealed(house, award):
    with pytest.raises(NotFound):
        Forms().form(award, house.badge_class(SLUG), "webp")
    unsealed = replace(award, forms=tuple(replace(one, sealed=None) for one in award.forms))
    for suffix in ("json", "jwt", "png", "svg", "pdf"):
        with pytest.raises(Unavailable):
            Forms().form(unsealed, house.badge_class(SLUG), suffix)
    assert award.sealed(Form.VC_JWT) is not None


@pytest.mark.parametrize("form", list(Form))
def test_the_earner_gets_each_sealed_form_by_its_name(house, award, form):
    body, media_type, suffix = Forms().own_form(award, form.value)
    assert body == award.sealed(form)
    assert (media_type, suffix) == OWN_FORMS[form]
    unsealed = replace(award, forms=tuple(one for one in award.forms if one.form is not form))
    with pytest.raises(Unavailable):
        Forms().own_form(unsealed, form.value)


@pytest.mark.parametrize("name", ["json", "", "ECDSA-SD-2023"])
def test_there_are_no_other_names(house, award, name):
    with pytest.raises(NotFound):
        Forms().own_form(award, name)
