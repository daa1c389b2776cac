"""Active contexts: what every member name means at one place of a document.

Each is made once, by the JSON-LD rules, from the pinned files, and kept: after the list of ``@context``, after
the types of a node, and below a property. A document chooses which are made (by its combinations of types), so
the store is bounded and emptied when full. Nothing here changes once it is made.

Source: JSON-LD 1.1 API, sections 4.1 "Context Processing Algorithm", 4.2 "Create Term Definition" and
5.2.2 "IRI Expansion"; type-scoped contexts end at the next node, property-scoped ones reach further down.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from issuer.errors import Invalid, Misconfigured
from issuer.proofs.local_context import Definition, LocalContext, Scope, read_context_file
from issuer.proofs.n_quads import XSD

PLAIN: Final = 0
"""How a value is read: a string, number or boolean as it stands."""
TYPED: Final = 1
"""A literal with the datatype of the term."""
IRI: Final = 2
"""A string is an IRI."""
VOCABULARY: Final = 3
"""A string is a term or an IRI."""
JSON: Final = 4
"""Any JSON value, as one literal."""
KEYWORD: Final = 5
"""The member is ``id`` or ``type``."""

_KINDS = {"": PLAIN, "@none": PLAIN, "@id": IRI, "@vocab": VOCABULARY, "@json": JSON}
_PREFIX_ENDS = tuple(":/?#[]@")


class ContextsClash(Invalid):
    """Known contexts or types that contradict each other: no reading keeps what all of them protect."""


class Term:
    """A member name with its meaning resolved.

    iri: of the property or type; ``@id`` or ``@type`` for the two keywords.
    kind: PLAIN, TYPED, IRI, VOCABULARY, JSON or KEYWORD.
    predicate: the IRI as an N-Quads term; `close` is what ends a literal: ``"`` and the datatype.
    tail_start, tail_end: what stands around a text in a line, between the subject and the next line.
    object_start: what stands between the subject and any other object.
    is_special: its values need more than one look: a scoped context, a list, a graph or JSON.
    is_text, is_resource: a string is a literal, or an IRI, and nothing else need be looked at.
    """

    __slots__ = (
        "close",
        "container",
        "datatype",
        "iri",
        "is_prefix",
        "is_resource",
        "is_special",
        "is_text",
        "kind",
        "object_start",
        "predicate",
        "protected",
        "scope",
        "tail_end",
        "tail_start",
    )

    def __init__(self, iri: str, coercion: str, definition: Definition) -> None:
        self.iri: Final = iri
        self.kind: Final = KEYWORD if iri[0] == "@" else _KINDS.get(coercion, TYPED)
        self.datatype: Final = coercion if self.kind == TYPED else ""
        self.container: Final = definition.container
        self.is_prefix: Final = definition.simple and iri.endswith(_PREFIX_ENDS)
        self.protected: Final = definition.protected
        self.scope: Final = definition.scope
        self.is_special: Final = bool(self.scope or self.kind == JSON or self.container in {"@list", "@graph"})
        self.is_text: Final = self.kind <= TYPED and not self.is_special
        self.is_resource: Final = self.kind == IRI and not self.is_special
        self.predicate: Final = f"<{iri}>"
        self.close: Final = f'"^^<{coercion}>' if self.datatype not in {"", XSD + "string"} else '"'
        self.tail_start: Final = f' <{iri}> "'
        self.tail_end: Final = f"{self.close} .\n"
        self.object_start: Final = f" <{iri}> "

    @staticmethod
    def in_vocabulary(vocabulary: str, name: str) -> Term:
        """What an undefined `name` means under ``@vocab``."""
        return Term(vocabulary + name, "", Definition(None, "", "", simple=False, protected=False, scope=None))

    def means_the_same_as(self, other: Term) -> bool:
        """Whether both definitions are equal, protection aside (JSON-LD 1.1 API, section 4.2, step 27)."""
        return all(
            getattr(self, part) == getattr(other, part)
            for part in ("iri", "kind", "datatype", "container", "is_prefix", "scope")
        )


class ActiveContext:
    """The terms in force; compared by identity, never changed.

    vocabulary: ``@vocab``, or "" as in every context but those of the W3C's own examples.
    prefixes: terms that abbreviate IRIs here.
    below: the context nested nodes start from, which is another one when types have extended this one.
    """

    __slots__ = ("below", "prefixes", "terms", "vocabulary")

    def __init__(self, terms: dict[str, Term], vocabulary: str, below: ActiveContext | None) -> None:
        self.terms: Final = terms
        self.vocabulary: Final = vocabulary
        self.prefixes: Final = frozenset(name for name, term in terms.items() if term.is_prefix)
        self.below: Final = below or self


_EMPTY = ActiveContext({}, "", None)


class ContextBook:
    """The pinned contexts by URL, and every active context made from them so far."""

    def __init__(self, documents: Mapping[str, Mapping[str, Any]], max_kept: int = 512) -> None:
        """documents: context files as parsed JSON, by URL. Raises Misconfigured for one that is beyond us."""
        self.nothing_defined: Final = _EMPTY
        self._files: Final = {url: read_context_file(url, document) for url, document in documents.items()}
        self.urls: Final = frozenset(self._files)
        self._kept: Final[dict[tuple[object, ...], ActiveContext]] = {}
        self._max_kept: Final = max_kept
        for url in self._files:
            self._try_everything_in(self.opened((url,), _EMPTY))

    @property
    def kept(self) -> int:
        """How many active contexts are kept now."""
        return len(self._kept)

    def opened(self, urls: tuple[str, ...], outer: ActiveContext) -> ActiveContext:
        """The context after ``"@context": urls`` (all of them pinned) inside `outer`.

        Raises ContextsClash ``ld.context_order`` when one would redefine a protected term of another.
        """
        key = (outer, "urls", urls)
        context = self._kept.get(key)
        if context is None:
            context = outer
            for url in urls:
                context = _extended(context, self._files[url], below=None, may_redefine=False)
            self._keep(key, context)
        return context

    def typed(self, context: ActiveContext, types: tuple[str, ...]) -> ActiveContext:
        """The context inside a node of these types; raises ContextsClash when they contradict each other."""
        scoped = tuple(sorted({name for name in types if (term := context.terms.get(name)) and term.scope}))
        key = (context, "types", scoped)
        inside = self._kept.get(key)
        if inside is None:
            inside = self._scoped_by_types(context, scoped)
            self._keep(key, inside)
        return inside

    def within(self, context: ActiveContext, term: Term, scope: Scope) -> ActiveContext:
        """The context of the values of `term`, whose definition has the scoped context `scope`."""
        key = (context, "property", term)
        inside = self._kept.get(key)
        if inside is None:
            local = scope.context
            inside = _EMPTY if local is None else _extended(context, local, below=None, may_redefine=True)
            self._keep(key, inside)
        return inside

    def _scoped_by_types(self, context: ActiveContext, types: tuple[str, ...]) -> ActiveContext:
        inside = context
        for name in types:
            scope = context.terms[name].scope
            if scope is None or scope.context is None:
                raise _clash(f"the type {name!r} clears protected terms")
            inside = _extended(inside, scope.context, below=context.below, may_redefine=False)
        return inside

    def _try_everything_in(self, context: ActiveContext, outer: ActiveContext = _EMPTY) -> None:
        """Meet what is wrong with a pinned file when the service starts, not when a credential comes."""
        for term in context.terms.values():
            if term.scope is not None and term not in outer.terms.values():
                self._try_everything_in(self.within(context, term, term.scope), context)

    def _keep(self, key: tuple[object, ...], context: ActiveContext) -> None:
        if len(self._kept) >= self._max_kept:
            self._kept.clear()
        self._kept[key] = context


def _extended(
    base: ActiveContext, local: LocalContext, below: ActiveContext | None, may_redefine: bool
) -> ActiveContext:
    """`base` with the definitions of `local` on top; `below` is set for a type-scoped context only."""
    return _Extension(base, local, may_redefine).made(below)


class _Extension:
    """One run of the context processing algorithm: terms are defined in any order, each when first needed."""

    def __init__(self, base: ActiveContext, local: LocalContext, may_redefine: bool) -> None:
        self._base = base.terms
        self._local = local.definitions
        self._may_redefine = may_redefine
        self._vocabulary = local.vocabulary or base.vocabulary
        self._terms = {name: term for name, term in base.terms.items() if name not in local.definitions}

    def made(self, below: ActiveContext | None) -> ActiveContext:
        for name in self._local:
            self._define(name)
        return ActiveContext(self._terms, self._vocabulary, below)

    def _define(self, name: str) -> None:
        if name in self._terms:
            return
        definition = self._local[name]
        iri = self._in_vocabulary(name) if definition.iri in {None, name} else self._expand(str(definition.iri))
        coercion = definition.coercion and self._expand(definition.coercion)
        term, earlier = Term(iri, coercion, definition), self._base.get(name)
        if earlier is not None and earlier.protected and not self._may_redefine:
            if not term.means_the_same_as(earlier):
                raise _clash(f"{name!r} is protected and defined in two ways")
            term = earlier
        self._terms[name] = term

    def _expand(self, value: str) -> str:
        """The IRI of a definition's ``@id`` or ``@type``; keywords stay as they are."""
        if value[0] == "@":
            return value
        if (known := self._resolved(value)) is not None:
            return known.iri
        prefix, colon, rest = value.partition(":")
        if colon and not rest.startswith("//") and (known := self._resolved(prefix)) and known.is_prefix:
            return known.iri + rest
        return value if colon else self._in_vocabulary(value)

    def _in_vocabulary(self, name: str) -> str:
        if not self._vocabulary:
            raise Misconfigured("internal", f"A pinned context defines {name!r} without an absolute IRI.")
        return self._vocabulary + name

    def _resolved(self, name: str) -> Term | None:
        if name in self._local:
            self._define(name)
        return self._terms.get(name)


def _clash(what: str) -> ContextsClash:
    return ContextsClash("ld.context_order", f"These contexts or types cannot be used together: {what}.")
