"""Key binding: the holder's own JWT at the end of an SD-JWT (RFC 9901 §4.3, §7.3 step 3)."""

from __future__ import annotations

import hmac
from typing import Any, NamedTuple

from issuer.errors import Invalid, Refused, Undecided
from issuer.proofs import base64url
from issuer.proofs.compact_json import write_compact
from issuer.proofs.jws import SUPPORTED_ALGORITHMS, CompactJws, sign_compact, verify_signature
from issuer.proofs.public_keys import PublicKey, from_jwk
from issuer.proofs.registered_claims import numeric_date
from issuer.proofs.sd_jwt import SdJwt, digest_of, read_sd_jwt
from issuer.proofs.signer import Signer
from issuer.proofs.strict_json import JsonObject, parse_object

KEY_BINDING_TYPE = "kb+jwt"
MAX_AGE_S = 600
LEEWAY_S = 60
_HEADER_MEMBERS = frozenset({"alg", "typ", "kid"})


class Expected(NamedTuple):
    """What the verifier has asked the holder to sign for; None where it has not asked."""

    audience: str | None = None
    nonce: str | None = None

    @property
    def is_complete(self) -> bool:
        return self.audience is not None and self.nonce is not None


ANYTHING = Expected()


def holder_key(payload: JsonObject) -> PublicKey:
    """The key in `cnf` (RFC 7800 §3.2), which the issuer has signed.

    Errors: Invalid ``key.not_found``, ``key.malformed``, ``key.weak``, ``jose.jwk_private``; Undecided
    ``did.method_unsupported`` for a key that is only named.
    """
    confirmation = payload.get("cnf")
    if not isinstance(confirmation, dict) or not confirmation:
        raise Invalid("key.not_found", "The issuer names no key of the holder.", "cnf")
    if "jwk" not in confirmation:
        raise Undecided("did.method_unsupported", "The holder's key is named in a way that is not followed.", "cnf")
    return from_jwk(confirmation["jwk"])


def check_key_binding(sd_jwt: SdJwt, payload: JsonObject, now_s: float, expected: Expected = ANYTHING) -> None:
    """Check the holder's JWT at the end of `sd_jwt`.

    payload: the processed one, whose issuer signature has been verified. now_s: seconds since 1970. The JWT has to
    be fresh where a nonce is expected; one that stands in a file may be of any age.
    Errors: Invalid ``key.*``, ``jose.*``, ``sig.invalid``, ``sig.encoding``, ``time.*``; Undecided as `holder_key`;
    Refused ``json.*`` and ``jose.malformed`` for a JWT that cannot be read.
    """
    if sd_jwt.key_binding is None:
        raise Invalid("jose.claims_missing", "The holder has not signed this presentation.")
    key = holder_key(payload)
    _check_header(sd_jwt.key_binding)
    verify_signature(sd_jwt.key_binding, key)
    claims = parse_object(sd_jwt.key_binding.payload)
    _check_shapes(claims)
    digest = digest_of(parse_object(sd_jwt.jws.payload))(sd_jwt.presented)
    if not hmac.compare_digest(claims["sd_hash"].encode(), digest.encode()):
        raise Invalid("sig.invalid", "The holder has signed another presentation than this.", "sd_hash")
    _check_time(claims, now_s, expected)
    if expected.audience not in (None, claims["aud"]):
        raise Invalid("jose.audience", "The holder has made this presentation for somebody else.", "aud")
    if expected.nonce not in (None, claims["nonce"]):
        raise Invalid("proof.domain", "The holder has made this presentation for another occasion.", "nonce")


def bind(presentation: str | bytes, signer: Signer, audience: str, nonce: str, issued_s: int) -> bytes:
    """`presentation` with the holder's JWT at its end. issued_s: seconds since 1970.

    Errors: those of `read_sd_jwt`; Refused ``jose.malformed`` when one is there already.
    """
    sd_jwt = read_sd_jwt(presentation)
    if sd_jwt.key_binding is not None:
        raise Refused("jose.malformed", "The presentation is bound to a key already.")
    digest = digest_of(parse_object(sd_jwt.jws.payload))(sd_jwt.presented)
    claims = {"iat": issued_s, "aud": audience, "nonce": nonce, "sd_hash": digest}
    header = base64url.encode(write_compact({"alg": signer.alg, "typ": KEY_BINDING_TYPE}))
    return sd_jwt.presented + sign_compact(header, write_compact(claims), signer).encode("ascii")


def _check_header(jws: CompactJws) -> None:
    header = jws.header
    if "crit" in header:
        raise Invalid("jose.crit_unsupported", "The holder's JWT demands extensions that are not known here.", "crit")
    if header["alg"] not in SUPPORTED_ALGORITHMS:
        raise Invalid("jose.alg_not_allowed", "The algorithm of the holder's JWT is not accepted.", "alg")
    if header.get("typ") != KEY_BINDING_TYPE:
        raise Invalid("jose.typ_not_allowed", "What stands at the end is no JWT for key binding.", "typ")
    strangers = header.keys() - _HEADER_MEMBERS
    if strangers:
        raise Invalid(
            "jose.header_not_allowed", "The header of the holder's JWT holds more than it may.", min(strangers)
        )


def _check_shapes(claims: JsonObject) -> None:
    for name in ("aud", "nonce", "sd_hash"):
        value: Any = claims.get(name)
        if not isinstance(value, str):
            raise Invalid("jose.claims_missing", f"The holder's JWT has no text as its {name}.", name)
    if "iat" not in claims:
        raise Invalid("jose.claims_missing", "The holder's JWT does not say when it was made.", "iat")


def _check_time(claims: JsonObject, now_s: float, expected: Expected) -> None:
    issued_s = numeric_date(claims, "iat") or 0.0
    expires_s, begins_s = numeric_date(claims, "exp"), numeric_date(claims, "nbf")
    if max(issued_s, begins_s or issued_s) > now_s + LEEWAY_S:
        raise Invalid("time.not_yet_valid", "The holder's JWT says it was made in the future.", "iat")
    if expires_s is not None and expires_s + LEEWAY_S < now_s:
        raise Invalid("time.expired", "The holder's JWT has expired.", "exp")
    if expected.nonce is not None and issued_s + MAX_AGE_S < now_s:
        raise Invalid("time.expired", "The holder's JWT is too old for this occasion.", "iat")
