"""The rules that two things are two, and that the second cycle follows the first."""

from __future__ import annotations

import pytest

CYCLES = {
    "cycles": "/cycles",
    "question": "question",
    "area": "area",
    "satisfied": "/satisfied",
    "asks_if_satisfied": "new",
    "asks_if_not_yet": "same",
}


@pytest.mark.parametrize(
    "second",
    [
        {"link": "https://video.example/1"},
        {"link": "https://VIDEO.example/1"},
        {"link": "https://video.example/1/"},
        {"link": "https://video.example/1#t=30"},
        {"link": "https://video.example/1", "caption": "The second one"},
    ],
)
def test_the_same_link_is_a_copy(run, second: dict[str, str]) -> None:
    evidence = {"videos": [{"link": "https://video.example/1"}, second]}
    assert run("no_copies", evidence, at=["/videos/*"]) == [("videos/1", "copy")]


@pytest.mark.parametrize(
    "second", [{"link": "https://video.example/2"}, {"link": "https://video.example/1?v=2"}, {"file": "x"}]
)
def test_another_link_is_another_thing(run, second: dict[str, str]) -> None:
    assert run("no_copies", {"videos": [{"link": "https://video.example/1"}, second]}, at=["/videos/*"]) == []


def test_only_the_members_that_matter_are_compared(run) -> None:
    sets = [{"peer": "A", "tool": "A tally "}, {"peer": "B", "tool": "a TALLY"}, {"peer": "C"}, {"peer": "D"}]
    assert run("no_copies", {"sets": sets}, at=["/sets/*"], of=["tool"]) == [("sets/1", "copy")]
    assert run("no_copies", {"sets": sets}, at=["/sets/*"]) == []


def test_empty_things_are_no_copies(run) -> None:
    assert run("no_copies", {"sets": [{}, {}, None, None, "a", "a"]}, at=["/sets/*"]) == []


def cycles(satisfied: object, *pairs: tuple[str, str]) -> dict[str, object]:
    return {"satisfied": satisfied, "cycles": [{"question": question, "area": area} for question, area in pairs]}


@pytest.mark.parametrize(
    ("evidence", "found"),
    [
        (cycles(True, ("Who talks?", "Talk"), ("Who writes?", "Writing")), []),
        (cycles(True, ("Who talks?", "Talk"), (" who TALKS?", "Writing")), [("cycles/1/question", "not_new")]),
        (cycles(True, ("Who talks?", "Talk"), ("Who writes?", "talk")), [("cycles/1/area", "not_new")]),
        (cycles(False, ("Who talks?", "Talk"), ("who  talks?", "Writing")), []),
        (cycles(False, ("Who talks?", "Talk"), ("Who writes?", "Talk")), [("cycles/1/question", "not_the_same")]),
        (cycles(False, ("Who talks?", "Talk"), (" ", "Talk")), []),
        (cycles(None, ("Who talks?", "Talk"), ("Who writes?", "Talk")), []),
        (cycles("no", ("Who talks?", "Talk"), ("Who writes?", "Talk")), []),
        (cycles(True, ("Who talks?", "Talk")), []),
        ({"satisfied": True, "cycles": "two"}, []),
    ],
)
def test_the_second_cycle_follows_from_satisfaction(run, evidence: object, found: list[tuple[str, str]]) -> None:
    assert run("cycle_follows_satisfaction", evidence, **CYCLES) == found


def test_a_third_cycle_is_free(run) -> None:
    evidence = cycles(False, ("Who talks?", "Talk"), ("Who talks?", "Talk"), ("Who writes?", "Writing"))
    assert run("cycle_follows_satisfaction", evidence, **CYCLES) == []
