"""Our JSON Schemas accept and refuse the same documents as the published ones.

The published schemas are not part of this project: these tests read them from STANDARDS_DIR and are
skipped without it. Both sides run in the same validator (draft 2019-09, formats as annotations); a part
runs in a second validator too, so that no engine's habit hides a difference.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemas

REPOSITORY = Path(schemas.__file__).parent.parent
STANDARDS = Path(os.environ.get("STANDARDS_DIR", REPOSITORY.parent / "shared" / "standards"))
CLASSES = {
    "ob": ("achievementcredential", "endorsementcredential", "profile", "getopenbadgecredentialsresponse"),
    "clr": ("achievementcredential", "endorsementcredential", "profile", "clrcredential"),
}
URLS = [
    f"https://purl.imsglobal.org/spec/{standard}/v{version}p0/schema/json/{standard}_v{version}p0_{name}_schema.json"
    for standard, version in (("ob", 3), ("clr", 2))
    for name in CLASSES[standard]
]
EXAMPLES_OF = {
    "AchievementCredential": "achievementcredential",
    "OpenBadgeCredential": "achievementcredential",
    "EndorsementCredential": "endorsementcredential",
}
WHOLE = URLS[:2]
SHARED_SHAPES = {"CredentialSchema": "NamedService", "RefreshService": "NamedService", "CredentialSubject": None}

pytestmark = pytest.mark.skipif(
    not (STANDARDS / "schemas").is_dir() and os.environ.get("ISSUER_REQUIRE_ALL") != "1",
    reason="the published schemas are not here (set STANDARDS_DIR)",
)

Verdict = Callable[[Any], bool]


@dataclass(frozen=True)
class Pair:
    """The published schema of one class, ours, and a compiled validator of each."""

    official: dict[str, Any]
    ours: dict[str, Any]
    official_says: Verdict
    ours_says: Verdict


def compiled(schema: dict[str, Any]) -> Verdict:
    return jsonschema_rs.Draft201909Validator(schema, validate_formats=False, offline=True).is_valid


@cache
def pair(url: str) -> Pair:
    standard, name = url.split("/")[4], url.rsplit("/", 1)[1]
    official = json.loads((STANDARDS / "schemas" / standard / name).read_bytes())
    ours = schemas.json_schema(url)
    return Pair(official, ours, compiled(official), compiled(ours))


# Sample documents, built from the published schema itself.

TEXTS = {
    "v3p0": "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "v2p0": "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    "ext": "ext:Own",
    r"\.": "eyJh.eyJi.c2ln",
    "{2,4}": "en-GB",
}


class Sampler:
    """Builds a document the schema accepts: every class in full once, afterwards with required members only."""

    def __init__(self, schema: dict[str, Any], prefer: int) -> None:
        self.definitions = schema["$defs"]
        self.prefer = prefer
        self.full: set[str] = set()

    def build(self, schema: dict[str, Any], name: str = "root") -> Any:
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            return self.build(self.definitions[name], name)
        for keyword in ("oneOf", "anyOf"):
            if keyword in schema:
                return self.build(schema[keyword][self.prefer], name)
        if "allOf" in schema:
            return ["VerifiableCredential", schema["allOf"][1]["contains"]["enum"][0]]
        return getattr(self, "_" + schema.get("type", "enumerated"))(schema, name)

    def _enumerated(self, schema: dict[str, Any], _: str) -> Any:
        return schema["enum"][0]

    def _string(self, schema: dict[str, Any], _: str) -> str:
        if "enum" in schema:
            return str(schema["enum"][0])
        if "pattern" in schema:
            return next(text for mark, text in TEXTS.items() if mark in schema["pattern"])
        return "2026-01-01T00:00:00Z" if "format" in schema else "https://example.org/x"

    def _number(self, _: dict[str, Any], __: str) -> float:
        return 4.5

    def _boolean(self, _: dict[str, Any], __: str) -> bool:
        return True

    def _array(self, schema: dict[str, Any], name: str) -> list[Any]:
        if isinstance(schema["items"], list):
            return [self.build(item, name) for item in schema["items"]]
        if "contains" in schema:
            return [schema["contains"]["enum"][0]]
        return [self.build(schema["items"], name)]

    def _object(self, schema: dict[str, Any], name: str) -> dict[str, Any]:
        if "properties" not in schema:
            return {"en": self.build(schema["additionalProperties"])} if "propertyNames" in schema else {}
        members = schema["required"] if name in self.full else list(schema["properties"])
        self.full.add(name)
        return {member: self.build(schema["properties"][member], name) for member in members}


def full_samples(url: str) -> Iterator[Any]:
    """Two documents with every member of every class: single values throughout, and lists throughout."""
    official = pair(url).official
    for prefer in (0, -1):
        yield Sampler(official, prefer).build({key: value for key, value in official.items() if key != "$defs"})


@cache
def samples(url: str) -> list[Any]:
    """Those two and the published examples; nobody may change them."""
    read = [json.loads(path.read_bytes()) for path in sorted((STANDARDS / "examples").rglob("*.json"))]
    return [*full_samples(url), *(one for one in read if f"_{EXAMPLES_OF[one['type'][1]]}_" in url)]


# Mutants: one change at one place.

REPLACEMENTS: list[Any] = [
    None, True, False, 0, -1, 1.5, "", "x", "Other", "ext:", "ext:a b", "xext:|", "a.b", "a..b", "a.b.c", "a.b.c.d",
    "en", "EN", "english", "eng-Latn-419", "en-gb", "Completed", "Image", "Profile", "OpenBadgeCredential",
    "emailAddress", "email", "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context.json", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.1.json",
    [], ["x"], [1], [None], [[]], ["VerifiableCredential"], ["VerifiableCredential", "EndorsementCredential"],
    ["VerifiableCredential", "OpenBadgeCredential", {"en": "x"}], [{"en": "x"}, "x"],
    {"EN": "en"}, {"EN": "a.b.c"}, {}, {"en": "x"}, {"en-GB": "x"}, {"en": 1}, {"EN": "x"}, {"english": "x"},
    {"en": ""}, {"en": "a.b.c"},
    {"en": "Image"}, {"id": "x"}, {"id": "x", "type": "Profile"}, {"type": "x"}, {"id": "x", "type": []},
    {"id": "x", "type": "Image", "extra": 1},
    ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json", {}, "x"],
    ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json", 1],
    ["https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json", "https://www.w3.org/ns/credentials/v2"],
    ["https://www.w3.org/ns/credentials/v2"],
]  # fmt: skip
EXTRA_MEMBERS = ["extra", "en", "@type", ""]
SMALL = 400


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key or index) of a document."""
    if isinstance(node, dict | list):
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            yield node, key
            yield from places(node[key])


