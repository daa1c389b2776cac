"""Records as files, the board on the page, the chart beside the badge."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web import Town, problem

from issuer.web.csv_cells import CALCULATED, csv_of

SLUG = "using-improvement-methods"


def test_web_11_no_cell_of_an_export_is_calculated(town: Town) -> None:
    """ASVS 5.0, 1.2.10."""
    name = '=HYPERLINK("https://evil.example","x")'
    teacher = town.house.teacher(name, email="formula@school.example")
    town.house.earn(teacher, town.reviewer, "building-will")
    answer = town.as_(teacher).get("/api/record?format=csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="my-badges.csv"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    refused = town.as_(teacher).get("/api/organisation/record?format=csv")
    assert refused.json()["title"] == "Only an administrator may do this."
    assert answer.content.startswith(b"\xef\xbb\xbf")
    (heading, row) = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert heading[:2] == ["teacher", "badge"]
    assert row[:2] == [f"'{name}", "Building Will"]
    assert row[6] == ""
    mine = town.as_(teacher).get("/api/record").json()
    assert (mine["about"], mine["hours"], len(mine["badges"])) == (name, None, 1)
    district = town.as_(town.administrator).get("/api/organisation/record?format=csv").content.decode("utf-8-sig")
    assert "formula@school.example" in district
    assert f"'{name}".replace('"', '""') in district
    assert problem(town.as_(town.reviewer).get("/api/organisation/record")) == (403, "forbidden")
    assert problem(town.as_(teacher).get("/api/record?format=xlsx")) == (400, "input.invalid")
    assert problem(town.anybody().get("/api/record")) == (401, "auth.session")


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=2), max_size=4))
def test_every_table_reads_back_and_no_cell_begins_like_a_formula(rows: list[list[str]]) -> None:
    if any("\r" in cell or "\n" in cell or "\x00" in cell for row in rows for cell in row):
        return
    read = list(csv.reader(io.StringIO(csv_of(("a", "b"), rows).decode("utf-8-sig"))))
    assert [[cell.removeprefix("'") for cell in row] for row in read[1:]] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not any(cell.startswith(CALCULATED) for row in read for cell in row)


def test_the_board_shows_every_state_in_words(town: Town) -> None:
    teacher = town.house.teacher("Comes Far")
    town.house.earn(teacher, town.reviewer, "building-will")
    town.house.waiting(teacher, "sharing-learning")
    page = town.as_(teacher).page("/badges").text
    assert "1 of 15 on the way to" in page
    assert "1 earned, 1 in review, 13 not begun." in page
    assert "hours" not in page.partition("My record")[0]
    assert page.count('class="place ') == 15
    assert "/api/record?format=csv" in page
    assert "/api/organisation/record" in town.as_(town.administrator).page("/admin/badges").text
    assert "/api/organisation/record" not in town.as_(town.reviewer).page("/admin/badges").text


@pytest.fixture(scope="module")
def drawn(town: Town) -> tuple:
    teacher = town.house.teacher("Draws")
    award = town.house.approve(town.reviewer, town.house.hand_in(teacher, SLUG)).awards[0]
    town.house.share.set_open(teacher.id, award, True)
    return teacher, award


def test_the_chart_stands_beside_the_badge_once_its_earner_says_so(town: Town, drawn: tuple) -> None:
    teacher, award = drawn
    visitor, anybody, public = town.as_(teacher), town.anybody(), f"/credentials/{award}"
    assert "The points of" not in anybody.page(public).text
    own = visitor.page(f"/badges/{award}").text
    assert "Show the chart with the badge" in own
    visitor.form(f"/badges/{award}/chart/show", data={"attested": "true"})
    page = anybody.page(public).text
    assert 'role="img" aria-label="Run chart of' in page
    assert "The points of" in page
    assert "run_chart" not in json.dumps(anybody.get(f"{public}.json").json())
    visitor.form(f"/badges/{award}/chart/hide")
    assert "The points of" not in anybody.page(public).text
