"""A reading that remembers which blank node each object became, so that a part can be compared with the whole."""

from __future__ import annotations

from typing import Any

from issuer.errors import Invalid
from issuer.proofs.contexts import ActiveContext, Term
from issuer.proofs.linked_data_walk import Walk
from issuer.proofs.strict_json import JsonObject

Place = tuple[int, str, int]
"""`id()` of an object, with "" for its own node, ``@graph`` for the graph it is in, or the IRI of a member whose
value is a list; and the number of the list's item."""

GRAPH = "@graph"


class TracedWalk(Walk):
    """places: the blank node of every place that has one. No object may stand in the document twice."""

    __slots__ = ("_open", "places")

    def document(self, document: JsonObject) -> None:
        """Raises Invalid ``ld.not_compact`` for blank nodes that the document names itself: a part loses them."""
        self.places: dict[Place, str] = {}
        self._open: list[int] = []
        super().document(document)
        if self._blank_names:
            raise Invalid("ld.not_compact", "A document of which parts are shown names no blank nodes itself.")

    def node(self, node: JsonObject, context: ActiveContext, graph: str, depth: int) -> str:
        self._open.append(id(node))
        subject = super().node(node, context, graph, depth)
        self._open.pop()
        if subject[0] == "_":
            self.places[id(node), "", 0] = subject
        return subject

    def _repeated(self, node: JsonObject, context: ActiveContext, graph: str, depth: int) -> str:
        return self.node(node, context, graph, depth)  # what was read before tells nothing of these objects

    def _values(self, subject: str, term: Term, value: Any, inside: ActiveContext, graph: str, depth: int) -> None:
        super()._values(subject, term, value, inside, graph, depth)
        if term.container == "@list":
            for number in range(len(value) if isinstance(value, list) else 1):
                self.places[self._open[-1], term.iri, number] = f"_:b{self._blank_count - number}"

    def _graph(self, node: Any, below: ActiveContext, depth: int) -> str:
        name = super()._graph(node, below, depth)
        self.places[id(node), GRAPH, 0] = name
        return name
