"""The chain of events shows every change to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.domain.audit import GENESIS, first_break, next_event

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
TEXTS = st.text(max_size=8)


def _chain(length: int):
    events, previous = [], None
    for number in range(length):
        previous = next_event(previous, NOW + timedelta(seconds=number), "kind", f"a{number}", "s", {"n": str(number)})
        events.append(previous)
    return events


def test_it_begins_with_the_first_event():
    first = _chain(1)[0]
    assert (first.seq, first.previous_hash) == (1, GENESIS)
    assert first_break([]) is None


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS, st.dictionaries(TEXTS, TEXTS, max_size=2)), max_size=6))
def test_a_chain_of_any_events_is_whole(parts):
    events, previous = [], None
    for kind, actor, subject, details in parts:
        previous = next_event(previous, NOW, kind, actor, subject, details)
        events.append(previous)
    assert first_break(events) is None
    assert [one.seq for one in events] == list(range(1, len(parts) + 1))


CHANGES = {
    "at": {"at": NOW - timedelta(days=1)},
    "kind": {"kind": "award.issued"},
    "actor_id": {"actor_id": "somebody else"},
    "subject_id": {"subject_id": "another"},
    "details": {"details": {"n": "9"}},
    "hash": {"hash": "f" * 64},
    "previous_hash": {"previous_hash": GENESIS},
    "seq": {"seq": 7},
}


@pytest.mark.parametrize("changed", CHANGES)
def test_every_member_is_bound(changed):
    events = _chain(4)
    events[2] = replace(events[2], **CHANGES[changed])
    assert first_break(events) == events[2].seq


def test_removing_reordering_and_repeating_shows():
    events = _chain(4)
    assert first_break(events[1:]) == 2
    assert first_break([events[0], *events[2:]]) == 3
    assert first_break([events[0], events[2], events[1], events[3]]) == 3
    assert first_break([*events, events[3]]) == 4


def test_an_event_made_anew_breaks_the_chain_behind_it():
    events = _chain(4)
    events[1] = next_event(events[0], NOW, "other", "a", "s", {})
    assert first_break(events) == 3
