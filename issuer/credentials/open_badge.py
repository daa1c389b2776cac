"""The badge itself, before it is signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from badge_classes.model import BadgeClass
from issuer.credentials.achievement import achievement
from issuer.credentials.encode import without_empty
from issuer.credentials.evidence import evidence
from issuer.credentials.identity import IssuerIdentity
from issuer.credentials.moments import valid_until, written
from issuer.credentials.profile import issuer_object
from issuer.credentials.recipient import Recipient, displayed_name, identity_objects
from issuer.credentials.references import ChildRef, Replaced, ReviewedFile, replaced_credential
from issuer.credentials.results import results
from issuer.credentials.text import clean, clean_line
from issuer.credentials.urls import PublicUrls
from issuer.credentials.vocabulary import (
    BADGE_SCHEMA,
    BADGE_SCHEMA_TYPE,
    CREDENTIALS_CONTEXT,
    EXTENSIONS_CONTEXT,
    OPEN_BADGES_CONTEXT,
    REVOCATION,
)
from issuer.domain.award import StatusEntry
from issuer.domain.review import Rating
from issuer.proofs.strict_json import JsonObject

CONTEXTS = (CREDENTIALS_CONTEXT, OPEN_BADGES_CONTEXT, EXTENSIONS_CONTEXT)


@dataclass(frozen=True)
class BadgeContent:
    """Everything one badge says.

    id: the award's UUID, last segment of the badge's address.
    subject_id: a fresh URI of this badge alone (``urn:uuid:…``); VC-JWT needs one for `sub`.
    salt: at least 16 fresh random bytes. public_narratives: requirement id → Markdown.
    children: what a certification is stacked on. replaces: the badge this one corrects.
    files: those whose digests are named.
    """

    id: str
    badge_class: BadgeClass
    recipient: Recipient
    ratings: tuple[Rating, ...]
    public_narratives: Mapping[str, str] = field(hash=False)
    status: StatusEntry
    valid_from: datetime
    awarded_at: datetime
    salt: bytes = field(repr=False)
    subject_id: str
    children: tuple[ChildRef, ...] = ()
    replaces: Replaced | None = None
    files: tuple[ReviewedFile, ...] = ()


def unsigned_badge(content: BadgeContent, identity: IssuerIdentity) -> JsonObject:
    """The OpenBadgeCredential without proof (OB 3.0 §AchievementCredential, VC Data Model 2.0).

    Of the two equal type names `OpenBadgeCredential` is the one that wallets and verifiers look for.
    Raises Unprocessable (`issue.lint`, `time.malformed`) when the parts do not make a badge.
    """
    urls, badge_class = PublicUrls(identity.public_url), content.badge_class
    end = valid_until(content.valid_from, badge_class.valid_for)
    members = {
        "@context": list(CONTEXTS),
        "id": urls.credential(content.id),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": clean_line(badge_class.name),
        "description": clean(badge_class.description),
        "issuer": issuer_object(identity),
        "validFrom": written(content.valid_from),
        "validUntil": written(end) if end else None,
        "awardedDate": written(content.awarded_at),
        "credentialSubject": _subject(content, urls),
        "evidence": evidence(content.id, badge_class, content.public_narratives, content.children, urls, content.files),
        "relatedResource": [replaced_credential(content.replaces, urls)] if content.replaces else None,
        "credentialStatus": status_entry(content.status, urls),
        "credentialSchema": [{"id": BADGE_SCHEMA, "type": BADGE_SCHEMA_TYPE}],
    }
    return without_empty(members)


def status_entry(status: StatusEntry, urls: PublicUrls) -> JsonObject:
    """The badge's one status entry (Bitstring Status List 1.0 §2.1): index as text, id unlike the list's."""
    return {
        "id": urls.status_entry(REVOCATION, status.list_number, status.index),
        "type": "BitstringStatusListEntry",
        "statusPurpose": REVOCATION,
        "statusListIndex": str(status.index),
        "statusListCredential": urls.status_list(REVOCATION, status.list_number),
    }


def _subject(content: BadgeContent, urls: PublicUrls) -> JsonObject:
    """`name` is a term of the base context, so it stands on the subject itself, where wallets look for it."""
    return without_empty(
        {
            "id": content.subject_id,
            "type": ["AchievementSubject"],
            "name": displayed_name(content.recipient),
            "identifier": identity_objects(content.recipient, content.salt),
            "achievement": achievement(content.badge_class, urls),
            "result": results(content.badge_class, content.ratings, urls),
        }
    )
