"""1EdTechRevocationList: a plain list of revoked ids, deprecated, still met on older badges.

The array is called `revokedCredential` by the validator and by most issuers, `revokedCredentials` in the draft;
`revoked` is true unless it says otherwise. Source: 1EdTech Credential Revocation List 1.0.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from issuer.errors import Invalid, Refused
from issuer.proofs.strict_json import JsonLimits, JsonObject, parse_object
from issuer.verification.documents import Documents, Found
from issuer.verification.fetching import FORBIDDEN_GROUND, fetched
from issuer.verification.intake import listed
from issuer.verification.names import issuer_id

_MEDIA_TYPES = ("application/json", "application/ld+json")
_ARRAYS = ("revokedCredential", "revokedCredentials")
_LIMITS = JsonLimits(max_bytes=2**20, max_members=100_000)
_DEFINITE = FORBIDDEN_GROUND | {"fetch.content_type", "fetch.too_large"}


def fetched_list(url: str, documents: Documents) -> Found:
    """The list at `url`. Errors: Invalid ``fetch.*``; Undecided ``status.unreachable``."""
    unreachable = ("status.unreachable", "The issuer's revocation list could not be fetched. Try again later.")
    return fetched(url, _MEDIA_TYPES, documents, unreachable, _DEFINITE)


def is_revoked(found: Found, credential_id: str, issuer: str) -> bool:
    """Whether the list names the credential. Errors: Invalid ``status.list_invalid``, ``status.issuer_untrusted``."""
    try:
        revocations = parse_object(found.body, _LIMITS)
    except Refused as refused:
        raise Invalid("status.list_invalid", "The revocation list is no readable JSON object.") from refused
    if "issuer" in revocations and issuer_id(revocations) != issuer:
        raise Invalid("status.issuer_untrusted", "The revocation list is somebody else's.")
    return _same(credential_id) in _revoked_ids(revocations)


def _revoked_ids(revocations: JsonObject) -> set[str]:
    if not any(name in revocations for name in _ARRAYS):
        raise Invalid("status.list_invalid", "The revocation list names no credentials, not even none.")
    entries = [entry for name in _ARRAYS for entry in listed(revocations.get(name))]
    return {_same(named) for named in map(_revoked_id, entries) if named is not None}


def _revoked_id(entry: Any) -> str | None:
    """The id an entry revokes; None for one that says it does not."""
    named = entry.get("id") if isinstance(entry, dict) else entry
    if not isinstance(named, str):
        raise Invalid("status.list_invalid", "The revocation list has an entry that names no credential.")
    return None if isinstance(entry, dict) and entry.get("revoked", True) is False else named


def _same(credential_id: str) -> str:
    """Ids are compared without percent escapes and outer spaces (OB 3.0 §Equality)."""
    return unquote(credential_id).strip()
