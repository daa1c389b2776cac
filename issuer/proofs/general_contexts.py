"""Active contexts of the general profile: each made from an earlier one and a local context, and kept.

Local contexts are URLs of pinned files, objects written into the document, null, or lists of these. What a
document may make us define is counted; what pinned files define below contexts met before is kept.

Source: JSON-LD 1.1 API, section 4.1 "Context Processing Algorithm".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from issuer.errors import Invalid
from issuer.proofs.general_terms import (
    UNSET,
    Defining,
    GeneralTerm,
    Meanings,
    clash,
    direction_of,
    language_of,
    unusable,
)
from issuer.proofs.linked_data_names import is_iri, not_a_context, too_complex

NOTHING: Final = Meanings()
MAX_KEPT = 512
_UNREAD = frozenset({"@import", "@base"})


@dataclass(frozen=True)
class ContextLimits:
    """max_work: steps spent on the contexts of one document, whatever is kept of earlier ones: one for each context
    opened and each of its definitions, one for every 64 terms in force then."""

    max_work: int = 50_000


class PinnedContexts:
    """The files that may be named, and the active contexts made from them so far. Safe to share between threads."""

    def __init__(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        self.files: Final = {url: document.get("@context") for url, document in documents.items()}
        self.kept: Final[dict[tuple[object, ...], Meanings]] = {}

    def keep(self, key: tuple[object, ...], meanings: Meanings) -> None:
        if len(self.kept) >= MAX_KEPT:
            self.kept.clear()
        self.kept[key] = meanings


class DocumentContexts:
    """The contexts of one document, within its limits."""

    def __init__(self, pinned: PinnedContexts, limits: ContextLimits) -> None:
        self._pinned = pinned
        self._work_left = limits.max_work

    def opened(self, active: Meanings, local: Any) -> Meanings:
        """The context after ``"@context": local`` inside `active`.

        Raises ContextsClash ``ld.context_order``; Invalid ``ld.context_inline``, ``ld.context_unknown``,
        ``ld.context_order``, ``ld.data_loss``; Refused ``ld.too_complex``.
        """
        written = [_unwrapped(entry) for entry in local] if isinstance(local, list) else _unwrapped(local)
        self._spend(active, written)
        result = self._opened(active, written, propagate=True, may_redefine=False)
        self._try_scopes(written, result)
        return result

    def scoped(self, active: Meanings, term: GeneralTerm, propagate: bool, may_redefine: bool) -> Meanings:
        """The context inside a value or type of `term`, kept for the next time.

        propagate: whether it counts below the next node too. may_redefine: what is protected, too.
        """
        if term.context is UNSET:
            return active
        self._spend(active, term.context)
        key = (active, term, propagate)
        found = self._pinned.kept.get(key)
        if found is None:
            found = self._opened(active, term.context, propagate, may_redefine)
            self._pinned.keep(key, found)
        return found

    def check_scope(self, active: Meanings, name: str, term: GeneralTerm) -> None:
        """Raise Invalid ``ld.context_inline`` where the scoped context of a member says how its texts are read.

        A text would be read by the inner definition and anything else by the outer one.
        """
        if term.context is UNSET:
            return
        inner = self.scoped(active, term, True, may_redefine=True).terms.get(name, term)
        outer = (term.coercion, term.language, term.direction)
        if (inner.coercion, inner.language, inner.direction) != outer:
            raise unusable(f"the scoped context of {name!r} defines {name!r} in another way")

    def _try_scopes(self, local: Any, active: Meanings) -> None:
        """Meet what is wrong with a scoped context, however deep, where it is written, not where its term is used."""
        entries = [entry for entry in (local if isinstance(local, list) else [local]) if isinstance(entry, dict)]
        for name in dict.fromkeys(name for entry in entries for name in entry):
            term = active.terms.get(name)
            if term is not None and term.context is not UNSET:
                self._spend(active, term.context)
                self._try_scopes(term.context, self._opened(active, term.context, propagate=True, may_redefine=True))

    def _spend(self, active: Meanings, local: Any) -> None:
        for entry in local if isinstance(local, list) else [local]:
            made = self._pinned.files.get(entry) if isinstance(entry, str) else entry
            self._work_left -= 1 + len(active.terms) // 64 + (len(made) if isinstance(made, dict) else 0)
            if self._work_left < 0:
                raise too_complex("more contexts than a credential needs")

    def _opened(self, active: Meanings, local: Any, propagate: bool, may_redefine: bool) -> Meanings:
        if isinstance(local, dict) and "@propagate" in local:
            propagate = local["@propagate"]
            if not isinstance(propagate, bool):
                raise unusable("@propagate is true or false")
        result = active if propagate or active.previous is not None else replace(active, previous=active)
        for entry in local if isinstance(local, list) else [local]:
            result = self._with(result, entry, propagate, may_redefine)
        return result

    def _with(self, active: Meanings, entry: Any, propagate: bool, may_redefine: bool) -> Meanings:
        if entry is None:
            return _cleared(active, propagate, may_redefine)
        if isinstance(entry, str):
            return self._with_file(active, entry, may_redefine)
        if not isinstance(entry, dict):
            raise not_a_context(entry)
        return self._with_object(active, entry, may_redefine)

    def _with_file(self, active: Meanings, url: str, may_redefine: bool) -> Meanings:
        if url not in self._pinned.files:
            raise not_a_context(url)
        key = (active, url, may_redefine)
        found = self._pinned.kept.get(key)
        if found is None:
            found = self._opened(active, self._pinned.files[url], True, may_redefine)
            self._pinned.keep(key, found)
        return found

    def _with_object(self, active: Meanings, local: dict[str, Any], may_redefine: bool) -> Meanings:
        if local.get("@version", 1.1) != 1.1:
            raise unusable("its version is not 1.1")
        if _UNREAD & local.keys() and any(local.get(name) is not None for name in _UNREAD):
            raise unusable("@import and @base are not read here")
        result = active
        if "@language" in local:
            result = replace(result, language=language_of(local["@language"]))
        if "@direction" in local:
            result = replace(result, direction=direction_of(local["@direction"]))
        vocabulary = _vocabulary(active, local) if "@vocab" in local else active.vocabulary
        terms = Defining(result, local, vocabulary, may_redefine).terms()
        return replace(result, terms=terms, vocabulary=vocabulary)


def _unwrapped(entry: Any) -> Any:
    """The context in ``{"@context": {…}}``, which is a whole context file where a context should stand.

    The algorithm has no such step; processors in use take it nevertheless (jsonld.js, pyld), and documents rely on it.
    """
    if isinstance(entry, dict) and entry.keys() == {"@context"} and isinstance(entry["@context"], dict):
        return entry["@context"]
    return entry


def _cleared(active: Meanings, propagate: bool, may_redefine: bool) -> Meanings:
    if not may_redefine and any(term.protected for term in active.terms.values()):
        raise clash("a null context would clear protected terms")
    return NOTHING if propagate else replace(NOTHING, previous=active.previous or active)


def _vocabulary(active: Meanings, local: dict[str, Any]) -> str | None:
    stated = local["@vocab"]
    if stated is None:
        return None
    found = active.expanded(stated, in_vocabulary=True) if isinstance(stated, str) else None
    if found is None or not is_iri(found):
        raise Invalid("ld.context_inline", "The @vocab of a context is an absolute IRI.")
    return found
