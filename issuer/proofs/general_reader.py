"""The general profile of the reader: for callers that ask for it, never for the public verification.

It reads documents that define terms themselves, spell keywords out, nest contexts, and give texts a language and
a direction. What it shares with the strict reader: nothing is lost, contexts are pinned files or stand in the
document, limits and errors are the same. What it does not promise is that names in the JSON mean what they look
like: code that reads the document has to go by what this says, or ask the strict reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from issuer.errors import Invalid, IssuerError
from issuer.proofs.contexts import ContextBook
from issuer.proofs.general_contexts import ContextLimits, DocumentContexts, PinnedContexts
from issuer.proofs.general_walk import GeneralWalk
from issuer.proofs.linked_data import Reader, checked_size
from issuer.proofs.n_quads import Dataset
from issuer.proofs.reader_memory import ReaderLimits
from issuer.proofs.strict_json import JsonObject
from issuer.proofs.traced_walk import Place


class GeneralReader(Reader):
    """Reads documents over pinned contexts and those they bring. Safe to share between threads."""

    def __init__(
        self,
        documents: Mapping[str, Mapping[str, Any]],
        limits: ReaderLimits | None = None,
        context_limits: ContextLimits | None = None,
    ) -> None:
        """documents: the context files that may be named, as parsed JSON, by URL."""
        super().__init__(ContextBook({}), limits)
        self._pinned: Final = PinnedContexts(documents)
        self._context_limits: Final = context_limits or ContextLimits()

    def read(self, document: JsonObject) -> Dataset:
        """The statements of `document`. Raises as the strict reader does."""
        return self._general(document).dataset

    def read_traced(self, document: JsonObject) -> tuple[Dataset, dict[Place, str]]:
        """The same, with the blank node that each object became."""
        walk = self._general(document)
        if walk.blank_names:
            raise Invalid("ld.not_compact", "A document of which parts are shown names no blank nodes itself.")
        return walk.dataset, walk.places

    def _general(self, document: JsonObject) -> GeneralWalk:
        walk = GeneralWalk(DocumentContexts(self._pinned, self._context_limits), self.limits)
        try:
            walk.document(document)
        except IssuerError as error:
            raise type(error)(error.code, error.message, error.where) from None
        checked_size(walk.dataset, self.limits)
        return walk
