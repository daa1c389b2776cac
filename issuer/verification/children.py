"""The badges that a certification is stacked on, as it names them: address and digest as evidence.

For certifications of the house each child is looked up in the issuance record, so nothing is fetched; a
child may be private, and nothing is said of it beyond what the certification itself says. Sources: VCDM
2.0 §5.3 "Integrity of Related Resources", CID 1.0 §2.5 "Multihash".
"""

from __future__ import annotations

from dataclasses import dataclass

from issuer.credentials.vocabulary import N_QUADS
from issuer.domain.award import Standing
from issuer.errors import Invalid
from issuer.proofs import multibase
from issuer.proofs.strict_json import JsonObject
from issuer.verification.documents import OwnIssuer
from issuer.verification.findings import Findings, bounded
from issuer.verification.intake import listed
from issuer.verification.proving import Proven
from issuer.verification.report import Check, Outcome

MAX_STRANGERS_SHOWN = 64
_SHA2_256_PREFIX = b"\x12\x20"
_MAX_SHOWN_CHARS = 120
_SOURCE = "Issuance record of this service; VCDM 2.0 §5.3"
_STRANGERS_SOURCE = "VCDM 2.0 §5.3"


@dataclass(frozen=True, slots=True)
class _Child:
    """A badge as the certification names it. content_sha256: hex, empty when its digest is of no kind known here."""

    id: str
    name: str
    content_sha256: str


def check_children(badge: Proven, own: OwnIssuer | None, findings: Findings) -> None:
    """Add one row for each child of a stack; none where a badge names no children.

    What somebody else's certification is stacked on is named, not looked up. Codes: ``status.revoked``,
    ``status.suspended``, ``credential.superseded``, ``issuer.unknown_or_mismatch``.
    """
    children = [_read(entry) for entry in listed(badge.presented.document.get("evidence")) if _is_child(entry)]
    if own is None or badge.issuer != own.did:
        for child in children[:MAX_STRANGERS_SHOWN]:
            findings.add(_unseen_row(child))
        return
    for child in children:
        try:
            findings.add(_looked_up(child, own))
        except Invalid as problem:
            findings.add_problem("child", problem, _SOURCE)


def _is_child(entry: object) -> bool:
    """A resource with a digest of canonical N-Quads is a credential named so that no other can take its place."""
    return (
        isinstance(entry, dict)
        and entry.get("mediaType") == N_QUADS
        and isinstance(entry.get("id"), str)
        and isinstance(entry.get("digestMultibase"), str)
    )


def _read(entry: JsonObject) -> _Child:
    name = entry.get("name")
    return _Child(entry["id"], name if isinstance(name, str) and name else entry["id"], _sha256(entry))


def _sha256(entry: JsonObject) -> str:
    try:
        digest = multibase.decode(entry["digestMultibase"])
    except ValueError:
        return ""
    return digest[2:].hex() if digest.startswith(_SHA2_256_PREFIX) and len(digest) == 34 else ""


def _looked_up(child: _Child, own: OwnIssuer) -> Check:
    """Errors: Invalid when the child does not stand as the certification needs it."""
    record, shown = own.record(child.id), _shown(child)
    standing = None if record is None or record.content_sha256 != child.content_sha256 else record.standing
    if standing is None:
        raise Invalid("issuer.unknown_or_mismatch", f"It is stacked on {shown}, which was never issued so.")
    if standing is Standing.REVOKED:
        raise Invalid("status.revoked", f"It is stacked on {shown}, which has been revoked.")
    if standing is Standing.SUSPENDED:
        raise Invalid("status.suspended", f"It is stacked on {shown}, which is suspended for the time being.")
    if standing is Standing.SUPERSEDED:
        message = f"It is stacked on {shown}, in whose place the issuer has put a corrected badge."
        return Check("child", Outcome.PASSED, "credential.superseded", message, _SOURCE)
    return Check("child", Outcome.PASSED, None, f"It is stacked on {shown}, issued exactly so and in force.", _SOURCE)


def _unseen_row(child: _Child) -> Check:
    message = f"It is stacked on {_shown(child)}, which was not looked at here. Ask the holder for it."
    return Check("child", Outcome.NOT_APPLICABLE, None, message, _STRANGERS_SOURCE)


def _shown(child: _Child) -> str:
    return f"“{bounded(child.name, _MAX_SHOWN_CHARS)}”"
