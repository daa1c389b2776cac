from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.domain.evidence.point_cells import Order
from issuer.domain.evidence.point_table import MAX_POINTS, MAX_TABLE_CHARACTERS, Note, read_points


def dated(*points: tuple[str, float]) -> tuple[dict[str, object], ...]:
    return tuple({"date": day, "value": value} for day, value in points)


@pytest.mark.parametrize(
    ("text", "points", "notes"),
    [
        ("2026-01-12\t42\n2026-01-14\t38", dated(("2026-01-12", 42), ("2026-01-14", 38)), ()),
        ("\ufeffDate,Value\n2026-01-12,4.5", dated(("2026-01-12", 4.5)), (Note.HEADING,)),
        ("12.1.2026;4,5\r\n;;\r\n13.1.2026;5", dated(("2026-01-12", 4.5), ("2026-01-13", 5)), (Note.DECIMAL_COMMA,)),
        ("1/2/2026,4\n1/20/2026,5", dated(("2026-01-02", 4), ("2026-01-20", 5)), (Note.MONTH_FIRST,)),
        ("1/2/2026,4\n20/2/2026,5", dated(("2026-02-01", 4), ("2026-02-20", 5)), (Note.DAY_FIRST,)),
        ("4/4/2026,4", dated(("2026-04-04", 4)), ()),
        ("3-Apr-2026,85%\n4 April 2026,-1e2", dated(("2026-04-03", 85), ("2026-04-04", -100)), ()),
        ("Jan 5 2026 4", dated(("2026-01-05", 4)), ()),
        ("2026-01-12 00:00:00;4", dated(("2026-01-12", 4)), ()),
        ('"1","3,5"', ({"sequence": 1, "value": 3.5},), (Note.DECIMAL_COMMA,)),
        ("1 4.5\n\n2 5", ({"sequence": 1, "value": 4.5}, {"sequence": 2, "value": 5}), ()),
        ("12\n13", ({"sequence": 1, "value": 12}, {"sequence": 2, "value": 13}), ()),
        ("", (), ()),
    ],
)  # fmt: skip
def test_tables_as_spreadsheets_give_them(text: str, points: tuple[object, ...], notes: tuple[Note, ...]) -> None:
    read = read_points(text)
    assert read.problems == ()
    assert read.points == points
    assert [note for note in read.notes if note is not Note.DAY_FIRST or "/" in text] == list(notes)


@pytest.mark.parametrize(
    ("text", "row", "said"),
    [
        ("2026-01-12,1\n2026-01-13,=SUM(B1)", 2, "“=SUM(B1)” is a formula."),
        ("@cmd,1", 1, "“@cmd” is a formula."),
        ("1,-x", 1, "“-x” is a formula."),
        ("01/02/2026,1\n03/04/2026,2", 2, "“03/04/2026” could be 4 March or 3 April."),
        ("13/1/2026,1\n1/13/2026,2\n2/3/2026,3", 3, "“2/3/2026” could be 3 February or 2 March."),
        ("2026-02-30,4", 1, "“2026-02-30” is no day of the calendar."),
        ("1/2/26,4", 1, "does not say which century"),
        ("yesterday 7", 1, "“yesterday” is neither a date such as 2026-03-31 nor a number in a sequence."),
        ("1;1,234", 1, "“1,234” could be two numbers."),
        ("1;1.234,5", 1, "“1.234,5” could be two numbers."),
        ("1,nan", 1, "“nan” is no number."),
        ("1,1e999", 1, "“1e999” is no number."),
        ("1,2,3", 1, "There are 3 cells."),
        ("7,4\n,5", 2, "“” is neither a date"),
        ("-1,5", 1, "“-1” is neither a date"),
    ],
)
def test_what_is_not_clear_is_told_at_its_row_and_nothing_is_taken_over(text: str, row: int, said: str) -> None:
    read = read_points(text)
    assert read.points == ()
    assert [problem.row for problem in read.problems if said in problem.message] == [row]


def test_the_teacher_says_what_comes_first() -> None:
    assert read_points("03/04/2026,1", Order.DAY_FIRST).points == dated(("2026-04-03", 1))
    read = read_points("03/04/2026,1", Order.MONTH_FIRST)
    assert (read.points, read.notes) == (dated(("2026-03-04", 1)), (Note.MONTH_FIRST,))


@pytest.mark.parametrize("text", ["1,2\n" * (MAX_POINTS + 1), "1" * (MAX_TABLE_CHARACTERS + 1)])
def test_a_table_beyond_the_limits_is_refused_whole(text: str) -> None:
    read = read_points(text)
    assert (read.points, [problem.row for problem in read.problems]) == ((), [0])


@given(st.text(alphabet="0123456789,;.\t \n-+=/'\"eaJn%", max_size=60) | st.text(max_size=60))
def test_any_text_gives_points_or_reasons(text: str) -> None:
    read = read_points(text)
    assert not (read.points and read.problems)
    for point in read.points:
        assert point.keys() in ({"date", "value"}, {"sequence", "value"})
        assert abs(point["value"]) < float("inf")
