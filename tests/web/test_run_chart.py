from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.web.posted_evidence import pasted_points
from issuer.web.run_chart import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, run_chart


def points(*values: float) -> list[dict[str, object]]:
    return [{"sequence": number, "value": value} for number, value in enumerate(values, 1)]


def test_line_median_and_annotations_stand_where_the_values_are() -> None:
    drawn = run_chart(
        {"measure": "Tickets", "points": points(0, 10, 5), "annotations": [{"point": 2, "text": "New"}]}, {}
    )
    assert drawn is not None
    assert [mark.x for mark in drawn.marks] == [LEFT, (LEFT + WIDTH - RIGHT) / 2, WIDTH - RIGHT]
    assert [mark.y for mark in drawn.marks] == [HEIGHT - BOTTOM, TOP, (TOP + HEIGHT - BOTTOM) / 2]
    assert drawn.median_y == drawn.marks[2].y
    assert [mark.notes for mark in drawn.marks] == [(), ("New",), ()]
    assert drawn.words == "3 data points from 1 (0) to 3 (5); the median is 5."


def test_points_of_a_shift_are_marked_and_told() -> None:
    drawn = run_chart({"points": points(1, 1, 1, 1, 1, 1, 9, 9, 9, 9, 9, 9)}, {})
    assert drawn is not None
    assert all(mark.in_signal for mark in drawn.marks)
    assert "Shift: points 1 to 6 lie on one side of the median." in drawn.signals


def test_the_settings_of_the_badge_class_decide_what_a_shift_is() -> None:
    evidence = {"points": points(1, 1, 1, 1, 1, 1, 9, 9, 9, 9, 9, 9)}
    drawn = run_chart(evidence, {"shift_min_points": 8, "trend_min_points": 8, "mark_number_of_runs": False})
    assert drawn is not None
    assert drawn.signals == ()


@pytest.mark.parametrize(
    "evidence", [None, [], {}, {"points": None}, {"points": [1, "x", {"value": True}]}, {"points": points(4)}]
)
def test_without_two_usable_points_there_is_no_chart(evidence: object) -> None:
    assert run_chart(evidence, {}) is None


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True) | st.integers(), max_size=40))
def test_every_mark_lies_inside_the_picture(values: list[float]) -> None:
    drawn = run_chart({"points": [{"sequence": 1, "value": value} for value in values if abs(value) <= 1e12]}, {})
    for mark in drawn.marks if drawn else ():
        assert LEFT - 0.01 <= mark.x <= WIDTH - RIGHT + 0.01
        assert TOP - 0.01 <= mark.y <= HEIGHT - BOTTOM + 0.01


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("2026-01-12\t42\n2026-01-14\t38", [{"date": "2026-01-12", "value": 42}, {"date": "2026-01-14", "value": 38}]),
        ("1, 4.5\n\n2; 5", [{"sequence": 1, "value": 4.5}, {"sequence": 2, "value": 5}]),
        ("yesterday 7", [{"sequence": "yesterday", "value": 7}]),
        ("12", [{"value": 12}]),
        ("", []),
    ],
)
def test_points_are_pasted_from_a_spreadsheet(text: str, points: list[dict[str, object]]) -> None:
    assert pasted_points(text) == points
