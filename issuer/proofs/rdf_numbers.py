"""JSON numbers and booleans as RDF literals.

Source: JSON-LD 1.1 API, sections 8.2.2 "Object to RDF Conversion" and 8.6 "Data Round Tripping".
"""

from __future__ import annotations

from issuer.errors import Invalid
from issuer.proofs.n_quads import XSD

XSD_DOUBLE = f"{XSD}double"
_LEAST = 1e-6
_GREATEST = 2**53


def number_literal(value: bool | int | float, datatype: str) -> str:
    """The literal for `value` as an N-Quads term: 42.0 is ``"42"``, 36.5 is ``"3.65E1"``.

    datatype: the IRI that the term of the context gives, or "" for XML Schema's own.
    Raises Invalid ``json.number_out_of_range`` for numbers other than 0 whose magnitude is not within
    1e-6…2^53, and for fractions with more digits than the canonical form has: processors disagree on those.
    """
    if value is True or value is False:
        return f'"{"true" if value else "false"}"^^<{datatype or XSD + "boolean"}>'
    if value != 0 and not _LEAST <= abs(value) <= _GREATEST:
        raise _out_of_range()
    if value == int(value) and datatype != XSD_DOUBLE:
        return f'"{int(value)}"^^<{datatype or XSD + "integer"}>'
    return f'"{_canonical_double(value)}"^^<{datatype or XSD + "double"}>'


def double_written_out(text: str) -> str:
    """The literal for a text that a context calls an xsd:double, in its canonical form.

    Raises Invalid ``json.number_out_of_range`` for any other form: the algorithm keeps it, processors in use
    (jsonld.js, pyld) write it anew.
    """
    try:
        canonical = number_literal(float(text), XSD_DOUBLE)
    except ValueError:
        raise _out_of_range() from None
    if canonical != f'"{text}"^^<{XSD_DOUBLE}>':
        raise _out_of_range()
    return canonical


def _canonical_double(value: int | float) -> str:
    mantissa, _, exponent = f"{value:.15E}".partition("E")
    text = f"{mantissa.rstrip('0')}{'0' if mantissa.rstrip('0').endswith('.') else ''}E{int(exponent)}"
    if float(text) != value:
        raise _out_of_range()
    return text


def _out_of_range() -> Invalid:
    return Invalid("json.number_out_of_range", "This number is one that linked-data processors write differently.")
