"""Whether the credential has the shape it promises: the Open Badges schema, and those it names itself.

Bundled schemas cost no request; a stranger's schema is fetched once the proof has passed, and evaluated
within bounds. Sources: OB 3.0 §9.1 step 1, 1EdTech Credential Custom Schema 1.0, VC JSON Schema.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from issuer.errors import Invalid, Refused, Undecided
from issuer.proofs.registered_claims import is_v1
from issuer.proofs.strict_json import JsonObject, parse_value
from issuer.verification.documents import SCHEMA_MEDIA_TYPES, Documents
from issuer.verification.fetching import fetched
from issuer.verification.findings import Findings
from issuer.verification.foreign_schema import validate_with
from issuer.verification.intake import listed, listed_texts
from issuer.verification.report import Check, Outcome
from issuer.verification.schema_validation import (
    ACHIEVEMENT_CREDENTIAL,
    CLR_CREDENTIAL,
    ENDORSEMENT_CREDENTIAL,
    Violation,
    is_bundled,
    violations,
)
from issuer.verification.structure import V2_CONTEXT, Kind

MAX_FETCHED_SCHEMAS = 2
MAX_SHOWN_VIOLATIONS = 5
_KNOWN_TYPES = frozenset({"1EdTechJsonSchemaValidator2019", "JsonSchema"})
_SCHEMA_OF_KIND = {
    Kind.BADGE: ACHIEVEMENT_CREDENTIAL,
    Kind.ENDORSEMENT: ENDORSEMENT_CREDENTIAL,
    Kind.RECORD: CLR_CREDENTIAL,
}
_SOURCE = "OB 3.0 §9.1 step 1; 1EdTech Credential Custom Schema 1.0"
_CONFORMS = Check("schema", Outcome.PASSED, None, "The badge has the shape that Open Badges 3.0 asks for.", _SOURCE)
_NO_SCHEMA = Check(
    "schema",
    Outcome.PASSED,
    None,
    "A credential that is no Open Badge needs no more than its data model.",
    "VCDM 2.0 §4",
)
_V1_NAMES = {"issuanceDate": "validFrom", "expirationDate": "validUntil"}


def check_schema(document: JsonObject, kind: Kind, documents: Documents, findings: Findings) -> None:
    """Add the rows about the credential's shape.

    Codes: ``schema.violation``, ``schema.ref_remote``, ``schema.untrusted``, ``fetch.*``.
    """
    required = _SCHEMA_OF_KIND.get(kind)
    if required is None:
        findings.add(_NO_SCHEMA)
    elif _reported(_broken(document, required), findings):
        findings.add(_CONFORMS)
    fetches = 0
    for entry in listed(document.get("credentialSchema")):
        url = entry.get("id") if isinstance(entry, dict) else None
        if url == required:
            continue
        fetches += not is_bundled(str(url))
        try:
            found = _named(entry, document, documents, may_fetch=fetches <= MAX_FETCHED_SCHEMAS)
        except (Invalid, Undecided) as problem:
            findings.add_problem("schema", problem, _SOURCE)
        else:
            if _reported(found, findings):
                findings.add(_named_row())


def _named(entry: Any, document: JsonObject, documents: Documents, may_fetch: bool) -> tuple[Violation, ...]:
    """What the document breaks in one schema that it names. Errors: Invalid, Undecided."""
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        raise Invalid("schema.violation", "A credentialSchema has an id and a type.", "/credentialSchema")
    if is_bundled(entry["id"]):
        return violations(entry["id"], document, MAX_SHOWN_VIOLATIONS)
    if not _KNOWN_TYPES & set(listed_texts(entry.get("type"))):
        raise Undecided("schema.untrusted", "The badge names a kind of schema that is not evaluated here.")
    if not may_fetch:
        raise Undecided("schema.untrusted", "The badge names more schemas than are looked up.")
    return validate_with(_schema_at(entry["id"], documents), document, MAX_SHOWN_VIOLATIONS)


def _schema_at(url: str, documents: Documents) -> Any:
    unreachable = ("schema.untrusted", "A schema that the badge names could not be fetched. Try again later.")
    found = fetched(url, SCHEMA_MEDIA_TYPES, documents, unreachable)
    try:
        return parse_value(found.body)
    except Refused as refused:
        raise Undecided("schema.untrusted", "A schema that the badge names is no readable JSON.") from refused


def _reported(found: tuple[Violation, ...], findings: Findings) -> bool:
    """Whether nothing was found; else every violation as a row."""
    for violation in found:
        findings.add_problem("schema", Invalid("schema.violation", violation.sentence, violation.pointer), _SOURCE)
    return not found


def _as_v2(document: JsonObject) -> JsonObject:
    """A credential of the data model 1.1 as its equal in 2.0, whose schema it is held against."""
    if not is_v1(document):
        return document
    renamed = {_V1_NAMES.get(name, name): value for name, value in document.items()}
    contexts = listed(document.get("@context"))
    return {**renamed, "@context": [V2_CONTEXT, *contexts[1:]]}


def _broken(document: JsonObject, required: str) -> tuple[Violation, ...]:
    """What the document breaks in the schema of its kind; the same sentence once."""
    found = [one for held in _as_held(document, required) for one in violations(required, held, MAX_SHOWN_VIOLATIONS)]
    return tuple(dict.fromkeys(found))[:MAX_SHOWN_VIOLATIONS]


def _as_held(document: JsonObject, required: str) -> list[JsonObject]:
    """The document in the shapes that the schema of its kind is asked about.

    The schema has room for one status entry, the data model for several (VCDM 2.0 §4.10), each of which is looked up:
    unless the document promises that schema by name, it is held against it with each of them.
    """
    document, entries = _as_v2(document), document.get("credentialStatus")
    if not isinstance(entries, list) or not entries:
        return [document]
    schemas = [entry for entry in listed(document.get("credentialSchema")) if isinstance(entry, dict)]
    if any(entry.get("id") == required for entry in schemas):
        return [document]
    return [{**document, "credentialStatus": entry} for entry in entries]


@cache
def _named_row() -> Check:
    return Check("schema", Outcome.PASSED, None, "The badge has the shape that a schema it names asks for.", _SOURCE)
