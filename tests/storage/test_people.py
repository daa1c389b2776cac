"""Organisations, people and sessions, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from issuer.domain.people import Organisation, Role, Session
from issuer.errors import Conflict, NotFound, Unprocessable


def test_organisations_come_back(store):
    store.write(lambda tx: tx.people.add_organisation(Organisation("b", "Zebra")))
    store.write(lambda tx: tx.people.add_organisation(Organisation("a", "Aardvark")))
    assert store.read(lambda tx: tx.people.organisation("b")) == Organisation("b", "Zebra")
    assert store.read(lambda tx: tx.people.organisation("c")) is None
    assert [each.id for each in store.read(lambda tx: tx.people.organisations())] == ["a", "b"]


def test_a_person_comes_back_with_every_field(store, make):
    make.school(store)
    person = make.person(
        "p", roles=frozenset(Role), display_name="Ñandú 🦜", disabled_at=make.now + timedelta(microseconds=1)
    )
    store.write(lambda tx: tx.people.add(person, "secret-hash"))
    assert store.read(lambda tx: tx.people.get("p")) == person
    assert store.read(lambda tx: tx.people.by_email("  P@School.TEST ")) == person
    assert store.read(lambda tx: tx.people.password_hash("p")) == "secret-hash"
    assert store.read(lambda tx: tx.people.get("nobody")) is None
    assert store.read(lambda tx: tx.people.password_hash("nobody")) is None


def test_an_address_belongs_to_one_person(store, make):
    make.school(store)
    with pytest.raises(Conflict) as refused:
        store.write(lambda tx: tx.people.add(make.person("other", "TEACHER@school.test"), "h"))
    assert refused.value.code == "state.conflict"
    with pytest.raises(Conflict):
        store.write(lambda tx: tx.people.update(make.person("reviewer", "teacher@school.test")))
    assert store.read(lambda tx: tx.people.get("other")) is None
    assert store.read(lambda tx: tx.people.get("reviewer")).email == "reviewer@school.test"


def test_a_conflict_leaves_the_transaction_usable(store, make):
    make.school(store)

    def work(tx):
        with pytest.raises(Conflict):
            tx.people.add(make.person("other", "teacher@school.test"), "h")
        tx.facts.set("after", "conflict")

    store.write(work)
    assert store.read(lambda tx: tx.facts.get("after")) == "conflict"


def test_changes_are_kept(store, make):
    make.school(store)
    changed = replace(make.person(), display_name="New Name", roles=frozenset(), disabled_at=make.now)
    store.write(lambda tx: tx.people.update(changed))
    store.write(lambda tx: tx.people.set_password_hash("teacher", "hash-9"))
    assert store.read(lambda tx: tx.people.get("teacher")) == changed
    assert store.read(lambda tx: tx.people.password_hash("teacher")) == "hash-9"
    for change in (
        lambda tx: tx.people.update(make.person("nobody")),
        lambda tx: tx.people.set_password_hash("nobody", "h"),
    ):
        with pytest.raises(NotFound):
            store.write(change)


def test_pages_are_in_order_of_id(store, make):
    make.school(store)
    assert [p.id for p in store.read(lambda tx: tx.people.page(2))] == ["reviewer", "second"]
    assert [p.id for p in store.read(lambda tx: tx.people.page(2, "second"))] == ["teacher"]


def test_times_come_back_in_utc_to_the_microsecond(store, make):
    make.school(store)
    east = make.now.astimezone(timezone(timedelta(hours=9, minutes=30)))
    store.write(lambda tx: tx.people.add(make.person("p", created_at=east), "h"))
    found = store.read(lambda tx: tx.people.get("p")).created_at
    assert found.isoformat() == "2026-03-01T12:30:15.123456+00:00"


def test_a_time_without_zone_is_refused(store, make):
    make.school(store)
    with pytest.raises(Exception, match="time zone"):
        store.write(lambda tx: tx.people.add(make.person("p", created_at=make.now.replace(tzinfo=None)), "h"))


@pytest.mark.parametrize("text", ["nul\x00", "half\ud800"])
def test_text_that_postgresql_cannot_hold_is_refused_by_both(store, make, text):
    make.school(store)
    with pytest.raises(Unprocessable):
        store.write(lambda tx: tx.people.add(make.person("p", display_name=text), "h"))
    with pytest.raises(Unprocessable):
        store.read(lambda tx: tx.people.get(text))
    assert store.read(lambda tx: tx.people.get("p")) is None


def test_sessions_end_one_by_one_all_together_and_by_age(store, make):
    make.school(store)
    sessions = {
        name: Session(name, owner, "csrf", make.now, make.now + timedelta(hours=hours))
        for name, owner, hours in [("a", "teacher", 1), ("b", "teacher", 2), ("c", "reviewer", 1), ("d", "second", 3)]
    }

    def left():
        found = store.read(lambda tx: {name: tx.sessions.get(name) for name in sessions})
        return {name for name, session in found.items() if session == sessions[name]}

    for session in sessions.values():
        store.write(lambda tx, session=session: tx.sessions.add(session))
    assert left() == {"a", "b", "c", "d"}
    store.write(lambda tx: tx.sessions.delete("a"))
    assert left() == {"b", "c", "d"}
    store.write(lambda tx: tx.sessions.purge(make.now + timedelta(hours=1)))
    assert left() == {"b", "d"}
    store.write(lambda tx: tx.sessions.delete_of("teacher"))
    assert left() == {"d"}
