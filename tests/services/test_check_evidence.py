"""The machine's check of evidence: to-do lists for drafts, findings for anything at all."""

from __future__ import annotations

import copy
import json
import math
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

import badge_classes
from badge_classes.examples import load_example
from issuer.domain.evidence import Finding
from issuer.domain.evidence.places import walk
from issuer.services.check_evidence import MAX_FINDINGS, check

CATALOGUE = badge_classes.load()
WITH_EVIDENCE = {one.slug: one for one in CATALOGUE.badge_classes if one.evidence_schema is not None}
COMPLETE = {slug: load_example(one) for slug, one in WITH_EVIDENCE.items()}
SLUGS = sorted(WITH_EVIDENCE)
TODAY = date(2026, 6, 19)
VISITS = WITH_EVIDENCE["building-will"]


def findings(slug: str, evidence: object, files: frozenset[str] | None = None) -> tuple[Finding, ...]:
    return check(WITH_EVIDENCE[slug], evidence, teacher_name="Renée Whitfield", today=TODAY, known_files=files)


def places_of(slug: str, evidence: object) -> list[str]:
    return [finding.pointer for finding in findings(slug, evidence)]


def complete(slug: str) -> Any:
    example = COMPLETE[slug]
    assert example is not None
    return copy.deepcopy(example.evidence)


def test_an_empty_draft_gets_a_list_of_what_to_do() -> None:
    assert places_of("building-will", {}) == ["/first_visits", "/further_visits", "/reflection"]
    assert places_of("listening-to-student-voice", {})[:5] == [
        "/first_survey/results_received_on",
        "/first_survey/areas_of_focus",
        "/action_plan/action",
        "/action_plan/students/which",
        "/action_plan/students/who",
    ]
    assert places_of("using-improvement-methods", {}) == [
        "/pdsa",
        "/run_chart/measure",
        "/run_chart/points",
        "/run_chart/annotations",
        "/reflection",
    ]


@pytest.mark.parametrize("slug", SLUGS)
def test_an_empty_draft_hears_of_every_requirement_once_at_each_place(slug: str) -> None:
    found = findings(slug, {})
    asked = {one.id for one in WITH_EVIDENCE[slug].requirements}
    if slug == "measuring-impact-on-student-learning":
        asked -= {"cycles-with-permission"}  # asked for inside each peer
    assert asked <= {one.requirement for one in found}
    assert len({one.pointer for one in found}) == len(found)
    assert {one.code for one in found} == {"evidence.missing"}


def test_an_item_begun_hears_of_its_parts() -> None:
    draft = {"first_visits": [{}, {"peer": {}, "date": ""}]}
    assert places_of("building-will", draft)[:5] == [
        "/first_visits",
        "/first_visits/0/peer",
        "/first_visits/0/date",
        "/first_visits/1/peer/name",
        "/first_visits/1/date",
    ]


def test_a_message_names_the_place_the_fault_and_the_words_of_the_requirement() -> None:
    evidence = complete("building-will")
    evidence["first_visits"][3]["peer"]["name"] = "marcus  oyelaran"
    evidence["further_visits"][3]["visited_by"]["name"] = "Marcus Oyelaran"
    evidence["further_visits"][7]["visited_by"]["name"] = "Marcus Oyelaran"
    (finding,) = findings("building-will", evidence)
    assert finding == Finding(
        "/first_visits/3/peer",
        "evidence.repeated_person",
        "visits-with-four-peers",
        "Visit 4 › Peer (blue dot): this colleague is already named (Visit 1 › Peer (blue dot)); a different one is "
        "needed here. Asked for: “Names and dates of Student Learning Reflection Cycle classroom visits with four "
        "peers (blue dots)”.",
    )


@pytest.mark.parametrize("slug", SLUGS)
def test_no_message_repeats_a_name_from_the_evidence(slug: str) -> None:
    names = {value for path, value in walk(complete(slug)) if path and path[-1] == "name"}
    evidence = complete(slug)
    for path, value in list(walk(evidence)):
        if path and path[-1] == "name" and isinstance(value, str):
            holder = evidence
            for part in path[:-1]:
                holder = holder[part]
            holder["name"] = "Renée Whitfield"
    messages = " ".join(finding.message for finding in findings(slug, evidence))
    assert not [name for name in names | {"Renée Whitfield"} if name in messages]


def test_files_are_compared_only_when_they_are_known() -> None:
    evidence = complete("building-will")
    assert findings("building-will", evidence, files=None) == ()
    (finding,) = findings("building-will", evidence, files=frozenset())
    assert (finding.pointer, finding.code) == ("/first_visits/0/notes/0/file", "evidence.unknown_file")


def test_a_stack_asks_for_no_evidence() -> None:
    stack = CATALOGUE.version("teacher-leader", 1)
    assert check(stack, {}, teacher_name="A", today=TODAY, known_files=None) == ()


