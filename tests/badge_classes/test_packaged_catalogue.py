"""The packaged catalogue: fifteen micro-credentials and the certification, as published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from badge_classes import BadgeClass, UnknownBadgeClassError, load
from badge_classes.loader import PACKAGED

CATALOGUE = load()
ALL = CATALOGUE.badge_classes
MICRO_CREDENTIALS = [badge for badge in ALL if not badge.is_stack]

CLASSROOM, PEERS, SCHOOL = "my-classroom", "peers-classrooms", "my-school"
BUILDING, DEMONSTRATING, LEADING = "building-skills", "demonstrating-impact", "leading-learning"
TABLE = [
    ("focusing-on-student-learning", "Focusing on Student Learning", CLASSROOM, BUILDING),
    ("listening-to-student-voice", "Listening to Student Voice", CLASSROOM, BUILDING),
    ("looking-at-student-work", "Looking at Student Work", CLASSROOM, BUILDING),
    ("understanding-improvement", "Understanding Improvement", CLASSROOM, BUILDING),
    (
        "using-improvement-methods",
        "Using Improvement Methods to Advance Student Learning",
        CLASSROOM,
        DEMONSTRATING,
    ),
    (
        "sharing-improvement-strategies",
        "Sharing Improvement Strategies to Advance Professional Knowledge",
        CLASSROOM,
        LEADING,
    ),
    ("establishing-a-common-aim", "Establishing a Common Aim", PEERS, BUILDING),
    ("collecting-data", "Collecting Data", PEERS, BUILDING),
    ("facilitating-peer-reflection", "Facilitating Peer Reflection", PEERS, BUILDING),
    ("soliciting-feedback-from-peers", "Soliciting Feedback from Peers", PEERS, DEMONSTRATING),
    ("building-will", "Building Will", SCHOOL, BUILDING),
    ("measuring-impact-on-student-learning", "Measuring Impact on Student Learning", SCHOOL, DEMONSTRATING),
    ("considering-impact-on-culture", "Considering Impact on Culture", SCHOOL, DEMONSTRATING),
    ("building-skills-in-others", "Building Skills in Others", SCHOOL, LEADING),
    ("sharing-learning", "Sharing Learning", SCHOOL, LEADING),
    ("teacher-leader", "Teacher Leader to Advance Powerful Adult and Student Learning", None, None),
]

every_micro_credential = pytest.mark.parametrize("badge", MICRO_CREDENTIALS, ids=lambda badge: badge.slug)


def _members(value: Any, name: str) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from (value[name] for _ in range(name in value))
        for inner in value.values():
            yield from _members(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _members(inner, name)


def test_names_strands_stages_and_their_order() -> None:
    assert [(one.slug, one.name, one.strand, one.stage) for one in CATALOGUE] == TABLE
    assert {one.version for one in ALL} == {1}


def test_strands_and_stages_in_full() -> None:
    assert [strand.name for strand in CATALOGUE.strands] == [
        "Advancing Powerful Student Learning in My Classroom",
        "Advancing Powerful Student Learning in Peers' Classrooms",
        "Scaling Powerful Student Learning in My School",
    ]
    assert [stage.name for stage in CATALOGUE.stages] == ["Building Skills", "Demonstrating Impact", "Leading Learning"]


def test_everything_packaged_is_published() -> None:
    assert all(badge.published for badge in ALL)
    assert CATALOGUE.current("building-will") == CATALOGUE.version("building-will", 1)


def test_the_certification_stands_on_all_fifteen() -> None:
    (certification,) = CATALOGUE.stacks
    assert certification.requires == tuple(badge.slug for badge in MICRO_CREDENTIALS)
    assert len(certification.requires) == 15
    assert certification.achievement_type == "Certification"
    assert certification.evidence_schema is None
    assert certification.requirements == ()


def test_what_the_catalogue_does_not_hold_is_told() -> None:
    with pytest.raises(UnknownBadgeClassError):
        CATALOGUE.current("juggling")
    with pytest.raises(UnknownBadgeClassError):
        CATALOGUE.version("building-will", 2)


@every_micro_credential
def test_each_asks_for_its_evidence_in_the_words_of_its_criteria(badge: BadgeClass) -> None:
    listed = re.sub(r"\s*\n\s*-?\s*", " ", badge.criteria_markdown)
    for requirement in badge.requirements:
        assert requirement.text in listed
        assert all(point in listed for point in requirement.points)


@every_micro_credential
def test_nothing_in_the_evidence_list_is_left_without_a_requirement(badge: BadgeClass) -> None:
    left = " ".join(re.findall(r"^\s*- (.*)$", badge.criteria_markdown, re.M))
    for requirement in badge.requirements:
        for words in (requirement.text, *requirement.points):
            left = left.replace(words, "", 1)
    assert left.split() in ([], ["and"])


@every_micro_credential
def test_each_is_rated_not_yet_or_met(badge: BadgeClass) -> None:
    assert badge.achievement_type == "MicroCredential"
    for requirement in badge.requirements:
        assert [(level.id, level.name) for level in requirement.levels] == [("not-yet", "Not yet"), ("met", "Met")]
        assert requirement.required_level == "met"
    descriptions = [level.description for one in badge.requirements for level in one.levels]
    assert len(set(descriptions)) == len(descriptions)


@every_micro_credential
def test_each_has_a_reflection_form_of_three_to_five_questions(badge: BadgeClass) -> None:
    assert 3 <= len(badge.reflection) <= 5


def test_the_reflection_on_facilitating_asks_what_its_requirement_lists() -> None:
    badge = CATALOGUE.current("facilitating-peer-reflection")
    piece = next(one for one in badge.requirements if one.id == "reflection-piece")
    assert tuple(question.text for question in badge.reflection) == piece.points


def test_requirement_ids_are_unique_in_the_whole_catalogue() -> None:
    ids = [requirement.id for badge in ALL for requirement in badge.requirements]
    assert len(set(ids)) == len(ids)


@every_micro_credential
def test_the_evidence_serves_exactly_the_requirements(badge: BadgeClass) -> None:
    served = set(_members(badge.evidence_schema, "x-requirement")) - {"reflection"}
    assert served == {requirement.id for requirement in badge.requirements}


@every_micro_credential
def test_the_evidence_form_asks_the_reflection_questions(badge: BadgeClass) -> None:
    asked = {
        name: field["title"]
        for answers in _members(badge.evidence_schema, "answers")
        if isinstance(answers, dict)
        for name, field in answers["properties"].items()
    }
    assert asked == {question.id: question.text for question in badge.reflection}


@every_micro_credential
def test_every_setting_that_a_rule_of_the_evidence_reads_is_there(badge: BadgeClass) -> None:
    rules = badge.evidence_schema["x-rules"] if badge.evidence_schema and "x-rules" in badge.evidence_schema else []
    assert set(_members(rules, "setting")) <= badge.settings.keys()


def test_settings_of_rules_that_leave_room() -> None:
    assert CATALOGUE.current("facilitating-peer-reflection").settings["second_video_later"] is True
    settings = CATALOGUE.current("using-improvement-methods").settings
    assert (settings["shift_min_points"], settings["trend_min_points"]) == (6, 5)
    assert settings["mark_number_of_runs"] is True


@pytest.mark.parametrize("badge", ALL, ids=lambda badge: badge.slug)
def test_what_has_no_source_ships_empty(badge: BadgeClass) -> None:
    assert (badge.hours, badge.valid_for, badge.alignments) == (None, None, ())
    assert badge.one_living_badge
    assert not badge.second_review
    assert badge.instructions.startswith(f"# How to {'earn' if badge.is_stack else 'submit'}: {badge.name}")


def test_values_cannot_be_changed() -> None:
    badge = CATALOGUE.current("using-improvement-methods")
    with pytest.raises(TypeError):
        badge.settings["shift_min_points"] = 8  # type: ignore[index]
    assert hash(badge) == hash(load(PACKAGED).current("using-improvement-methods"))
