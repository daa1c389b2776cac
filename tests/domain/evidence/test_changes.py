"""What differs between two versions, named as the form names it."""

from __future__ import annotations

from badge_classes import load
from issuer.domain.evidence.changes import changes

SCHEMA = load().current("building-will").evidence_schema or {}


def test_every_value_that_differs_is_named_in_the_order_of_the_form() -> None:
    before = {"reflection": {"answers": {"obstacles": "Time."}}, "first_visits": [{"date": "2026-01-01"}]}
    after = {
        "first_visits": [{"date": "2026-01-02"}, {"peer": {"name": "Dana"}}],
        "reflection": {"answers": {"obstacles": "Time."}}, "unknown": True,
    }  # fmt: skip
    found = changes(SCHEMA, before, after)
    assert [(one.pointer, one.before, one.after) for one in found] == [
        ("/first_visits/0/date", "2026-01-01", "2026-01-02"),
        ("/first_visits/1/peer/name", None, "Dana"),
        ("/unknown", None, True),
    ]
    assert found[0].label.endswith("Visit 1 › Date of the visit")
    assert found[0].requirement == "visits-with-four-peers"
    assert changes(SCHEMA, after, after) == ()


def test_values_of_other_kinds_differ_from_nothing() -> None:
    assert [one.after for one in changes(SCHEMA, {}, {"first_visits": "text"})] == ["text"]
    assert [one.before for one in changes(SCHEMA, {"first_visits": [False]}, {"first_visits": [0]})] == []
