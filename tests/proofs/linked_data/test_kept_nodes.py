"""What a reader keeps from earlier documents never shows in a later one."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from issuer.errors import Invalid, Refused
from issuer.proofs import rdf_canon
from issuer.proofs.contexts import ContextBook
from issuer.proofs.kept_nodes import MAX_KEPT_NODES, KeptNodes
from issuer.proofs.linked_data import Reader, ReaderLimits

JsonObject = dict[str, Any]


@pytest.fixture
def book(context_files: dict[str, Any]) -> ContextBook:
    return ContextBook(context_files)


def lines(reader: Reader, document: JsonObject) -> list[bytes]:
    return rdf_canon.canonicalise(reader.read(copy.deepcopy(document))).splitlines()


def warm(reader: Reader, document: JsonObject) -> None:
    for _ in range(3):
        reader.read(copy.deepcopy(document))


def test_every_credential_reads_the_same_the_fourth_time_and_after_all_others(
    book: ContextBook, varied: dict[str, JsonObject]
) -> None:
    reader = Reader(book)
    first = {name: lines(Reader(book), document) for name, document in varied.items()}
    for _ in range(4):
        for name, document in varied.items():
            assert lines(reader, document) == first[name], name


def test_blank_nodes_of_a_kept_node_are_new_each_time(book: ContextBook, varied: dict[str, JsonObject]) -> None:
    """The achievement has blank nodes, lists and embedded proofs; other blank nodes come before and after it."""
    reader, document = Reader(book), copy.deepcopy(varied["alignments, some alike"])
    achievement = document["credentialSubject"]["achievement"]
    achievement["endorsement"] = copy.deepcopy(varied["endorsement with a proof"]["endorsement"])
    achievement["resultDescription"] = varied["a list of equal values"]["credentialSubject"]["achievement"][
        "resultDescription"
    ]
    warm(reader, document)
    document["evidence"] = [{"type": ["Evidence"], "name": name} for name in "abc"]
    shuffled = {name: document[name] for name in ("evidence", *document)}
    assert lines(reader, shuffled) == lines(Reader(book), document)


def test_a_kept_node_in_two_places_is_said_once(book: ContextBook, varied: dict[str, JsonObject]) -> None:
    """The issuer endorses its own badge; then it calls itself something else there, which is said beside it."""
    reader, document = Reader(book), copy.deepcopy(varied["minimal"])
    document["issuer"] = {"id": "https://issuer.example/", "type": ["Profile"], "name": "A name"}
    endorsement = copy.deepcopy(varied["endorsement credential"])
    document["endorsement"] = [{**endorsement, "issuer": copy.deepcopy(document["issuer"])}]
    warm(reader, document)
    assert len(reader.read(document).told) > len({one.subject for one in reader.read(document).told})
    assert lines(reader, document) == lines(Reader(book), document)
    document["endorsement"][0]["issuer"]["name"] = "Another name"
    for _ in range(3):
        assert lines(reader, document) == lines(Reader(book), document)
    assert len({one.utf8 for one in reader.read(document).told if one.subject == "<https://issuer.example/>"}) == 2


@pytest.mark.parametrize("member", ["name", "description"])
def test_another_node_of_the_same_id_is_read_anew(
    book: ContextBook, varied: dict[str, JsonObject], member: str
) -> None:
    reader, document = Reader(book), copy.deepcopy(varied["results"])
    warm(reader, document)
    document["credentialSubject"]["achievement"][member] += "x"
    assert lines(reader, document) == lines(Reader(book), document)
    document["credentialSubject"]["achievement"]["extra"] = "x"
    with pytest.raises(Invalid, match=r"ld\.data_loss at /credentialSubject/achievement/extra"):
        reader.read(document)


def test_numbers_that_python_holds_for_equal_stay_apart(book: ContextBook, varied: dict[str, JsonObject]) -> None:
    reader, document = Reader(book), copy.deepcopy(varied["minimal"])
    for number in (1, True, 1.0, 1, True):
        document["credentialSubject"]["achievement"]["version"] = number
        warm(reader, document)
        assert lines(reader, document) == lines(Reader(book), document)


def test_a_kept_node_counts_against_the_rule_of_one_place(book: ContextBook, varied: dict[str, JsonObject]) -> None:
    reader, document = Reader(book), copy.deepcopy(varied["minimal"])
    warm(reader, document)
    document["id"] = document["credentialSubject"]["achievement"]["id"]
    with pytest.raises(Invalid, match="second time"):
        reader.read(document)


def test_a_kept_node_counts_against_the_limits(book: ContextBook, varied: dict[str, JsonObject]) -> None:
    document = varied["minimal"]
    statements = len(Reader(book).read(document))
    reader = Reader(book, ReaderLimits(max_statements=statements))
    warm(reader, document)
    with pytest.raises(Refused):
        reader.read({**document, "awardedDate": "2026-01-01T00:00:00Z"})


def test_a_node_kept_where_it_is_shallow_is_read_anew_where_it_is_deep(
    book: ContextBook, varied: dict[str, JsonObject]
) -> None:
    reader = Reader(book, ReaderLimits(max_depth=5))
    document = copy.deepcopy(varied["issuer in full"])
    warm(reader, document)
    inner = varied["endorsement credential"]
    deep: JsonObject = {**inner, "issuer": document["issuer"]}
    nested = {**varied["minimal"], "endorsement": [{**inner, "id": "urn:e", "endorsement": [deep]}]}
    with pytest.raises(Refused, match="deep"):
        reader.read(nested)


def test_what_the_caller_changes_later_changes_nothing_kept(book: ContextBook, varied: dict[str, JsonObject]) -> None:
    reader, document = Reader(book), copy.deepcopy(varied["results"])
    for _ in range(3):
        reader.read(document)
    before = lines(reader, document)
    document["credentialSubject"]["achievement"]["criteria"]["narrative"] = "another"
    document["issuer"]["name"] = "another"
    assert lines(reader, document) == lines(Reader(book), document) != before


def test_the_store_is_bounded(book: ContextBook, varied: dict[str, JsonObject]) -> None:
    nodes, context = KeptNodes(), book.nothing_defined
    reader, document = Reader(book), copy.deepcopy(varied["minimal"])
    for number in range(MAX_KEPT_NODES + 10):
        document["issuer"] = {"id": f"urn:{number}", "type": "Profile", "name": "x"}
        warm(reader, document)
    assert 0 < len(reader._memory.nodes) <= MAX_KEPT_NODES
    huge = {"id": "urn:x", "name": "x" * 20_000}
    assert [nodes.copy_to_keep(huge, context) for _ in range(3)] == [None] * 3
    small = {"id": "urn:y", "name": "x"}
    assert [nodes.copy_to_keep(small, context) for _ in range(2)] == [None, small]
