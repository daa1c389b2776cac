from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web import Town, Visitor

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


def test_the_table_says_on_which_side_of_the_median_each_point_lies() -> None:
    drawn = run_chart({"points": points(1, 5, 9)}, {})
    assert drawn is not None
    assert [mark.side for mark in drawn.marks] == ["below", "on it", "above"]


RUN_CHART = "/run_chart/points"


def drafted(town: Town, name: str) -> tuple[Visitor, str]:
    teacher = town.house.teacher(name)
    id = town.house.submit.start(teacher.id, "using-improvement-methods").id
    return town.as_(teacher), f"/submissions/{id}"


def saved_points(visitor: Visitor, path: str) -> list[dict[str, object]]:
    evidence = visitor.get(f"/api{path}").json()["evidence"]
    found: list[dict[str, object]] = evidence.get("run_chart", {}).get("points", [])
    return found


@pytest.mark.parametrize(
    ("body", "notice"),
    [
        (b"\xef\xbb\xbfWhen;Share\r\n12.01.2026;4,5\r\n14.01.2026;5\r\n", "points-decimal-comma"),
        ("2026-01-12\t4.5\n2026-01-14\t5".encode("utf-16"), "points"),
        (b"1/12/2026,4.5\n1/14/2026,5\n", "points-month-first"),
    ],
)
def test_a_csv_file_is_read_as_spreadsheets_write_it(town: Town, body: bytes, notice: str) -> None:
    visitor, path = drafted(town, f"Uploads {notice}")
    sent = {f"points-file:{RUN_CHART}": ("points.csv", body, "text/csv")}
    answer = visitor.form(path, data={"action": "save"}, files=sent)
    assert answer.headers["location"] == f"{path}?notice={notice}"
    assert saved_points(visitor, path) == [
        {"date": "2026-01-12", "value": 4.5}, {"date": "2026-01-14", "value": 5},
    ]  # fmt: skip


def test_what_cannot_be_read_is_told_at_its_row_and_nothing_else_is_lost(town: Town) -> None:
    visitor, path = drafted(town, "Uploads Doubts")
    table = b"03/04/2026,1\n05/06/2026,=2+2\n"
    files = {f"points-file:{RUN_CHART}": ("points.csv", table, "text/csv")}
    page = visitor.form(path, data={"/run_chart/measure": "Exit tickets"}, files=files)
    assert page.status_code == 422
    assert "<strong>Row 1:</strong> “03/04/2026” could be 4 March or 3 April." in page.text
    assert "<strong>Row 2:</strong> “=2+2” is a formula." in page.text
    assert "03/04/2026,1\n05/06/2026,=2+2" in page.text
    assert visitor.get(f"/api{path}").json()["evidence"] == {"run_chart": {"measure": "Exit tickets"}}
    put_right = {"points": RUN_CHART, "table": "03/04/2026,1\n05/06/2026,4\n", "order": "day"}
    assert visitor.form(f"{path}/points", data=put_right).headers["location"] == (
        f"{path}?notice=points-day-first#f-run_chart-points"
    )
    assert saved_points(visitor, path) == [{"date": "2026-04-03", "value": 1}, {"date": "2026-06-05", "value": 4}]
    assert visitor.form(f"{path}/points", data={**put_right, "points": "/run_chart/measure"}).status_code == 404


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"PK\x03\x04 a workbook", "This is a workbook."),
        (b"\x00\x01\x02", "This file is no table in plain text."),
        (b"  \n", "This file is empty."),
        (b"1,2\n" * 120_000, "This file is too large"),
    ],
)
def test_files_that_are_no_table_are_told_so(town: Town, body: bytes, reason: str) -> None:
    visitor, path = drafted(town, f"Uploads {reason}")
    files = {f"points-file:{RUN_CHART}": ("points.csv", body, "text/csv")}
    page = visitor.form(path, data={"action": "save"}, files=files)
    assert page.status_code == 422
    assert reason in page.text


def test_many_points_are_kept_by_the_form(town: Town) -> None:
    visitor, path = drafted(town, "Counts Patiently")
    table = "".join(f"{number},{number % 7}\n" for number in range(1, 451))
    visitor.form(path, data={f"paste:{RUN_CHART}": table})
    kept = saved_points(visitor, path)
    assert len(kept) == 450
    sent = {
        f"{RUN_CHART}/{place}/{name}": str(point.get(name, ""))
        for place, point in enumerate(kept)
        for name in ("date", "sequence", "value")
    }
    parts = {name: (None, value) for name, value in sent.items()}
    assert visitor.form(path, files=parts).headers["location"] == f"{path}?notice=saved"
    assert saved_points(visitor, path) == kept
