"""Signals in run charts, against worked cases and an enumeration of every order."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.domain.evidence.run_chart import (
    SIGNIFICANCE,
    Signal,
    median,
    number_of_runs,
    runs,
    runs_limits,
    shifts,
    signals,
    trends,
)

VALUES = st.lists(st.integers(-5, 5) | st.floats(-1e12, 1e12), max_size=60)


def test_the_median_lies_in_the_middle() -> None:
    assert median([3, 1, 2]) == 2
    assert median([4, 1, 2, 3]) == 2.5
    with pytest.raises(ValueError, match="at least one"):
        median([])


def test_six_in_a_row_on_one_side_are_a_shift_and_five_are_not() -> None:
    low, high = [1, 2, 1, 2, 1, 2], [8, 9, 8, 9, 8, 9]
    assert shifts(low + high) == [Signal("shift", 1, 6), Signal("shift", 7, 12)]
    assert shifts(low[:5] + high[:5]) == []


def test_points_on_the_median_neither_break_nor_lengthen_a_run() -> None:
    values = [1, 1, 1, 5, 1, 1, 1, 9, 9, 9, 9, 9, 9]
    assert median(values) == 5
    assert runs(values) == [[1, 2, 3, 5, 6, 7], [8, 9, 10, 11, 12, 13]]
    assert shifts(values)[0] == Signal("shift", 1, 7)
    assert shifts([1, 1, 1, 5, 5, 5, 1, 1, 9, 9, 9, 9, 9]) == []


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([1, 2, 3, 4, 5], [Signal("trend", 1, 5)]),
        ([5, 4, 3, 2, 1], [Signal("trend", 1, 5)]),
        ([1, 2, 3, 4], []),
        ([1, 2, 3, 2, 3, 4, 5], []),
        ([3, 1, 2, 3, 4, 5, 1], [Signal("trend", 2, 6)]),
        ([1, 2, 2, 3, 4, 5], [Signal("trend", 1, 6)]),
        ([1, 2, 2, 3, 4], []),
        ([1, 2, 3, 4, 5, 4, 3, 2, 1], [Signal("trend", 1, 5), Signal("trend", 5, 9)]),
        ([7, 7, 7, 7, 7, 7], []),
    ],
)
def test_five_all_rising_or_all_falling_are_a_trend(values: list[int], found: list[Signal]) -> None:
    assert trends(values) == found


# Swed and Eisenhart (1943), two-sided 5 %: fewer than the first or more than the second is significant.
@pytest.mark.parametrize(
    ("above", "below", "limits"),
    [
        (5, 5, (3, 9)),
        (6, 6, (4, 10)),
        (7, 7, (4, 12)),
        (7, 8, (5, 12)),
        (8, 8, (5, 13)),
        (9, 9, (6, 14)),
        (10, 10, (7, 15)),
        (12, 12, (8, 18)),
        (15, 15, (11, 21)),
        (20, 20, (15, 27)),
    ],
)
def test_limits_of_the_number_of_runs_are_those_of_the_published_table(
    above: int, below: int, limits: tuple[int, int]
) -> None:
    assert runs_limits(above, below) == limits


@pytest.mark.parametrize(("above", "below"), [(5, 5), (6, 4), (3, 9), (7, 6), (8, 7)])
def test_limits_leave_at_most_two_and_a_half_percent_of_all_orders_on_each_side(above: int, below: int) -> None:
    counts: Counter[int] = Counter()
    for places in combinations(range(above + below), above):
        order = [position in places for position in range(above + below)]
        counts[len(list(groupby(order)))] += 1
    least, most = runs_limits(above, below) or (0, 0)
    all_orders, tail = counts.total(), SIGNIFICANCE / 2
    assert sum(ways for number, ways in counts.items() if number < least) <= all_orders * tail
    assert sum(ways for number, ways in counts.items() if number <= least) > all_orders * tail
    assert sum(ways for number, ways in counts.items() if number > most) <= all_orders * tail
    assert sum(ways for number, ways in counts.items() if number >= most) > all_orders * tail


def test_too_few_and_too_many_runs_are_marked() -> None:
    assert number_of_runs([1] * 5 + [9] * 5) == [Signal("too_few_runs", 1, 10)]
    assert number_of_runs([1, 9] * 5) == [Signal("too_many_runs", 1, 10)]
    assert number_of_runs([1, 1, 9, 1, 9, 9, 1, 9, 9, 1]) == []


def test_few_points_are_not_judged_by_their_runs() -> None:
    assert runs_limits(4, 5) is None
    assert number_of_runs([1, 9] * 4) == []
    assert number_of_runs([]) == number_of_runs([3] * 30) == []


def test_settings_change_what_counts_as_a_signal() -> None:
    values = [1, 2, 1, 2, 1, 9, 8, 9, 8, 9]
    assert signals(values, mark_number_of_runs=False) == ()
    assert signals(values, shift_min_points=5, mark_number_of_runs=False)[0] == Signal("shift", 1, 5)
    assert signals(values) == (Signal("too_few_runs", 1, 10),)


@given(VALUES)
def test_any_values_have_signals_within_the_chart(values: list[float]) -> None:
    for signal in signals(values):
        assert 1 <= signal.first < signal.last <= len(values)


@given(VALUES)
def test_a_chart_read_backwards_has_as_many_shifts_and_trends(values: list[float]) -> None:
    back = values[::-1]
    assert len(shifts(values)) == len(shifts(back))
    assert len(trends(values)) == len(trends(back))


def test_a_thousand_points_are_judged_exactly() -> None:
    least, most = runs_limits(500, 500) or (0, 0)
    assert least < 500 < most
    assert most - least < 70
