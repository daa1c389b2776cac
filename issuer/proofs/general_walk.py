"""One document on its way from JSON-LD to RDF, contexts of its own included: the walk of the general profile.

Expansion and conversion in one: what a value becomes is written as soon as its context is known. What a general
processor would drop (undefined members, relative IRIs, nulls) is an error that names the member.

Source: JSON-LD 1.1 API, sections 5.1 "Expansion Algorithm", 5.3 "Value Expansion" and 8 "RDF Serialization".
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from issuer.errors import Invalid, IssuerError
from issuer.proofs.general_contexts import NOTHING, DocumentContexts
from issuer.proofs.general_terms import KEYWORDS, UNSET, GeneralTerm, Meanings
from issuer.proofs.general_values import json_literal, language_map, refuse_deep_lists, scalar_literal, value_object
from issuer.proofs.linked_data_names import is_blank, is_iri, pointer, too_complex, wrong_shape
from issuer.proofs.n_quads import RDF, Dataset
from issuer.proofs.reader_memory import RDF_TYPE, ReaderLimits
from issuer.proofs.strict_json import JsonObject
from issuer.proofs.traced_walk import GRAPH, Place

_RDF_FIRST, _RDF_REST, _RDF_NIL = f"<{RDF}first>", f"<{RDF}rest>", f"<{RDF}nil>"
_NODE_KEYWORDS = frozenset({"@id", "@type", "@graph", "@context"})
_UNDEFINED = GeneralTerm(None)


class GeneralWalk:
    """Reads one document. places: the blank node of every place that has one, as `traced_walk` numbers them."""

    def __init__(self, contexts: DocumentContexts, limits: ReaderLimits) -> None:
        self.dataset: Final = Dataset()
        self.places: Final[dict[Place, str]] = {}
        self.blank_names: Final[dict[str, str]] = {}
        self._contexts = contexts
        self._limits = limits
        self._blank_count = 0

    def document(self, document: JsonObject) -> None:
        """Write what the whole document says."""
        active = self._inside(document, NOTHING)
        if {active.keyword(name) for name in document} <= {"@graph", "@context"}:
            for name, value in document.items():
                if active.keyword(name) == "@graph":
                    self._nodes(name, value, active, "", 1)
            return
        self._node(document, active, "", 1)

    # -- objects

    def _values(self, value: Any, term: GeneralTerm, active: Meanings, graph: str, depth: int) -> list[str]:
        """What `value` of a member stands for, as N-Quads terms."""
        if isinstance(value, list):
            if len(value) > self._limits.max_values_per_property:
                raise too_complex(f"more than {self._limits.max_values_per_property} values of one member")
            numbers = range(len(value))
            return [one for number in numbers for one in self._item(number, value, term, active, graph, depth)]
        if isinstance(value, dict):
            return self._object(value, term, active, graph, depth)
        return [self._scalar(value, term, self._contexts.scoped(active, term, True, may_redefine=True))]

    def _item(
        self, index: int, items: list[Any], term: GeneralTerm, active: Meanings, graph: str, depth: int
    ) -> list[str]:
        item = items[index]
        try:
            if depth >= self._limits.max_depth:
                raise too_complex(f"values nested more than {self._limits.max_depth} deep")
            if isinstance(item, list) and "@list" in term.container:
                return [self._list(self._values(item, term, active, graph, depth + 1), graph)]
            return self._values(item, term, active, graph, depth + 1)
        except IssuerError as error:
            error.where = pointer(str(index), error.where)
            raise

    def _object(self, source: JsonObject, term: GeneralTerm, active: Meanings, graph: str, depth: int) -> list[str]:
        active = self._reverted(source, active)
        active = self._contexts.scoped(active, term, True, may_redefine=True)
        active = self._inside(source, active)
        keywords = {active.keyword(name): name for name in source}
        if "@value" in keywords:
            return [value_object(source, active)]
        if "@list" in keywords or "@set" in keywords:
            return self._collection(source, keywords, term, active, graph, depth)
        if set(keywords) - {"@context", "@id"} == {"@graph"}:
            return [self._named_graph(source, keywords, active, depth)]
        return [self._node(source, active, graph, depth + 1)]

    def _collection(
        self, source: JsonObject, keywords: dict[str, str], term: GeneralTerm, active: Meanings, graph: str, depth: int
    ) -> list[str]:
        if set(keywords) - {"@context"} not in ({"@list"}, {"@set"}):
            raise wrong_shape("a list or set holds nothing beside")
        keyword = "@list" if "@list" in keywords else "@set"
        name = keywords[keyword]
        if keyword == "@set" and "@list" in term.container:
            raise wrong_shape("processors differ on a set within a list")
        plain = replace(term, container=frozenset({"@list"} if keyword == "@list" else ()), context=UNSET)
        try:
            value = source[name]
            if keyword == "@list" and "@list" not in term.container:
                refuse_deep_lists(value)
            found = self._values(value if isinstance(value, list) else [value], plain, active, graph, depth)
        except IssuerError as error:
            error.where = pointer(name, error.where)
            raise
        return [self._list(found, graph)] if keyword == "@list" else found

    def _named_graph(self, source: JsonObject, keywords: dict[str, str], active: Meanings, depth: int) -> str:
        """A graph written out as a value."""
        name = self._resource(source[keywords["@id"]], active) if "@id" in keywords else self._new_blank()
        self._nodes(keywords["@graph"], source[keywords["@graph"]], active, name, depth)
        return name

    def _nodes(self, name: str, value: Any, active: Meanings, graph: str, depth: int) -> None:
        for item in value if isinstance(value, list) else [value]:
            if not isinstance(item, dict):
                raise Invalid("ld.data_loss", "A graph holds objects only.", pointer(name, None))
            try:
                self._said_in_graph(item, _UNDEFINED, active, graph, depth)
            except IssuerError as error:
                error.where = pointer(name, error.where)
                raise

    def _said_in_graph(self, item: Any, term: GeneralTerm, active: Meanings, graph: str, depth: int) -> None:
        """A node in `graph`, in which it has to say something."""
        before = len(self.dataset)
        if not isinstance(item, dict):
            raise wrong_shape("an object is due here")
        if len(self._object(item, term, active, graph, depth)) != 1:
            raise wrong_shape("one object is due here; of several, those that say nothing would be lost")
        if len(self.dataset) == before:
            raise wrong_shape("an object that says nothing would be lost")

    # -- nodes

    def _node(self, source: JsonObject, active: Meanings, graph: str, depth: int) -> str:
        """Write what a node says; returns its term. `active`: its own context, without those of its types."""
        if depth > self._limits.max_depth:
            raise too_complex(f"nodes nested more than {self._limits.max_depth} deep")
        inside = self._typed(source, active)
        subject = self._subject(source, inside)
        if subject[0] == "_":
            self.places[id(source), "", 0] = subject
        for name, value in source.items():
            try:
                self._member(source, name, value, subject, active, inside, graph, depth)
            except IssuerError as error:
                error.where = pointer(name, error.where)
                raise
        return subject

    def _member(
        self, source: JsonObject, name: str, value: Any, subject: str, active: Meanings, inside: Meanings,
        graph: str, depth: int,
    ) -> None:  # fmt: skip
        expanded = inside.expanded(name, in_vocabulary=True)
        if expanded in ("@context", "@id"):
            return
        if expanded == "@type":
            self._types(value, subject, active, graph)
        elif expanded == "@graph":
            self._nodes(name, value, inside, subject, depth)
        elif expanded is None or not (is_iri(expanded) or expanded in KEYWORDS):
            raise Invalid("ld.data_loss", "No context of this document defines this member, so no signature covers it.")
        elif expanded in KEYWORDS:
            raise Invalid("ld.not_compact", f"{expanded} has no meaning here.")
        else:
            term = inside.terms.get(name, _UNDEFINED)
            self._contexts.check_scope(inside, name, term)
            for object_ in self._property(source, expanded, value, term, inside, graph, depth):
                self.dataset.add(subject, f"<{expanded}>", object_, graph)

    def _property(
        self, source: JsonObject, iri: str, value: Any, term: GeneralTerm, inside: Meanings, graph: str, depth: int
    ) -> list[str]:
        if term.coercion == "@json":
            return [json_literal(value)]
        if "@language" in term.container and isinstance(value, dict):
            return language_map(value, term, self._contexts.scoped(inside, term, True, may_redefine=True))
        if "@graph" in term.container:
            return [self._graph(item, term, inside, depth) for item in (value if isinstance(value, list) else [value])]
        if "@list" in term.container and not self._is_list_object(value, inside):
            listed = value if isinstance(value, list) else [value]
            return [self._coerced_list(source, iri, listed, term, inside, graph, depth)]
        return self._values(value, term, inside, graph, depth)

    def _graph(self, item: Any, term: GeneralTerm, inside: Meanings, depth: int) -> str:
        """A node in a graph of its own, as ``proof`` has it; returns the name of the graph."""
        name = self._new_blank()
        self._said_in_graph(item, term, inside, name, depth)
        self.places[id(item), GRAPH, 0] = name
        return name

    def _coerced_list(
        self, source: JsonObject, iri: str, value: list[Any], term: GeneralTerm, inside: Meanings, graph: str,
        depth: int,
    ) -> str:  # fmt: skip
        head = self._list(self._values(value, term, inside, graph, depth), graph)
        for number in range(len(value)):
            self.places[id(source), iri, number] = f"_:b{self._blank_count - number}"
        return head

    def _list(self, objects: list[str], graph: str) -> str:
        rest = _RDF_NIL
        for object_ in reversed(objects):
            cell = self._new_blank()
            self.dataset.add(cell, _RDF_FIRST, object_, graph)
            self.dataset.add(cell, _RDF_REST, rest, graph)
            rest = cell
        return rest

    def _types(self, value: Any, subject: str, active: Meanings, graph: str) -> None:
        names = value if isinstance(value, list) else [value]
        if not names or not all(isinstance(name, str) for name in names):
            raise wrong_shape("a type is a name or a list of names")
        if len(names) > self._limits.max_types_per_node:
            raise too_complex(f"more than {self._limits.max_types_per_node} types on one node")
        for name in names:
            self.dataset.add(subject, RDF_TYPE, self._vocabulary_term(name, active), graph)

    # -- contexts

    def _inside(self, source: JsonObject, active: Meanings) -> Meanings:
        if "@context" not in source:
            return active
        try:
            return self._contexts.opened(active, source["@context"])
        except IssuerError as error:
            error.where = pointer("@context", error.where)
            raise

    def _typed(self, source: JsonObject, active: Meanings) -> Meanings:
        """The context inside a node: those of its types, in their order, on top of its own."""
        names = [
            name
            for key in sorted(source)
            if active.expanded(key, in_vocabulary=True) == "@type"
            for name in (source[key] if isinstance(source[key], list) else [source[key]])
            if isinstance(name, str)
        ]
        inside = active
        for name in sorted(set(names)):
            term = active.terms.get(name)
            if term is not None:
                inside = self._contexts.scoped(inside, term, False, may_redefine=False)
        return inside

    def _reverted(self, source: JsonObject, active: Meanings) -> Meanings:
        """The context before a type-scoped one, unless this is a value or a mere reference."""
        if active.previous is None:
            return active
        expanded = [active.expanded(name, in_vocabulary=True) for name in source]
        return active if "@value" in expanded or expanded == ["@id"] else active.previous

    def _is_list_object(self, value: Any, active: Meanings) -> bool:
        return isinstance(value, dict) and any(active.keyword(name) == "@list" for name in value)

    # -- terms

    def _subject(self, source: JsonObject, inside: Meanings) -> str:
        names = [name for name in source if inside.expanded(name, in_vocabulary=True) == "@id"]
        if not names:
            return self._new_blank()
        if len(names) > 1:
            raise wrong_shape("an object has one id")
        try:
            return self._resource(source[names[0]], inside)
        except IssuerError as error:
            error.where = pointer(names[0], error.where)
            raise

    def _scalar(self, value: Any, term: GeneralTerm, active: Meanings) -> str:
        if value is None:
            raise wrong_shape("null says nothing")
        if term.coercion in ("@id", "@vocab"):
            if not isinstance(value, str):
                raise wrong_shape("an IRI is due here")
            return self._resource(value, active) if term.coercion == "@id" else self._vocabulary_term(value, active)
        return scalar_literal(value, term, active)

    def _resource(self, value: Any, active: Meanings) -> str:
        if not isinstance(value, str):
            raise wrong_shape("an IRI is a string")
        return self._as_term(active.expanded(value, in_vocabulary=False))

    def _vocabulary_term(self, value: str, active: Meanings) -> str:
        return self._as_term(active.expanded(value, in_vocabulary=True))

    def _as_term(self, iri: str | None) -> str:
        if iri is not None and is_blank(iri):
            return self.blank_names.get(iri) or self.blank_names.setdefault(iri, self._new_blank())
        if iri is None or not is_iri(iri):
            raise Invalid("ld.data_loss", "An absolute IRI, or a name that a context defines, is due here.")
        return f"<{iri}>"

    def _new_blank(self) -> str:
        self._blank_count += 1
        return f"_:b{self._blank_count}"
