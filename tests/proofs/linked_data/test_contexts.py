"""Active contexts by the rules of JSON-LD 1.1, each on the smallest context that shows it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from pyld import jsonld

import schemas
from issuer.errors import Invalid, Misconfigured
from issuer.proofs import rdf_canon
from issuer.proofs.contexts import ContextBook, ContextsClash
from issuer.proofs.linked_data import BASE_CONTEXTS, Reader

JsonObject = dict[str, Any]
Canonical = Callable[[JsonObject], str]
BASE = BASE_CONTEXTS[0]
ALIASES = {"id": "@id", "type": "@type"}


def small_files(contexts: list[JsonObject]) -> dict[str, JsonObject]:
    """Small contexts as files ``urn:c0`` and so on, after one in the data model's place."""
    files = {f"urn:c{index}": {"@context": {**ALIASES, **context}} for index, context in enumerate(contexts)}
    return {BASE: {"@context": ALIASES}, **files}


def ours(contexts: list[JsonObject], document: JsonObject) -> str:
    files = small_files(contexts)
    reader = Reader(ContextBook(files))
    return rdf_canon.canonicalise(reader.read({"@context": list(files), **document})).decode()


def theirs(contexts: list[JsonObject], document: JsonObject) -> str:
    """The same by pyld."""
    files = small_files(contexts)

    def load(url: str, _options: Any) -> JsonObject:
        return {"contextUrl": None, "documentUrl": url, "document": files[url]}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    canonical: str = jsonld.normalize({"@context": list(files), **copy.deepcopy(document)}, options)
    return canonical


