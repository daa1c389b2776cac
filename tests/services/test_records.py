"""The board of what was reached, and records for a teacher and for a district."""

from __future__ import annotations

from dataclasses import replace

import pytest
from house import CATALOGUE, House

from badge_classes import Catalogue
from issuer.domain.award import Standing
from issuer.domain.board import PlaceState
from issuer.domain.review import Decision
from issuer.errors import Forbidden

WITH_HOURS = Catalogue(
    tuple(replace(one, hours=15.0 if one.slug == "building-will" else None) for one in CATALOGUE.badge_classes),
    CATALOGUE.strands, CATALOGUE.stages,
)  # fmt: skip


def test_the_board_says_of_every_badge_how_far_it_has_come(house: House) -> None:
    teacher, reviewer = house.teacher("Comes Far"), house.reviewer("Judges")
    house.earn(teacher, reviewer, "building-will")
    suspended = house.earn(teacher, reviewer, "collecting-data")
    house.stand.suspend(reviewer.id, suspended.id, "A doubt.")
    house.waiting(teacher, "sharing-learning")
    returned = house.waiting(teacher, "considering-impact-on-culture")
    ratings = house.ratings("considering-impact-on-culture", "not-yet")
    house.review.decide(reviewer.id, returned.id, Decision.RETURN, ratings, "More, please.")
    house.submit.start(teacher.id, "understanding-improvement")
    (board,) = house.service.desk.records.boards(teacher.id)
    states = {one.badge_class.slug: one.place.state for one in board.cells}
    assert len(states) == 15
    assert states["building-will"] is PlaceState.EARNED
    assert states["collecting-data"] is PlaceState.SET_ASIDE
    assert states["sharing-learning"] is PlaceState.IN_REVIEW
    assert states["considering-impact-on-culture"] is PlaceState.RETURNED
    assert states["understanding-improvement"] is PlaceState.BEGUN
    assert list(states.values()).count(PlaceState.OPEN) == 10
    assert (board.earned, board.hours) == (1, None)
    assert board.at("peers-classrooms", "leading-learning") == []
    house.submit.start(teacher.id, "building-will")
    again = house.service.desk.records.boards(teacher.id)[0].cells
    assert next(one for one in again if one.badge_class.slug == "building-will").place.state is PlaceState.EARNED


def test_hours_are_counted_where_the_catalogue_has_them(build) -> None:
    house = build(catalogue=WITH_HOURS)
    teacher = house.teacher()
    records = house.service.desk.records
    assert records.boards(teacher.id)[0].hours == (0, 15.0)
    assert records.mine(teacher.id).hours is None
    house.earn(teacher, house.reviewer(), "building-will")
    assert records.boards(teacher.id)[0].hours == (15.0, 15.0)
    assert records.mine(teacher.id).hours == 15.0


def test_az_10_a_district_gets_its_own_badges_only_and_only_through_its_administrator(house: House) -> None:
    reviewer, administrator = house.reviewer(), house.administrator()
    teacher, other = house.teacher("Abel"), house.teacher("Zoe")
    far = f"{house.school_name} far"
    house.earn(house.teacher("Far", school=far), house.reviewer("Far Too", school=far), "building-will")
    for one in (other, teacher):
        house.earn(one, reviewer, "building-will")
    revoked = house.earn(teacher, reviewer, "collecting-data")
    house.stand.revoke(reviewer.id, revoked.id, "By mistake.")
    old = house.awards(other)[0]
    house.stand.correct(administrator.id, old.id, "Zoë", other.email, "A letter.")
    records = house.service.desk.records
    found = records.organisation(administrator.id)
    assert [one.teacher for one in found.lines] == ["Abel", "Abel", "Zoë"]
    assert sorted((one.teacher, one.badge_class.slug, one.standing) for one in found.lines) == [
        ("Abel", "building-will", Standing.ACTIVE),
        ("Abel", "collecting-data", Standing.REVOKED),
        ("Zoë", "building-will", Standing.ACTIVE),
    ]
    assert old.id not in {one.credential_id for one in found.lines}
    for nobody in (reviewer, teacher):
        with pytest.raises(Forbidden):
            records.organisation(nobody.id)
    assert "record.exported" in house.events(administrator.organisation_id)