def test_a_setting_switches_its_rule_off() -> None:
    videos, evidence = WITH_EVIDENCE["facilitating-peer-reflection"], complete("facilitating-peer-reflection")
    evidence["second_video"]["recorded_on"] = evidence["first_video"]["recorded_on"]
    assert [one.code for one in findings(videos.slug, evidence)] == ["evidence.date_order"]
    lenient = replace(videos, settings={"second_video_later": False})
    assert check(lenient, evidence, teacher_name="A", today=TODAY, known_files=None) == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
    max_leaves=20,
)


@given(st.sampled_from(SLUGS), JSON)
def test_anything_gets_findings_and_no_exception(slug: str, evidence: object) -> None:
    assert findings(slug, evidence)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SLUGS), st.data())
def test_complete_evidence_with_anything_in_any_place_gets_findings_and_no_exception(
    slug: str, data: st.DataObject
) -> None:
    evidence = complete(slug)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from([path for path, _ in walk(evidence) if path]))
        holder = evidence
        for part in path[:-1]:
            holder = holder[part]
        holder[path[-1]] = data.draw(JSON)
    found = findings(slug, evidence)
    validator = Draft202012Validator(WITH_EVIDENCE[slug].evidence_schema, format_checker=FormatChecker())
    assert found or validator.is_valid(evidence)
    assert list(found) == sorted(set(found), key=list(found).index)


def _deep(depth: int) -> object:
    value: object = {}
    for _ in range(depth):
        value = {"a": [value]}
    return value


@pytest.mark.parametrize("evidence", [None, True, 0, math.nan, "text", [], [{}]])
def test_what_is_no_object_is_told_so(evidence: object) -> None:
    (finding,) = findings("building-will", evidence)[:1]
    assert finding.pointer in {"", "/first_visits"}


@pytest.mark.parametrize(
    "evidence",
    [
        _deep(50_000),
        {"first_visits": _deep(500)},
        {"first_visits": [0] * 60_000},
        {"a" * 5000: 1},
        "x" * 3_000_000,
        10**5000,
    ],
    ids=["deep", "deep inside", "wide", "long name", "long", "great number"],
)
def test_what_is_larger_than_evidence_can_be_is_told_so_at_once(evidence: object) -> None:
    (finding,) = findings("building-will", evidence)
    assert (finding.pointer, finding.code) == ("", "evidence.too_large")


def test_findings_are_bounded() -> None:
    assert len(findings("building-will", {"first_visits": [{"x": 1, "y": 2}] * 9_000})) == MAX_FINDINGS
    assert len(findings("building-will", {f"field {number}": 1 for number in range(9_000)})) == MAX_FINDINGS


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 1e300, 10**400])
def test_numbers_that_no_chart_can_show_are_found(value: float) -> None:
    evidence = complete("using-improvement-methods")
    evidence["run_chart"]["points"][4]["value"] = value
    (finding,) = findings("using-improvement-methods", evidence)
    assert finding.pointer == "/run_chart/points/4/value"
    assert finding.code in {"evidence.not_finite", "evidence.out_of_range"}


@pytest.mark.parametrize(
    "link",
    [
        "https://",
        "http://a.example",
        "javascript:alert(1)",
        "https://a.example/\n",
        "https:///x",
        "https://u@a.example",
        "//a.example",
    ],
)
def test_only_https_links_are_links(link: str) -> None:
    evidence = complete("facilitating-peer-reflection")
    evidence["first_video"]["video"] = {"link": link}
    (finding,) = findings("facilitating-peer-reflection", evidence)
    assert (finding.pointer, finding.code) == ("/first_video/video/link", "evidence.not_a_link")


def test_the_alternative_that_is_meant_is_the_one_explained() -> None:
    person = {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}
    schema = {
        "type": "object",
        "properties": {
            "who": {
                "title": "Who",
                "oneOf": [{"type": "string"}, {**person, "required": ["name"]}, {"type": "array", "minItems": 3}],
            }
        },
    }
    other = replace(VISITS, evidence_schema=schema)

    def found(evidence: object) -> list[tuple[str, str]]:
        result = check(other, evidence, teacher_name="A", today=TODAY, known_files=None)
        return [(one.pointer, one.code) for one in result]

    assert found({"who": {"name": "B", "age": "old"}}) == [("/who/age", "evidence.wrong_type")]
    assert found({"who": {"age": 3}}) == [("/who/name", "evidence.missing")]
    assert found({"who": "B"}) == []


def test_evidence_is_left_as_it_is() -> None:
    evidence = complete("considering-impact-on-culture")
    before = json.dumps(evidence)
    findings("considering-impact-on-culture", evidence)
    assert json.dumps(evidence) == before
