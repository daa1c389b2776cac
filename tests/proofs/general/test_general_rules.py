"""Each rule of the general profile by one document; what must not be read names its single defect."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from issuer.errors import Invalid, IssuerError, Refused
from issuer.proofs.general_contexts import ContextLimits
from issuer.proofs.general_reader import GeneralReader
from issuer.proofs.reader_memory import ReaderLimits

JsonObject = dict[str, Any]
Canonical = Callable[[JsonObject], str]

V2 = "https://www.w3.org/ns/credentials/v2"
I18N = "https://www.w3.org/ns/i18n#"
SCHEMA = "https://schema.org/"


def credential(*contexts: Any, **members: Any) -> JsonObject:
    document: JsonObject = {
        "@context": [V2, *contexts],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:subject"},
    }
    return {**document, **members}


def about(canonical: Canonical, *contexts: Any, **members: Any) -> list[str]:
    """What the lines of a credential with that subject say of the subject, without the subject itself."""
    subject = {"id": "did:example:subject", **members}
    lines = canonical(credential(*contexts, credentialSubject=subject)).splitlines()
    return [line.removeprefix("<did:example:subject> ") for line in lines if line.startswith("<did:example:subject> ")]


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("plain", '"plain"'),
        ({"@value": "plain"}, '"plain"'),
        ({"@value": "text", "@language": "en"}, '"text"@en'),
        ({"@value": "Text", "@language": "de-AT"}, '"Text"@de-at'),
        ({"@value": "text", "@direction": "rtl"}, f'"text"^^<{I18N}_rtl>'),
        ({"@value": "text", "@language": "AR", "@direction": "rtl"}, f'"text"^^<{I18N}ar_rtl>'),
        ({"@value": "2026", "@type": "https://e.example/year"}, '"2026"^^<https://e.example/year>'),
        ({"@value": 36.5, "@type": "https://e.example/hours"}, '"3.65E1"^^<https://e.example/hours>'),
        ({"@value": {"b": 1, "a": [None]}, "@type": "@json"}, None),
    ],
)
def test_a_text_with_language_direction_or_type(canonical: Canonical, value: Any, literal: str | None) -> None:
    literal = literal or '"{\\"a\\":[null],\\"b\\":1}"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>'
    assert about(canonical, name=value) == [f"<{SCHEMA}name> {literal} ."]


DOUBLE = "http://www.w3.org/2001/XMLSchema#double"


def test_a_text_that_is_called_a_double(canonical: Canonical) -> None:
    """JSON-LD 1.1 API §8.2.2 keeps the text; jsonld.js and pyld write the number anew."""
    term = {"hours": {"@id": "urn:x:hours", "@type": DOUBLE}}
    for value, text in (
        (36.5, "3.65E1"),
        (7, "7.0E0"),
        ("3.65E1", "3.65E1"),
        ("7.0E0", "7.0E0"),
        ("-1.0E-2", "-1.0E-2"),
    ):
        assert about(canonical, term, hours=value) == [f'<urn:x:hours> "{text}"^^<{DOUBLE}> .']
    for text in ("7", "7.0", "36.5", "7e0", "1E21", "x", "NaN", "INF", "", "７.0E0"):
        for terms, member in (((term,), {"hours": text}), ((), {"name": {"@value": text, "@type": DOUBLE}})):
            with pytest.raises(Invalid) as caught:
                about(canonical, *terms, **member)
            assert caught.value.code == "json.number_out_of_range"


def test_several_texts_in_their_languages(canonical: Canonical) -> None:
    names = [{"@value": "Example", "@language": "en"}, {"@value": "Exemple", "@language": "fr"}]
    assert len(about(canonical, name=names)) == 2


def test_the_language_and_direction_of_a_context_count_for_plain_texts(canonical: Canonical) -> None:
    term = {"@language": "ar", "@direction": "rtl", "title": "https://e.example/title", "plain": "https://e.example/p"}
    said = about(canonical, term, title="عنوان", plain={"@value": "x"})
    assert f'<https://e.example/title> "عنوان"^^<{I18N}ar_rtl> .' in said
    assert '<https://e.example/p> "x" .' in said


def test_a_language_map(canonical: Canonical) -> None:
    term = {"title": {"@id": "https://e.example/title", "@container": "@language"}}
    said = about(canonical, term, title={"en": "a", "FR": ["b", "c"], "@none": "d"})
    assert said == [f"<https://e.example/title> {text} ." for text in ('"a"@en', '"b"@fr', '"c"@fr', '"d"')]


def test_terms_defined_in_the_document(canonical: Canonical) -> None:
    terms = {
        "ex": "https://e.example/ns#",
        "plain": "ex:plain",
        "link": {"@id": "ex:link", "@type": "@id"},
        "day": {"@id": "ex:day", "@type": "http://www.w3.org/2001/XMLSchema#date"},
        "Kind": {"@id": "ex:Kind", "@context": {"inner": "ex:inner"}},
        "same": "@id",
    }
    part = {"type": "Kind", "inner": "i", "same": "urn:x:part"}
    said = canonical(credential(terms, credentialSubject={"plain": "p", "link": part, "day": "2026-11-21"}))
    assert "<https://e.example/ns#link> <urn:x:part> ." in said
    assert '<urn:x:part> <https://e.example/ns#inner> "i" .' in said
    assert "-syntax-ns#type> <https://e.example/ns#Kind> ." in said
    assert '<https://e.example/ns#day> "2026-11-21"^^<http://www.w3.org/2001/XMLSchema#date> .' in said


def test_keywords_spelled_out_and_full_iris_say_the_same(canonical: Canonical) -> None:
    compact = credential(credentialSubject={"id": "urn:x:s", "type": "VerifiableCredential", "name": "n"})
    spelled = credential(
        credentialSubject={
            "@id": "urn:x:s",
            "@type": "https://www.w3.org/2018/credentials#VerifiableCredential",
            f"{SCHEMA}name": {"@value": "n"},
        }
    )
    assert canonical(compact) == canonical(spelled)


def test_type_scoped_terms_end_at_the_next_node_unless_they_propagate(canonical: Canonical) -> None:
    scoped = {"local": "https://e.example/local"}
    one = {"Kind": {"@id": "https://e.example/Kind", "@context": scoped}, "part": "https://e.example/part"}
    two = {**one, "Kind": {"@id": "https://e.example/Kind", "@context": {"@propagate": True, **scoped}}}
    subject = {"type": "Kind", "local": "x", "part": {"local": "y"}}
    with pytest.raises(Invalid) as caught:
        canonical(credential(one, credentialSubject=subject))
    assert (caught.value.code, caught.value.where) == ("ld.data_loss", "/credentialSubject/part/local")
    assert canonical(credential(two, credentialSubject=subject)).count("e.example/local>") == 2


def test_lists_keep_their_order_and_sets_do_not(canonical: Canonical) -> None:
    terms = {"steps": {"@id": "https://e.example/steps", "@container": "@list"}, "tags": "https://e.example/steps"}
    ordered = [canonical(credential(terms, credentialSubject={"steps": steps})) for steps in (["a", "b"], ["b", "a"])]
    loose = [canonical(credential(terms, credentialSubject={"tags": tags})) for tags in (["a", "b"], ["b", "a"])]
    written = canonical(credential(terms, credentialSubject={"tags": {"@list": ["a", "b"]}}))
    assert ordered[0] != ordered[1]
    assert loose[0] == loose[1]
    assert written == ordered[0]


def test_the_same_protected_definition_may_come_twice(canonical: Canonical) -> None:
    term = {"@protected": True, "ExampleCredential": "https://e.example/#A"}
    assert canonical(credential(term, copy.deepcopy(term), V2, type=["VerifiableCredential", "ExampleCredential"]))


def test_a_whole_context_file_where_a_context_stands(canonical: Canonical) -> None:
    """As jsonld.js and pyld read it; W3C vectors of proof chains are written so."""
    terms = {"ExampleCredential": "https://e.example/#A", "taught": {"@id": "https://e.example/#t", "@type": "@id"}}
    members: JsonObject = {
        "type": ["VerifiableCredential", "ExampleCredential"],
        "credentialSubject": {"id": "did:example:subject", "taught": "urn:x:course"},
    }
    plain = canonical(credential(terms, **members))
    assert canonical(credential({"@context": terms}, **members)) == plain
    assert "<https://e.example/#t> <urn:x:course>" in plain


@pytest.mark.parametrize(
    "value",
    ["text", {"@value": "text"}, {"id": "urn:x:y"}, {"@set": ["text", {"name": "x"}]}, {"@set": []}, [["text"]]],
)
def test_what_a_graph_would_lose(canonical: Canonical, value: Any) -> None:
    """A graph keeps statements only: a text or a mere reference in it would vanish from what is signed."""
    terms = {"said": {"@id": "urn:x:said", "@container": ["@graph", "@set"]}}
    assert "_:c14n1" in canonical(credential(terms, said={"@set": [{"name": "x"}]}))
    with pytest.raises(Invalid) as caught:
        canonical(credential(terms, said=value))
    assert caught.value.code == "ld.data_loss"


PROTECTED = {"@protected": True, "ExampleCredential": "https://e.example/#A"}
OTHER = "https://e.example/"


@pytest.mark.parametrize(
    ("code", "contexts"),
    [
        ("ld.context_order", [{"VerifiableCredential": OTHER}]),
        ("ld.context_order", [PROTECTED, {"ExampleCredential": "https://e.example/#B"}]),
        ("ld.context_order", [{"id": None}]),
        ("ld.context_order", [None]),
        ("ld.context_order", [123192875]),
        ("ld.context_order", [True]),
        ("ld.context_unknown", ["https://example.com"]),
        ("ld.context_unknown", ["https ://not-a-url/contexts/example/v1"]),
        ("ld.context_inline", [{"a": "https ://not-a-url#a"}]),
        ("ld.context_inline", [{"a": "relative"}]),
        ("ld.context_inline", [{"a": {"@id": "b:x", "@type": "a:y"}, "b": "a:z"}]),
        ("ld.context_inline", [{"a": {"@id": "urn:x:a", "@container": "@index"}}]),
        ("ld.context_inline", [{"a": {"@reverse": "urn:x:a"}}]),
        ("ld.context_inline", [{"a": {"@id": "urn:x:a", "@nest": "b"}}]),
        ("ld.context_inline", [{"a": {"@id": "urn:x:a", "@context": {"b": "relative"}}}]),
        ("ld.context_inline", [{"a": {"@id": "urn:x:a", "@context": {"b": {"@id": "urn:x:b", "@context": {"c": 5}}}}}]),
        ("ld.context_inline", [{"a": 5}]),
        ("ld.context_inline", [{"@import": V2}]),
        ("ld.context_inline", [{"@base": "https://e.example/"}]),
        ("ld.context_inline", [{"@version": 1.0}]),
        ("ld.context_inline", [{"@vocab": "relative"}]),
        ("ld.context_inline", [{"@protected": "yes"}]),
        ("ld.context_inline", [{"@id": "urn:x:a"}]),
        ("ld.context_inline", [{"": "urn:x:a"}]),
        ("ld.context_inline", [{"@surprise": "urn:x:a"}]),
        ("ld.context_inline", [{"@context": {"a": "urn:x:a"}, "b": "urn:x:b"}]),
        ("ld.context_inline", [{"@context": {"@context": {"a": "urn:x:a"}}}]),
        ("ld.context_inline", [{"@context": V2}]),
        ("ld.context_inline", [{"a": {"@id": "urn:x:a", "@context": {"@context": {"b": "urn:x:b"}}}}]),
        ("ld.data_loss", [{"@language": "not a tag"}]),
        ("ld.data_loss", [{"@direction": "up"}]),
    ],
)
def test_contexts_that_are_not_used(canonical: Canonical, code: str, contexts: list[Any]) -> None:
    with pytest.raises(Invalid) as caught:
        canonical(credential(*contexts))
    assert caught.value.code == code
    assert (caught.value.where or "").startswith("/@context")


@pytest.mark.parametrize(
    ("code", "where", "members"),
    [
        ("ld.data_loss", "/undefined", {"undefined": "x"}),
        ("ld.data_loss", "/type", {"type": ["VerifiableCredential", "Undefined"]}),
        ("ld.data_loss", "/type", {"type": []}),
        ("ld.data_loss", "/type", {"type": 5}),
        ("ld.data_loss", "/id", {"id": "not-a-url"}),
        ("ld.data_loss", "/id", {"id": ["urn:x:a", "urn:x:b"]}),
        ("ld.data_loss", "/id", {"id": None}),
        ("ld.data_loss", "/issuer", {"issuer": 5}),
        ("ld.data_loss", "/issuer", {"issuer": "relative"}),
        ("ld.data_loss", "/name", {"name": None}),
        ("ld.data_loss", "/name/2", {"name": ["a", "b", None]}),
        ("ld.data_loss", "/name", {"name": {"@value": None}}),
        ("ld.data_loss", "/name/url", {"name": {"@value": "x", "@language": "en", "url": "urn:x:y"}}),
        ("ld.data_loss", "/name", {"name": {"@value": 5, "@language": "en"}}),
        ("ld.data_loss", "/name", {"name": {"@value": "x", "@language": "en", "@type": "urn:x:t"}}),
        ("ld.data_loss", "/name", {"name": {"@value": "x", "@direction": "up"}}),
        ("ld.data_loss", "/name", {"name": {"@list": ["a"], "id": "urn:x:a"}}),
        ("ld.data_loss", "/name", {"name": {"@list": [[["a"]]]}}),
        ("ld.not_compact", "/name/@index", {"name": {"@index": "x"}}),
        ("ld.not_compact", "/@reverse", {"@reverse": {}}),
        ("ld.not_compact", "/@included", {"@included": [{"id": "urn:x:a"}]}),
        ("json.number_out_of_range", "/name", {"name": 1e21}),
    ],
)
def test_nothing_is_lost(canonical: Canonical, code: str, where: str, members: JsonObject) -> None:
    with pytest.raises(IssuerError) as caught:
        canonical(credential(**members))
    assert caught.value.code == code
    assert (caught.value.where or "").startswith(where)


def test_an_undefined_term_becomes_one_only_by_vocab(canonical: Canonical) -> None:
    vocabulary = {"@vocab": "https://e.example/vocab#"}
    assert about(canonical, vocabulary, undefined="x") == ['<https://e.example/vocab#undefined> "x" .']
    with pytest.raises(Invalid, match=r"ld\.data_loss"):
        canonical(credential(vocabulary, {"@vocab": None}, undefined="x"))


def test_a_document_that_says_nothing(canonical: Canonical) -> None:
    for document in ({"@context": V2}, {"@context": V2, "id": "urn:x:a"}, {}):
        with pytest.raises(Invalid, match=r"ld\.empty_dataset"):
            canonical(document)


def test_what_a_document_may_cost(context_files: dict[str, Any]) -> None:
    reader = GeneralReader(context_files, ReaderLimits(max_statements=50, max_depth=12), ContextLimits(max_work=2_000))
    deep: Any = "x"
    for _ in range(14):
        deep = {"name": deep}
    many_contexts = [{"name": "x", "@context": {f"a{number}": OTHER}} for number in range(600)]
    nested = [[[[[[[[[[[[["x"]]]]]]]]]]]]]
    for members in (
        {"name": deep},
        {"name": nested},
        {"name": [f"{number}" for number in range(60)]},
        {"name": many_contexts},
        {"name": ["x"] * 1_001},
        {"type": ["VerifiableCredential"] * 17},
    ):
        with pytest.raises(Refused) as caught:
            reader.read(credential(**members))
        assert caught.value.code == "ld.too_complex"


def test_pinned_files_can_all_be_opened(general: GeneralReader, context_files: dict[str, Any]) -> None:
    for url in context_files:
        assert len(general.read({"@context": url, "@id": "urn:x:a", "https://e.example/p": "x"})) == 1


def test_blank_nodes_named_by_the_document_are_not_taken_apart(general: GeneralReader) -> None:
    named = credential(credentialSubject={"id": "_:a", "name": "x"})
    assert general.read(named)
    with pytest.raises(Invalid, match=r"ld\.not_compact"):
        general.read_traced(named)
