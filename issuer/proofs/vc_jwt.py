"""Credentials as JSON Web Tokens: the VC-JWT of Open Badges 3.0 §8.2, and reading VC-JOSE-COSE.

The payload is the credential itself with the registered claims beside its members. A credential of
VCDM 1.1 sits in the claim `vc` instead. The registered claims repeat what the credential says; a token
whose claims and credential disagree is not good, whatever its signature.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal

from issuer.errors import Invalid
from issuer.proofs import base64url
from issuer.proofs.compact_json import write_compact
from issuer.proofs.jws import sign_compact
from issuer.proofs.registered_claims import (
    REGISTERED_CLAIMS,
    JwtTimes,
    check_claims,
    claim_problems,
    claims_for,
    is_v1,
    numeric_date,
    times_of,
)
from issuer.proofs.signer import Signer
from issuer.proofs.strict_json import JsonObject
from issuer.proofs.timestamps import format_timestamp

__all__ = ["JwtTimes", "check_claims", "claim_problems", "credential_of", "secure", "secure_w3c", "times_of"]

_CLAIM_NAMES = REGISTERED_CLAIMS | {"vc"}
_CREDENTIAL_MEMBERS = frozenset(
    {
        "@context",
        "credentialSchema",
        "credentialStatus",
        "credentialSubject",
        "expirationDate",
        "id",
        "issuanceDate",
        "issuer",
        "proof",
        "type",
        "validFrom",
        "validUntil",
    }
)
"""What a token with a `vc` claim says nowhere else: beside it, it would be signed and read by nobody."""


def secure(credential: JsonObject, signer: Signer, kid: str | None = None) -> str:
    """`credential` (VCDM 2.0, with or without embedded proofs) as a signed VC-JWT (OB 3.0 §8.2).

    kid: the URL of the public key; the signer's verification method when None.
    Errors: Invalid ``jose.claims_missing`` (no issuer, id, validFrom or credentialSubject.id),
    ``jose.claims_mismatch`` (a member of the credential has a claim's name), ``time.malformed``,
    ``json.non_finite_number``, ``json.lone_surrogate``.
    """
    _check_names(credential)
    payload = {**credential, **claims_for(credential)}
    return sign_compact(_encoded_header(signer.alg, kid or signer.verification_method), write_compact(payload), signer)


def secure_w3c(content: JsonObject, signer: Signer, kind: Literal["vc", "vp"] = "vc") -> str:
    """A credential or presentation (VCDM 2.0) as a signed token of the W3C's kind: the payload is the document itself.

    Source: VC-JOSE-COSE §3.1.1, §3.1.2. Errors: as `secure`; no member is missed.
    """
    _check_names(content)
    header = {"alg": signer.alg, "kid": signer.verification_method, "typ": f"{kind}+jwt", "cty": kind}
    return sign_compact(base64url.encode(write_compact(header)), write_compact(content), signer)


def credential_of(payload: JsonObject) -> JsonObject:
    """The credential in a token's payload, without the registered claims.

    For VCDM 1.1 that is the claim `vc`, completed from the claims it may leave out (VCDM 1.1 §6.3.1).
    Errors: Invalid ``jose.claims_mismatch`` when `vc` stands beside a credential, or its place does not
    fit the version its first context names; ``time.malformed`` for a claim that is no NumericDate.
    """
    inner = payload.get("vc")
    if "vc" not in payload:
        credential = payload.copy()
        for name in REGISTERED_CLAIMS.intersection(payload):
            del credential[name]
    elif isinstance(inner, dict) and not _CREDENTIAL_MEMBERS & payload.keys():
        credential = _completed(inner, payload)
    else:
        raise Invalid("jose.claims_mismatch", "The token holds a credential in vc and another beside it.", "vc")
    is_old = is_v1(credential)
    if ("vc" in payload) != is_old:
        message = "A credential of the data model 2.0 is the token's payload itself, and stands in no vc claim."
        if is_old:
            message = "A credential of the data model 1.1 stands in the token's vc claim, and nowhere else."
        raise Invalid("jose.claims_mismatch", message, "vc")
    return credential


def _check_names(credential: JsonObject) -> None:
    if not _CLAIM_NAMES.isdisjoint(credential):
        clash = min(_CLAIM_NAMES & credential.keys())
        raise Invalid("jose.claims_mismatch", "A member of the credential has the name of a claim.", clash)


def _completed(inner: JsonObject, payload: JsonObject) -> JsonObject:
    """A VCDM 1.1 credential with the members that only its token's claims state."""
    credential = dict(inner)
    for member, claim in (("id", "jti"), ("issuer", "iss")):
        if member not in credential and claim in payload:
            credential[member] = payload[claim]
    for member, claim in (("issuanceDate", "nbf"), ("expirationDate", "exp")):
        seconds = numeric_date(payload, claim)
        if member not in credential and seconds is not None:
            credential[member] = format_timestamp(datetime.fromtimestamp(seconds, UTC))
    subject = credential.get("credentialSubject")
    if isinstance(subject, dict) and "id" not in subject and "sub" in payload:
        credential["credentialSubject"] = {"id": payload["sub"], **subject}
    return credential


@lru_cache(maxsize=64)
def _encoded_header(alg: str, kid: str) -> bytes:
    return base64url.encode(write_compact({"alg": alg, "kid": kid, "typ": "JWT"}))
