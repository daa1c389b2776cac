"""Schemas fetched from a stranger: used when whole in themselves and cheap, otherwise not."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemas
from issuer.errors import Invalid, IssuerError, Undecided
from issuer.verification.foreign_schema import validate_with
from issuer.verification.schema_validation import ACHIEVEMENT_CREDENTIAL, Violation
from issuer.verification.schema_work import MAX_APPLICATIONS, WorkCounter, resolve


def chain(length: int) -> dict[str, Any]:
    """Each definition asks for the next one twice: 2^length applications for one value."""
    steps: dict[str, Any] = {
        f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}, {"$ref": f"#/$defs/d{n + 1}", "minLength": n}]}
        for n in range(length)
    }
    return {"$ref": "#/$defs/d0", "$defs": {**steps, f"d{length}": {"type": "string"}}}


def nested(depth: int) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for _ in range(depth):
        document = {"x": document}
    return document


@pytest.mark.parametrize(
    "reference",
    ["http://127.0.0.1:9/x", "other.json", "https://example.org/s#/a", "file:///etc/passwd", "//host/x", "#anchor", 7],
)
@pytest.mark.parametrize(
    "around",
    [
        lambda ref: ref,
        lambda ref: {"properties": {"a": ref}},
        lambda ref: {"$defs": {"a": {"items": [ref]}}},
        lambda ref: {"allOf": [{"if": ref}]},
        lambda ref: {"unknownKeyword": [ref]},
    ],
)
def test_net_30_a_reference_out_of_the_document_is_refused(reference: Any, around: Any) -> None:
    with pytest.raises(Invalid) as caught:
        validate_with(around({"$ref": reference}), {"a": [1]})
    assert caught.value.code == "schema.ref_remote"


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"$ref": {"type": "string"}}},
        {"const": {"$ref": "http://127.0.0.1:9/x"}},
        {"enum": [{"$ref": "http://127.0.0.1:9/x"}], "default": {"$ref": "other.json"}},
    ],
)
def test_data_that_looks_like_a_reference_is_none(schema: dict[str, Any]) -> None:
    validate_with(schema, {"$ref": "http://127.0.0.1:9/x"})


@pytest.mark.parametrize(
    "draft",
    [
        None,
        "https://json-schema.org/draft/2019-09/schema",
        "https://json-schema.org/draft/2019-09/schema#",
        "https://json-schema.org/draft/2020-12/schema",
        "http://json-schema.org/draft-07/schema#",
    ],
)
def test_a_schema_whole_in_itself_is_used(draft: str | None) -> None:
    schema: dict[str, Any] = {
        "$id": "https://example.org/extension.json",
        "type": "object",
        "properties": {"hours": {"$ref": "#/definitions/Hours"}},
        "required": ["hours"],
        "definitions": {"Hours": {"type": "integer", "minimum": 1}},
    }
    if draft:
        schema["$schema"] = draft
    assert validate_with(schema, {"hours": 3}) == ()
    assert validate_with(schema, {"hours": "3"}) == (Violation("/hours", "This must be a whole number."),)
    assert validate_with(schema, {}) == (Violation("", "The member “hours” is missing."),)


def test_a_recursive_schema_is_used() -> None:
    schema = {"properties": {"x": {"$ref": "#"}}, "additionalProperties": False}
    assert validate_with(schema, nested(20)) == ()
    assert validate_with(schema, {"x": {"y": 1}})[0].pointer == "/x"


def test_our_own_bundled_schema_passes_as_a_foreign_one() -> None:
    assert validate_with(schemas.json_schema(ACHIEVEMENT_CREDENTIAL), {})[0].sentence.startswith("The member")


@pytest.mark.parametrize(
    "schema",
    [
        [],
        "x",
        None,
        {"type": "strin"},
        {"$schema": "https://example.org/my-draft"},
        {"$schema": 7},
        {"pattern": "(?=a)b"},
        {"pattern": "(a{1000}){1000}"},
        {"pattern": "("},
        {"$anchor": "here"},
        {"$defs": {"a": {"$id": "https://example.org/inner"}}},
        {"$ref": "#/$defs/missing"},
        {"$ref": "#"},
        {"allOf": [{"$ref": "#"}]},
        {"allOf": [{} for _ in range(5_001)]},
        {"allOf": [{"pattern": "a"} for _ in range(201)]},
        {"patternProperties": {f"^{n}$": True for n in range(201)}},
        {"$dynamicRef": "#x"},
    ],
)
def test_what_cannot_be_evaluated_here_leaves_the_question_open(schema: Any) -> None:
    with pytest.raises(Undecided) as caught:
        validate_with(schema, {"a": 1})
    assert caught.value.code == "schema.untrusted"


@pytest.mark.parametrize(
    ("schema", "document"),
    [
        (chain(40), "x"),
        ({"allOf": [{"properties": {"x": {"$ref": "#"}}}, {"properties": {"x": {"$ref": "#"}}}]}, nested(60)),
        ({"anyOf": [{"additionalProperties": {"$ref": "#"}}, {"patternProperties": {"": {"$ref": "#"}}}]}, nested(60)),
        ({"items": [{}], "additionalItems": {"allOf": [{"type": "string"}] * 100}}, ["x"] * 5_000),
    ],
)
def test_a_schema_that_multiplies_work_is_refused_before_the_work(schema: dict[str, Any], document: Any) -> None:
    begin = time.thread_time()
    with pytest.raises(Undecided, match="more work"):
        validate_with(schema, document)
    assert time.thread_time() - begin < 0.5


def test_the_count_is_exact_for_a_chain_of_doublings() -> None:
    # every definition applies itself and twice its successor through a branch: c(n) = 1 + 2(1 + c(n+1))
    applications = 1
    for _ in range(10):
        applications = 1 + 2 * (1 + applications)
    counter = WorkCounter(chain(10))
    counter.require_bounded("x")
    assert counter._count(counter._root, "x", 0) == 1 + applications
    assert applications < MAX_APPLICATIONS


def test_a_pattern_takes_time_that_grows_with_the_text_alone() -> None:
    begin = time.thread_time()
    assert validate_with({"pattern": "^(a|aa)+$"}, "a" * 50_000 + "b")
    assert time.thread_time() - begin < 0.5


@pytest.mark.parametrize("reference", ["#/$defs/a~1b", "#/allOf/0"])
def test_a_pointer_is_followed_as_rfc_6901_says(reference: str) -> None:
    root = {"$defs": {"a/b": {"const": 1}}, "allOf": [{"const": 1}]}
    assert resolve(root, reference) == {"const": 1}


KEYWORDS = st.sampled_from(
    [
        "$ref",
        "allOf",
        "anyOf",
        "not",
        "if",
        "then",
        "properties",
        "items",
        "type",
        "$defs",
        "pattern",
        "required",
        "$id",
        "a",
    ]
)
WORDS = st.sampled_from(["#", "#/$defs/a", "string", "^a"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=4)
    | st.sampled_from(["#", "#/$defs/a", "string", "^a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYWORDS, inner, max_size=4),
    max_leaves=25,
)


def outcome_of(schema: dict[str, Any], document: Any) -> str:
    try:
        return "violations" if validate_with(schema, document) else "conforms"
    except IssuerError as error:
        return error.code


@settings(max_examples=200, deadline=None)
@given(schema=st.dictionaries(KEYWORDS, JSON, max_size=5), document=JSON)
def test_any_schema_and_document_end_in_an_answer_or_a_typed_error(schema: dict[str, Any], document: Any) -> None:
    outcome = outcome_of(schema, document)
    assert outcome in {"violations", "conforms", "schema.ref_remote", "schema.untrusted"}
