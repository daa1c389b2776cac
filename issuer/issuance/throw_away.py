"""Keys for trying content before a real key is touched; what they sign is never given to anybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from issuer.issuance.signing import NamedSigner, SignerWithKid
from issuer.proofs.key_kinds import PublicKey, ed25519_key, elliptic_key, rsa_key

_RSA_EXPONENT = 65_537
_RSA_BITS = 2_048

Made = tuple[Callable[[bytes], bytes], PublicKey]


def throw_away(like: SignerWithKid) -> SignerWithKid:
    """A key of the same kind under the same name and with the same secrets; a process makes one of each kind."""
    sign, public = _made(like.signer.alg)
    signer = NamedSigner(like.signer.alg, like.signer.verification_method, sign)
    return SignerWithKid(signer, public, like.kid, like.secret_for)


@cache
def _made(alg: str) -> Made:
    makers: dict[str, Callable[[], Made]] = {
        "EdDSA": _ed25519,
        "ES256": lambda: _elliptic(ec.SECP256R1(), ec.ECDSA(SHA256(), deterministic_signing=True)),
        "ES384": lambda: _elliptic(ec.SECP384R1(), ec.ECDSA(SHA384(), deterministic_signing=True)),
        "RS256": _rsa,
    }
    return makers[alg]()


def _ed25519() -> Made:
    private = ed25519.Ed25519PrivateKey.generate()
    return private.sign, ed25519_key(private.public_key().public_bytes_raw())


def _elliptic(curve: ec.EllipticCurve, scheme: ec.ECDSA) -> Made:
    private = ec.generate_private_key(curve)
    size_bytes = curve.key_size // 8
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(private.sign(message, scheme))
        return r.to_bytes(size_bytes) + s.to_bytes(size_bytes)

    return sign, elliptic_key("P-256" if curve.key_size == 256 else "P-384", point)


def _rsa() -> Made:
    private = rsa.generate_private_key(_RSA_EXPONENT, _RSA_BITS)
    public = rsa_key(private.public_key().public_numbers().n, _RSA_EXPONENT)
    return lambda message: private.sign(message, padding.PKCS1v15(), SHA256()), public
