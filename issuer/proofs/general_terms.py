"""Contexts of the general profile: what terms mean where contexts may be written into a document.

Source: JSON-LD 1.1 API, sections 4.1 "Context Processing Algorithm", 4.2 "Create Term Definition" and 5.2.2
"IRI Expansion". There is no base IRI, so whatever stays relative is an error; so is each feature that no
credential uses (``@reverse``, ``@nest``, ``@import``, index maps), instead of being read halfway.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, Final

from issuer.errors import Invalid
from issuer.proofs.contexts import ContextsClash
from issuer.proofs.linked_data_names import is_iri

KEYWORDS: Final = frozenset(
    {
        *("@base", "@container", "@context", "@default", "@direction", "@graph", "@id", "@import", "@included"),
        *("@index", "@json", "@language", "@list", "@nest", "@none", "@prefix", "@propagate", "@protected"),
        *("@reverse", "@set", "@type", "@value", "@version", "@vocab"),
    }
)
CONTAINERS: Final = (
    frozenset[str](),
    *(frozenset({one}) for one in ("@list", "@set", "@language", "@graph")),
    *(frozenset({one, "@set"}) for one in ("@language", "@graph")),
)
_CONTEXT_MEMBERS = frozenset(
    {"@base", "@direction", "@import", "@language", "@propagate", "@protected", "@version", "@vocab"}
)
_DEFINITION_MEMBERS = frozenset(
    {"@id", "@type", "@container", "@context", "@protected", "@prefix", "@language", "@direction"}
)
_KEYWORD_SHAPE = re.compile(r"@[A-Za-z]+").fullmatch
_PREFIX_ENDS = tuple(":/?#[]@")


class Unset:
    """The value of what a definition does not say, where null says something."""


UNSET: Final = Unset()


@dataclass(frozen=True, eq=False)
class GeneralTerm:
    """A term definition. iri: None for a term that was unmapped on purpose.

    coercion: ``@id``, ``@vocab``, ``@json``, ``@none``, a datatype or "". context: the scoped context as it is
    written, UNSET without one; language and direction: UNSET where those of the context count.
    """

    iri: str | None
    protected: bool = False
    is_prefix: bool = False
    coercion: str = ""
    container: frozenset[str] = frozenset()
    language: str | Unset | None = UNSET
    direction: str | Unset | None = UNSET
    context: Any = UNSET

    def means_the_same_as(self, other: GeneralTerm) -> bool:
        """Whether both definitions are equal, protection aside."""
        return vars(replace(self, protected=False)) == vars(replace(other, protected=False))


@dataclass(frozen=True, eq=False)
class Meanings:
    """An active context. previous: the one that counts again below the node whose type led to this one."""

    terms: dict[str, GeneralTerm] = field(default_factory=dict)
    vocabulary: str | None = None
    language: str | None = None
    direction: str | None = None
    previous: Meanings | None = None

    def expanded(self, value: str, in_vocabulary: bool) -> str | None:
        """The IRI or keyword that `value` stands for; itself where it stays relative, None where it is unmapped."""
        if value in KEYWORDS:
            return value
        if _KEYWORD_SHAPE(value):
            return None
        term = self.terms.get(value)
        if term is not None and (in_vocabulary or (term.iri is not None and term.iri in KEYWORDS)):
            return term.iri
        prefix, colon, rest = value.partition(":")
        if colon and prefix:
            if prefix == "_" or rest.startswith("//"):
                return value
            known = self.terms.get(prefix)
            return known.iri + rest if known and known.iri and known.is_prefix else value
        if in_vocabulary and self.vocabulary is not None:
            return self.vocabulary + value
        return value

    def keyword(self, name: str) -> str:
        """The keyword that `name` stands for; "" for none."""
        expanded = self.expanded(name, in_vocabulary=True)
        return expanded if expanded in KEYWORDS else ""


class Defining:
    """One local context on its way into an active one: terms are defined in any order, each when first needed."""

    def __init__(self, base: Meanings, local: dict[str, Any], vocabulary: str | None, may_redefine: bool) -> None:
        self._before = base.terms
        self._local = local
        self._may_redefine = may_redefine
        self._protected = _boolean(local, "@protected")
        self._defined: dict[str, bool] = {}
        self._meanings = replace(base, terms=dict(base.terms), vocabulary=vocabulary)

    def terms(self) -> dict[str, GeneralTerm]:
        """Every term after this context. Raises ContextsClash, Invalid ``ld.context_inline``."""
        for name in self._local:
            if name not in _CONTEXT_MEMBERS:
                self._define(name)
        return self._meanings.terms

    def _define(self, name: str) -> None:
        if self._defined.get(name):
            return
        if name in self._defined:
            raise unusable(f"{name!r} is defined by itself")
        self._defined[name] = False
        if not name or ((name in KEYWORDS or _KEYWORD_SHAPE(name)) and name != "@type"):
            raise unusable(f"{name!r} cannot be defined")
        self._meanings.terms.pop(name, None)
        term, earlier = self._term(name, self._local[name]), self._before.get(name)
        if earlier is not None and earlier.protected and not self._may_redefine:
            if not term.means_the_same_as(earlier):
                raise clash(f"{name!r} is protected and defined in two ways")
            term = earlier
        self._meanings.terms[name] = term
        self._defined[name] = True

    def _term(self, name: str, source: Any) -> GeneralTerm:
        simple = isinstance(source, str)
        members = source if isinstance(source, dict) else {"@id": source}
        if not isinstance(members.get("@id"), str | None) or members.keys() - _DEFINITION_MEMBERS:
            raise unusable(f"the definition of {name!r} has a form that is not read here")
        protected = _boolean(members, "@protected", self._protected)
        if name == "@type":
            return _type_keyword(members, protected)
        coercion, container = self._coercion(name, members), _container(name, members)
        iri = self._iri(name, members)
        if (coercion == "@json" and container - {"@set"}) or (coercion and "@direction" in members):
            raise unusable(f"{name!r} has a type that goes with neither container nor direction")
        if iri in KEYWORDS and (coercion or container - ({"@set"} if iri == "@type" else set())):
            raise unusable(f"{name!r} is a keyword and takes nothing beside")
        return GeneralTerm(
            iri, protected, self._is_prefix(name, members, iri, simple), coercion, container,
            _language(members) if "@type" not in members else UNSET,
            _direction(members) if "@type" not in members else UNSET,
            members.get("@context", UNSET),
        )  # fmt: skip

    def _iri(self, name: str, members: dict[str, Any]) -> str | None:
        if "@id" in members and members["@id"] != name:
            return self._stated_iri(name, members["@id"])
        prefix, colon, rest = name.partition(":")
        if colon and prefix:
            self._define_if_local(prefix)
            known = self._meanings.terms.get(prefix)
            return known.iri + rest if known and known.iri and not rest.startswith("//") else _absolute(name, name)
        if "/" in name or self._meanings.vocabulary is None:
            raise unusable(f"{name!r} is defined without an IRI")
        return _absolute(self._meanings.vocabulary + name, name)

    def _stated_iri(self, name: str, stated: str | None) -> str | None:
        if stated is None:
            return None
        iri = self._expanded(stated)
        if iri == "@context" or iri is None or not (iri in KEYWORDS or iri.startswith("_:") or is_iri(iri)):
            raise unusable(f"{name!r} is defined by {stated!r}, which is no IRI")
        if (":" in name[1:-1] or "/" in name) and self._named(name) != iri:
            raise unusable(f"{name!r} looks like an IRI and is defined as another one")
        return iri

    def _named(self, name: str) -> str | None:
        """What `name` would stand for by its prefix."""
        self._define_if_local(name.partition(":")[0])
        return self._meanings.expanded(name, in_vocabulary=True)

    def _expanded(self, value: str) -> str | None:
        self._define_if_local(value)
        if ":" in value[1:] and not value.startswith("_:") and "://" not in value:
            self._define_if_local(value.partition(":")[0])
        return self._meanings.expanded(value, in_vocabulary=True)

    def _define_if_local(self, name: str) -> None:
        if name in self._local and (name not in KEYWORDS or name == "@type"):
            self._define(name)

    def _coercion(self, name: str, members: dict[str, Any]) -> str:
        if "@type" not in members:
            return ""
        stated = members["@type"]
        coercion = self._expanded(stated) if isinstance(stated, str) else None
        if coercion is None or not (coercion in {"@id", "@json", "@none", "@vocab"} or is_iri(coercion)):
            raise unusable(f"the type of {name!r} is no IRI")
        return coercion

    @staticmethod
    def _is_prefix(name: str, members: dict[str, Any], iri: str | None, simple: bool) -> bool:
        if "@prefix" in members:
            if ":" in name or "/" in name or (iri in KEYWORDS and members["@prefix"]):
                raise unusable(f"{name!r} cannot be a prefix")
            return _boolean(members, "@prefix")
        is_name = ":" not in name and "/" not in name
        return simple and is_name and iri is not None and (iri.endswith(_PREFIX_ENDS) or iri.startswith("_:"))


def _type_keyword(members: dict[str, Any], protected: bool) -> GeneralTerm:
    if members.keys() - {"@container", "@protected", "@id"} or _container("@type", members) - {"@set"}:
        raise unusable("'@type' cannot be defined so")
    if members.get("@id", "@type") not in ("@type", None) or "@container" not in members:
        raise unusable("'@type' cannot be defined so")
    return GeneralTerm("@type", protected, container=_container("@type", members))


def _container(name: str, members: dict[str, Any]) -> frozenset[str]:
    if "@container" not in members:
        return frozenset()
    stated = members["@container"]
    listed = stated if isinstance(stated, list) else [stated]
    found = frozenset(one for one in listed if isinstance(one, str))
    if len(found) != len(listed) or found not in CONTAINERS or not found:
        raise unusable(f"the container of {name!r} is not read here")
    return found


def _language(members: dict[str, Any]) -> str | Unset | None:
    return language_of(members["@language"]) if "@language" in members else UNSET


def _direction(members: dict[str, Any]) -> str | Unset | None:
    return direction_of(members["@direction"]) if "@direction" in members else UNSET


def language_of(stated: Any) -> str | None:
    """A language tag in lower case, as processors compare them; null says that there is none."""
    if stated is None:
        return None
    if not isinstance(stated, str) or not re.fullmatch(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*", stated):
        raise Invalid("ld.data_loss", "This is no language tag.")
    return stated.lower()


def direction_of(stated: Any) -> str | None:
    """``ltr``, ``rtl``, or null for none."""
    if stated is None:
        return None
    if stated not in ("ltr", "rtl"):
        raise Invalid("ld.data_loss", "The direction of a text is ltr or rtl.")
    return str(stated)


def _boolean(members: dict[str, Any], name: str, default: bool = False) -> bool:
    value = members.get(name, default)
    if not isinstance(value, bool):
        raise unusable(f"{name} is true or false")
    return value


def _absolute(iri: str, name: str) -> str:
    if not is_iri(iri) and not iri.startswith("_:"):
        raise unusable(f"{name!r} is defined without an IRI")
    return iri


def clash(what: str) -> ContextsClash:
    """The error for definitions that contradict what an earlier context protects."""
    return ContextsClash("ld.context_order", f"These contexts or types cannot be used together: {what}.")


def unusable(what: str) -> Invalid:
    """The error for a context that cannot be processed, or not here."""
    return Invalid("ld.context_inline", f"This context cannot be used: {what[:200]}.")
