"""Rules about colleagues."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.domain.evidence.folding import fold

GROUP = [{"at": "/first/*", "count": 2}, {"at": "/more/*", "count": 2}]


def named(*names: str) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


def test_enough_different_colleagues_pass(run) -> None:
    assert run("different_people", {"first": named("A", "B"), "more": named("C", "D")}, groups=GROUP) == []


@pytest.mark.parametrize(
    "again",
    [
        "Ana Dovžan",
        "ana dovžan",
        "Ana  Dovžan",
        " Ana\u00a0Dovžan\n",
        "Ana Dovz\u030can",
        "Ana\u200b Dovžan",
        "ANA DOVŽAN",
    ],
)
def test_one_name_in_another_spelling_is_a_repeat(run, again: str) -> None:
    evidence = {"first": named("Ana Dovžan", again), "more": named("C", "D")}
    assert run("different_people", evidence, groups=GROUP) == [("first/1", "repeated_person")]


def test_letters_without_case_compare_by_case_folding(run) -> None:
    evidence = {"first": named("Jan Groß", "JAN GROSS"), "more": named("C", "D")}
    assert run("different_people", evidence, groups=GROUP) == [("first/1", "repeated_person")]


def test_a_repeat_does_no_harm_where_enough_others_are_named(run) -> None:
    evidence = {"first": named("A", "A", "B"), "more": named("C", "A", "D", "Renée Whitfield")}
    assert run("different_people", evidence, groups=GROUP) == []


def test_who_is_in_an_earlier_group_is_no_further_colleague(run) -> None:
    evidence = {"first": named("A", "B"), "more": named("C", "B")}
    assert run("different_people", evidence, groups=GROUP) == [("more/1", "repeated_person")]


def test_the_teacher_does_not_count(run) -> None:
    evidence = {"first": named("A", "RENÉE whitfield"), "more": named("C", "D")}
    assert run("different_people", evidence, groups=GROUP) == [("first/1", "own_name")]
    assert run("not_the_teacher", evidence, at=["/first/*"]) == [("first/1", "own_name")]


def test_one_email_address_is_one_person(run) -> None:
    ann = {"name": "Ann Lee", "email": "ann@school.example"}
    evidence = {"first": [ann, {"name": "Ann M. Lee", "email": "ANN@school.example"}], "more": named("C", "D")}
    assert run("different_people", evidence, groups=GROUP) == [("first/1", "repeated_person")]


def test_who_has_no_name_yet_is_nobody(run) -> None:
    evidence = {"first": [{}, {"name": " "}, {"name": 7}, None, "A"], "more": "nobody"}
    assert run("different_people", evidence, groups=GROUP) == []
    assert run("not_the_teacher", evidence, at=["/first/*"], teacher="") == []


def test_a_visitor_is_one_of_those_named_before(run) -> None:
    evidence = {"first": named("A", "B"), "more": named(" b ", "C")}
    parameters = {"at": ["/more/*"], "people": "/first/*", "count": 2}
    assert run("among_people", evidence, **parameters) == [("more/1", "not_named")]


def test_visitors_are_not_judged_before_enough_people_are_named(run) -> None:
    evidence = {"first": named("A", "A"), "more": named("C")}
    assert run("among_people", evidence, at=["/more/*"], people="/first/*", count=2) == []


@pytest.mark.parametrize(
    ("asked", "found"), [(2, []), (3, []), (1, [("asked", "not_everyone")]), ("1", []), (None, [])]
)
def test_the_number_asked_covers_the_different_people(run, asked: object, found: list[object]) -> None:
    evidence = {"group": named("A", "B", "a", "Renée Whitfield"), "asked": asked}
    assert run("everyone_asked", evidence, group="/group/*", asked="/asked") == found


@given(st.text())
def test_folding_is_done_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
