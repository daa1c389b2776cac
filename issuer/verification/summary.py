"""The few facts of a verified credential that every reader wants first."""

from __future__ import annotations

from typing import Any

from issuer.proofs.registered_claims import is_v1
from issuer.proofs.strict_json import JsonObject
from issuer.verification.intake import listed, listed_texts
from issuer.verification.names import issuer_id
from issuer.verification.structure import is_record

MAX_SHOWN_CHARS = 2_000
TRUNCATED = "content.truncated_for_display"


def summary_of(document: JsonObject) -> JsonObject:
    """Identifiers and names as the credential writes them; None where it has no text there."""
    subject = document.get("credentialSubject")
    subject = subject if isinstance(subject, dict) else {}
    achievement = subject.get("achievement")
    achievement = achievement if isinstance(achievement, dict) else {}
    if is_record(document):
        achievement = {"name": document.get("name")}
    issuer = document.get("issuer")
    first, last = ("issuanceDate", "expirationDate") if is_v1(document) else ("validFrom", "validUntil")
    return {
        "id": _shown(document.get("id")),
        "type": [_shown(name) for name in listed_texts(document.get("type"))],
        "issuer": {
            "id": _shown(issuer_id(document)),
            "name": _shown(issuer.get("name")) if isinstance(issuer, dict) else None,
        },
        "recipient": {"id": _shown(subject.get("id")), "name": _shown(subject.get("name")) or _plain_name(subject)},
        "achievement": {"id": _shown(achievement.get("id")), "name": _shown(achievement.get("name"))},
        "valid_from": _shown(document.get(first)),
        "valid_until": _shown(document.get(last)),
    }


def is_cut(summary: JsonObject) -> bool:
    """Whether a text was too long to be shown whole."""
    named = (*summary["issuer"].values(), *summary["recipient"].values(), *summary["achievement"].values())
    texts = filter(None, (summary["id"], summary["valid_from"], summary["valid_until"], *named))
    return max(map(len, texts), default=0) > MAX_SHOWN_CHARS


def _plain_name(subject: JsonObject) -> str | None:
    """A name given as an unhashed identifier (OB 3.0 §IdentityObject)."""
    for entry in listed(subject.get("identifier")):
        if isinstance(entry, dict) and entry.get("identityType") == "name" and entry.get("hashed") is False:
            return _shown(entry.get("identityHash"))
    return None


def _shown(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    return value if len(value) <= MAX_SHOWN_CHARS else value[:MAX_SHOWN_CHARS] + "…"
