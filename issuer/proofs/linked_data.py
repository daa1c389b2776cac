"""From a JSON document to the RDF statements it makes, losing nothing on the way.

This is a strict reader for documents over pinned contexts, not a general JSON-LD processor. One walk writes
the quads. Whatever a general processor would drop or bend (a member no context defines, a relative IRI, a
keyword spelled out, an unknown or inline context, a null, a nested array) is an error that names the member.
So nothing in a document that passes escapes the signature, and the document is its own compact form: the
names in it mean what policy code that reads the JSON takes them to mean.

Two rules go beyond JSON-LD. The credential itself and its status entries are described in one place only:
statements about one ``id`` merge in RDF, so a member could be moved to the other place under a valid
signature, out of sight of the checks. And a string that a prefix of the context abbreviates is refused where
an IRI is due, because it would not be the IRI it looks like.

Source: JSON-LD 1.1 API (expansion, section 5.1; object to RDF conversion, 8.2) in its safe mode; VC Data
Integrity 1.0, section 4.6 "Securing Data Losslessly". Language maps, value objects and inline contexts belong
to a general reader, which would be another class beside `Reader` with the same method.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from issuer.errors import Invalid, IssuerError, Refused
from issuer.proofs import jcs
from issuer.proofs.contexts import IRI, JSON, KEYWORD, TYPED, ActiveContext, ContextBook, Term
from issuer.proofs.n_quads import RDF, Quad, escape, literal
from issuer.proofs.rdf_numbers import number_literal
from issuer.proofs.strict_json import JsonObject

BASE_CONTEXTS = ("https://www.w3.org/ns/credentials/v2", "https://www.w3.org/2018/credentials/v1")
"""The contexts of the Verifiable Credentials Data Model 2.0 and 1.1, one of which comes first."""

_MAY_NAME_CONTEXTS = ("VerifiableCredential", "DataIntegrityProof")
_STATUS_MEMBER = "credentialStatus"
_NAMING_MEMBERS = frozenset({"id", "type"})
_RDF_TYPE = f"<{RDF}type>"
_RDF_FIRST = f"<{RDF}first>"
_RDF_REST = f"<{RDF}rest>"
_RDF_NIL = f"<{RDF}nil>"

_is_iri = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\ud800-\udfff]*").fullmatch
_is_blank = re.compile(r"_:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?").fullmatch


@dataclass(frozen=True)
class ReaderLimits:
    """What one document may ask for at most; depth counts nodes within nodes, the document being 1."""

    max_contexts: int = 16
    max_types_per_node: int = 16
    max_values_per_property: int = 1_000
    max_quads: int = 10_000
    max_depth: int = 64


class Reader:
    """Reads documents over the contexts of one book. Safe to share between threads."""

    def __init__(self, book: ContextBook, limits: ReaderLimits | None = None) -> None:
        self._book: Final = book
        self._limits: Final = limits or ReaderLimits()

    def read(self, document: JsonObject) -> list[Quad]:
        """The statements of `document`, in canonical spelling, with blank nodes named as they come.

        Raises Invalid ``ld.data_loss``, ``ld.not_compact``, ``ld.context_order``, ``ld.context_unknown``,
        ``ld.context_inline``, ``ld.empty_dataset`` or ``json.number_out_of_range``, Refused ``ld.too_complex``
        or ``json.lone_surrogate``; `where` is the JSON pointer of the member.
        """
        walk = _Walk(self._book, self._limits, document)
        try:
            walk.node(document, walk.opened(document.get("@context"), None), "", 1)
        except IssuerError as error:
            raise type(error)(error.code, error.message, error.where) from None
        if not walk.quads:
            raise Invalid("ld.empty_dataset", "The document says nothing that could be signed.")
        return walk.quads


class _Walk:
    """One document on its way to quads. `where` of an error grows from the member outwards as it rises."""

    __slots__ = ("_blank_count", "_blank_names", "_book", "_described_once", "_limits", "quads")

    def __init__(self, book: ContextBook, limits: ReaderLimits, document: JsonObject) -> None:
        self.quads: Final[list[Quad]] = []
        self._book: Final = book
        self._limits: Final = limits
        self._blank_count = 0
        self._blank_names: Final[dict[str, str]] = {}
        self._described_once: Final = _nodes_of_one_place(document)

    # -- contexts

    def opened(self, urls: Any, outer: ActiveContext | None) -> ActiveContext:
        """The active context after a node's ``@context`` member."""
        try:
            listed = self._pinned([urls] if isinstance(urls, str) else urls)
            return self._book.opened(listed, outer) if outer else self._book.opened(listed)
        except IssuerError as error:
            error.where = f"/@context{error.where or ''}"
            raise

    def _pinned(self, urls: Any) -> tuple[str, ...]:
        if not isinstance(urls, list) or not urls:
            raise _context_error(urls)
        if len(urls) > self._limits.max_contexts:
            raise _too_complex(f"more than {self._limits.max_contexts} contexts")
        for index, url in enumerate(urls):
            if not isinstance(url, str) or url not in self._book:
                error = _context_error(url)
                error.where = f"/{index}"
                raise error
        if urls[0] not in BASE_CONTEXTS:
            raise Invalid("ld.context_order", "The first context is that of the credentials data model.", "/0")
        return tuple(urls)

    # -- nodes

    def node(self, node: JsonObject, context: ActiveContext, graph: str, depth: int) -> str:
        """Write what `node` says; returns the term that stands for it."""
        if depth > self._limits.max_depth or len(self.quads) > self._limits.max_quads:
            raise _too_complex("more statements or a deeper nesting than a credential needs")
        if depth > 1 and "@context" in node:
            context = self._reopened(node, context)
        identifier = node.get("id")
        subject = self._new_blank() if identifier is None else self._identified(identifier, node, context)
        types = node.get("type")
        inside = context if types is None else self._typed(subject, types, context, graph)
        terms, quads = inside.terms, self.quads
        key = ""
        try:
            for key, value in node.items():
                term = terms.get(key)
                if term is None:
                    if key == "@context":
                        continue
                    term = _undefined(key, inside)
                if term.kind == KEYWORD:
                    if value is None:
                        raise _wrong_shape("null says nothing")
                elif term.is_special:
                    self._special(subject, term, value, inside, graph, depth)
                elif value.__class__ is list:
                    self._values(subject, term, value, inside, graph, depth)
                else:
                    object_ = self._object(term, value, inside, inside.below, graph, depth)
                    quads.append((subject, term.predicate, object_, graph))
        except IssuerError as error:
            error.where = _pointer(key, error.where)
            raise
        return subject

    def _reopened(self, node: JsonObject, context: ActiveContext) -> ActiveContext:
        """The context of a credential inside a credential, or of its proof, which name theirs again."""
        types = node.get("type")
        if not any(type_ in _MAY_NAME_CONTEXTS for type_ in (types if isinstance(types, list) else [types])):
            raise Invalid("ld.context_inline", "Only a credential may name contexts of its own.", "/@context")
        return self.opened(node["@context"], context)

    def _identified(self, identifier: Any, node: JsonObject, context: ActiveContext) -> str:
        try:
            subject = self._resource(identifier, context)
            only = self._described_once.get(identifier)
            if only is not None and only.node is not node and not only.allows(node):
                raise Invalid(
                    "ld.data_loss",
                    "The credential or its status entry is described here a second time: the two would merge.",
                )
        except IssuerError as error:
            error.where = _pointer("id", error.where)
            raise
        return subject

    def _typed(self, subject: str, types: Any, context: ActiveContext, graph: str) -> ActiveContext:
        names = [types] if types.__class__ is str else types
        try:
            if names.__class__ is not list or not names:
                raise _wrong_shape("a type is a name or a list of names")
            if len(names) > self._limits.max_types_per_node:
                raise _too_complex(f"more than {self._limits.max_types_per_node} types on one node")
            terms, quads, scoped = context.terms, self.quads, []
            for name in names:
                term = terms.get(name) if name.__class__ is str else None
                if term is None or term.kind == KEYWORD:
                    quads.append((subject, _RDF_TYPE, _undefined_type(name, context), graph))
                    continue
                quads.append((subject, _RDF_TYPE, term.predicate, graph))
                if term.scope is not None:
                    scoped.append(name)
            return self._book.typed(context, tuple(scoped)) if scoped else context
        except IssuerError as error:
            error.where = _pointer("type", error.where)
            raise

    # -- values

    def _values(
        self, subject: str, term: Term, values: list[Any], inside: ActiveContext, graph: str, depth: int
    ) -> None:
        if len(values) > self._limits.max_values_per_property:
            raise _too_complex(f"more than {self._limits.max_values_per_property} values of one member")
        item: Any = None
        try:
            for item in values:
                object_ = self._object(term, item, inside, inside.below, graph, depth)
                self.quads.append((subject, term.predicate, object_, graph))
        except IssuerError as error:
            error.where = _pointer(_index_of(item, values), error.where)
            raise

    def _object(
        self, term: Term, value: Any, inside: ActiveContext, below: ActiveContext, graph: str, depth: int
    ) -> str:
        """The term that `value` stands for; what a nested node says is written on the way."""
        type_ = value.__class__
        if type_ is str:
            if term.kind <= TYPED:
                if value.isprintable() and '"' not in value and "\\" not in value:
                    return f'"{value}{term.close}'
                return f'"{escape(value)}{term.close}'
            if term.kind == IRI:
                return self._resource(value, inside)
            return _vocabulary_resource(value, inside)
        if type_ is dict:
            return self.node(value, below, graph, depth + 1)
        if type_ is bool or type_ is int or type_ is float:
            if term.kind <= TYPED:
                return number_literal(value, term.datatype)
            raise _wrong_shape("an IRI is due here")
        if type_ is list:
            raise _wrong_shape("an array within an array has no meaning here")
        raise _wrong_shape("null says nothing" if value is None else f"a {type_.__name__} is no JSON value")

    def _special(self, subject: str, term: Term, value: Any, inside: ActiveContext, graph: str, depth: int) -> None:
        """Values of a term with a scoped context, a list or graph container, or the type ``@json``."""
        if term.kind == JSON:
            object_ = literal(jcs.canonicalise(value), f"{RDF}JSON")
            self.quads.append((subject, term.predicate, object_, graph))
            return
        below = inside.below
        if term.scope is not None:
            below = self._book.within(below, term, term.scope)
            inside = self._book.within(inside, term, term.scope)
        values = value if value.__class__ is list else [value]
        if len(values) > self._limits.max_values_per_property:
            raise _too_complex(f"more than {self._limits.max_values_per_property} values of one member")
        item: Any = None
        objects: list[str] = []
        try:
            for item in values:
                if term.container == "@graph":
                    objects.append(self._graph(item, below, depth))
                else:
                    objects.append(self._object(term, item, inside, below, graph, depth))
        except IssuerError as error:
            if values is value:
                error.where = _pointer(_index_of(item, values), error.where)
            raise
        if term.container == "@list":
            objects = [self._list(objects, graph)]
        self.quads.extend([(subject, term.predicate, object_, graph) for object_ in objects])

    def _graph(self, node: Any, below: ActiveContext, depth: int) -> str:
        """A node in a graph of its own, as ``proof`` has it; returns the name of the graph."""
        name, before = self._new_blank(), len(self.quads)
        if node.__class__ is not dict:
            raise _wrong_shape("an object is due here")
        self.node(node, below, name, depth + 1)
        if len(self.quads) == before:
            raise _wrong_shape("an object that says nothing would be lost")
        return name

    def _list(self, objects: list[str], graph: str) -> str:
        rest = _RDF_NIL
        for object_ in reversed(objects):
            cell = self._new_blank()
            self.quads.append((cell, _RDF_FIRST, object_, graph))
            self.quads.append((cell, _RDF_REST, rest, graph))
            rest = cell
        return rest

    # -- resources

    def _resource(self, value: Any, context: ActiveContext) -> str:
        if value.__class__ is not str:
            raise _wrong_shape("an IRI is a string")
        if _is_iri(value):
            if context.prefixes:
                _refuse_abbreviation(value, context)
            return f"<{value}>"
        if _is_blank(value):
            name = self._blank_names.get(value)
            if name is None:
                name = self._blank_names[value] = self._new_blank()
            return name
        raise Invalid("ld.data_loss", "An absolute IRI is due here.")

    def _new_blank(self) -> str:
        name = f"_:b{self._blank_count}"
        self._blank_count += 1
        return name


