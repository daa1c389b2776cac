"""The benchmark measures what it says: every contender does its work on the same badges, and goals are judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from issuer.services.verify import VerifyService
from tests.bench.disciplines import ASIDE, DISCIPLINES, Shelf, clock, must_be_valid
from tests.bench.goals import judge
from tests.bench.material import Material, make
from tests.bench.rounds import Row, compare
from tests.bench.summary import BEGIN, END, markdown, write_into


@pytest.fixture(scope="module")
def material() -> Material:
    made = make()
    made.size = 2
    return made


@pytest.mark.parametrize("what", [*DISCIPLINES, *ASIDE])
def test_every_contender_does_its_work(what: str, material: Material) -> None:
    operations = (DISCIPLINES | ASIDE)[what](material)
    assert len(operations) >= 2
    for operation in operations.values():
        operation(0)
        operation(1)


def test_the_badge_has_the_size_of_a_common_one(material: Material) -> None:
    assert 3_000 < material.description["bytes"] < 3_800


def test_a_badge_that_is_not_valid_stops_the_measurement(material: Material) -> None:
    spoilt = material.bodies[0].replace(b"Teacher 0", b"Teacher 9")
    assert spoilt != material.bodies[0]
    with pytest.raises(AssertionError, match=r"sig\.invalid"):
        must_be_valid(VerifyService(Shelf(material), clock), spoilt, "application/vc+ld+json")


def test_contenders_take_turns() -> None:
    turns: list[str] = []

    def turn(who: str) -> object:
        turns.append(who)
        return sum(range(500))

    rows = compare("x", {"a": lambda _: turn("a"), "b": lambda _: turn("b")}, rounds=4, round_s=0.000_1)
    assert [row.who for row in rows] == ["a", "b"]
    assert all(row.min <= row.ops_s <= row.max for row in rows)
    order = [who for who, before in zip(turns, ["", *turns], strict=False) if who != before]
    assert order == ["a", "b", "a", "b", "a", "b", "a"], "who was last in a round begins the next"


def test_goals_are_judged_against_limit_and_best_peer() -> None:
    figures = {"ours": 300.0, "limit": 1_000.0, "slow": 10.0, "quick": 16.0}
    outcomes = judge([Row("di_issue", who, rate, rate, rate) for who, rate in figures.items()])
    found = {(one.goal.what, one.goal.beside): (one.found, one.is_reached) for one in outcomes}
    assert found["di_issue", "limit"] == (0.3, True)
    assert found["di_issue", "best peer"] == (18.75, False)
    assert found["jwt_verify", "limit"] == (None, False)


def test_the_figures_stand_in_the_readme_between_their_marks(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
    rows = [Row("di_issue", who, rate, rate, rate) for who, rate in (("ours", 3_000), ("limit", 30_000), ("peer", 90))]
    packages = {"openbadgeslib": "1", "openvc-core": "2", "pyjwt": "3"}
    machine = {"cores": 2, "architecture": "x", "python": "3", "badge": {"bytes": 3_300}, "packages": packages}
    write_into(readme, markdown(rows, judge(rows), machine))
    text = readme.read_text("utf-8")
    assert text.startswith(f"before\n{BEGIN}\n| operations")
    assert text.endswith(f"{END}\nafter\n")
    assert "| add a Data Integrity proof | 3,000 | 90 | 30,000 |" in text
    assert "di_issue at least 0.25 x limit: 0.1" in text
    assert "old" not in text


def test_a_file_without_marks_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("nothing", "utf-8")
    with pytest.raises(ValueError, match="has no"):
        write_into(tmp_path / "README.md", "figures")
