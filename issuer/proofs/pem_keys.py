"""Public keys in PEM, as older documents give them (RFC 7468 §13, SubjectPublicKeyInfo)."""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from issuer.errors import Invalid
from issuer.proofs.key_kinds import KeyKind, PublicKey, ed25519_key, elliptic_key, rsa_key

MAX_PEM_CHARS = 8_192
_CURVES: dict[str, KeyKind] = {"secp256r1": "P-256", "secp384r1": "P-384"}


@lru_cache(maxsize=64)
def from_pem(text: str) -> PublicKey:
    """The key in PEM text. Errors: Invalid ``key.malformed``, ``key.weak``."""
    if len(text) > MAX_PEM_CHARS or "PRIVATE" in text:
        raise Invalid("key.malformed", "The key is far too long, or no public one.")
    try:
        key = load_pem_public_key(text.encode("ascii"))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Invalid("key.malformed", "The key is not a public key in PEM.") from error
    if isinstance(key, RSAPublicKey):
        numbers = key.public_numbers()
        return rsa_key(numbers.n, numbers.e)
    if isinstance(key, Ed25519PublicKey):
        return ed25519_key(key.public_bytes_raw())
    if isinstance(key, EllipticCurvePublicKey) and key.curve.name in _CURVES:
        return elliptic_key(_CURVES[key.curve.name], key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))
    raise Invalid("key.malformed", "The key is of a kind that is not used here.")