def variants(value: Any) -> Iterator[Any]:
    yield from REPLACEMENTS
    yield from ([value], [value, value], [value, 7], {"en": value})
    if isinstance(value, str):
        yield from (value + "\n", value + " ", "x" + value, value.upper())


def mutants(document: Any) -> Iterator[Any]:
    """The document changed at one place after another; each change is undone before the next."""
    for container, key in list(places(document)):
        value = container[key]
        for variant in variants(value):
            container[key] = variant
            yield document
        container.pop(key)
        yield document
        if isinstance(container, list):
            container.insert(key, value)
        else:
            container[key] = value
        if isinstance(value, dict):
            for name in EXTRA_MEMBERS:
                if name not in value:
                    value[name] = 1
                    yield document
                    del value[name]


@pytest.mark.parametrize("url", URLS)
def test_samples_and_official_examples_are_accepted_by_both(url: str) -> None:
    for sample in samples(url):
        assert pair(url).official_says(sample)
        assert pair(url).ours_says(sample)


@pytest.mark.parametrize("url", URLS)
def test_every_mutant_gets_the_same_verdict(url: str) -> None:
    both, counts = pair(url), {True: 0, False: 0}
    step = 1 if url in WHOLE else 5
    for sample in full_samples(url):
        for mutant in islice(mutants(sample), 0, None, step):
            verdict = both.official_says(mutant)
            assert both.ours_says(mutant) is verdict, json.dumps(mutant)
            counts[verdict] += 1
    assert min(counts.values()) > SMALL


def enumerated(schema: Any) -> Iterator[str]:
    """Every string that an enum anywhere in the schema allows."""
    for container, key in places(schema):
        if key == "enum":
            yield from container[key]


@pytest.mark.parametrize("url", URLS)
def test_every_enumerated_value_is_allowed_at_the_same_places(url: str) -> None:
    both = pair(url)
    words = sorted({*enumerated(both.official), *enumerated(both.ours)})
    for sample in full_samples(url):
        for container, key in list(places(sample)):
            if container[key] in words:
                kept = container[key]
                for container[key] in words:
                    assert both.ours_says(sample) is both.official_says(sample), (key, container[key])
                container[key] = kept


@pytest.mark.parametrize("url", WHOLE)
def test_a_second_validator_agrees_on_every_small_mutant(url: str) -> None:
    official = jsonschema.Draft201909Validator(pair(url).official)
    ours = jsonschema.Draft201909Validator(pair(url).ours)
    sample = Sampler(pair(url).official, -1)
    sample.full = set(sample.definitions)
    document = sample.build({key: value for key, value in pair(url).official.items() if key != "$defs"})
    for mutant in [copy.deepcopy(mutant) for mutant in mutants(document)][::29]:
        assert ours.is_valid(mutant) is official.is_valid(mutant), json.dumps(mutant)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8) | st.sampled_from([item for item in REPLACEMENTS if isinstance(item, str)]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["id", "type", "en", "fr-CA", "name", "@context", "x"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(data=st.data(), url=st.sampled_from(URLS))
def test_any_combination_of_changes_gets_the_same_verdict(data: st.DataObject, url: str) -> None:
    document = copy.deepcopy(data.draw(st.sampled_from(samples(url))))
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(list(places(document))))
        container[key] = data.draw(JSON_VALUES)
    assert pair(url).ours_says(document) is pair(url).official_says(document)


@pytest.mark.parametrize("url", URLS)
def test_classes_have_the_same_members(url: str) -> None:
    both = pair(url)
    for name, official in {**both.official["$defs"], both.ours["$ref"].rsplit("/", 1)[1]: both.official}.items():
        our_name = SHARED_SHAPES.get(name, name)
        if official.get("type") == "object" and our_name:
            ours = both.ours["$defs"][our_name]
            assert set(ours["properties"]) == set(official["properties"]), name
            assert set(ours.get("required", ())) == set(official["required"]), name
            assert ours.get("additionalProperties", True) is official["additionalProperties"], name
