"""N-Quads: canonical escapes and a reader that brings every spelling to the canonical one."""

from __future__ import annotations

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import Refused
from issuer.proofs import n_quads

text_without_surrogates = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ('\b\t\n\f\r"\\', r"\b\t\n\f\r\"\\"),
        ("\x00\x07\x0b\x0e\x1f\x7f", r"\u0000\u0007\u000B\u000E\u001F\u007F"),
        ("\ufffe\uffff", r"\uFFFE\uFFFF"),
        ("\x80\x85\xa0\u200d\u2028\ufeff\ufffd\U0001fffe\U0010ffff", None),
        ("plain, é, ∂, 日本, 🎓, e\u0301, ‮", None),
        (r"\t", r"\\t"),
    ],
)
def test_escapes_of_rdfc_appendix_a(text: str, escaped: str | None) -> None:
    assert n_quads.escape(text) == (text if escaped is None else escaped)


@given(text_without_surrogates)
def test_a_literal_is_read_back_as_it_was(text: str) -> None:
    quad = ("_:b0", "<urn:p>", n_quads.literal(text), "")
    assert n_quads.parse(n_quads.line(quad)) == [quad]
    (read,) = pyoxigraph.parse(n_quads.line(quad), pyoxigraph.RdfFormat.N_QUADS)
    assert read.object.value == text


def test_every_spelling_is_brought_to_the_canonical_one() -> None:
    document = (
        "# a comment\r\n\n"
        "<urn:s><urn:p>_:a.#no space needed\n"
        '\t_:a-1.b  <urn:p>  "\\u00e9\\U0001F393\\\'\\x"  .\n'.replace("\\x", "\\t")
        + '<urn:\\u00E9> <urn:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <urn:g> . # graph\n'
        '<urn:s> <urn:p> "a"^^<http://www.w3.org/2001/XMLSchema#string> _:g .\n'
        '<urn:s> <urn:p> "a"@en-GB .'
    )
    assert n_quads.parse(document) == [
        ("<urn:s>", "<urn:p>", "_:a", ""),
        ("_:a-1.b", "<urn:p>", '"é🎓\'\\t"', ""),
        ("<urn:é>", "<urn:p>", '"1"^^<http://www.w3.org/2001/XMLSchema#integer>', "<urn:g>"),
        ("<urn:s>", "<urn:p>", '"a"', "_:g"),
        ("<urn:s>", "<urn:p>", '"a"@en-GB', ""),
    ]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("<urn:s> <urn:p> .", id="no object"),
        pytest.param("<urn:s> _:p <urn:o> .", id="blank predicate"),
        pytest.param('"s" <urn:p> <urn:o> .', id="literal subject"),
        pytest.param("<urn:s> <urn:p> <urn:o>", id="no full stop"),
        pytest.param("<urn:s> <urn:p> <urn:o> <urn:g> <urn:x> .", id="five terms"),
        pytest.param('<urn:s> <urn:p> "a"b" .', id="unescaped quote"),
        pytest.param('<urn:s> <urn:p> "\\x" .', id="unknown escape"),
        pytest.param("<urn:s s> <urn:p> <urn:o> .", id="space in an IRI"),
        pytest.param('<urn:s> <urn:p> "' + "\\" * 9_999 + '" .', id="endless escapes"),
    ],
)
def test_what_is_no_statement_is_refused_with_its_line(row: str) -> None:
    with pytest.raises(Refused) as caught:
        n_quads.parse("<urn:s> <urn:p> <urn:o> .\n" + row)
    assert (caught.value.code, caught.value.where) == ("input.malformed", "line 2")


def test_a_string_datatype_is_left_out() -> None:
    assert n_quads.literal("a", n_quads.XSD + "string") == '"a"'
    assert n_quads.literal("a", "https://www.w3.org/2001/XMLSchema#string") != '"a"'
    assert n_quads.iri("urn:x") == "<urn:x>"