P = {"@id": "urn:p"}
RULES: dict[str, tuple[list[JsonObject], JsonObject]] = {
    "type-scoped terms apply in the node itself": (
        [{"T": {"@id": "urn:T", "@context": {"p": "urn:in"}}, "p": "urn:out"}],
        {"id": "urn:s", "type": "T", "p": "a"},
    ),
    "type-scoped terms end at the nested node": (
        [{"T": {"@id": "urn:T", "@context": {"p": "urn:in"}}, "p": "urn:out", "q": "urn:q"}],
        {"id": "urn:s", "type": "T", "q": {"p": "a", "q": {"type": ["T"], "p": "b"}}},
    ),
    "property-scoped terms reach further down": (
        [{"q": {"@id": "urn:q", "@context": {"p": "urn:in"}}, "r": "urn:r", "p": "urn:out"}],
        {"id": "urn:s", "p": "a", "q": {"p": "b", "r": {"p": "c"}}},
    ),
    "property-scoped terms inside a type-scoped context": (
        [{"T": {"@id": "urn:T", "@context": {"q": {"@id": "urn:q", "@context": {"p": "urn:in"}}}}, "p": "urn:out"}],
        {"id": "urn:s", "type": "T", "p": "a", "q": [{"p": "b"}, {"p": "c"}]},
    ),
    "property-scoped terms for the values of an @vocab member": (
        [{"q": {"@id": "urn:q", "@type": "@vocab", "@context": {"v": "urn:in:v"}}, "v": "urn:out:v"}],
        {"id": "urn:s", "q": ["v", "urn:x"]},
    ),
    "types apply in the order of their names": (
        [{"A": {"@id": "urn:A", "@context": {"p": "urn:a"}}, "B": {"@id": "urn:B", "@context": {"p": "urn:b"}}}],
        {"id": "urn:s", "type": ["B", "A"], "p": "x"},
    ),
    "a null scope clears the context": (
        [{"q": {"@id": "urn:q", "@context": None}, "p": "urn:p"}],
        {"id": "urn:s", "q": "text", "p": "b"},
    ),
    "the later of two contexts wins": ([{"p": "urn:first"}, {"p": "urn:second"}], {"id": "urn:s", "p": "a"}),
    "protected terms may be repeated as they are": (
        [{"@protected": True, "p": P}, {"p": P}, {"p": {**P, "@protected": False}}],
        {"id": "urn:s", "p": "a"},
    ),
    "a property scope may redefine a protected term": (
        [{"@protected": True, "p": P, "q": {"@id": "urn:q", "@context": {"p": "urn:in"}}}],
        {"id": "urn:s", "q": {"p": "a"}},
    ),
    "prefixes in the definitions": (
        [{"x": "urn:x#", "p": "x:p", "q": {"@id": "x:q", "@type": "x:t"}, "r": {"@id": "y:r"}, "y": {"@id": "urn:y#"}}],
        {"id": "urn:s", "p": "a", "q": "b", "r": "c"},
    ),
    "a prefix of an earlier context": (
        [{"x": "urn:x#"}, {"p": "x:p"}, {"x": "urn:other#", "q": "x:q"}],
        {"id": "urn:s", "p": "a", "q": "b"},
    ),
    "a term defined by another": (
        [{"A": {"@id": "B"}, "B": {"@id": "urn:B"}, "p": {"@id": "q"}, "q": "urn:q"}],
        {"id": "urn:s", "type": "A", "p": "a"},
    ),
    "containers": (
        [
            {
                "l": {"@id": "urn:l", "@container": "@list", "@type": "@id"},
                "s": {"@id": "urn:s", "@container": "@set"},
                "g": {"@id": "urn:g", "@container": "@graph"},
            }
        ],
        {
            "id": "urn:s",
            "l": ["urn:a", "urn:a", {"s": "x"}],
            "s": ["a", "a", 1, True],
            "g": [{"s": "b"}, {"id": "urn:n", "s": {"g": {"s": "c"}}}],
        },
    ),
    "an empty list is a value": ([{"l": {"@id": "urn:l", "@container": "@list"}}], {"id": "urn:s", "l": []}),
    "one value in a list container": ([{"l": {"@id": "urn:l", "@container": "@list"}}], {"id": "urn:s", "l": "a"}),
    "a double stays a double": (
        [{"p": {"@id": "urn:p", "@type": "http://www.w3.org/2001/XMLSchema#double"}}],
        {"id": "urn:s", "p": [42, 42.0, 0.5, 0]},
    ),
    "a typed string, and xsd:string": (
        [{"p": {"@id": "urn:p", "@type": "urn:t"}, "q": {"@id": "urn:q", "@type": "http://www.w3.org/2001/XMLSchema#string"}}],
        {"id": "urn:s", "p": ["a", {"id": "urn:n"}, False], "q": "b"},
    ),
    "JSON": (
        [{"j": {"@id": "urn:j", "@type": "@json"}}],
        {"id": "urn:s", "j": [{"b": [1.0, 1e30], "a": "é\n"}, None, []]},
    ),
    "a vocabulary": (
        [{"@vocab": "urn:v#", "p": {"@type": "@vocab"}, "q": {"@id": "relative"}}],
        {"id": "urn:s", "type": ["T", "urn:t"], "p": ["v", "p"], "q": "a", "unknown": {"b": 1}},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("contexts", "document"), RULES.values(), ids=RULES)
def test_rules_of_json_ld(contexts: list[JsonObject], document: JsonObject) -> None:
    assert ours(contexts, document) == theirs(contexts, document) != ""


CLASHES: dict[str, tuple[list[JsonObject], JsonObject]] = {
    "two contexts": ([{"@protected": True, "p": "urn:1"}, {"p": "urn:2"}], {"p": "a"}),
    "another datatype": ([{"@protected": True, "p": P}, {"p": {**P, "@type": "urn:t"}}], {"p": "a"}),
    "another container": ([{"@protected": True, "p": P}, {"p": {**P, "@container": "@list"}}], {"p": "a"}),
    "a scope": ([{"@protected": True, "p": P}, {"p": {**P, "@context": {}}}], {"p": "a"}),
    "a type": (
        [{"@protected": True, "p": P, "T": {"@id": "urn:T", "@context": {"p": "urn:2"}}}],
        {"type": "T", "p": "a"},
    ),
}


@pytest.mark.parametrize(("contexts", "document"), CLASHES.values(), ids=CLASHES)
def test_a_protected_term_is_not_redefined(contexts: list[JsonObject], document: JsonObject) -> None:
    with pytest.raises(ContextsClash, match=r"ld\.context_order at /(@context|type): .* 'p' is protected"):
        ours(contexts, {"id": "urn:s", **document})
    with pytest.raises(jsonld.JsonLdError):
        theirs(contexts, {"id": "urn:s", **document})


@pytest.mark.parametrize(
    "context",
    [
        {"p": {"@id": "urn:p", "@container": "@language"}},
        {"p": {"@id": "urn:p", "@container": ["@set", "@list"]}},
        {"p": {"@id": "urn:p", "@language": "en"}},
        {"p": {"@reverse": "urn:p"}},
        {"p": {"@id": "urn:p", "@context": ["urn:other"]}},
        {"p": {"@id": "urn:p", "@context": {"q": {"@nest": "x"}}}},
        {"p": {"@id": "urn:p", "@context": {"q": "relative"}}},
        {"p": "relative"},
        {"p": {"@type": "@id"}},
        {"p": None},
        {"kind": "@type"},
        {"id": "urn:not-the-keyword"},
        {"a/b": "urn:p"},
        {"@base": "urn:b"},
        {"@language": "en"},
        {"@import": "urn:other"},
        ["urn:other"],
        None,
    ],
    ids=str,
)
def test_a_pinned_file_beyond_this_reader_stops_the_start(context: Any) -> None:
    with pytest.raises(Misconfigured):
        ContextBook({"urn:c": {"@context": context}})


def test_pos_09_every_published_context_of_open_badges_is_read(varied: dict[str, JsonObject]) -> None:
    """Both contents of 3.0.3 in circulation too: a book holds one of them."""
    older = {file.url: file.document for file in schemas.contexts() if file.edition == "2025-04"}
    assert [url.rsplit("/", 1)[1] for url in older] == ["context-3.0.3.json"]
    newer = {file.url: file.document for file in schemas.contexts() if not file.edition}
    document = varied["endorsement with a proof"]
    Reader(ContextBook(newer)).read(document)
    with pytest.raises(Invalid) as caught:
        Reader(ContextBook({**newer, **older})).read(document)
    assert (caught.value.code, caught.value.where) == ("ld.data_loss", "/endorsementJwt")
    Reader(ContextBook({**newer, **older})).read(varied["minimal"])
    used = {url.rsplit("/", 1)[-1] for document in varied.values() for url in document["@context"]}
    assert used >= {"context-3.0.1.json", "context-3.0.2.json", "context-3.0.3.json", "context.json"}
