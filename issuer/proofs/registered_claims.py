"""The registered claims of a credential's token: what they have to say, and where they contradict it."""

from __future__ import annotations

from typing import Any, NamedTuple

from issuer.errors import Invalid
from issuer.proofs.jws import JwtForm
from issuer.proofs.strict_json import JsonObject
from issuer.proofs.timestamps import parse_timestamp, whole_seconds

REGISTERED_CLAIMS = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti"})
V1_CONTEXT = "https://www.w3.org/2018/credentials/v1"
_YEAR_1, _YEAR_10000 = -62_135_596_800, 253_402_300_800  # as NumericDates


class JwtTimes(NamedTuple):
    """The bounds a token sets beside those of its credential, in seconds since 1970; None when absent."""

    not_before_s: float | None
    expires_s: float | None
    issued_s: float | None


def claim_problems(payload: JsonObject, credential: JsonObject, form: JwtForm = "vc-jwt") -> tuple[Invalid, ...]:
    """Everything in which the registered claims contradict or fail the credential; empty when nothing.

    form: ``vc-jwt`` requires iss, sub, nbf and jti (OB 3.0 §9.2 "jwt-verify"); ``vc-jose`` and ``sd-jwt`` only that
    those present agree, and no times, since they tell the signature's life there (VC-JOSE-COSE §3.1.3).
    Codes: ``jose.claims_missing``, ``jose.claims_mismatch``, ``jose.audience``, ``time.malformed``.
    """
    if form == "vc-jwt" and _agree(payload, credential):
        return ()
    problems = [problem for problem in _name_problems(payload, credential, form) if problem]
    if "aud" in payload:
        problems.append(Invalid("jose.audience", "The token is meant for one audience only.", "aud"))
    if form == "vc-jwt":
        problems += [problem for problem in _time_problems(payload, credential) if problem]
    elif form == "vc-jose":
        problems += [
            Invalid("jose.claims_mismatch", f"A vc+jwt token has no {name} claim.", name)
            for name in ("vc", "vp")
            if name in payload
        ]
    return tuple(problems)


def check_claims(payload: JsonObject, credential: JsonObject, form: JwtForm = "vc-jwt") -> None:
    """Raise the first of `claim_problems`."""
    for problem in claim_problems(payload, credential, form):
        raise problem


def times_of(payload: JsonObject) -> JwtTimes:
    """The token's own times. Errors: Invalid ``time.malformed`` for a claim that is no NumericDate."""
    return JwtTimes(numeric_date(payload, "nbf"), numeric_date(payload, "exp"), numeric_date(payload, "iat"))


def claims_for(credential: JsonObject) -> JsonObject:
    claims = _names_in(credential)
    missing = [name for name, value in claims.items() if not isinstance(value, str)]
    if missing or "validFrom" not in credential:
        where = missing[0] if missing else "validFrom"
        raise Invalid("jose.claims_missing", "A VC-JWT needs an issuer, an id, a subject id and validFrom.", where)
    claims["nbf"] = _seconds(credential, "validFrom")
    if "validUntil" in credential:
        claims["exp"] = _seconds(credential, "validUntil")
    return claims


def _agree(payload: JsonObject, credential: JsonObject) -> bool:
    """Whether a VC-JWT has the very claims that `claims_for` gives: nearly all have, and that is settled at once."""
    if "aud" in payload or is_v1(credential):
        return False
    try:
        expected = claims_for(credential)
    except Invalid:
        return False
    is_plain = type(payload.get("nbf")) is int and type(payload.get("exp", 0)) is int
    return is_plain and expected.items() <= payload.items()


def _names_in(credential: JsonObject) -> JsonObject:
    """What iss, jti and sub have to be; None where the credential has no one value."""
    issuer, subject = credential.get("issuer"), credential.get("credentialSubject")
    if isinstance(subject, list) and len(subject) == 1:
        subject = subject[0]
    return {
        "iss": issuer.get("id") if isinstance(issuer, dict) else issuer,
        "jti": credential.get("id"),
        "sub": subject.get("id") if isinstance(subject, dict) else None,
    }


def _name_problems(payload: JsonObject, credential: JsonObject, form: JwtForm) -> list[Invalid | None]:
    return [
        _compared(payload, name, expected, required=form == "vc-jwt")
        for name, expected in _names_in(credential).items()
    ]


def _compared(payload: JsonObject, name: str, expected: Any, required: bool) -> Invalid | None:
    if name not in payload:
        return Invalid("jose.claims_missing", f"The claim {name} is missing.", name) if required else None
    if not isinstance(expected, str) or payload[name] != expected:
        return Invalid("jose.claims_mismatch", f"The claim {name} is not what the credential says.", name)
    return None


def _time_problems(payload: JsonObject, credential: JsonObject) -> list[Invalid | None]:
    start, end = ("issuanceDate", "expirationDate") if is_v1(credential) else ("validFrom", "validUntil")
    problems = [
        _time_compared(payload, "nbf", credential, start),
        _time_compared(payload, "exp", credential, end),
    ]
    if "nbf" not in payload:
        problems.append(Invalid("jose.claims_missing", "The claim nbf is missing.", "nbf"))
    return problems


def _time_compared(payload: JsonObject, claim: str, credential: JsonObject, member: str) -> Invalid | None:
    """A claim in whole seconds equals the member's moment rounded down. `exp` may stand alone (§9.2)."""
    if claim not in payload or (claim == "exp" and member not in credential):
        return None
    try:
        if numeric_date(payload, claim) == _seconds(credential, member):
            return None
    except Invalid as problem:
        return problem
    return Invalid("jose.claims_mismatch", f"The claim {claim} is not the credential's {member}.", claim)


def numeric_date(payload: JsonObject, name: str) -> float | None:
    if name not in payload:
        return None
    value = payload[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not _YEAR_1 <= value < _YEAR_10000:
        raise Invalid("time.malformed", f"The claim {name} is no number of seconds since 1970.", name)
    return value


def _seconds(credential: JsonObject, member: str) -> int:
    return whole_seconds(parse_timestamp(credential.get(member), member))


def is_v1(credential: JsonObject) -> bool:
    """Whether the credential follows the data model 1.1 (its first context decides)."""
    contexts = credential.get("@context")
    return contexts[:1] == [V1_CONTEXT] if isinstance(contexts, list) else bool(contexts == V1_CONTEXT)
