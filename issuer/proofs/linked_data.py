"""From a JSON document to the RDF statements it makes, losing nothing on the way.

This is a strict reader for documents over pinned contexts, not a general JSON-LD processor. One walk writes
the statements. Whatever a general processor would drop or bend (a member no context defines, a relative IRI,
a keyword spelled out, an unknown or inline context, a null, a nested array) is an error that names the
member. So nothing in a document that passes escapes the signature, and the document is its own compact form:
the names in it mean what policy code that reads the JSON takes them to mean.

Source: JSON-LD 1.1 API (expansion, section 5.1; RDF conversion, section 8) in its safe mode; VC Data
Integrity 1.0, section 4.6 "Securing Data Losslessly". Language maps, value objects and inline contexts belong
to a general reader, which would be another class beside `Reader` with the same method.
"""

from __future__ import annotations

from typing import Final

from issuer.errors import Invalid, IssuerError, Refused
from issuer.proofs.contexts import ContextBook
from issuer.proofs.linked_data_walk import BASE_CONTEXTS, Walk
from issuer.proofs.n_quads import Dataset
from issuer.proofs.reader_memory import Memory, ReaderLimits
from issuer.proofs.strict_json import JsonObject
from issuer.proofs.traced_walk import Place, TracedWalk

__all__ = ["BASE_CONTEXTS", "Reader", "ReaderLimits", "checked_size"]


class Reader:
    """Reads documents over the contexts of one book. Safe to share between threads."""

    def __init__(self, book: ContextBook, limits: ReaderLimits | None = None) -> None:
        self._book: Final = book
        self.limits: Final = limits or ReaderLimits()
        self._memory = Memory()

    def within(self, limits: ReaderLimits) -> Reader:
        """A reader over the same book, with the same memory, and other limits."""
        reader = Reader(self._book, limits)
        reader._memory = self._memory
        return reader

    def read(self, document: JsonObject) -> Dataset:
        """The statements of `document`, in canonical spelling, with blank nodes named as they come.

        Raises Invalid ``ld.data_loss``, ``ld.not_compact``, ``ld.context_order``, ``ld.context_unknown``,
        ``ld.context_inline``, ``ld.empty_dataset`` or ``json.number_out_of_range``, Refused ``ld.too_complex``
        or ``json.lone_surrogate``; `where` is the JSON pointer of the member.
        """
        return self._walked(Walk(self._book, self.limits, self._memory, document), document)

    def read_traced(self, document: JsonObject) -> tuple[Dataset, dict[Place, str]]:
        """The same, with the blank node that each object became, for comparing a part of a document with the whole.

        Raises as `read` does, and Invalid ``ld.not_compact`` for blank nodes that the document names itself.
        """
        walk = TracedWalk(self._book, self.limits, self._memory, document)
        return self._walked(walk, document), walk.places

    def _walked(self, walk: Walk, document: JsonObject) -> Dataset:
        try:
            walk.document(document)
        except IssuerError as error:
            raise type(error)(error.code, error.message, error.where) from None
        return checked_size(walk.dataset, self.limits)


def checked_size(dataset: Dataset, limits: ReaderLimits) -> Dataset:
    """`dataset`, which says something and not too much.

    Raises Refused ``ld.too_complex``, Invalid ``ld.empty_dataset``.
    """
    statements = len(dataset)
    if statements > limits.max_statements:
        raise Refused("ld.too_complex", f"The document makes more than {limits.max_statements} statements.")
    if not statements:
        raise Invalid("ld.empty_dataset", "The document says nothing that could be signed.")
    return dataset
