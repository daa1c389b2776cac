"""The audit record, the outbox, idempotent answers and facts, on both databases."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from issuer.domain.audit import GENESIS, first_break
from issuer.errors import Conflict
from issuer.services.ports import Message, StoredAnswer


def test_events_chain_without_gaps(store, make):
    def append(kind, details):
        return store.write(lambda tx: tx.audit.append(make.now, kind, "actor", "subject", details))

    events = [append("one", {}), append("two", {"b": "2", "a": "\x00Ä"}), append("three", {})]
    found = store.read(lambda tx: list(tx.audit.all()))
    assert found == events
    assert [event.seq for event in found] == [1, 2, 3]
    assert found[0].previous_hash == GENESIS
    assert first_break(found) is None
    assert store.read(lambda tx: tx.audit.of_subject("subject")) == events
    assert store.read(lambda tx: tx.audit.of_subject("other")) == []


def test_an_event_at_a_time_of_another_zone_still_chains(store, make):
    west = make.now.astimezone(timezone(-timedelta(hours=5)))
    store.write(lambda tx: tx.audit.append(west, "k", "a", "s", {}))
    store.write(lambda tx: tx.audit.append(make.now.replace(microsecond=0), "k", "a", "s", {}))
    assert first_break(store.read(lambda tx: list(tx.audit.all()))) is None


def test_a_rolled_back_event_leaves_no_gap(store, make):
    def work(tx):
        tx.audit.append(make.now, "lost", "a", "s", {})
        raise Conflict("state.conflict", "no")

    with pytest.raises(Conflict):
        store.write(work)
    assert store.write(lambda tx: tx.audit.append(make.now, "kept", "a", "s", {})).seq == 1


def test_the_whole_record_is_read_across_batches(sqlite_store, make):
    def work(tx):
        for number in range(1_050):
            tx.audit.append(make.now, "k", "a", str(number), {})

    sqlite_store.write(work)
    assert sqlite_store.read(lambda tx: sum(1 for _ in tx.audit.all())) == 1_050
    assert sqlite_store.read(lambda tx: first_break(tx.audit.all())) is None


def test_threads_append_in_turn(store, make):
    def append(name):
        for _ in range(10):
            store.write(lambda tx: tx.audit.append(make.now, "k", name, "s", {}))

    threads = [threading.Thread(target=append, args=(f"t{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = store.read(lambda tx: list(tx.audit.all()))
    assert [event.seq for event in events] == list(range(1, 61))
    assert first_break(events) is None


def _message(make, key="key", **changes):
    values = {
        "key": key, "person_id": "teacher", "kind": "badge.issued", "payload": {"award": "a\x00"},
        "created_at": make.now, "message_id": f"<{key}@issuer.test>",
    }  # fmt: skip
    return Message(**{**values, **changes})


def test_a_message_is_due_until_it_is_sent_with_growing_pauses(store, make):
    make.school(store)
    store.write(lambda tx: tx.outbox.add(_message(make)))

    def due(seconds):
        return store.read(lambda tx: tx.outbox.due(make.now + timedelta(seconds=seconds), 10))

    assert due(-1) == []
    assert due(0) == [_message(make)]
    store.write(lambda tx: tx.outbox.tried("key", make.now))
    assert due(59) == []
    assert due(60) == [_message(make, attempts=1)]
    store.write(lambda tx: tx.outbox.tried("key", make.now))
    assert due(119) == []
    assert due(120) == [_message(make, attempts=2)]
    for _ in range(40):
        store.write(lambda tx: tx.outbox.tried("key", make.now))
    assert [len(due(seconds)) for seconds in (21_599, 21_600)] == [0, 1]
    store.write(lambda tx: tx.outbox.sent("key", make.now))
    store.write(lambda tx: tx.outbox.tried("key", make.now))
    assert due(10_000_000) == []
    (found,) = store.read(lambda tx: tx.outbox.of_person("teacher", 10))
    assert found == _message(make, attempts=42, sent_at=make.now)


def test_a_known_key_is_left_as_it_is(store, make):
    make.school(store)
    store.write(lambda tx: tx.outbox.add(_message(make)))
    store.write(lambda tx: tx.outbox.add(_message(make, message_id="<other>", kind="other")))
    assert store.read(lambda tx: tx.outbox.of_person("teacher", 10)) == [_message(make)]


def test_a_persons_messages_are_listed_latest_first(store, make):
    make.school(store)
    for hours, key in [(1, "b"), (3, "c"), (2, "a")]:
        message = _message(make, key, created_at=make.now + timedelta(hours=hours))
        store.write(lambda tx, message=message: tx.outbox.add(message))
    assert [m.key for m in store.read(lambda tx: tx.outbox.of_person("teacher", 2))] == ["c", "a"]
    assert [store.read(lambda tx, of=of: tx.outbox.unread(of)) for of in ("teacher", "reviewer")] == [3, 0]
    store.write(lambda tx: tx.outbox.mark_read("teacher", make.now))
    assert store.read(lambda tx: tx.outbox.unread("teacher")) == 0
    assert store.read(lambda tx: tx.outbox.of_person("teacher", 1))[0].read_at == make.now
    assert len(store.read(lambda tx: tx.outbox.due(make.now + timedelta(days=1), 2))) == 2


def test_biz_04_an_answer_is_kept_per_caller_and_key(store, make):
    answer = StoredAnswer("ab" * 32, 201, b'{"\x00":1}', "application/json")
    store.write(lambda tx: tx.idempotency.put("caller", "key", answer, make.now))
    assert store.read(lambda tx: tx.idempotency.get("caller", "key")) == answer
    assert store.read(lambda tx: tx.idempotency.get("caller", "other")) is None
    assert store.read(lambda tx: tx.idempotency.get("other", "key")) is None
    with pytest.raises(Conflict):
        store.write(lambda tx: tx.idempotency.put("caller", "key", replace(answer, status=500), make.now))
    store.write(lambda tx: tx.idempotency.purge(make.now))
    assert store.read(lambda tx: tx.idempotency.get("caller", "key")) == answer
    store.write(lambda tx: tx.idempotency.purge(make.now + timedelta(microseconds=1)))
    assert store.read(lambda tx: tx.idempotency.get("caller", "key")) is None


def test_facts_are_set_and_replaced(store):
    assert store.read(lambda tx: tx.facts.get("url")) is None
    for value in ("https://a.test", "https://b.test"):
        store.write(lambda tx, value=value: tx.facts.set("url", value))
        assert store.read(lambda tx: tx.facts.get("url")) == value
