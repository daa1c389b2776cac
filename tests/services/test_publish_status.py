"""The served lists: up to date, moving forward, and safe against an older database."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import timedelta

import pytest

from issuer.credentials.status_list import indexes_of, published_at
from issuer.domain.award import Standing
from issuer.storage.status_lists import CAPACITY, OPEN_NEXT_AT
from issuer.verification.report import Verdict

SLUG = "collecting-data"
FACES = ("revocation", "suspension")


def _served(house, purpose="revocation", number=1):
    return house.publish_status.served(number, purpose)


def test_a_list_that_nobody_has_is_not_served(house):
    assert _served(house, number=99) is None
    assert house.publish_status.served(1, "../keys") is None


def test_a_list_is_served_before_the_first_badge_on_it(house):
    house.earn(house.teacher(), house.reviewer(), SLUG)
    for purpose in FACES:
        document = json.loads(_served(house, purpose).body)
        assert document["credentialSubject"]["statusPurpose"] == purpose
        assert document["id"].endswith(f"/status/{purpose}-1")
        assert house.verify.verify(
            _served(house, purpose).body, "application/json", any_credential=True
        ).outcome("proof") == "passed"  # fmt: skip


def test_nothing_is_published_again_without_a_reason(house):
    teacher, reviewer = house.teacher(), house.reviewer()
    house.earn(teacher, reviewer, SLUG)
    before = [_served(house, purpose) for purpose in FACES]
    house.earn(teacher, reviewer, house.earnable[0])
    house.clock.advance(hours=23)
    house.publish_status.ensure_all()
    assert [_served(house, purpose) for purpose in FACES] == before


def test_a_list_is_published_again_before_it_grows_old(house):
    house.earn(house.teacher(), house.reviewer(), SLUG)
    before = _served(house)
    house.clock.advance(days=1)
    house.recover.run_once()
    after = _served(house)
    assert published_at(after.body) == house.clock().replace(microsecond=0) > published_at(before.body)
    assert after.etag != before.etag
    assert indexes_of(after.body) == indexes_of(before.body)


def test_a_lost_file_is_made_again_and_moves_forward(build):
    house = build()
    award = house.earn(house.teacher(), house.reviewer(), SLUG)
    house.stand.revoke(house.reviewer("Pat Other").id, award.id, "A reason.")
    before = published_at(_served(house).body)
    (house.folder / "published" / "revocation-1").unlink()
    house.recover.run_once()
    assert published_at(_served(house).body) > before
    assert award.status.index in indexes_of(_served(house).body)
    assert house.problems() == []


def test_an_older_file_put_back_is_replaced(build):
    house = build()
    reviewer = house.reviewer()
    award = house.earn(house.teacher(), reviewer, SLUG)
    older = _served(house).body
    house.stand.revoke(reviewer.id, award.id, "A reason.")
    newest = published_at(_served(house).body)
    (house.folder / "published" / "revocation-1").write_bytes(older)
    house.recover.run_once()
    assert award.status.index in indexes_of(_served(house).body)
    assert published_at(_served(house).body) > newest
    assert house.problems() == []


def test_a_clock_that_goes_back_does_not_take_the_lists_back(build):
    house = build()
    teacher, reviewer = house.teacher(), house.reviewer()
    award = house.earn(teacher, reviewer, SLUG)
    before = published_at(_served(house).body)
    house.clock.advance(seconds=-30)
    house.stand.revoke(reviewer.id, award.id, "A reason.")
    assert published_at(_served(house).body) == before + timedelta(milliseconds=1)
    assert house.report(award).verdict is Verdict.INVALID


def test_stl_33_a_new_list_begins_when_half_is_used(build):
    house = build()
    teacher, reviewer = house.teacher(), house.reviewer()
    house.earn(teacher, reviewer, house.earnable[0])
    nearly = OPEN_NEXT_AT - 1

    def fill(tx):
        tx.connection.exec_driver_sql(f"UPDATE status_list SET allocated = {nearly} WHERE number = 1")

    house.store.write(fill)
    last = house.earn(teacher, reviewer, house.earnable[1])
    first = house.earn(teacher, reviewer, house.earnable[2])
    assert (last.status.list_number, first.status.list_number) == (1, 2)
    for award in (last, first):
        assert house.report(award).verdict is Verdict.VALID
    house.stand.revoke(reviewer.id, first.id, "A reason.")
    assert indexes_of(_served(house, number=1).body) == set()
    assert indexes_of(_served(house, number=2).body) == {first.status.index}


def test_stl_33_indexes_are_drawn_evenly(build):
    """Chi-square over 16 equal parts of the list: beyond 56.5 a fair draw falls once in a million times."""
    house = build()
    draws = 3_200

    def draw(tx):
        return [tx.status_lists.allocate(f"award {n}", house.clock()).index for n in range(draws)]

    found = house.store.write(draw)
    assert len(set(found)) == draws
    assert all(0 <= index < CAPACITY for index in found)
    parts = Counter(index * 16 // CAPACITY for index in found)
    expected = draws / 16
    assert sum((parts[part] - expected) ** 2 / expected for part in range(16)) < 56.5


class TestRestore:
    """REL-14: the database goes back in time, what was published does not."""

    @pytest.fixture
    def story(self, build, tmp_path):
        """A house whose database is an hour older than what it published, before it is opened again."""
        house = build()
        teacher, reviewer = house.teacher(), house.reviewer()
        early = house.earn(teacher, reviewer, house.earnable[0])
        kept = house.earn(teacher, reviewer, house.earnable[1])
        house.close()
        shutil.copy(house.folder / "issuer.db", tmp_path / "copy.db")
        house = build(clock=house.clock)
        house.clock.advance(hours=1)
        house.stand.revoke(reviewer.id, early.id, "A reason.")
        lost = house.earn(teacher, reviewer, house.earnable[2])
        house.stand.revoke(reviewer.id, lost.id, "Another reason.")
        unseen = house.earn(teacher, reviewer, house.earnable[3])
        before = {purpose: published_at(_served(house, purpose).body) for purpose in FACES}
        house.close()
        shutil.copy(tmp_path / "copy.db", house.folder / "issuer.db")
        house.clock.advance(minutes=1)
        return house, teacher, reviewer, early, kept, lost, unseen, before

    def test_what_was_published_is_taken_over_and_used_indexes_are_left_alone(self, build, story, caplog):
        old, teacher, reviewer, early, kept, lost, unseen, before = story
        house = build(clock=old.clock)
        assert "restore.rollback" in [record.message for record in caplog.records]
        house.recover.run_once()
        assert house.award(early.id).standing is Standing.REVOKED
        assert house.award(kept.id).standing is Standing.ACTIVE
        assert house.store.read(lambda tx: tx.awards.get(lost.id)) is None
        served = _served(house).body
        assert indexes_of(served) == {early.status.index, lost.status.index}
        assert all(published_at(_served(house, purpose).body) > before[purpose] for purpose in FACES)
        again = house.earn(teacher, reviewer, house.earnable[3])
        assert again.status.list_number == 2
        assert house.report(again).verdict is Verdict.VALID
        assert house.report(kept).verdict is Verdict.VALID
        assert unseen.status.list_number == 1
        house.stand.revoke(reviewer.id, kept.id, "A reason.")
        assert indexes_of(_served(house).body) == {early.status.index, lost.status.index, kept.status.index}
        assert house.problems() == []

    def test_it_is_noticed_once(self, build, story, caplog):
        house = build(clock=story[0].clock)
        caplog.clear()
        house.close()
        again = build(clock=house.clock)
        assert [record.message for record in caplog.records] == []
        assert again.store.read(lambda tx: tx.status_lists.numbers()) == [1, 2]

    def test_a_database_that_is_merely_reopened_is_left_alone(self, build):
        house = build()
        house.earn(house.teacher(), house.reviewer(), SLUG)
        house.close()
        again = build(clock=house.clock)
        assert again.store.read(lambda tx: tx.status_lists.numbers()) == [1]
        assert again.events("operator") == []

    def test_lists_that_the_older_database_does_not_know_go_on_being_served(self, build, tmp_path):
        house = build()
        teacher, reviewer = house.teacher(), house.reviewer()
        house.earn(teacher, reviewer, house.earnable[0])
        house.close()
        shutil.copy(house.folder / "issuer.db", tmp_path / "copy.db")
        house = build(clock=house.clock)
        house.store.write(lambda tx: tx.status_lists.open(2, house.clock()))
        lost = house.earn(teacher, reviewer, house.earnable[1])
        house.stand.revoke(reviewer.id, lost.id, "A reason.")
        assert lost.status.list_number == 2
        house.close()
        shutil.copy(tmp_path / "copy.db", house.folder / "issuer.db")
        house = build(clock=house.clock)
        house.clock.advance(days=20)
        house.recover.run_once()
        assert published_at(_served(house, number=2).body) == house.clock().replace(microsecond=0)
        assert indexes_of(_served(house, number=2).body) == {lost.status.index}
        assert house.earn(teacher, reviewer, house.earnable[2]).status.list_number == 3
        assert house.problems() == []
