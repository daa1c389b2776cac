"""Rules of time."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.domain.evidence.dates import add_months, day_of


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        ("2025-09-17", 6, "2026-03-17"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2025-08-28", 6, "2026-02-28"),
        ("2025-12-31", 6, "2026-06-30"),
        ("2026-02-28", 6, "2026-08-28"),
        ("2026-01-15", 12, "2027-01-15"),
        ("9999-10-01", 6, "9999-12-31"),
    ],
)
def test_months_later_is_the_same_day_or_the_months_last(start: str, months: int, due: str) -> None:
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(due)


@given(st.dates(max_value=date(9990, 1, 1)), st.integers(0, 60))
def test_months_later_never_leaves_the_month_due(day: date, months: int) -> None:
    due = add_months(day, months)
    assert (due.year * 12 + due.month) - (day.year * 12 + day.month) == months
    assert due.day <= day.day


@pytest.mark.parametrize("given_on", ["2026-03-17", "2026-03-18", "2026-05-01"])
def test_six_months_later_or_more_is_enough(run, given_on: str) -> None:
    evidence = {"first": "2025-09-17", "second": given_on}
    assert run("months_after", evidence, date="/second", other="/first", months=6) == []


def test_one_day_short_of_six_months_is_too_early(run) -> None:
    evidence = {"first": "2025-09-17", "second": "2026-03-16"}
    assert run("months_after", evidence, date="/second", other="/first", months=6) == [("second", "too_early")]


@pytest.mark.parametrize(
    ("relation", "day", "holds"),
    [
        ("before", "2026-01-01", True),
        ("before", "2026-01-02", False),
        ("on_or_before", "2026-01-02", True),
        ("on_or_before", "2026-01-03", False),
        ("after", "2026-01-03", True),
        ("after", "2026-01-02", False),
        ("on_or_after", "2026-01-02", True),
        ("on_or_after", "2026-01-01", False),
    ],
)
def test_dates_stand_in_their_relation(run, relation: str, day: str, holds: bool) -> None:
    found = run("date_order", {"a": day, "b": "2026-01-02"}, date="/a", relation=relation, other="/b")
    assert found == ([] if holds else [("a", "date_order")])


def test_several_other_dates_count_with_the_earliest(run) -> None:
    meetings = [{"on": "2026-02-01"}, {"on": "2026-01-01"}, {"on": "soon"}]
    for day, found in (("2026-01-01", []), ("2025-12-31", [("a", "date_order")])):
        evidence = {"a": day, "meetings": meetings}
        assert run("date_order", evidence, date="/a", relation="on_or_after", other="/meetings/*/on") == found


@pytest.mark.parametrize(
    "value", [None, 7, True, "", "2026-2-1", "20260201", "2026-W05-7", "2026-02-30", "２０２６-02-01", []]
)
def test_what_states_no_date_is_no_date(run, value: object) -> None:
    assert day_of(value) is None
    assert run("not_in_future", {"a": value}, dates=["/a"]) == []
    assert run("date_order", {"a": value, "b": "2026-01-01"}, date="/a", relation="before", other="/b") == []


def test_today_has_happened_and_tomorrow_has_not(run) -> None:
    evidence = {"visits": [{"date": "2026-06-19"}, {"date": "2026-06-20"}]}
    assert run("not_in_future", evidence, dates=["/visits/*/date"]) == [("visits/1/date", "in_future")]
