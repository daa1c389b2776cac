"""The badge as a VC-JWT (OB 3.0 §8.2)."""

from __future__ import annotations

import hmac

import jwt
from jwt.types import Options

from issuer.errors import Invalid
from issuer.issuance.signing import NamedSigner, SignerWithKid
from issuer.proofs import jws, vc_jwt
from issuer.proofs.strict_json import JsonObject, parse_object

MEDIA_TYPE = "application/vc+jwt"
SIGNATURE_ONLY: Options = {
    "verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False, "verify_iss": False,
    "verify_sub": False, "verify_jti": False,
}  # fmt: skip


def to_be_signed(document: JsonObject, key: SignerWithKid) -> bytes:
    """The JWS signing input, ``header.payload`` in base64url, without any signing."""
    return _secured(document, key, b"").rpartition(b".")[0]


def sealed(document: JsonObject, tbs: bytes, key: SignerWithKid) -> bytes:
    """The compact JWS. Raises Unavailable (`key.unavailable`)."""
    return _secured(document, key, key.sign(tbs))


def check(body: bytes, document: JsonObject, tbs: bytes, key: SignerWithKid) -> None:
    """Verify the token with our own reader, claims included. Raises Refused or Invalid."""
    token = jws.read_compact(body)
    if not hmac.compare_digest(token.signing_input, tbs):
        raise Invalid("sig.invalid", "The token does not hold what was to be signed.")
    jws.verify_signature(token, key.public)
    payload = parse_object(token.payload)
    if vc_jwt.credential_of(payload) != document:
        raise Invalid("jose.claims_mismatch", "The token holds another credential.")
    vc_jwt.check_claims(payload, document)


def check_again(body: bytes, document: JsonObject, tbs: bytes, key: SignerWithKid) -> None:
    """Verify and read the token with PyJWT alone; times are not judged. Raises Invalid."""
    try:
        payload = jwt.decode(body, key.public.loaded, algorithms=[key.public.alg], options=SIGNATURE_ONLY)
    except jwt.PyJWTError as error:
        raise Invalid("sig.invalid", "A second reader does not accept the token.") from error
    if any(payload.get(name) != value for name, value in document.items()):
        raise Invalid("jose.malformed", "A second reader finds another credential in the token.")


def _secured(document: JsonObject, key: SignerWithKid, signature: bytes) -> bytes:
    """`vc_jwt` assembles the token; the signature it asks for is given to it."""
    given = NamedSigner(key.signer.alg, key.signer.verification_method, lambda _message: signature)
    return vc_jwt.secure(document, given, key.kid).encode("ascii")
