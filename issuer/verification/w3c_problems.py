"""Our codes as the problem types of the W3C specifications, for software that asks over their API.

Sources: VCDM 2.0 §7.2; VC-DI §4.7; VC-DI ECDSA §3.4; CID 1.0 §3.5; Bitstring Status List 1.0 §3.5; RFC 9457.
"""

from __future__ import annotations

from issuer.errors import IssuerError
from issuer.proofs.strict_json import JsonObject

_DATA_MODEL = "https://www.w3.org/TR/vc-data-model#"
_SECURITY = "https://w3id.org/security#"
_STATUS = "https://www.w3.org/ns/credentials/status-list#"
_BY_CODE = {
    "ld.data_loss": f"{_SECURITY}DATA_LOSS_DETECTION_ERROR",
    "ld.not_compact": f"{_SECURITY}DATA_LOSS_DETECTION_ERROR",
    "status.unreachable": f"{_STATUS}STATUS_RETRIEVAL_ERROR",
    "status.list_too_short": f"{_STATUS}STATUS_LIST_LENGTH_ERROR",
    "status.index_range": f"{_DATA_MODEL}RANGE_ERROR",
    "time.window_inverted": f"{_DATA_MODEL}RANGE_ERROR",
    "status.malformed": f"{_DATA_MODEL}MALFORMED_VALUE_ERROR",
    "status.index_malformed": f"{_DATA_MODEL}MALFORMED_VALUE_ERROR",
}
_BY_FAMILY = {
    "json": f"{_DATA_MODEL}PARSING_ERROR",
    "input": f"{_DATA_MODEL}PARSING_ERROR",
    "jose": f"{_DATA_MODEL}CRYPTOGRAPHIC_SECURITY_ERROR",
    "sig": f"{_SECURITY}PROOF_VERIFICATION_ERROR",
    "proof": f"{_SECURITY}PROOF_VERIFICATION_ERROR",
    "key": f"{_SECURITY}INVALID_VERIFICATION_METHOD",
    "did": f"{_SECURITY}INVALID_CONTROLLED_IDENTIFIER_DOCUMENT",
    "issuer": f"{_DATA_MODEL}CRYPTOGRAPHIC_SECURITY_ERROR",
    "status": f"{_STATUS}STATUS_VERIFICATION_ERROR",
}
_OF_PLACES = {
    ("proof.domain", "/proof/domain"): f"{_SECURITY}INVALID_DOMAIN_ERROR",
    ("proof.domain", "/proof/challenge"): f"{_SECURITY}INVALID_CHALLENGE_ERROR",
    ("input.invalid", "/options/mandatoryPointers"): f"{_SECURITY}PROOF_GENERATION_ERROR",
    ("input.invalid", "/options/selectivePointers"): f"{_SECURITY}PROOF_GENERATION_ERROR",
}


def problem_type(code: str, where: str | None = None) -> str:
    """The URL of the problem that a code stands for; a malformed value where no other fits."""
    family = code.partition(".")[0]
    return (
        _OF_PLACES.get((code, where or ""))
        or _BY_CODE.get(code)
        or _BY_FAMILY.get(family)
        or f"{_DATA_MODEL}MALFORMED_VALUE_ERROR"
    )


def problem_details(error: IssuerError) -> JsonObject:
    """One problem as the API answers it; `code` is our own stable one."""
    details: JsonObject = {
        "type": problem_type(error.code, error.where),
        "title": error.message,
        "detail": error.message if error.where is None else f"{error.message} (At: {error.where[:200]})",
        "code": error.code,
    }
    return details if error.where is None else {**details, "where": error.where[:200]}
