"""Progress by requirement: counted in the parts a requirement asks for, and never ahead of the check."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from badge_classes import BadgeClass, load
from badge_classes.examples import load_example
from issuer.domain.evidence.progress import Progress, progress
from issuer.services.check_evidence import check

CATALOGUE = [one for one in load() if one.evidence_schema]
EXAMPLES = {one.slug: load_example(one) for one in CATALOGUE}


def of(badge_class: BadgeClass, evidence: Any) -> dict[str, Progress]:
    findings = check(badge_class, evidence, teacher_name="A B", today=date(2027, 1, 1), known_files=None)
    return {one.requirement: one for one in progress(badge_class.evidence_schema or {}, evidence, findings)}


@pytest.mark.parametrize("badge_class", CATALOGUE, ids=lambda one: one.slug)
def test_every_requirement_goes_from_nothing_to_complete(badge_class: BadgeClass) -> None:
    example = EXAMPLES[badge_class.slug]
    assert example is not None
    empty, full = of(badge_class, {}), of(badge_class, example.evidence)
    assert {one.id for one in badge_class.requirements} <= empty.keys()
    assert all(one.done == 0 and one.needed and not one.is_complete for one in empty.values())
    assert all(one.done == one.needed and one.is_complete for one in full.values())


def test_items_count_when_they_are_whole() -> None:
    building_will = next(one for one in CATALOGUE if one.slug == "building-will")
    visits = [{"peer": {"name": f"Peer {n}"}, "date": "2026-01-01"} for n in range(3)]
    found = of(building_will, {"first_visits": [*visits, {"peer": {"name": "Half"}}]})["visits-with-four-peers"]
    assert (found.done, found.needed, found.open) == (3, 4, 1)
    found = of(building_will, {"first_visits": [*visits, visits[0]]})["visits-with-four-peers"]
    assert not found.is_complete


def test_sheets_inside_peers_count_for_their_own_requirement() -> None:
    impact = next(one for one in CATALOGUE if one.slug == "measuring-impact-on-student-learning")
    needed = {name: one.needed for name, one in of(impact, {}).items()}
    assert needed == {"cycles-with-permission": 12, "eight-reflection-sheets": 8, "reflection": 3}


def test_an_attached_reflection_form_is_the_whole_reflection() -> None:
    building_will = next(one for one in CATALOGUE if one.slug == "building-will")
    attached = {"reflection": {"form": {"link": "https://school.example/form"}}}
    assert of(building_will, attached)["reflection"].is_complete
    answered = {"reflection": {"answers": {"obstacles": "None."}}}
    assert (of(building_will, answered)["reflection"].done, of(building_will, {})["reflection"].needed) == (1, 4)


@pytest.mark.parametrize("evidence", [None, [], "text", {"first_visits": {}}, {"first_visits": [None, 7]}])
def test_odd_documents_have_progress_too(evidence: Any) -> None:
    building_will = next(one for one in CATALOGUE if one.slug == "building-will")
    assert of(building_will, evidence)["visits-with-four-peers"].done == 0
