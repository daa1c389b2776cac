"""What a reader may spend on a document, and what it remembers from earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from issuer.proofs.contexts import ActiveContext
from issuer.proofs.kept_nodes import KeptNodes
from issuer.proofs.n_quads import RDF
from issuer.proofs.rdf_canon import DEFAULT_WORK_BUDGET

RDF_TYPE = f"<{RDF}type>"


@dataclass(frozen=True)
class ReaderLimits:
    """What one document may ask for at most; depth counts nodes within nodes, the document being 1.

    max_labelling_steps: of telling its blank nodes apart (`rdf_canon`).
    """

    max_contexts: int = 16
    max_types_per_node: int = 16
    max_values_per_property: int = 1_000
    max_statements: int = 10_000
    max_depth: int = 64
    max_labelling_steps: int = DEFAULT_WORK_BUDGET


class Typing:
    """What the types of a node come to: the context inside it, and how a line about each type goes on."""

    __slots__ = ("inside", "tails", "terms")

    def __init__(self, inside: ActiveContext, terms: tuple[str, ...]) -> None:
        self.inside: Final = inside
        self.terms: Final = terms
        self.tails: Final = tuple([f" {RDF_TYPE} {term} .\n" for term in terms])


MAX_KNOWN_TYPINGS = 1_024


class Memory:
    """What a reader knows from earlier documents: typings by context and types, and nodes many have in common."""

    def __init__(self) -> None:
        self.typings: Final[dict[tuple[ActiveContext, object], Typing]] = {}
        self.nodes: Final = KeptNodes()

    def keep_typing(self, context: ActiveContext, names: list[str], typing: Typing) -> None:
        if len(self.typings) >= MAX_KNOWN_TYPINGS:
            self.typings.clear()
        self.typings[context, tuple(names)] = typing
        if len(names) == 1:
            self.typings[context, names[0]] = typing
