"""One document on its way from JSON to RDF: the walk behind `linked_data.Reader`."""

from __future__ import annotations

from typing import Any, Final

from issuer.errors import Invalid, IssuerError
from issuer.proofs import described_once, jcs
from issuer.proofs.contexts import IRI, JSON, KEYWORD, TYPED, VOCABULARY, ActiveContext, ContextBook, Term
from issuer.proofs.kept_nodes import REPEATED_MEMBERS, KeptNode, renumbered
from issuer.proofs.linked_data_names import (
    is_blank,
    is_iri,
    not_a_context,
    pointer,
    refuse_abbreviation,
    too_complex,
    type_term,
    undefined_member,
    vocabulary_term,
    wrong_shape,
)
from issuer.proofs.n_quads import RDF, Dataset, escape, literal
from issuer.proofs.rdf_numbers import number_literal
from issuer.proofs.reader_memory import Memory, ReaderLimits, Typing
from issuer.proofs.strict_json import JsonObject

BASE_CONTEXTS = ("https://www.w3.org/ns/credentials/v2", "https://www.w3.org/2018/credentials/v1")
"""The contexts of the Verifiable Credentials Data Model 2.0 and 1.1, one of which comes first."""

_MAY_NAME_CONTEXTS = ("VerifiableCredential", "DataIntegrityProof")
_RDF_FIRST = f"<{RDF}first>"
_RDF_REST = f"<{RDF}rest>"
_RDF_NIL = f"<{RDF}nil>"


