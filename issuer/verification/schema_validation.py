"""Holding a document against the bundled JSON Schemas, compiled once.

Draft 2019-09 as Open Badges 3.0 uses it (1EdTechJsonSchemaValidator2019): formats are annotations, nothing
is fetched. A document that conforms costs one call into compiled code; sentences are made only for one
that does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

import jsonschema_rs

import schemas
from issuer.errors import Invalid, Unavailable
from issuer.verification.schema_sentences import sentence

_OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_"
ACHIEVEMENT_CREDENTIAL = f"{_OPEN_BADGES}achievementcredential_schema.json"
ENDORSEMENT_CREDENTIAL = f"{_OPEN_BADGES}endorsementcredential_schema.json"
PROFILE = f"{_OPEN_BADGES}profile_schema.json"
CREDENTIALS_RESPONSE = f"{_OPEN_BADGES}getopenbadgecredentialsresponse_schema.json"
CLR_CREDENTIAL = "https://purl.imsglobal.org/spec/clr/v2p0/schema/json/clr_v2p0_clrcredential_schema.json"
STATUS_LIST_CREDENTIAL = "urn:x-issuer:bitstring-status-list-credential"

MAX_VIOLATIONS = 20
MAX_VALUES_FOR_A_LIST = 2_000


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where a document breaks a schema.

    pointer: JSON Pointer (RFC 6901) of the place, "" for the whole document. sentence: for a person.
    """

    pointer: str
    sentence: str


def is_bundled(url: str) -> bool:
    """Whether a bundled schema answers for this address, so that nothing need be fetched."""
    return url in schemas.schema_urls()


def conforms(url: str, document: Any) -> bool:
    """Whether `document` (parsed JSON) conforms to the bundled schema; the cheapest question."""
    return _compiled(url).is_valid(document)


def violations(url: str, document: Any, at_most: int = MAX_VIOLATIONS) -> tuple[Violation, ...]:
    """What `document` breaks in the bundled schema, first things first; empty when it conforms.

    Raises Unavailable (``verifier.unavailable``) when the bundle does not answer for `url` or is damaged.
    """
    validator = _compiled(url)
    return () if validator.is_valid(document) else violations_of(validator, document, at_most)


def require_conformant(url: str, document: Any) -> None:
    """Raises Invalid (``schema.violation``, at the first place) when `document` breaks the bundled schema."""
    if broken := violations(url, document, at_most=1):
        raise Invalid("schema.violation", broken[0].sentence, broken[0].pointer)


def violations_of(validator: jsonschema_rs.Validator, document: Any, at_most: int) -> tuple[Violation, ...]:
    """The first violations a compiled validator finds; only the very first in a document of many values.

    (The compiled code collects every error before it gives the first away.)
    """
    try:
        validator.validate(document)
    except jsonschema_rs.ValidationError as first:
        if at_most == 1 or not _has_few_values(document):
            return (_violation(first),)
        return tuple(_violation(error) for error in islice(validator.iter_errors(document), at_most))
    return ()


def _violation(error: jsonschema_rs.ValidationError) -> Violation:
    return Violation(json_pointer(error.instance_path), sentence(error.kind))


def _has_few_values(document: Any) -> bool:
    waiting, seen = [document], 0
    while waiting and seen <= MAX_VALUES_FOR_A_LIST:
        value = waiting.pop()
        seen += 1
        waiting.extend(value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())
    return not waiting and seen <= MAX_VALUES_FOR_A_LIST


def json_pointer(path: list[str | int]) -> str:
    """The JSON Pointer (RFC 6901) of a path of member names and list positions."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


@cache
def _compiled(url: str) -> jsonschema_rs.Validator:
    try:
        schema = schemas.json_schema(url)
    except schemas.SchemasError as error:
        raise Unavailable("verifier.unavailable", error.message) from error
    return jsonschema_rs.Draft201909Validator(schema, validate_formats=False, offline=True)
