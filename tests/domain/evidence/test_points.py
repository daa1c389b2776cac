"""Rules about the points of a run chart."""

from __future__ import annotations

import math

import pytest


def by_date(*days: str) -> dict[str, object]:
    return {"points": [{"date": day, "value": 1} for day in days]}


def test_rising_dates_and_rising_numbers_pass(run) -> None:
    assert run("rising", by_date("2026-01-01", "2026-01-02", "2026-02-01"), points="/points") == []
    assert run("rising", {"points": [{"sequence": n} for n in (1, 2, 9)]}, points="/points") == []


@pytest.mark.parametrize("second", ["2026-01-01", "2025-12-31"])
def test_a_point_not_later_than_the_one_before_is_named_once(run, second: str) -> None:
    found = run("rising", by_date("2026-01-01", second, "2026-03-01", "2026-03-02"), points="/points")
    assert found == [("points/1/date", "not_rising")]


def test_dates_and_numbers_do_not_mix(run) -> None:
    points = [{"sequence": 1}, {"date": "2026-01-01"}, {"sequence": 2}]
    assert run("rising", {"points": points}, points="/points") == [("points/1/date", "mixed_sequence")]


def test_points_that_are_not_whole_are_passed_over(run) -> None:
    points = [{"sequence": 1}, {}, None, {"date": "soon"}, {"sequence": True}, {"sequence": 2}]
    assert run("rising", {"points": points}, points="/points") == []


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_are_finite(run, value: float) -> None:
    evidence = {"points": [{"value": 1.5}, {"value": value}, {"value": "x"}, {"value": 10**400}]}
    assert run("finite_numbers", evidence, at=["/points/*/value"]) == [("points/1/value", "not_finite")]


@pytest.mark.parametrize(("point", "exists"), [(1, True), (2, True), (0, False), (3, False), (-1, False), ("3", True)])
def test_an_annotation_names_a_point_that_is_there(run, point: object, exists: bool) -> None:
    evidence = {"points": [{}, {}], "annotations": [{"point": point}]}
    found = run("existing_points", evidence, points="/points", annotations="/annotations")
    assert found == ([] if exists else [("annotations/0/point", "no_such_point")])


def test_annotations_are_not_judged_before_there_are_points(run) -> None:
    assert run("existing_points", {"annotations": [{"point": 1}]}, points="/points", annotations="/annotations") == []
