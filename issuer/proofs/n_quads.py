"""RDF terms and quads in the one canonical spelling of N-Quads.

A term is held as its canonical N-Quads text, so a quad is four strings and no further classes are needed:
``<https://example.org/>`` an IRI, ``_:b0`` a blank node, ``"text"``, ``"36.5"^^<datatype>`` or ``"text"@en`` a
literal, and the empty string for the graph of a quad in the default graph.

Source: RDF 1.1 N-Quads; RDFC-1.0, appendix A "A Canonical form of N-Quads" for the escapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final

from issuer.errors import Refused

Quad = tuple[str, str, str, str]
"""Subject, predicate, object, graph; the graph is "" for the default graph."""

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

# C0 controls, DEL, and the two code points that are no XML 1.1 Char and no surrogate.
_MAX_KEPT_CHARS = 4_096
_escaped_characters = re.compile('[\x00-\x1f"\\\\\x7f\ud800-\udfff\ufffe\uffff]')
_ESCAPES = {
    **{chr(point): f"\\u{point:04X}" for point in (*range(0x20), 0x7F, 0xFFFE, 0xFFFF)},
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}


def escape(text: str) -> str:
    """`text` as it stands between the quotation marks of a canonical literal.

    Raises Refused ``json.lone_surrogate`` for half of a surrogate pair, which has no spelling.
    """
    if text.isprintable() and '"' not in text and "\\" not in text:
        return text
    return _kept_escape(text) if len(text) <= _MAX_KEPT_CHARS else _escape(text)


def _escape(text: str) -> str:
    return _escaped_characters.sub(_escaped, text)


_kept_escape = lru_cache(maxsize=512)(_escape)  # the criteria of a badge class come with every badge


def _escaped(match: re.Match[str]) -> str:
    try:
        return _ESCAPES[match[0]]
    except KeyError:
        raise Refused("json.lone_surrogate", "A string has half of a surrogate pair.") from None


class Told:
    """All that is said of one IRI somewhere, in its final form: tails (see `Dataset`) in order, each once; UTF-8."""

    __slots__ = ("subject", "tails", "utf8")

    def __init__(self, subject: str, tails: Iterable[str]) -> None:
        self.subject: Final = subject
        self.tails: Final = tuple(sorted(set(tails)))
        self.utf8: Final = (subject + subject.join(self.tails)).encode("utf-8")


class Dataset:
    """RDF statements as canonicalisation needs them, by subject; any may be there more than once.

    tails: by subject, what follows it in the lines of those statements in the default graph whose object is no
    blank node; most are of this kind. A subject may have none.
    told: such statements about an IRI that were put in order before.
    quads: all other statements.
    """

    __slots__ = ("quads", "tails", "told")

    def __init__(self, quads: Iterable[Quad] = ()) -> None:
        self.tails: Final[dict[str, list[str]]] = {}
        self.told: Final[list[Told]] = []
        self.quads: Final[list[Quad]] = []
        for quad in quads:
            self.add(*quad)

    def __len__(self) -> int:
        count = len(self.quads)
        for tails in self.tails.values():
            count += len(tails)
        for one in self.told:
            count += len(one.tails)
        return count

    def add(self, subject: str, predicate: str, object_: str, graph: str = "") -> None:
        """Take in one statement."""
        if graph or object_[0] == "_":
            self.quads.append((subject, predicate, object_, graph))
        else:
            self.tails.setdefault(subject, []).append(f" {predicate} {object_} .\n")

    def add_all(self, others: Dataset) -> None:
        """Take in all statements of another dataset, whose blank nodes are the same as here."""
        for subject, tails in others.tails.items():
            self.tails.setdefault(subject, []).extend(tails)
        self.told.extend(others.told)
        self.quads.extend(others.quads)


def iri(value: str) -> str:
    """The term for the IRI `value`, which must already be known to be one."""
    return f"<{value}>"


def literal(text: str, datatype: str = "", language: str = "") -> str:
    """The term for a literal; `datatype` is an IRI, empty (or xsd:string) for a plain string."""
    if language:
        return f'"{escape(text)}"@{language}'
    if datatype in {"", XSD + "string"}:
        return f'"{escape(text)}"'
    return f'"{escape(text)}"^^<{datatype}>'


def line(quad: Quad) -> str:
    """The canonical line of `quad`, with its newline."""
    subject, predicate, object_, graph = quad
    if graph:
        return f"{subject} {predicate} {object_} {graph} .\n"
    return f"{subject} {predicate} {object_} .\n"


_IRI = r'<(?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>'
_BLANK = r"_:[0-9A-Za-z_\u00b7-\U000effff](?:[0-9A-Za-z_:.\u00b7-\U000effff-]*[0-9A-Za-z_:\u00b7-\U000effff-])?"
_STRING = r'"((?:[^"\\\n\r]|\\[tbnrf"\'\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+)"'
_LITERAL = rf"{_STRING}(?:\^\^({_IRI})|@([a-zA-Z]+(?:-[a-zA-Z0-9]+)*))?"
_STATEMENT = (
    rf"[ \t]*({_IRI}|{_BLANK})[ \t]*({_IRI})[ \t]*(?:({_IRI}|{_BLANK})|{_LITERAL})"
    rf"[ \t]*({_IRI}|{_BLANK})?[ \t]*\.[ \t]*(?:#.*)?"
)
_nothing = re.compile(r"[ \t]*(?:#.*)?").fullmatch
_numeric_escape = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_any_escape = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)")
_ECHAR = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_end_of_line = re.compile(r"[\n\r]+")


def parse(text: str) -> list[Quad]:
    """The quads of an N-Quads document, in its order, each term brought to its canonical spelling.

    Raises Refused ``input.malformed`` with the line it is about.
    """
    quads: list[Quad] = []
    statement = _statement().fullmatch
    for number, row in enumerate(_end_of_line.split(text), start=1):
        if _nothing(row):
            continue
        match = statement(row)
        if match is None:
            raise Refused("input.malformed", "This line is not an N-Quads statement.", f"line {number}")
        subject, predicate, resource, string, datatype, language, graph = match.groups(default="")
        object_ = _resource(resource) if resource else _literal(string, datatype, language)
        quads.append((_resource(subject), _resource(predicate), object_, _resource(graph)))
    return quads


@cache
def _statement() -> re.Pattern[str]:
    """Made when first needed: few are, and it takes longer than the rest of the module."""
    return re.compile(_STATEMENT)


def _resource(term: str) -> str:
    return _numeric_escape.sub(_unescaped, term) if "\\" in term else term


def _literal(string: str, datatype: str, language: str) -> str:
    return literal(_any_escape.sub(_unescaped, string), _resource(datatype)[1:-1], language)


def _unescaped(match: re.Match[str]) -> str:
    digits = match[1] or match[2]
    return chr(int(digits, 16)) if digits else _ECHAR.get(match[3], match[3])
