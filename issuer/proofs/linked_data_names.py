"""What a name in a document stands for, and the errors of one that stands for nothing.

A string that a prefix of the context abbreviates is refused where an IRI is due, and so is an IRI that has a
term: either would not be what it looks like to code that reads the JSON.

Source: JSON-LD 1.1 API, section 5.2.2 "IRI Expansion"; RFC 3987 for what an IRI is made of, as far as
N-Quads asks for it.
"""

from __future__ import annotations

import re
from typing import Any

from issuer.errors import Invalid, Refused
from issuer.proofs.contexts import KEYWORD, ActiveContext, Term

is_iri = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\ud800-\udfff]*").fullmatch
_OF_A_TEXT = frozenset({"@value", "@language", "@direction"})
is_blank = re.compile(r"_:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?").fullmatch


def undefined_member(name: str, context: ActiveContext) -> Term:
    """The term for a member that `context` does not list: only ``@vocab`` can supply one."""
    if name in _OF_A_TEXT:
        raise Invalid("ld.not_compact", "A text that names its language (@value) is not read here; texts are plain.")
    if name.startswith("@") or ":" in name:
        raise Invalid("ld.not_compact", "This member is a keyword or an IRI where the context's term is due.")
    if context.vocabulary and is_iri(context.vocabulary + name):
        return Term.in_vocabulary(context.vocabulary, name)
    raise Invalid("ld.data_loss", "No context of this document defines this member, so no signature covers it.")


def type_term(name: Any, context: ActiveContext) -> str:
    """The N-Quads term for a value of ``type``."""
    if type(name) is not str:
        raise wrong_shape("a type is a string")
    return vocabulary_term(name, context)


def vocabulary_term(name: str, context: ActiveContext) -> str:
    """The N-Quads term for a name that is a term of `context`, or an IRI that no term stands for."""
    term = context.terms.get(name)
    if term is not None:
        if term.kind == KEYWORD:
            raise Invalid("ld.not_compact", f"{name!r} is a keyword here, not a value.")
        return term.predicate
    if is_iri(name):
        refuse_abbreviation(name, context)
        if any(term.iri == name for term in context.terms.values()):
            raise Invalid("ld.not_compact", "This IRI has a term in the context, which is due here.")
        return f"<{name}>"
    if context.vocabulary and ":" not in name and is_iri(context.vocabulary + name):
        return f"<{context.vocabulary}{name}>"
    raise Invalid("ld.data_loss", f"No context of this document defines {ascii(name)[:80]}.")


def refuse_abbreviation(value: str, context: ActiveContext) -> None:
    """Raise for a value that the prefixes of `context` would turn into another IRI."""
    prefix, _, rest = value.partition(":")
    if prefix in context.prefixes and not rest.startswith("//"):
        raise Invalid("ld.not_compact", f"{prefix!r} abbreviates an IRI here; the full IRI is due.")


def not_a_context(entry: Any) -> Invalid:
    """The error for an entry of ``@context`` that names no pinned file."""
    if isinstance(entry, str):
        name = ascii(entry)[:120]
        return Invalid("ld.context_unknown", f"The context {name} is not known here, so its words cannot be read.")
    if isinstance(entry, dict) or entry is None:
        return Invalid("ld.context_inline", "Contexts are named by their URL, not written into the document.")
    return Invalid("ld.context_order", "The contexts are a list of URLs.")


def wrong_shape(what: str) -> Invalid:
    """The error for a value that says nothing, or not what its place asks for."""
    return Invalid("ld.data_loss", f"This value has the wrong shape: {what}.")


def too_complex(what: str) -> Refused:
    """The error for a document beyond the limits."""
    return Refused("ld.too_complex", f"The document has {what}.")


def pointer(step: str, rest: str | None) -> str:
    """A JSON pointer (RFC 6901) one step longer at its beginning."""
    return "/" + step.replace("~", "~0").replace("/", "~1") + (rest or "")
