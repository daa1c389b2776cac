"""Whether a badge in the house's own name was ever issued: whole, or as a part that its earner chose to show.

A badge that was not was signed with a stolen key, whatever its dates say. Whoever holds such a key could also vouch
for further statements in a badge that was issued, so a part is held against the whole, statement by statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from issuer.errors import Invalid, Refused
from issuer.proofs.ecdsa_sd_derived import statements
from issuer.proofs.ecdsa_sd_statements import LabelledDocument
from issuer.proofs.ecdsa_sd_values import read_base, read_derived
from issuer.proofs.linked_data import Reader
from issuer.proofs.strict_json import parse_object
from issuer.verification.findings import Findings
from issuer.verification.intake import listed
from issuer.verification.proving import LOGGED_BEFORE, SELECTIVE, Proven
from issuer.verification.structure import is_open_badge, is_record
from issuer.verification.tools import Visit

_SOURCE = "Issuance record of this service"


def check_ledger(proven: Proven, visit: Visit, findings: Findings) -> None:
    """Add a failed row ``issuer.unknown_or_mismatch`` for a badge of ours that we have not issued so.

    Signed with a lost key, it gets ``key.compromised`` as well.
    """
    own = visit.tools.own
    document = proven.presented.document
    if own is None or proven.issuer != own.did or not (is_open_badge(document) or is_record(document)):
        return
    credential_id = document.get("id")
    if not isinstance(credential_id, str) or not _was_issued(credential_id, proven, visit):
        findings.failed(
            "proof",
            "issuer.unknown_or_mismatch",
            "The badge names this service as its issuer, but this service has never issued it.",
            _SOURCE,
        )
        if LOGGED_BEFORE in findings.flags:
            findings.failed("binding", "key.compromised", "Somebody signed this with a key that was lost.", _SOURCE)


def _was_issued(credential_id: str, proven: Proven, visit: Visit) -> bool:
    if proven.presented.is_on_record:
        return True
    record = visit.own_record(credential_id)
    if record is None:
        return False
    try:
        return record.content_sha256 == proven.presented.content_sha256() or _is_part(credential_id, proven, visit)
    except (Invalid, Refused):
        return False


def _is_part(credential_id: str, proven: Proven, visit: Visit) -> bool:
    """Errors: Invalid, Refused for what cannot be read as a part."""
    own, token = visit.tools.own, proven.presented.intake.token
    proofs = list(_selective_proofs(proven)) if token is None else []
    if own is None or not (proofs or proven.presented.intake.sd_jwt):
        return False
    parts = own.parts(credential_id)
    if parts is None:
        return False
    if token is not None:
        return parts.token_sha256 == token.signed_sha256.hex()
    hashed = proven.presented.hashed
    known = _statements_of(parts.base, hashed.reader) if parts.base is not None else frozenset()
    return any(
        known.issuperset(statements(hashed.document, read_derived(proof["proofValue"]), hashed.reader))
        for proof in proofs
    )


def _selective_proofs(proven: Proven) -> Iterator[Any]:
    for proof in listed(proven.presented.document.get("proof")):
        if isinstance(proof, dict) and proof.get("cryptosuite") == SELECTIVE:
            yield proof


def _statements_of(base: bytes, reader: Reader) -> frozenset[str]:
    """Every statement of a badge, its blank nodes labelled as in all that its earner derives."""
    document = parse_object(base)
    proof = document.pop("proof")
    return frozenset(LabelledDocument(document, read_base(proof["proofValue"]).hmac_key, reader).lines)
