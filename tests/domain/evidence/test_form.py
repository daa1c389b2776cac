"""Reading an evidence schema as a form, and places in evidence."""

from __future__ import annotations

import pytest

from issuer.domain.evidence import Flaw, Form, rule_faults
from issuer.domain.evidence.finding import pointer
from issuer.domain.evidence.folding import fold_link, is_blank
from issuer.domain.evidence.places import MAX_CHARACTERS, MAX_DEPTH, MAX_MEMBERS, is_too_large, places, walk

SCHEMA = {
    "properties": {
        "plan": {"title": "Plan", "x-requirement": "a", "x-asks": "a plan", "properties": {"day": {"title": "Day"}}},
        "visits": {
            "title": "Visits",
            "x-item-title": "Visit",
            "x-requirement": "b",
            "items": {"properties": {"peer": {"$ref": "#/$defs/person", "title": "Peer", "x-requirement": "c"}}},
        },
        "files": {"title": "Files", "x-widget": "attachments", "items": {}},
    },
    "$defs": {"person": {"title": "Somebody", "properties": {"name": {"title": "Name"}}}},
}


@pytest.mark.parametrize(
    ("path", "label", "requirement"),
    [
        ((), "", ""),
        (("plan",), "Plan", "a"),
        (("plan", "day"), "Plan › Day", "a"),
        (("visits", 2), "Visit 3", "b"),
        (("visits", 0, "peer", "name"), "Visit 1 › Peer › Name", "c"),
        (("files", 1), "Files 2", ""),
        (("plan", "unknown", "deeper"), "Plan › unknown › deeper", "a"),
        (("nowhere", 3), "nowhere 4", ""),
    ],
)
def test_a_place_has_its_label_and_the_requirement_around_it(path, label: str, requirement: str) -> None:
    field = Form(SCHEMA).field(path)
    assert (field.label, field.requirement) == (label, requirement)


def test_a_finding_speaks_in_the_words_of_the_form_and_the_requirement() -> None:
    finding = Form(SCHEMA).finding(Flaw(("plan", "day"), "evidence.missing", "the date is missing."))
    assert finding.message == "Plan › Day: the date is missing. Asked for: “a plan”."
    assert (finding.pointer, finding.requirement) == ("/plan/day", "a")


def test_a_rule_can_bring_its_own_words_and_requirement() -> None:
    finding = Form(SCHEMA).finding(Flaw(("plan",), "evidence.copy", "no.", asks="two plans.", requirement="z"))
    assert (finding.message, finding.requirement) == ("Plan: no. Asked for: “two plans”.", "z")


def test_what_comes_first_on_the_form_is_sorted_first() -> None:
    form = Form(SCHEMA)
    paths = [("files", 1), ("unknown",), ("visits", 10), ("plan", "day"), ("visits", 9, "peer")]
    ordered = [("plan", "day"), ("visits", 9, "peer"), ("visits", 10), ("files", 1), ("unknown",)]
    assert sorted(paths, key=form.position) == ordered


def test_references_in_a_circle_end() -> None:
    schema = {
        "properties": {"a": {"$ref": "#/$defs/a"}},
        "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}},
    }
    assert Form(schema).field(("a",)).title == "a"


def test_pointers_escape_what_rfc_6901_escapes() -> None:
    assert pointer(("a/b", 0, "~c")) == "/a~1b/0/~0c"


def test_patterns_name_what_is_there() -> None:
    document = {"a": [{"b": 1}, {}, {"b": 2}, 7], "c": {"b": 3}}
    assert list(places(document, "/a/*/b")) == [(("a", 0, "b"), 1), (("a", 2, "b"), 2)]
    assert list(places(document, "/a/2/b")) == [(("a", 2, "b"), 2)]
    assert list(places(document, "/c/*/b")) == list(places(document, "/a/9")) == list(places(document, "/x/y")) == []


def test_a_walk_goes_in_document_order() -> None:
    assert [path for path, _ in walk({"a": [1, {"b": 2}], "c": 3})] == [
        (),
        ("a",),
        ("a", 0),
        ("a", 1),
        ("a", 1, "b"),
        ("c",),
    ]


def nested(depth: int) -> object:
    value: object = 0
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("document", "too_large"),
    [
        (nested(MAX_DEPTH), False),
        (nested(MAX_DEPTH + 1), True),
        (nested(100_000), True),
        ([0] * (MAX_MEMBERS - 1), False),
        ([0] * MAX_MEMBERS, True),
        ("a" * MAX_CHARACTERS, False),
        ("a" * (MAX_CHARACTERS + 1), True),
        ({"a" * 201: 1}, True),
    ],
    ids=["deep", "deeper", "deepest", "wide", "wider", "long", "longer", "long name"],
)
def test_size_is_bounded(document: object, too_large: bool) -> None:
    assert is_too_large(document) is too_large


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        ("", True),
        (" \t\n\u00a0\u3000", True),
        ("\u200b\ufeff\u2060", True),
        ("\u2800\u3164", True),
        ("a\u200b", False),
        ("–", False),
    ],
)
def test_text_that_shows_nothing_is_blank(text: str, blank: bool) -> None:
    assert is_blank(text) is blank


def test_links_compare_without_what_does_not_matter() -> None:
    assert fold_link("https://EXAMPLE.org/A/#b") == "https://example.org/A"
    assert fold_link("https://example.org/a?b") != fold_link("https://example.org/A?b")


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({"rule": "no_such_rule"}, "no rule named"),
        ({"rule": "rising"}, "missing a required argument"),
        ({"rule": "rising", "points": "/p", "at": "/q"}, "unexpected keyword"),
    ],
)
def test_faults_in_named_rules_are_found_before_anybody_meets_them(entry: dict[str, str], fault: str) -> None:
    (found,) = rule_faults({"x-rules": [entry]})
    assert fault in found
