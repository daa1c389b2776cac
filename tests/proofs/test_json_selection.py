"""Parts of a document by JSON pointers, RFC 6901."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import Unprocessable
from issuer.proofs.json_selection import MAX_POINTERS, select

DOCUMENT: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:a",
    "type": ["VerifiableCredential"],
    "name": "n",
    "issuer": {"id": "did:web:a", "type": "Profile", "name": "I", "image": {"id": "https://a/i", "caption": "c"}},
    "evidence": [{"type": "Evidence", "name": "one"}, {"type": "Evidence", "name": "two", "genre": "g"}, "urn:three"],
    "a/b": {"m~n": 1, "": 2},
}
FRAME = {name: DOCUMENT[name] for name in ("@context", "id", "type")}

# RFC 6901 escapes, and section 3.4 of VC-DI ECDSA 1.0
PARTS: dict[str, tuple[list[str], dict[str, Any]]] = {
    "a member": (["/name"], {"name": "n"}),
    "a member of a member": (["/issuer/name"], {"issuer": {"id": "did:web:a", "type": "Profile", "name": "I"}}),
    "deeper": (
        ["/issuer/image/caption"],
        {"issuer": {"id": "did:web:a", "type": "Profile", "image": {"id": "https://a/i", "caption": "c"}}},
    ),
    "an object whole": (["/issuer"], {"issuer": DOCUMENT["issuer"]}),
    "whole and in part": (["/issuer/name", "/issuer"], {"issuer": DOCUMENT["issuer"]}),
    "in part and whole": (["/issuer", "/issuer/name"], {"issuer": DOCUMENT["issuer"]}),
    "items close up": (["/evidence/2", "/evidence/0/name"], {"evidence": [DOCUMENT["evidence"][0], "urn:three"]}),
    "an item's type comes along": (["/evidence/1/genre"], {"evidence": [{"type": "Evidence", "genre": "g"}]}),
    "an array whole": (["/evidence"], {"evidence": DOCUMENT["evidence"]}),
    "escapes": (["/a~1b/m~0n"], {"a/b": {"m~n": 1}}),
    "an empty name": (["/a~1b/"], {"a/b": {"": 2}}),
    "part of the type": (["/type/0"], {}),
    "the id": (["/id"], {}),
}


@pytest.mark.parametrize("name", PARTS)
def test_parts(name: str) -> None:
    pointers, members = PARTS[name]
    assert select(DOCUMENT, pointers).document == {**FRAME, **members}


def test_the_whole() -> None:
    assert select(DOCUMENT, [""]).document == DOCUMENT


def test_members_keep_their_order() -> None:
    part = select(DOCUMENT, ["/issuer/name", "/name"]).document
    assert list(part) == ["@context", "id", "type", "name", "issuer"]


def test_origins() -> None:
    selection = select(DOCUMENT, ["/issuer/name"])
    assert selection.origins == {
        id(selection.document): id(DOCUMENT),
        id(selection.document["issuer"]): id(DOCUMENT["issuer"]),
    }


@pytest.mark.parametrize(
    "pointer",
    [
        "name",
        "/nothing",
        "/name/0",
        "/issuer/nothing",
        "/evidence/3",
        "/evidence/-1",
        "/evidence/01",
        "/evidence/-",
        "/evidence/name",
        "/evidence/2/name",
        "/a~2b",
        "/a~",
        "/type/1",
        "/@context/1",
        "/issuer/id/x",
        5,
    ],
)
def test_pointers_that_lead_nowhere(pointer: Any) -> None:
    with pytest.raises(Unprocessable, match=r"input\.invalid") as caught:
        select(DOCUMENT, ["/name", pointer])
    assert caught.value.where == str(pointer)
    with pytest.raises(Unprocessable, match=r"input\.invalid"):
        select(DOCUMENT, ["", pointer])


def test_nothing_named() -> None:
    with pytest.raises(Unprocessable, match=r"input\.invalid"):
        select(DOCUMENT, [])


def test_their_number_is_bounded() -> None:
    select(DOCUMENT, ["/name"] * MAX_POINTERS)
    with pytest.raises(Unprocessable, match=r"input\.invalid"):
        select(DOCUMENT, ["/name"] * (MAX_POINTERS + 1))


JSON_VALUES = st.recursive(
    st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc/~"), inner, max_size=3),
    max_leaves=12,
)


def _pointers(value: Any, here: str = "") -> list[str]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    below = ((str(step).replace("~", "~0").replace("/", "~1"), inner) for step, inner in steps)
    return [here, *(pointer for step, inner in below for pointer in _pointers(inner, f"{here}/{step}"))]


@given(st.dictionaries(st.sampled_from("abc/~"), JSON_VALUES, max_size=4), st.data())
def test_a_part_of_a_part_is_what_both_name(document: dict[str, Any], data: st.DataObject) -> None:
    """The order and number of pointers do not matter, and what is named is there."""
    pointers = data.draw(st.lists(st.sampled_from(_pointers(document)), min_size=1, max_size=4))
    part = select(document, pointers).document
    assert select(document, [*reversed(pointers), *pointers]).document == part
    assert select(part, [""]).document == part
