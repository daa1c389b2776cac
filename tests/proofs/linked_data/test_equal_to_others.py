"""What is read equals what independent implementations read, on every document that passes."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.errors import Invalid, IssuerError
from issuer.proofs import n_quads, rdf_canon
from issuer.proofs.linked_data import Reader

JsonObject = dict[str, Any]
Canonical = Callable[[JsonObject], str]
Path_ = tuple[Any, ...]

WITH_EQUAL_PROOFS = {
    "one endorsement embedded twice",
    "equal proofs on two endorsements",
    "comprehensive learner record",
}
"""Equal proofs in different graphs: pyoxigraph 0.5.13 departs from RDFC-1.0 here, pyld does not."""


def test_varied_credentials_equal_pyld(varied: dict[str, JsonObject], canonical: Canonical, by_pyld: Canonical) -> None:
    assert len(varied) >= 40
    for name, document in varied.items():
        assert canonical(document) == by_pyld(document), name


def test_varied_credentials_equal_pyoxigraph(varied: dict[str, JsonObject], reader: Reader) -> None:
    """Its canonicaliser, given our statements: its own JSON-LD reader loses terms of a second type."""
    differing = set()
    for name, document in varied.items():
        dataset = reader.read(document)
        ours = rdf_canon.canonicalise(dataset).decode()
        renamed = ours.replace("_:c14n", "_:x")
        graph = pyoxigraph.Dataset(pyoxigraph.parse(renamed, pyoxigraph.RdfFormat.N_QUADS))
        graph.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
        theirs = pyoxigraph.serialize(graph, format=pyoxigraph.RdfFormat.N_QUADS).decode().split("\n")
        if "\n".join(sorted(theirs)[1:]) + "\n" != ours:
            differing.add(name)
    assert differing <= WITH_EQUAL_PROOFS


def test_published_examples_equal_pyld(standards: Path, canonical: Canonical, by_pyld: Canonical) -> None:
    """Examples of the Open Badges 3.0 specification, and the signed credentials of both vectors, proofs included."""
    files = [*standards.glob("examples/ob-spec/*.json"), *standards.glob("test-vectors/*v*p0/signed*.json")]
    assert len(files) >= 9
    for file in files:
        document = json.loads(file.read_text("utf-8"))
        assert canonical(document) == by_pyld(document), file.name


def test_pos_07_the_full_example_of_the_specification(standards: Path, reader: Reader) -> None:
    document = json.loads((standards / "examples/ob-spec/fullOpenBadge.json").read_text("utf-8"))
    canonical = rdf_canon.canonicalise(reader.read(document), work_budget=2_000)
    assert canonical.count(b"\n") == 356
    assert len({word for word in canonical.split() if word.startswith(b"_:")}) == 40


# -- documents that nobody wrote: whatever passes must equal pyld, and no error but ours may come out


def test_whatever_passes_equals_pyld(
    varied: dict[str, JsonObject], context_files: dict[str, Any], canonical: Canonical, by_pyld: Canonical
) -> None:
    chance = random.Random(20260301)
    names = sorted({name for file in context_files.values() for name in _names(file["@context"])})
    passed = 0
    for _ in range(500):
        document = _spoilt(chance, chance.choice(list(varied.values())), names)
        try:
            ours = canonical(document)
        except IssuerError:
            continue
        passed += 1
        assert ours == by_pyld(document)
    assert passed > 50


def _names(context: Any) -> Iterator[str]:
    if isinstance(context, dict):
        for name, value in context.items():
            if not name.startswith("@"):
                yield name
            yield from _names(value)


def _spoilt(chance: random.Random, credential: JsonObject, names: list[str]) -> JsonObject:
    """A copy with one to three members added, removed or put in each other's place."""
    document = copy.deepcopy(credential)
    for _ in range(chance.randint(1, 3)):
        places = list(_places(document))
        place, source = chance.choice(places), copy.deepcopy(_at(document, chance.choice(places)))
        holder = _at(document, place)
        if isinstance(holder, dict) and chance.random() < 0.5:
            name = chance.choice([*names, *["id", "type", "@id", "@type", "@value", "@graph", "@included"] * 9])
            holder[name] = _anything(chance) if chance.random() < 0.5 else source
        elif place:
            parent = _at(document, place[:-1])
            if chance.random() < 0.3:
                del parent[place[-1]]
            else:
                parent[place[-1]] = _anything(chance) if chance.random() < 0.5 else source
    return document


def _anything(chance: random.Random) -> Any:
    return chance.choice(
        [
            *["a", "urn:x", "_:b0", "https://e.example/a", "", 'é\n"', "type", "id", "Profile", "name", "xsd:a"],
            *["cred:b", "a b:c", "assertionMethod", "@id", "2026-01-01T00:00:00Z", {}, [], [[]], {"id": "urn:x"}],
            *[1, 0, -0.0, 1.5, 1e21, 1e-9, True, False, None, 2**53, 0.30000000000000004, {"type": "Profile"}],
        ]
    )


