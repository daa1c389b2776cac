"""The signed mark outside the database (I10): a past that was changed does not go unseen."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from issuer.proofs import base64url
from issuer.services.record_mark import NAME, Mark
from issuer.storage.invariants import Violation, violations


def _violations(house):
    return violations(house.real.store, house.clock(), mark=house.service.marks.read())


@pytest.fixture
def lived_in(build):
    house = build()
    house.earn(house.teacher(), house.reviewer(), house.earnable[0])
    return house


def test_each_pass_marks_the_latest_event_and_signs_it(lived_in):
    lived_in.teacher("Lena Vogt", email="lena@school.example")
    last = lived_in.store.read(lambda tx: tx.audit.last())
    assert lived_in.service.marks.read().seq < last.seq
    lived_in.recover.run_once()
    assert lived_in.service.marks.read() == Mark(last.seq, last.hash, is_ours=True)
    assert _violations(lived_in) == []


def test_no_report_of_ours_passes_for_a_mark(lived_in):
    desk = lived_in.service.desk
    report = desk.reports.signed(desk.verify.verify(b"{}", "application/json"))
    lived_in.service.publications.put(NAME, report.encode())
    assert not lived_in.service.marks.read().is_ours


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"a.b.c", b'{"seq": "x", "hash": 1}', b"\xff"])
def test_what_cannot_be_read_stands_for_no_event(lived_in, body):
    lived_in.service.publications.put(NAME, body)
    mark = lived_in.service.marks.read()
    assert not mark.is_ours
    assert Violation("I10", "audit event 0") in _violations(lived_in)


def test_an_edited_past_is_found_though_its_chain_is_whole(lived_in):
    """The database of another history: every hash in it is right, and the mark is not in it."""
    marked = lived_in.service.marks.read()
    token = lived_in.service.publications.get(NAME)
    lived_in.service.publications.put(NAME, token.replace(b"." + token.split(b".")[1], b"." + _other(marked)))
    assert _violations(lived_in) == [Violation("I10", f"audit event {marked.seq}")]


def _other(mark: Mark) -> bytes:
    return base64url.encode(json.dumps({"seq": mark.seq, "hash": mark.hash[::-1]}).encode())


def test_a_mark_that_nobody_here_signed_is_noted_for_good_and_replaced(build, lived_in, caplog):
    marked = lived_in.service.marks.read()
    lived_in.service.publications.put(NAME, json.dumps({"seq": marked.seq, "hash": marked.hash}).encode())
    assert _violations(lived_in) == [Violation("I10", f"audit event {marked.seq}")]
    lived_in.close()
    again = build(clock=lived_in.clock)
    assert "record_mark.foreign" in [record.message for record in caplog.records]
    last = again.store.read(lambda tx: tx.audit.last())
    assert (last.kind, last.details) == ("record_mark.foreign", {"marked_event": str(marked.seq)})
    assert again.service.marks.read() == Mark(last.seq, last.hash, is_ours=True)
    assert _violations(again) == []


def test_the_running_service_finds_it_within_the_hour(lived_in, caplog):
    lived_in.recover.run_once()
    marked = lived_in.service.marks.read()
    lived_in.clock.advance(hours=1)
    lived_in.recover.run_once()
    assert "invariant.broken" not in [record.message for record in caplog.records]
    lived_in.service.publications.put(NAME, json.dumps({"seq": marked.seq, "hash": marked.hash[::-1]}).encode())
    lived_in.clock.advance(hours=1)
    lived_in.recover.run_once()
    told = [vars(record) for record in caplog.records if record.message == "invariant.broken"]
    assert [(one["invariant"], one["subject"]) for one in told] == [("I10", f"audit event {marked.seq}")]


def test_a_past_that_changes_under_the_running_service_is_not_marked_over(lived_in, caplog):
    lived_in.recover.run_once()
    lived_in.recover.run_once()
    marked = lived_in.service.marks.read()

    def rewrite(tx):
        events = list(tx.audit.all())
        raw = tx.connection
        for (name,) in raw.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            raw.execute(text(f"DROP TRIGGER {name}"))
        raw.execute(text("DELETE FROM audit_event"))
        for event in events[1:]:
            tx.audit.append(event.at, event.kind, event.actor_id, event.subject_id, event.details)
        tx.audit.append(events[0].at, "person.added", "operator", "operator", {})
        tx.audit.append(events[0].at, "person.added", "operator", "operator", {})

    lived_in.store.write(rewrite)
    lived_in.recover.run_once()
    assert "record_mark.past_changed" in [record.message for record in caplog.records]
    assert lived_in.service.marks.read() == marked
    assert Violation("I10", f"audit event {marked.seq}") in _violations(lived_in)
