"""Whether a badge belongs to a person the caller knows: by id, or by a plain or hashed identifier.

Source: OB 3.0 §IdentityObject and §verify-identifier: the salt is appended, SHA-256 or MD5, hex in any case.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from issuer.proofs.strict_json import JsonObject
from issuer.verification.findings import Findings
from issuer.verification.intake import listed
from issuer.verification.report import Check, Outcome

_SOURCE = "OB 3.0 §9.1 step 5, verify-identifier"
_NOT_ASKED = Check(
    "recipient", Outcome.NOT_APPLICABLE, None, "You did not ask whether it belongs to a certain person.", _SOURCE
)
_MATCHES = Check("recipient", Outcome.PASSED, None, "The badge was awarded to the person you named.", _SOURCE)
_HASHES = {"sha256": hashlib.sha256, "md5": lambda data: hashlib.md5(data, usedforsecurity=False)}
_MAILTO = "mailto:"


def check_recipient(document: JsonObject, known: str | None, findings: Findings) -> None:
    """Add the row about the recipient. known: an e-mail address or id, as the caller has it; code
    ``recipient.unverified`` when the badge is somebody else's."""
    if known is None:
        findings.add(_NOT_ASKED)
    elif belongs_to(document.get("credentialSubject"), known.strip()):
        findings.add(_MATCHES)
    else:
        findings.failed(
            "recipient", "recipient.unverified", "The badge was not awarded to the person you named.", _SOURCE
        )


def belongs_to(subject: Any, known: str) -> bool:
    """Whether `known` is the subject's id or one of its identifiers. E-mail addresses also match lower-cased."""
    if not isinstance(subject, dict) or not known:
        return False
    wanted = {known, known.lower()} if "@" in known else {known}
    if subject.get("id") in wanted | {_MAILTO + name for name in wanted}:
        return True
    entries = [entry for entry in listed(subject.get("identifier")) if isinstance(entry, dict)]
    return any(_matches(entry, name) for entry in entries for name in wanted)


def _matches(entry: JsonObject, name: str) -> bool:
    given, salt = entry.get("identityHash"), entry.get("salt", "")
    if not isinstance(given, str) or not isinstance(salt, str):
        return False
    if entry.get("identityType") == "emailAddress" and "@" not in name:
        return False
    if entry.get("hashed") is not True:
        return _same(given, name)
    algorithm, _, digest = given.partition("$")
    if algorithm not in _HASHES:
        return False
    return _same(digest.lower(), _HASHES[algorithm]((name + salt).encode()).hexdigest())


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
