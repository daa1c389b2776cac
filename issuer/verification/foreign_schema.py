"""Holding a document against a JSON Schema that somebody else wrote.

`credentialSchema` names a schema by URL; what was fetched from there is in a stranger's hand. It is used
only when it is whole in itself, small, written for a draft we know, and cheap to evaluate; its
patterns run in an engine whose time grows with the text alone.
"""

from __future__ import annotations

from typing import Any

import jsonschema_rs

from issuer.errors import Invalid, Undecided
from issuer.verification.schema_validation import MAX_VIOLATIONS, Violation, violations_of
from issuer.verification.schema_work import WorkCounter, refuse_remote, subschemas

MAX_SUBSCHEMAS = 5_000
MAX_PATTERNS = 200
MAX_PATTERN_BYTES = 65_536

_DRAFTS: dict[str, type[jsonschema_rs.Validator]] = {
    "https://json-schema.org/draft/2019-09/schema": jsonschema_rs.Draft201909Validator,
    "https://json-schema.org/draft/2020-12/schema": jsonschema_rs.Draft202012Validator,
    "http://json-schema.org/draft-07/schema": jsonschema_rs.Draft7Validator,
}
_DEFAULT_DRAFT = "https://json-schema.org/draft/2019-09/schema"


def validate_with(schema: Any, document: Any, at_most: int = MAX_VIOLATIONS) -> tuple[Violation, ...]:
    """What `document` breaks in `schema` (both parsed JSON); empty when it conforms.

    A schema without ``$schema`` is read as draft 2019-09 (Open Badges 3.0, 1EdTechJsonSchemaValidator2019).
    Raises Invalid (``schema.ref_remote``) when the schema refers to another document, and Undecided
    (``schema.untrusted``) when it is not a schema, too large, of another draft, or would cost too much.
    """
    if not isinstance(schema, dict):
        raise Undecided("schema.untrusted", "What was found at the schema's address is not a JSON Schema.")
    _refuse_large(schema)
    refuse_remote(schema)
    WorkCounter(schema).require_bounded(document)
    return violations_of(_compiled(schema), document, at_most)


def _refuse_large(schema: dict[str, Any]) -> None:
    patterns = 0
    for number, node in enumerate(subschemas(schema)):
        named = node.get("patternProperties")
        patterns += ("pattern" in node) + (len(named) if isinstance(named, dict) else 0)
        if number >= MAX_SUBSCHEMAS or patterns > MAX_PATTERNS:
            raise Undecided("schema.untrusted", "The schema is larger than this service evaluates.")


def _compiled(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    named = schema.get("$schema", _DEFAULT_DRAFT)
    draft = _DRAFTS.get(named.rstrip("#")) if isinstance(named, str) else None
    if draft is None:
        raise Undecided("schema.untrusted", "The schema is written for a draft that is not evaluated here.")
    patterns = jsonschema_rs.RegexOptions(size_limit=MAX_PATTERN_BYTES, dfa_size_limit=MAX_PATTERN_BYTES)
    try:
        return draft(schema, validate_formats=False, offline=True, pattern_options=patterns)
    except jsonschema_rs.ReferencingError as error:
        raise Invalid("schema.ref_remote", "The schema refers to something outside itself.") from error
    except ValueError as error:
        raise Undecided("schema.untrusted", "The schema is not one that can be evaluated here.") from error
