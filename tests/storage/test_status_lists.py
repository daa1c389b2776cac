"""Allocation of status indexes and the record of what was published, on both databases."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text

from issuer.domain.award import Standing, revoke, supersede, suspend
from issuer.errors import Conflict, NotFound
from issuer.services.ports import PublishedList
from issuer.storage.status_lists import CAPACITY, OPEN_NEXT_AT


def _allocate(store, make, count, prefix="a"):
    def work(tx):
        return [tx.status_lists.allocate(f"{prefix}{n}", make.now) for n in range(count)]

    return store.write(work)


def test_eight_threads_never_draw_the_same_index(store, make):
    drawn = []

    def draw(name):
        for turn in range(15):
            drawn.extend(_allocate(store, make, 2, f"{name}-{turn}-"))

    threads = [threading.Thread(target=draw, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(drawn) == 240
    assert len(set(drawn)) == 240
    assert {entry.list_number for entry in drawn} == {1}


def test_stl_33_indexes_are_spread_evenly(sqlite_store, make):
    drawn = _allocate(sqlite_store, make, 4_000)
    assert all(0 <= entry.index < CAPACITY for entry in drawn)
    cells = Counter(entry.index * 32 // CAPACITY for entry in drawn)
    expected = 4_000 / 32
    chi_square = sum((cells[cell] - expected) ** 2 / expected for cell in range(32))
    assert chi_square < 92, "beyond this lies one run in ten million at 31 degrees of freedom"
    neighbours = sum(abs(one.index - other.index) == 1 for one, other in pairwise(drawn))
    assert neighbours < 10, "indexes follow one another"


def test_stl_33_a_new_list_opens_at_half_fill(store, make):
    _allocate(store, make, 1)
    fill = text("UPDATE status_list SET allocated = :allocated WHERE number = 1")
    store.write(lambda tx: tx.connection.execute(fill, {"allocated": OPEN_NEXT_AT - 1}))
    last, first = _allocate(store, make, 2, "b")
    assert (last.list_number, first.list_number) == (1, 2)
    assert store.read(lambda tx: tx.status_lists.numbers()) == [1, 2]


def test_stl_32_an_index_stays_used_when_its_award_is_removed_by_force(sqlite_store, make, monkeypatch):
    make.school(sqlite_store)
    used = make.planned(sqlite_store).status

    def remove(tx):
        for statement in (
            "DROP TRIGGER award_no_delete", "DROP TRIGGER award_form_no_delete",
            "DELETE FROM award_form", "DELETE FROM award",
        ):  # fmt: skip
            tx.connection.execute(text(statement))

    sqlite_store.write(remove)
    draws = iter([used.index, used.index, 77 if used.index != 77 else 78])
    monkeypatch.setattr("issuer.storage.status_lists.secrets.randbelow", lambda bound: next(draws))
    (entry,) = _allocate(sqlite_store, make, 1)
    assert entry.index in (77, 78)


def test_changes_are_counted(store, make):
    _allocate(store, make, 1)
    assert store.read(lambda tx: (tx.status_lists.change(1), tx.status_lists.change(9))) == (0, 0)
    store.write(lambda tx: tx.status_lists.touch(1))
    store.write(lambda tx: tx.status_lists.touch(1))
    assert store.read(lambda tx: tx.status_lists.change(1)) == 2
    with pytest.raises(NotFound):
        store.write(lambda tx: tx.status_lists.touch(9))


def test_the_bits_are_those_of_the_awards(store, make):
    make.school(store)
    awards = [make.planned(store, id, submission_id=None) for id in "abc"]
    for award in awards[:2]:
        revoked = revoke(award, "reason", make.now)
        store.write(lambda tx, revoked=revoked: tx.awards.stand(revoked, Standing.ACTIVE))

    def indexes(standing):
        return store.read(lambda tx: tx.status_lists.set_indexes(1, standing))

    assert indexes(Standing.REVOKED) == sorted(award.status.index for award in awards[:2])
    assert indexes(Standing.SUSPENDED) == []


def test_the_bits_of_corrected_badges_are_those_of_the_last_correction(store, make):
    make.school(store)
    first, second, third, beside = (make.planned(store, id, submission_id=None) for id in "abcd")

    def superseded(tx):
        for old, new in ((first, second), (second, third)):
            tx.awards.stand(supersede(old, new.id, make.now), Standing.ACTIVE)
        tx.awards.stand(suspend(third, "reason", make.now), Standing.ACTIVE)

    def indexes(standing):
        return store.read(lambda tx: tx.status_lists.set_indexes(1, standing))

    assert indexes(Standing.SUSPENDED) == []
    store.write(superseded)
    chain = sorted(one.status.index for one in (first, second, third))
    assert (indexes(Standing.SUSPENDED), indexes(Standing.REVOKED)) == (chain, [])
    revoked = revoke(replace(third, standing=Standing.SUSPENDED), "reason", make.now)
    store.write(lambda tx: tx.awards.stand(revoked, Standing.SUSPENDED))
    assert (indexes(Standing.SUSPENDED), indexes(Standing.REVOKED)) == ([], chain)
    assert beside.status.index not in chain


def test_a_publication_moves_forward_only(store, make):
    _allocate(store, make, 1)
    first = PublishedList(1, "revocation", 1, make.now, 0, "ab" * 32)
    second = replace(first, serial=2, valid_from=make.now + timedelta(seconds=1), change=3)

    def record(published, expected):
        store.write(lambda tx: tx.status_lists.record_published(published, expected))

    assert store.read(lambda tx: tx.status_lists.published(1, "revocation")) is None
    record(first, 0)
    record(second, 1)
    assert store.read(lambda tx: tx.status_lists.published(1, "revocation")) == second
    third = replace(second, serial=3, valid_from=make.now + timedelta(seconds=2))
    refused = [
        (first, 0),
        (third, 1),
        (replace(third, valid_from=second.valid_from), 2),
        (replace(third, serial=2), 2),
    ]
    for published, expected in refused:
        with pytest.raises(Conflict):
            record(published, expected)
    assert store.read(lambda tx: tx.status_lists.published(1, "revocation")) == second