@dataclass(frozen=True)
class _OnePlace:
    """A node that must not be described again, and which members another mention of it may have."""

    node: JsonObject
    may_mention: frozenset[str]

    def allows(self, other: JsonObject) -> bool:
        return other.keys() <= self.may_mention or other == self.node


def _nodes_of_one_place(document: JsonObject) -> dict[str, _OnePlace]:
    """The credential and its status entries by ``id``.

    The credential may be mentioned again with types (1EdTech's refresh service has the credential's own URL);
    a status entry may be repeated as it is (endorsements of one issuer share theirs).
    """
    places: dict[str, _OnePlace] = {}
    status = document.get(_STATUS_MEMBER)
    for entry in status if isinstance(status, list) else [status]:
        described = {"id": entry} if isinstance(entry, str) else entry
        if isinstance(described, dict) and isinstance(described.get("id"), str):
            places[described["id"]] = _OnePlace(described, frozenset({"id"}))
    if isinstance(document.get("id"), str):
        places[document["id"]] = _OnePlace(document, _NAMING_MEMBERS)
    return places


def _undefined(key: str, context: ActiveContext) -> Term:
    if key.startswith("@") or ":" in key:
        raise Invalid("ld.not_compact", "This member is a keyword or an IRI; its term in the context is due here.")
    if context.vocabulary and _is_iri(context.vocabulary + key):
        return Term.in_vocabulary(context.vocabulary, key)
    raise Invalid("ld.data_loss", "No context of this document defines this member, so no signature covers it.")


