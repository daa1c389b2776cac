"""The issuer's Profile: short inside badges, in full at its own address."""

from __future__ import annotations

from issuer.credentials.encode import without_empty
from issuer.credentials.identity import IssuerIdentity
from issuer.credentials.vocabulary import CREDENTIALS_CONTEXT, OPEN_BADGES_CONTEXT
from issuer.proofs.strict_json import JsonObject


def issuer_object(identity: IssuerIdentity) -> JsonObject:
    """The `issuer` of a badge: always an object of type Profile (OB 3.0 §Profile), without e-mail."""
    return without_empty(
        {
            "id": identity.did,
            "type": ["Profile"],
            "name": identity.name,
            "url": identity.url,
            "description": identity.description,
        }
    )


def profile_document(identity: IssuerIdentity) -> JsonObject:
    """The Profile as its own JSON-LD document, the body of ``GET /issuer``."""
    members = {"@context": [CREDENTIALS_CONTEXT, OPEN_BADGES_CONTEXT], **issuer_object(identity)}
    return without_empty({**members, "email": identity.email})
