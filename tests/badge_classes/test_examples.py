"""Every badge class has an example that passes, and one example for each rule that is broken by that rule alone."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

import badge_classes
from badge_classes.examples import Example, load_example
from badge_classes.loader import PACKAGED
from issuer.domain.evidence import Form, rule_faults
from issuer.domain.evidence.files import files_named
from issuer.domain.media_types import TEXT
from issuer.services.check_evidence import check

CATALOGUE = badge_classes.load()
WITH_EVIDENCE = {one.slug: one for one in CATALOGUE.badge_classes if one.evidence_schema is not None}
SLUGS = sorted(WITH_EVIDENCE)


def examples_folder(slug: str) -> Path:
    return PACKAGED / slug / f"v{WITH_EVIDENCE[slug].version}" / "examples"


def example_of(slug: str) -> Example:
    example = load_example(WITH_EVIDENCE[slug])
    assert example is not None
    return example


def findings(slug: str, evidence: object) -> list[tuple[str, str]]:
    example = example_of(slug)
    found = check(
        WITH_EVIDENCE[slug],
        evidence,
        teacher_name=example.teacher_name,
        today=example.today,
        known_files=frozenset(file.id for file in example.files),
    )
    requirements = {one.id for one in WITH_EVIDENCE[slug].requirements} | {"reflection"}
    assert all(finding.requirement in requirements and finding.message for finding in found)
    return [(finding.pointer, finding.code) for finding in found]


def patched(document: Any, operations: list[dict[str, Any]]) -> Any:
    """JSON Patch (RFC 6902), its operations add, replace, remove and copy."""
    root = {"": copy.deepcopy(document)}
    for operation in operations:
        holder, last = _holder(root, operation["path"])
        value = _at(root, operation["from"]) if operation["op"] == "copy" else operation.get("value")
        if operation["op"] in {"replace", "remove"}:
            assert _at(root, operation["path"]) is not None
            del holder[last]
        if operation["op"] == "remove":
            continue
        if isinstance(holder, list):
            holder.insert(last, copy.deepcopy(value))
        else:
            holder[last] = copy.deepcopy(value)
    return root[""]


def _holder(root: Any, pointer: str) -> tuple[Any, Any]:
    *above, last = ["", *pointer.split("/")[1:]]
    value = root
    for part in above:
        value = value[int(part) if isinstance(value, list) else part]
    return value, int(last) if isinstance(value, list) else last


def _at(root: Any, pointer: str) -> Any:
    holder, last = _holder(root, pointer)
    return holder[last]


BROKEN = [
    pytest.param(slug, broken, id=f"{slug}-{number}-{broken['rule']}")
    for slug in SLUGS
    for number, broken in enumerate(json.loads((examples_folder(slug) / "broken.json").read_text("utf-8")))
]


def test_the_fifteen_micro_credentials_have_evidence() -> None:
    assert len(SLUGS) == 15


@pytest.mark.parametrize("slug", SLUGS)
def test_the_complete_example_passes(slug: str) -> None:
    assert findings(slug, example_of(slug).evidence) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_the_complete_example_passes_any_validator_that_asserts_formats(slug: str) -> None:
    validator = Draft202012Validator(WITH_EVIDENCE[slug].evidence_schema, format_checker=FormatChecker())
    assert list(validator.iter_errors(example_of(slug).evidence)) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_the_example_says_what_its_files_are(slug: str) -> None:
    example = example_of(slug)
    assert sorted(file.id for file in example.files) == sorted(name for _, name in files_named(example.evidence))
    for file in example.files:
        assert file.text.strip()
        assert file.media_type == TEXT[file.name.rpartition(".")[2]]


@pytest.mark.parametrize(("slug", "broken"), BROKEN)
def test_a_broken_example_is_broken_by_its_rule_alone(slug: str, broken: dict[str, Any]) -> None:
    evidence = patched(example_of(slug).evidence, broken["patch"])
    assert findings(slug, evidence) == [(one["pointer"], one["code"]) for one in broken["expect"]]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_named_rule_has_a_broken_example(slug: str) -> None:
    schema = WITH_EVIDENCE[slug].evidence_schema
    assert schema is not None
    named = {entry["rule"] for entry in schema.get("x-rules", ())} - {"finite_numbers"}  # JSON has no other numbers
    assert named <= {one.values[1]["rule"] for one in BROKEN if one.values[0] == slug}


def _required_places(slug: str) -> list[tuple[str | int, ...]]:
    """Every required member that the complete example has, by its path."""
    form, waiting, places = Form(WITH_EVIDENCE[slug].evidence_schema or {}), [((), example_of(slug).evidence)], []
    while waiting:
        path, value = waiting.pop()
        names = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
        required = form.field(path).schema.get("required", ())
        places += [(*path, name) for name in names if name in required]
        waiting += [((*path, name), value[name]) for name in names]
    return places


@pytest.mark.parametrize("slug", SLUGS)
def test_each_required_part_is_missed_where_it_is_missing(slug: str) -> None:
    places = _required_places(slug)
    assert len(places) >= 4
    for path in places:
        pointer = "".join(f"/{part}" for part in path)
        found = findings(slug, patched(example_of(slug).evidence, [{"op": "remove", "path": pointer}]))
        assert found
        assert all(at.startswith(pointer) and code == "evidence.missing" for at, code in found)


@pytest.mark.parametrize("slug", SLUGS)
def test_each_required_text_counts_only_when_it_shows_something(slug: str) -> None:
    for path in _required_places(slug):
        pointer = "".join(f"/{part}" for part in path)
        if isinstance(_at({"": example_of(slug).evidence}, pointer), str):
            patch = [{"op": "replace", "path": pointer, "value": "\u200b \n"}]
            found = findings(slug, patched(example_of(slug).evidence, patch))
            expected = "evidence.missing" if path[-1] in {"which", "kind", "setting"} else "evidence.blank"
            assert found == [(pointer, expected)]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_schema_is_a_schema_and_its_rules_are_rules(slug: str) -> None:
    schema = WITH_EVIDENCE[slug].evidence_schema
    assert schema is not None
    Draft202012Validator.check_schema(schema)
    assert rule_faults(schema) == ()


def _subschemas(schema: Any) -> list[dict[str, Any]]:
    if isinstance(schema, list):
        return [found for item in schema for found in _subschemas(item)]
    if isinstance(schema, dict):
        return [schema] + [found for value in schema.values() for found in _subschemas(value)]
    return []


@pytest.mark.parametrize("slug", SLUGS)
def test_every_list_text_and_number_of_the_schema_is_bounded(slug: str) -> None:
    for schema in _subschemas(WITH_EVIDENCE[slug].evidence_schema):
        match schema.get("type"):
            case "array":
                assert schema["maxItems"] <= 1000
            case "string":
                assert schema.keys() & {"maxLength", "enum", "format"}
            case "integer" | "number":
                assert {"minimum", "maximum"} <= schema.keys()
            case "object":
                assert schema["additionalProperties"] is False


@pytest.mark.parametrize("slug", SLUGS)
def test_every_field_says_what_it_is_and_every_requirement_has_a_field(slug: str) -> None:
    badge_class = WITH_EVIDENCE[slug]
    ids = {one.id for one in badge_class.requirements}
    named = {one["x-requirement"] for one in _subschemas(badge_class.evidence_schema) if "x-requirement" in one}
    assert ids <= named <= ids | {"reflection"}
    form = Form(badge_class.evidence_schema or {})
    fields = [form.field((name,)) for name in (badge_class.evidence_schema or {})["properties"]]
    assert all(field.title and field.widget and field.requirement and field.asks for field in fields)


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_asked_for_is_quoted_word_by_word(slug: str) -> None:
    badge_class = WITH_EVIDENCE[slug]
    texts = [badge_class.description, badge_class.instructions, badge_class.criteria_markdown]
    texts += [text for one in badge_class.requirements for text in (one.text, *one.points)]
    quotes = {
        value
        for one in _subschemas(badge_class.evidence_schema)
        for name, value in one.items()
        if name in {"x-asks", "asks", "asks_if_satisfied", "asks_if_not_yet"} and isinstance(value, str)
    }
    assert quotes
    assert [quote for quote in quotes if not any(quote.casefold() in text.casefold() for text in texts)] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_the_reflection_form_has_the_questions_of_the_definition(slug: str) -> None:
    badge_class = WITH_EVIDENCE[slug]
    reflection = (badge_class.evidence_schema or {})["properties"]["reflection"]["properties"]["answers"]
    asked = {name: field["title"] for name, field in reflection["properties"].items()}
    assert asked == {question.id: question.text for question in badge_class.reflection}
    assert reflection["required"] == list(asked)


def test_definitions_of_one_name_are_the_same_in_every_schema() -> None:
    known: dict[str, Any] = {}
    for badge_class in WITH_EVIDENCE.values():
        for name, schema in (badge_class.evidence_schema or {})["$defs"].items():
            if name != "run_chart":  # fifteen points where the requirement says so
                assert known.setdefault(name, schema) == schema


def test_a_form_attached_instead_of_answers_is_as_good() -> None:
    evidence = example_of("building-will").evidence
    evidence["reflection"] = {"form": {"link": "https://drive.example.org/reflection"}}
    assert findings("building-will", evidence) == []


def test_a_badge_class_without_examples_has_none() -> None:
    assert load_example(CATALOGUE.version("teacher-leader", 1)) is None
