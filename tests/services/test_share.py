"""An earner's own badges, open and closed."""

from __future__ import annotations

import pytest

from issuer.errors import NotFound

SLUG = "collecting-data"
STACK = "teacher-leader"


@pytest.fixture
def award(house):
    return house.earn(house.teacher(), house.reviewer(), SLUG)


def _public(house, award):
    try:
        return house.share.public(award.id)
    except NotFound:
        return None


def test_az_12_a_badge_is_private_until_its_earner_opens_it(house, award):
    assert _public(house, award) is None
    assert not house.share.is_public(award.id)
    opened = house.share.set_open(award.person_id, award.id, True)
    assert opened == house.award(award.id)
    badge = _public(house, award)
    assert (badge.award.id, badge.badge_class.slug, badge.is_open) == (award.id, SLUG, True)
    assert house.share.is_public(award.id)
    house.share.set_open(award.person_id, award.id, False)
    assert _public(house, award) is None
    assert house.events(award.id)[-2:] == ["award.opened", "award.closed"]


def test_az_01_another_persons_badge_does_not_exist(house, award):
    for other in (house.teacher("Kim Lee"), house.administrator(), house.reviewer("Pat Second")):
        for call in (
            lambda other=other: house.share.own(other.id, award.id),
            lambda other=other: house.share.set_open(other.id, award.id, True),
        ):
            with pytest.raises(NotFound):
                call()
    assert not house.share.is_public(award.id)
    assert not house.share.is_public("unknown")


def test_sharing_signs_nothing(house, award):
    before = award.forms
    house.share.set_open(award.person_id, award.id, True)
    assert house.award(award.id).forms == before


def test_a_backpack_shows_badges_and_progress(house):
    teacher, reviewer = house.teacher(), house.reviewer()
    assert house.share.backpack(teacher.id).badges == ()
    for slug in house.earnable[:3]:
        house.earn(teacher, reviewer, slug)
        house.clock.advance(minutes=1)
    backpack = house.share.backpack(teacher.id)
    assert [one.award.achievement for one in backpack.badges] == list(reversed(house.earnable[:3]))
    ((stack, progress),) = backpack.stacks
    assert (stack.slug, progress.earned, len(progress.missing)) == (STACK, tuple(house.earnable[:3]), 12)


def test_a_certification_comes_with_the_badges_it_is_stacked_on(house):
    teacher = house.teacher()
    held = house.earn_all(teacher, house.reviewer())
    badge = house.share.own(teacher.id, held[STACK].id)
    assert [one.award.achievement for one in badge.children] == house.earnable