def _places(value: Any, here: Path_ = ()) -> Iterator[Path_]:
    yield here
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in inner:
        yield from _places(child, (*here, step))


def _at(value: Any, place: Path_) -> Any:
    for step in place:
        value = value[step]
    return value


def test_no_text_or_number_escapes_the_signature(varied: dict[str, JsonObject], canonical: Canonical) -> None:
    """Change any one leaf of any credential: the statements change too, or it is no longer read."""
    changed = 0
    for name, credential in varied.items():
        before = canonical(credential)
        for place in _places(credential):
            leaf = _at(credential, place)
            if isinstance(leaf, dict | list) or str(leaf).startswith("_:"):
                continue
            document = copy.deepcopy(credential)
            _at(document, place[:-1])[place[-1]] = (
                not leaf if isinstance(leaf, bool) else f"{leaf}x" if isinstance(leaf, str) else 4711
            )
            try:
                after = canonical(document)
            except IssuerError:
                continue
            changed += 1
            assert after != before, (name, place)
    assert changed > 500


# -- texts and numbers


texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\b\f\x7f\ufffe\uffff")
    .filter(lambda character: character >= " " or character in "\t\n\r")
)  # fmt: skip


def with_texts(badge: JsonObject, values: list[str]) -> JsonObject:
    badge["name"] = values[0] if values else ""
    badge["evidence"] = [{"type": ["Evidence"], "name": value, "narrative": value[::-1]} for value in values]
    badge["credentialSubject"]["achievement"]["tag"] = values
    return badge


@given(st.lists(texts, max_size=4), st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_any_text_equals_pyld(
    varied: dict[str, JsonObject], canonical: Canonical, by_pyld: Canonical, values: list[str], chance: random.Random
) -> None:
    document = with_texts(copy.deepcopy(varied["results"]), values)
    shuffled = dict(chance.sample(list(document.items()), len(document)))
    assert canonical(shuffled) == by_pyld(document)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=4))
@settings(max_examples=25)
def test_any_text_at_all_is_read_back_by_pyoxigraph(
    varied: dict[str, JsonObject], canonical: Canonical, values: list[str]
) -> None:
    """Control characters and U+007F too, where pyld 3.3.0 writes other escapes than RDFC-1.0."""
    document = with_texts(copy.deepcopy(varied["results"]), values)
    lines = canonical(document)
    graph = pyoxigraph.Dataset(pyoxigraph.parse(lines, pyoxigraph.RdfFormat.N_QUADS))
    keywords = pyoxigraph.NamedNode("https://schema.org/keywords")
    read = {str(quad.object.value) for quad in graph.quads_for_predicate(keywords)}
    assert read == set(values)


def test_di_51_escape_twins_stay_apart(varied: dict[str, JsonObject], canonical: Canonical) -> None:
    names = ["\\t", "\t", "\u0085", "\u2028", "\\u0085", "\x7f", "\\u007F"]
    seen = {canonical({**varied["minimal"], "name": name}) for name in names}
    assert len(seen) == len(names)
    assert any(r'"\u007F"' in lines for lines in seen)


numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False, width=32)


@given(numbers)
def test_di_52_any_number_equals_pyld_or_is_refused(
    varied: dict[str, JsonObject], canonical: Canonical, by_pyld: Canonical, number: float
) -> None:
    document = copy.deepcopy(varied["numbers and booleans"])
    document["credentialSubject"]["creditsEarned"] = number
    document["evidence"] = [{"type": ["Evidence"], "name": number}]
    if number == 0 or (1e-6 <= abs(number) <= 2**53 and float(f"{number:.15E}") == number):
        assert canonical(document) == by_pyld(document)
        return
    with pytest.raises(Invalid) as caught:
        canonical(document)
    assert caught.value.code == "json.number_out_of_range"


@pytest.mark.parametrize(
    ("number", "literal"),
    [
        (42.0, '"42"'),
        (36.5, '"3.65E1"'),
        (0, '"0"'),
        (-0.0, '"0"'),
        (1e-6, '"1.0E-6"'),
        (-7, '"-7"'),
        (100.25, '"1.0025E2"'),
    ],
)
def test_numbers_as_the_standard_writes_them(
    varied: dict[str, JsonObject], canonical: Canonical, number: float, literal: str
) -> None:
    document = copy.deepcopy(varied["minimal"])
    document["credentialSubject"]["creditsEarned"] = number
    assert f"#creditsEarned> {literal}^^<https://www.w3.org/2001/XMLSchema#float> .\n" in canonical(document)


def test_the_statements_are_canonical_before_they_are_canonicalised(
    varied: dict[str, JsonObject], canonical: Canonical
) -> None:
    for name, document in varied.items():
        lines = canonical(document)
        assert "".join(map(n_quads.line, n_quads.parse(lines))) == lines, name
