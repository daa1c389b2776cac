"""An Open Badges 2.0 assertion: what it must hold, and how it reads as a credential.

Source: Open Badges Specification 2.0, "Assertion", "IdentityObject", "VerificationObject".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from issuer.errors import Invalid
from issuer.proofs.strict_json import JsonObject
from issuer.verification.intake import listed_texts

CONTEXT = "https://w3id.org/openbadges/v2"
SIGNED = frozenset({"SignedBadge", "signed"})
HOSTED = frozenset({"HostedBadge", "hosted"})
_IDENTITY_TYPES = {"email": "emailAddress"}


def is_assertion(document: JsonObject) -> bool:
    """Whether this is an Open Badges 2.0 assertion rather than a credential."""
    return "Assertion" in listed_texts(document.get("type")) and CONTEXT in listed_texts(document.get("@context"))


def is_signed(document: JsonObject) -> bool:
    """Whether its verification is by signature; by hosting otherwise."""
    return bool(SIGNED & set(listed_texts(document["verification"].get("type"))))


def structure_problems(document: JsonObject) -> Iterator[Invalid]:
    """Every rule of an assertion that it breaks. Code: ``schema.violation``."""
    for member in ("id", "issuedOn"):
        if not isinstance(document.get(member), str) or not document[member]:
            yield _violation(f"An assertion has `{member}`, a text.", member)
    verification = document.get("verification")
    kinds = set(listed_texts(verification.get("type"))) if isinstance(verification, dict) else set()
    if len(kinds & SIGNED) + len(kinds & HOSTED) != 1:
        message = "An assertion says whether it is verified by its signature or where it is hosted."
        yield _violation(message, "verification")
    recipient = document.get("recipient")
    if not isinstance(recipient, dict) or not isinstance(recipient.get("identity"), str):
        yield _violation("An assertion says who its recipient is.", "recipient")
    if id_of(document.get("badge")) is None:
        yield _violation("An assertion names its badge class.", "badge")


def as_credential(document: JsonObject, badge_class: JsonObject, issuer: JsonObject) -> JsonObject:
    """The same facts under the names of Open Badges 3.0, for the checks that both editions share."""
    recipient = document["recipient"]
    kind = recipient.get("type")
    identity = {
        "type": "IdentityObject",
        "hashed": recipient.get("hashed", False),
        "identityHash": recipient["identity"],
        "identityType": _IDENTITY_TYPES.get(kind, kind) if isinstance(kind, str) else "identifier",
    }
    salt = recipient.get("salt")
    return {
        "id": document["id"],
        "type": listed_texts(document["type"]),
        "issuer": {"id": issuer["id"], "name": issuer.get("name")},
        "validFrom": document["issuedOn"],
        **({"validUntil": document["expires"]} if "expires" in document else {}),
        "credentialSubject": {
            "identifier": [{**identity, "salt": salt} if isinstance(salt, str) else identity],
            "achievement": {"id": badge_class.get("id"), "name": badge_class.get("name")},
        },
    }


def id_of(value: Any) -> str | None:
    """The id of something that is named by it or written out."""
    named = value.get("id") if isinstance(value, dict) else value
    return named if isinstance(named, str) and named else None


def _violation(message: str, member: str) -> Invalid:
    return Invalid("schema.violation", message, f"/{member}")
