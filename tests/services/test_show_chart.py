"""The run chart beside a badge: private until its earner chooses, and never part of what is signed."""

from __future__ import annotations

import pytest
from house import House

from issuer.domain.award import Form
from issuer.errors import NotFound, Unprocessable

SLUG = "using-improvement-methods"


def earned(house: House, name: str, **changed) -> tuple:
    teacher = house.teacher(name)
    draft = house.draft(teacher, SLUG)
    evidence = {**draft.evidence, "run_chart": {**draft.evidence["run_chart"], **changed}}
    house.submit.save(teacher.id, draft.id, evidence)
    decided = house.approve(house.reviewer(f"Judges {name}"), house.submit.submit(teacher.id, draft.id))
    return teacher, house.award(decided.awards[0])


def test_it_is_private_until_chosen_and_again_when_taken_back(house: House) -> None:
    teacher, award = earned(house, "Draws")
    charts = house.service.desk.show_chart
    assert charts.shown(award) is None
    choice = charts.choice(teacher.id, award.id)
    assert (choice.is_shown, choice.can_be_shown) == (False, True)
    charts.show(teacher.id, award.id, attested=True)
    assert charts.shown(award)["points"] == choice.chart["points"]
    before = award.sealed(Form.EDDSA_RDFC_2022)
    assert house.award(award.id).sealed(Form.EDDSA_RDFC_2022) == before
    corrected = house.stand.correct(house.administrator().id, award.id, "Draws Well", teacher.email, "A name.")[0]
    assert charts.shown(corrected) is not None
    charts.hide(teacher.id, corrected.id)
    assert charts.shown(award) is None
    assert [one for one in house.events(award.id) if "chart" in one] == ["award.chart_shown"]
    assert "award.chart_hidden" in house.events(corrected.id)


def test_signs_of_people_keep_it_private(house: House) -> None:
    hard, bad = earned(house, "Writes Addresses", unit="ask maria@school.example")
    charts = house.service.desk.show_chart
    assert not charts.choice(hard.id, bad.id).can_be_shown
    with pytest.raises(Unprocessable) as refused:
        charts.show(hard.id, bad.id, attested=True)
    assert (refused.value.code, refused.value.where) == ("privacy.email", "/unit")
    note = [{"point": 1, "text": "Maria Lopez began to lead."}]
    soft, named = earned(house, "Writes Names", annotations=note)
    with pytest.raises(Unprocessable) as refused:
        charts.show(soft.id, named.id)
    assert (refused.value.code, refused.value.where) == ("privacy.name", "/annotations/0/text")
    assert charts.show(soft.id, named.id, attested=True).is_shown


def test_only_its_earner_chooses_and_only_where_there_is_a_chart(house: House) -> None:
    teacher, award = earned(house, "Owns It")
    charts = house.service.desk.show_chart
    with pytest.raises(NotFound):
        charts.show(house.teacher("Not Mine").id, award.id, attested=True)
    plain = house.earn(teacher, house.reviewer("Plain"), "building-will")
    assert charts.choice(teacher.id, plain.id) is None
    with pytest.raises(NotFound):
        charts.show(teacher.id, plain.id, attested=True)
