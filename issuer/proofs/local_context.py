"""One JSON-LD context file, read once into definitions that nothing can change.

Only what the pinned contexts use is known: term definitions with ``@id``, ``@type``, ``@container``,
``@protected`` and a scoped ``@context``, and ``@vocab``, ``@protected`` and ``@version`` for a whole context.
Anything else in a pinned file stops the service at start-up instead of being read halfway.

Source: JSON-LD 1.1, section 9.15 "Context Definitions"; JSON-LD 1.1 API, section 4.2 "Create Term Definition".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from issuer.errors import Misconfigured

ID_MEMBER = "id"
TYPE_MEMBER = "type"
_ALIASES = {ID_MEMBER: "@id", TYPE_MEMBER: "@type"}
_CONTEXT_MEMBERS = frozenset({"@version", "@protected", "@vocab"})
_DEFINITION_MEMBERS = frozenset({"@id", "@type", "@container", "@context", "@protected"})
_CONTAINERS = frozenset({"", "@list", "@set", "@graph"})


@dataclass(frozen=True)
class Definition:
    """A term as its context defines it, before prefixes are resolved.

    iri: the ``@id`` as written, or None when it is to be made from the term itself and ``@vocab``.
    coercion: the ``@type`` as written, or "".
    container: "", ``@list``, ``@set`` or ``@graph``.
    simple: the definition is a plain string, so that the term may serve as a prefix.
    scope: the scoped context if there is one; `Scope.context` None stands for ``"@context": null``.
    """

    iri: str | None
    coercion: str
    container: str
    simple: bool
    protected: bool
    scope: Scope | None


@dataclass(frozen=True)
class LocalContext:
    """The definitions of one context object; `vocabulary` is its ``@vocab`` or ""."""

    vocabulary: str
    definitions: Mapping[str, Definition]


@dataclass(frozen=True)
class Scope:
    """What a term does to the context of its values (or of the nodes it types): extend it, or clear it."""

    context: LocalContext | None


def read_context_file(url: str, document: Mapping[str, Any]) -> LocalContext:
    """The context that the file for `url` holds; raises Misconfigured for a feature that is not known here."""
    return _context(url, document.get("@context"))


def _context(where: str, source: Any) -> LocalContext:
    if not isinstance(source, Mapping):
        raise _unsupported(where, "a context that is not one object")
    terms = {name: value for name, value in source.items() if not name.startswith("@")}
    vocabulary = source.get("@vocab", "")
    if source.keys() - terms.keys() - _CONTEXT_MEMBERS or not isinstance(vocabulary, str):
        raise _unsupported(where, ", ".join(sorted(source.keys() - terms.keys())))
    protected = source.get("@protected", False) is True
    definitions = {name: _definition(f"{where} {name}", name, terms[name], protected) for name in terms}
    return LocalContext(vocabulary, MappingProxyType(definitions))


def _definition(where: str, name: str, source: Any, protected: bool) -> Definition:
    simple = isinstance(source, str)
    members = {"@id": source} if simple else source
    if not isinstance(members, Mapping) or members.keys() - _DEFINITION_MEMBERS:
        raise _unsupported(where, "a definition of another form")
    iri, coercion, container = (members.get(key, "") for key in ("@id", "@type", "@container"))
    if not all(isinstance(value, str) for value in (iri, coercion, container)) or container not in _CONTAINERS:
        raise _unsupported(where, "an @id, @type or @container of another form")
    if ":" in name or "/" in name or _ALIASES.get(name, "") != (iri if iri.startswith("@") else ""):
        raise _unsupported(where, "a name like an IRI, or a keyword under another name than id or type")
    scope = None
    if "@context" in members:
        inner = members["@context"]
        scope = Scope(None if inner is None else _context(where, inner))
    own = members.get("@protected", protected) is True
    return Definition(iri or None, coercion, container, simple, own, scope)


def _unsupported(where: str, what: str) -> Misconfigured:
    return Misconfigured("internal", f"The pinned context {where} uses {what}, which this reader does not know.")
