"""The benchmark measures what it says: every contender does its work on the same badges, and goals are judged."""

from __future__ import annotations

import gc
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from issuer.proofs import data_integrity
from issuer.services.verify import VerifyService
from tests.bench import growth
from tests.bench.chart import chart
from tests.bench.disciplines import ASIDE, DISCIPLINES, Shelf, clock, must_be_valid
from tests.bench.goals import judge
from tests.bench.growth import Line, Series, nearest_line
from tests.bench.hostile_memory import Memory
from tests.bench.material import NOW, Material, make
from tests.bench.rounds import Row, compare
from tests.bench.summary import BEGIN, END, markdown, write_into


@pytest.fixture(scope="module", autouse=True)
def _nothing_of_other_tests() -> None:
    """Every measurement looks for garbage first; not in what tests before these have left."""
    gc.collect()
    gc.freeze()


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


@pytest.mark.parametrize("size", [1024, 4096, 65_536])
def test_badges_are_made_to_size(material: Material, size: int) -> None:
    from_same = [growth.sized(material, number, size) for number in (1, 2)]
    assert from_same[0] != from_same[1]
    signed = data_integrity.secure(from_same[0], material.signer, NOW, material.reader)
    assert len(json.dumps(signed, separators=(",", ":"))) == pytest.approx(size, rel=0.06)


def test_growth_is_measured_on_badges_that_are_valid(material: Material, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "MIN_POOL", 2)
    monkeypatch.setattr(growth, "MAX_POOL", 2)
    series = growth.measure(material, 1, 0.000_1, sizes_kb=(1, 2), children=(1, 3))
    assert [(one.what, one.unit) for one in series] == [
        ("di_issue", "bytes"), ("di_verify", "bytes"), ("di_verify_full", "bytes"),
        ("certification_issue", "children"), ("certification_verify_full", "children"),
    ]  # fmt: skip
    assert [row.what for row in series[0].rows] == ["di_issue_1kb", "di_issue_2kb"]
    assert {row.who for one in series for row in one.rows} == {"ours"}
    picture = ElementTree.fromstring(chart(series, [nearest_line(one) for one in series]))
    assert picture.get("role") == "img"
    named = {one.get("id"): one.text or "" for one in picture if one.get("id")}
    assert picture.get("aria-labelledby") == " ".join(named)
    assert all(one.what in named["desc"] for one in series)


def _series(*costs_ns: float) -> Series:
    rows = tuple(Row("x", "ours", 1e9 / cost, 1.0, 1.0) for cost in costs_ns)
    return Series("x", "bytes", (1_000, 2_000, 4_000, 8_000)[: len(rows)], rows)


def test_the_line_through_points_on_a_line_is_that_line() -> None:
    line = nearest_line(_series(15_000, 25_000, 45_000, 85_000))
    assert (line.fixed_ns, line.ns_per_unit) == pytest.approx((5_000, 10))
    assert line.largest_deviation < 1e-9
    assert line.sentence() == "x: 5 µs and 10.0 ns a byte, no point further than 0% from the line"


def test_what_does_not_grow_in_a_line_is_far_from_it() -> None:
    assert nearest_line(_series(1_000, 4_000, 16_000, 64_000)).largest_deviation > 0.3


def test_growth_and_memory_stand_in_the_readme() -> None:
    machine = {"cores": 2, "architecture": "x", "python": "3", "badge": {"bytes": 1}, "packages": {}}
    machine["packages"] = {"openbadgeslib": "1", "openvc-core": "2", "pyjwt": "3"}
    text = markdown([], [], machine, [Line("di_issue", "bytes", 2e5, 20.0, 0.04)], Memory(281, 3, 150.0, 190.4))
    assert "- add a Data Integrity proof: 200 µs and 20.0 ns a byte, no point further than 4% from the line." in text
    assert "](tests/bench/growth.svg)" in text
    assert "281 hostile badges, 3 times from 8 clients: the server holds 190 MiB (150 before)." in text
