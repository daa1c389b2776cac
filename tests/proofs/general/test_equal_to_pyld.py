"""The general profile reads what pyld reads: on credentials, and on documents that nobody wrote."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.errors import IssuerError
from issuer.proofs import rdf_canon
from issuer.proofs.contexts import ContextBook
from issuer.proofs.general_reader import GeneralReader
from issuer.proofs.linked_data import Reader

JsonObject = dict[str, Any]
Canonical = Callable[[JsonObject], str]
Pyld = Callable[[JsonObject], str | None]

_spec = importlib.util.spec_from_file_location("made_documents", Path(__file__).with_name("made_documents.py"))
assert _spec is not None
assert _spec.loader is not None
made_documents = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(made_documents)


def test_credentials_are_read_as_the_strict_reader_reads_them(
    varied: dict[str, JsonObject], context_files: dict[str, Any], general: GeneralReader
) -> None:
    strict = Reader(ContextBook(context_files))
    assert len(varied) >= 40
    for name, document in varied.items():
        expected = rdf_canon.canonicalise(strict.read(document))
        assert rdf_canon.canonicalise(general.read(document)) == expected, name
        if not any(name.startswith("_:") for name in _ids(document)):
            assert rdf_canon.canonicalise(general.read_traced(document)[0]) == expected, name


def _ids(value: Any) -> Iterator[str]:
    """Every text of a document, ids among them."""
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _ids(inner)


def test_a_corpus_of_made_documents_equals_pyld(canonical: Canonical, by_pyld: Pyld) -> None:
    equal = 0
    for seed in range(500):
        document = made_documents.Maker(random.Random(seed)).document()
        try:
            ours = canonical(document)
        except IssuerError:
            continue
        theirs = by_pyld(document)
        if theirs is not None:
            assert ours == theirs, seed
            equal += 1
    assert equal > 100


@given(st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_whatever_is_made_equals_pyld_or_is_refused(canonical: Canonical, by_pyld: Pyld, chance: random.Random) -> None:
    document = made_documents.Maker(chance).document()
    try:
        ours = canonical(document)
    except IssuerError:
        return
    assert by_pyld(document) in (ours, None)


def test_what_was_read_before_changes_nothing(context_files: dict[str, Any]) -> None:
    documents = [made_documents.Maker(random.Random(seed)).document() for seed in range(150)]
    shared = GeneralReader(context_files)

    def told(reader: GeneralReader, document: JsonObject) -> object:
        try:
            return rdf_canon.canonicalise(reader.read(document))
        except IssuerError as error:
            return (error.code, error.where)

    first = [told(shared, document) for document in documents]
    again = [told(shared, document) for document in reversed(documents)]
    assert first == again[::-1]
    alone = [told(GeneralReader(context_files), document) for document in documents[:15]]
    assert alone == first[:15]
