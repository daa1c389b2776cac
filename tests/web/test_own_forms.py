"""Contract: the sealed forms of a badge, for its earner alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from web import SLUG, Town, problem

from issuer.domain.award import FOR_EVERYBODY, Award, Form

SELECTIVE = {"selective.json": Form.ECDSA_SD_2023, "selective.sd-jwt": Form.SD_JWT_VC}


@pytest.fixture(scope="module")
def award(town: Town) -> Iterator[Award]:
    return town.house.whole(town.house.earn(town.teacher, town.reviewer, SLUG))


@pytest.mark.parametrize("form", list(Form))
def test_the_earner_gets_every_form_as_it_was_sealed(town: Town, award: Award, form: Form) -> None:
    answer = town.as_(town.teacher).get(f"/api/credentials/{award.id}/forms/{form}")
    assert answer.status_code == 200
    assert answer.content == award.sealed(form)
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="{SLUG}.')


@pytest.mark.parametrize("form", list(Form))
def test_nobody_else_gets_any(town: Town, award: Award, form: Form) -> None:
    path = f"/api/credentials/{award.id}/forms/{form}"
    for other in (town.colleague, town.reviewer, town.administrator, town.stranger):
        assert problem(town.as_(other).get(path))[0] == 404
    assert problem(town.anybody().get(path))[0] == 401


def test_an_opened_badge_still_keeps_what_is_the_earners(town: Town) -> None:
    opened = town.earned()
    for form in Form:
        if form not in FOR_EVERYBODY:
            assert problem(town.anybody().get(f"/credentials/{opened.id}.{form}"))[0] == 404
            assert problem(town.as_(town.teacher).get(f"/api/credentials/{opened.id}/forms/{form}"))[0] == 404
    for name in SELECTIVE:
        assert problem(town.anybody().get(f"/credentials/{opened.id}.{name}"))[0] == 404


@pytest.mark.parametrize("form", ["json", "eddsa", "ECDSA-SD-2023", "..", "%00"])
def test_there_are_no_other_forms(town: Town, award: Award, form: str) -> None:
    assert problem(town.as_(town.teacher).get(f"/api/credentials/{award.id}/forms/{form}"))[0] in (404, 405, 422)


@pytest.mark.parametrize("name", SELECTIVE)
def test_the_page_of_the_badge_offers_them(town: Town, award: Award, name: str) -> None:
    teacher = town.as_(town.teacher)
    assert f'href="/badges/{award.id}/{name}"' in teacher.page(f"/badges/{award.id}").text
    answer = teacher.page(f"/badges/{award.id}/{name}")
    assert answer.content == award.sealed(SELECTIVE[name])
    assert "attachment" in answer.headers["content-disposition"]
    assert town.as_(town.colleague).page(f"/badges/{award.id}/{name}").status_code == 404
    assert town.anybody().page(f"/badges/{award.id}/{name}").status_code in (303, 401)