def _undefined_type(name: Any, context: ActiveContext) -> str:
    if not isinstance(name, str):
        raise _wrong_shape("a type is a string")
    if name in context.terms:
        raise Invalid("ld.not_compact", f"{name!r} is a keyword, not a type.")
    return _vocabulary_resource(name, context)


def _vocabulary_resource(name: str, context: ActiveContext) -> str:
    """The resource behind a name that is a term here, or an IRI that no term stands for."""
    term = context.terms.get(name)
    if term is not None and term.kind != KEYWORD:
        return term.predicate
    if _is_iri(name):
        _refuse_abbreviation(name, context)
        if any(term.iri == name for term in context.terms.values()):
            raise Invalid("ld.not_compact", "This IRI has a term in the context, which is due here.")
        return f"<{name}>"
    if context.vocabulary and ":" not in name and term is None and _is_iri(context.vocabulary + name):
        return f"<{context.vocabulary}{name}>"
    raise Invalid("ld.data_loss", f"No context of this document defines {ascii(name)[:80]}.")


def _refuse_abbreviation(value: str, context: ActiveContext) -> None:
    prefix, _, rest = value.partition(":")
    if prefix in context.prefixes and not rest.startswith("//"):
        raise Invalid("ld.not_compact", f"{prefix!r} abbreviates an IRI in this context; the full IRI is due here.")


def _context_error(entry: Any) -> Invalid:
    if isinstance(entry, str):
        return Invalid("ld.context_unknown", f"The context {ascii(entry)[:120]} is not one of those known here.")
    if isinstance(entry, dict) or entry is None:
        return Invalid("ld.context_inline", "Contexts are named by their URL, not written into the document.")
    return Invalid("ld.context_order", "The contexts are a list of URLs.")


def _wrong_shape(what: str) -> Invalid:
    return Invalid("ld.data_loss", f"This value has the wrong shape: {what}.")


def _too_complex(what: str) -> Refused:
    return Refused("ld.too_complex", f"The document has {what}.")


def _index_of(item: Any, values: list[Any]) -> str:
    return str(next((index for index, value in enumerate(values) if value is item), 0))


def _pointer(step: str, rest: str | None) -> str:
    return "/" + step.replace("~", "~0").replace("/", "~1") + (rest or "")