class Walk:
    """Reads one document. Where an error is grows from the member outwards, as the error rises.

    `node` does without further calls what nearly all of the work consists of: strings, and nodes whose types
    were met before.
    """

    __slots__ = ("_blank_count", "_blank_names", "_book", "_limits", "_max_depth", "_memory", "_places", "dataset")

    def __init__(self, book: ContextBook, limits: ReaderLimits, memory: Memory, document: JsonObject) -> None:
        self.dataset = Dataset()
        self._book: Final = book
        self._limits: Final = limits
        self._memory: Final = memory
        self._max_depth: Final = limits.max_depth
        self._blank_count = 0
        self._blank_names: Final[dict[str, str]] = {}
        self._places: Final = described_once.places(document)

    def document(self, document: JsonObject) -> None:
        """Write what the whole document says."""
        self.node(document, self._opened(document.get("@context"), self._book.nothing_defined), "", 1)

    def node(self, node: JsonObject, context: ActiveContext, graph: str, depth: int) -> str:
        """Write what `node` says in `graph`; returns the N-Quads term that stands for it."""
        if depth > self._max_depth:
            raise too_complex(f"nodes nested more than {self._max_depth} deep")
        if depth > 1 and "@context" in node:
            context = self._reopened(node, context)
        dataset = self.dataset
        identifier, types = node.get("id"), node.get("type")
        if identifier is None:
            self._blank_count += 1
            subject = f"_:b{self._blank_count}"
        elif type(identifier) is str and is_iri(identifier) and not context.prefixes:
            subject = f"<{identifier}>"
        else:
            subject = self._identified(identifier, context)
        if identifier in self._places:
            self._check_place(identifier, node)
        out = [] if graph else dataset.tails.setdefault(subject, [])
        inside = context
        if types is not None:
            try:
                typing = self._memory.typings[context, tuple(types) if type(types) is list else types]
            except (KeyError, TypeError):  # new, or not hashable: an object or array among the types
                typing = self._new_typing([types] if type(types) is str else types, context)
            inside = typing.inside
            out += typing.tails
        terms, below, key = inside.terms, inside.below, ""
        try:
            for key, value in node.items():
                term = terms.get(key)
                if term is None:
                    if key == "@context":
                        continue
                    term = undefined_member(key, inside)
                type_ = type(value)
                if type_ is str and term.is_text:
                    if not value.isprintable() or '"' in value or "\\" in value:
                        value = escape(value)
                    out.append(f"{term.tail_start}{value}{term.tail_end}")
                elif type_ is str and term.is_resource and is_iri(value) and not inside.prefixes:
                    out.append(f"{term.object_start}<{value}> .\n")
                elif term.kind == KEYWORD:
                    if value is None:
                        raise wrong_shape("null says nothing")
                elif type_ is list or term.is_special:
                    self._values(subject, term, value, inside, graph, depth)
                else:
                    if type_ is dict:
                        read = self._repeated if key in REPEATED_MEMBERS and not graph else self.node
                        object_ = read(value, below, graph, depth + 1)
                    else:
                        object_ = self._object(term, value, inside)
                    if object_[0] == "_":
                        dataset.quads.append((subject, term.predicate, object_, graph))
                    else:
                        out.append(f"{term.object_start}{object_} .\n")
        except IssuerError as error:
            error.where = pointer(key, error.where)
            raise
        if graph:
            self._move_into_graph(subject, out, graph)
        return subject

    def _repeated(self, node: JsonObject, context: ActiveContext, graph: str, depth: int) -> str:
        """`node`, in the default graph, from the store if it came before."""
        nodes = self._memory.nodes
        kept = nodes.find(node, context)
        if kept is not None and kept.depth >= depth and self._places.keys().isdisjoint(kept.described):
            subject = kept.say_again(self.dataset, self._blank_count)
            self._blank_count += kept.blank_count
            return subject
        copy = nodes.copy_to_keep(node, context)
        if copy is None:
            return self.node(node, context, graph, depth)
        return self._read_and_keep(copy, context, depth)

    def _read_and_keep(self, node: JsonObject, context: ActiveContext, depth: int) -> str:
        blanks_before, names_before = self._blank_count, len(self._blank_names)
        said, self.dataset = self.dataset, Dataset()
        subject = self.node(node, context, "", depth)
        own, self.dataset = self.dataset, said
        said.add_all(own)
        if len(self._blank_names) == names_before and subject[0] != "_":
            blank_count = self._blank_count - blanks_before
            own = renumbered(own, blanks_before, 0, blank_count)
            self._memory.nodes.keep(KeptNode(node, subject, own, blank_count, depth), context)
        return subject

    # -- contexts, types and ids

    def _opened(self, urls: Any, outer: ActiveContext) -> ActiveContext:
        try:
            return self._book.opened(self._pinned([urls] if isinstance(urls, str) else urls), outer)
        except IssuerError as error:
            error.where = pointer("@context", error.where)
            raise

    def _pinned(self, urls: Any) -> tuple[str, ...]:
        if not isinstance(urls, list) or not urls:
            raise not_a_context(urls)
        if len(urls) > self._limits.max_contexts:
            raise too_complex(f"more than {self._limits.max_contexts} contexts")
        for index, url in enumerate(urls):
            if not isinstance(url, str) or url not in self._book.urls:
                error = not_a_context(url)
                error.where = f"/{index}"
                raise error
        if urls[0] not in BASE_CONTEXTS:
            raise Invalid("ld.context_order", "The first context is that of the credentials data model.", "/0")
        return tuple(urls)

    def _reopened(self, node: JsonObject, context: ActiveContext) -> ActiveContext:
        """The context of a credential inside a credential, or of its proof, which name theirs again."""
        types = node.get("type")
        if not any(type_ in _MAY_NAME_CONTEXTS for type_ in (types if isinstance(types, list) else [types])):
            raise Invalid("ld.context_inline", "Only a credential may name contexts of its own.", "/@context")
        return self._opened(node["@context"], context)

    def _new_typing(self, names: Any, context: ActiveContext) -> Typing:
        try:
            if type(names) is not list or not names:
                raise wrong_shape("a type is a name or a list of names")
            if len(names) > self._limits.max_types_per_node:
                raise too_complex(f"more than {self._limits.max_types_per_node} types on one node")
            terms = tuple([type_term(name, context) for name in names])
            typing = Typing(self._book.typed(context, tuple(names)), terms)
        except IssuerError as error:
            error.where = pointer("type", error.where)
            raise
        if all(name in context.terms for name in names):
            self._memory.keep_typing(context, names, typing)
        return typing

    def _identified(self, identifier: Any, context: ActiveContext) -> str:
        try:
            return self._resource(identifier, context)
        except IssuerError as error:
            error.where = pointer("id", error.where)
            raise

    def _check_place(self, identifier: str, node: JsonObject) -> None:
        try:
            described_once.check(node, self._places[identifier])
        except IssuerError as error:
            error.where = pointer("id", error.where)
            raise

    # -- values

    def _object(self, term: Term, value: Any, inside: ActiveContext) -> str:
        """The N-Quads term for a value that is no node."""
        type_ = type(value)
        if type_ is str:
            if term.kind == IRI:
                return self._resource(value, inside)
            if term.kind == VOCABULARY:
                return vocabulary_term(value, inside)
            return f'"{escape(value)}{term.close}'
        if type_ is bool or type_ is int or type_ is float:
            if term.kind > TYPED:
                raise wrong_shape("an IRI is due here")
            return number_literal(value, term.datatype)
        if type_ is list:
            raise wrong_shape("an array within an array has no meaning here")
        raise wrong_shape("null says nothing" if value is None else f"a {type_.__name__} is no JSON value")

    def _values(self, subject: str, term: Term, value: Any, inside: ActiveContext, graph: str, depth: int) -> None:
        """Write a list of values, or any value of a term with a scope, a container or the type ``@json``."""
        if term.kind == JSON:
            self.dataset.add(subject, term.predicate, literal(jcs.canonicalise(value), f"{RDF}JSON"), graph)
            return
        values = value if type(value) is list else [value]
        if len(values) > self._limits.max_values_per_property:
            raise too_complex(f"more than {self._limits.max_values_per_property} values of one member")
        below, predicate, is_list, is_graph = inside.below, term.predicate, False, False
        if term.is_special:
            is_list, is_graph = term.container == "@list", term.container == "@graph"
            if term.scope is not None:
                below = self._book.within(below, term, term.scope)
                inside = self._book.within(inside, term, term.scope)
        objects: list[str] = []
        try:
            for item in values:
                if is_graph:
                    objects.append(self._graph(item, below, depth))
                elif type(item) is dict:
                    objects.append(self.node(item, below, graph, depth + 1))
                else:
                    objects.append(self._object(term, item, inside))
        except IssuerError as error:
            if values is value:
                error.where = pointer(str(len(objects)), error.where)
            raise
        if is_list:
            objects = [self._list(objects, graph)]
        for object_ in objects:
            self.dataset.add(subject, predicate, object_, graph)

    def _graph(self, node: Any, below: ActiveContext, depth: int) -> str:
        """A node in a graph of its own, as ``proof`` has it; returns the name of the graph."""
        if type(node) is not dict:
            raise wrong_shape("an object is due here")
        name, before = self._new_blank(), len(self.dataset.quads)
        self.node(node, below, name, depth + 1)
        if len(self.dataset.quads) == before:
            raise wrong_shape("an object that says nothing would be lost")
        return name

    def _move_into_graph(self, subject: str, tails: list[str], graph: str) -> None:
        for tail in tails:
            _, predicate, rest = tail.split(" ", 2)
            self.dataset.quads.append((subject, predicate, rest.removesuffix(" .\n"), graph))

    def _list(self, objects: list[str], graph: str) -> str:
        rest = _RDF_NIL
        for object_ in reversed(objects):
            cell = self._new_blank()
            self.dataset.add(cell, _RDF_FIRST, object_, graph)
            self.dataset.add(cell, _RDF_REST, rest, graph)
            rest = cell
        return rest

    def _resource(self, value: Any, context: ActiveContext) -> str:
        if type(value) is not str:
            raise wrong_shape("an IRI is a string")
        if is_iri(value):
            if context.prefixes:
                refuse_abbreviation(value, context)
            return f"<{value}>"
        if is_blank(value):
            return self._blank_names.get(value) or self._blank_names.setdefault(value, self._new_blank())
        raise Invalid("ld.data_loss", "An absolute IRI is due here.")

    def _new_blank(self) -> str:
        self._blank_count += 1
        return f"_:b{self._blank_count}"
