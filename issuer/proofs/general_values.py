"""Literals of the general profile: texts with language and direction, typed values, JSON.

The direction of a text goes into its datatype (``i18n-datatype``), as the published RDFC cryptosuites do it:
without that it would be lost, and the signature would not cover it.

Source: JSON-LD 1.1 API, sections 5.3 "Value Expansion" and 8.2.2 "Object to RDF Conversion"; VCDM 2.0, section
11.1 "Language and Base Direction".
"""

from __future__ import annotations

from typing import Any

from issuer.errors import Invalid, IssuerError
from issuer.proofs import jcs
from issuer.proofs.general_terms import GeneralTerm, Meanings, Unset, direction_of, language_of
from issuer.proofs.linked_data_names import is_iri, pointer, wrong_shape
from issuer.proofs.n_quads import RDF, literal
from issuer.proofs.rdf_numbers import XSD_DOUBLE, double_written_out, number_literal
from issuer.proofs.strict_json import JsonObject

_I18N = "https://www.w3.org/ns/i18n#"
_VALUE_MEMBERS = frozenset({"@value", "@type", "@language", "@direction", "@context"})


def json_literal(value: Any) -> str:
    """The literal for any JSON value, canonically spelled."""
    return literal(jcs.canonicalise(value), f"{RDF}JSON")


def text_literal(text: str, language: str | None, direction: str | None) -> str:
    """The literal for a text in a language (None: none is said) and direction."""
    if direction is not None:
        return literal(text, f"{_I18N}{language or ''}_{direction}")
    return literal(text, language=language or "")


def scalar_literal(value: Any, term: GeneralTerm, active: Meanings) -> str:
    """The literal for a string, number or boolean of a member that `term` defines."""
    datatype = "" if term.coercion == "@none" else term.coercion
    if isinstance(value, bool | int | float):
        return number_literal(value, datatype)
    if not isinstance(value, str):
        raise wrong_shape(f"a {type(value).__name__} is no JSON value")
    if datatype == XSD_DOUBLE:
        return double_written_out(value)
    if datatype:
        return literal(value, datatype)
    language = active.language if isinstance(term.language, Unset) else term.language
    direction = active.direction if isinstance(term.direction, Unset) else term.direction
    return text_literal(value, language, direction)


def value_object(source: JsonObject, active: Meanings) -> str:
    """The literal for an object with ``@value``.

    Raises Invalid ``ld.data_loss`` for one that says nothing, or two things at once.
    """
    members: JsonObject = {}
    for name, value in source.items():
        keyword = active.expanded(name, in_vocabulary=True)
        if keyword not in _VALUE_MEMBERS or keyword in members:
            said = "A value has a language, a direction or a type, nothing else."
            raise Invalid("ld.data_loss", said, pointer(name, None))
        members[keyword] = value
    value, stated = members["@value"], members.get("@type")
    if "@type" in members:
        return _typed(value, stated, members, active)
    if not isinstance(value, str):
        if value is None or "@language" in members or "@direction" in members:
            raise wrong_shape("only a text has a language or a direction")
        return scalar_literal(value, GeneralTerm(None), active)
    language, direction = language_of(members.get("@language")), direction_of(members.get("@direction"))
    if (language is None) != ("@language" not in members) or (direction is None) != ("@direction" not in members):
        raise wrong_shape("null says nothing")
    return text_literal(value, language, direction)


def _typed(value: Any, stated: Any, members: JsonObject, active: Meanings) -> str:
    datatype = active.expanded(stated, in_vocabulary=True) if isinstance(stated, str) else None
    if "@language" in members or "@direction" in members:
        raise wrong_shape("a value has a type, or a language and direction")
    if datatype == "@json":
        return json_literal(value)
    if datatype is None or not is_iri(datatype):
        raise wrong_shape("the type of a value is an IRI")
    return scalar_literal(value, GeneralTerm(None, coercion=datatype), active)


def language_map(value: JsonObject, term: GeneralTerm, active: Meanings) -> list[str]:
    """The literals for an object of texts by language (``@container: @language``)."""
    direction = active.direction if isinstance(term.direction, Unset) else term.direction
    found: list[str] = []
    for tag, texts in value.items():
        try:
            language = None if active.expanded(tag, in_vocabulary=True) == "@none" else language_of(tag)
            for text in texts if isinstance(texts, list) else [texts]:
                if not isinstance(text, str):
                    raise wrong_shape("a language has a text, or a list of texts")
                found.append(text_literal(text, language, direction))
        except IssuerError as error:
            error.where = pointer(tag, error.where)
            raise
    return found


def refuse_deep_lists(value: Any) -> None:
    """Processors differ on lists within lists within a list that is written out."""
    for item in value if isinstance(value, list) else []:
        if isinstance(item, list) and any(isinstance(inner, list) for inner in item):
            raise wrong_shape("lists are nested deeper than all processors read them alike")
