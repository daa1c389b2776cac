"""The kinds of public key that are read here, each checked against the policy when it is made.

P-521 is read so that test suites can be answered; what verifies badges accepts no algorithm that goes with it
(`jws.SUPPORTED_ALGORITHMS`, `cryptosuites.CRYPTOSUITES`), and it has no Multikey form (CID 1.0 §2.2.2).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from issuer.errors import Invalid
from issuer.proofs import base64url, multibase
from issuer.proofs.ed25519_points import check_public_point
from issuer.proofs.rsa_policy import check_rsa_numbers

KeyKind = Literal["Ed25519", "P-256", "P-384", "P-521", "RSA"]
LoadedKey = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey

ALGORITHM_OF_KIND: Mapping[KeyKind, str] = {
    "Ed25519": "EdDSA",
    "P-256": "ES256",
    "P-384": "ES384",
    "P-521": "ES512",
    "RSA": "RS256",
}
MULTICODEC_PREFIXES: Mapping[KeyKind, bytes] = {
    "Ed25519": b"\xed\x01",
    "P-256": b"\x80\x24",
    "P-384": b"\x81\x24",
}
_CURVES: Mapping[str, ec.EllipticCurve] = {
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
    "P-521": ec.SECP521R1(),
}
COORDINATE_BYTES: Mapping[KeyKind, int] = {"P-256": 32, "P-384": 48, "P-521": 66}
_ECDSA: Mapping[str, ec.ECDSA] = {
    "P-256": ec.ECDSA(SHA256()),
    "P-384": ec.ECDSA(SHA384()),
    "P-521": ec.ECDSA(SHA512()),
}
GROUP_ORDERS: Mapping[str, int] = {
    "P-256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "P-384": 2**384 - 0x389CB27E0BC8D220A7E5F24DB74F58851313E695333AD68D,
    "P-521": 2**521 - 0x5AE79787C40D069948033FEB708F65A2FC44A36477663B851449048E16EC79BF7,
}
_PKCS1V15, _SHA256_DIGEST = padding.PKCS1v15(), Prehashed(SHA256())


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key that passed the policy; equal when the key is, however it was written.

    raw: 32 bytes for Ed25519, the compressed point for P-256, P-384 and P-521 (33, 49 and 67 bytes), the DER of
    `RSAPublicKey` for RSA. signature_bytes: the exact length of every signature of this key.
    """

    kind: KeyKind
    raw: bytes
    signature_bytes: int
    loaded: LoadedKey = field(repr=False, compare=False)

    @property
    def alg(self) -> str:
        """The one JOSE algorithm this key is used with."""
        return ALGORITHM_OF_KIND[self.kind]

    def verify(self, signature: bytes, message: bytes, alg: str, message_sha256: bytes | None = None) -> bool:
        """Whether `signature` (raw, r‖s for ECDSA) is this key's over `message` under `alg`.

        message_sha256: of the message, where it is known.
        Errors: Invalid ``jose.key_alg_mismatch`` when the key is of another kind than `alg`,
        ``sig.encoding`` when the length is wrong. RFC 8032 §5.1.7, RFC 7518 §3.3 and §3.4, RFC 8037 §3.1.
        """
        if alg != ALGORITHM_OF_KIND[self.kind]:
            raise Invalid("jose.key_alg_mismatch", f"A key of kind {self.kind} cannot verify {alg}.")
        if len(signature) != self.signature_bytes:
            raise Invalid("sig.encoding", f"The signature has {len(signature)} bytes, not {self.signature_bytes}.")
        try:
            return self._verified(signature, message, message_sha256)
        except InvalidSignature:
            return False

    def _verified(self, signature: bytes, message: bytes, message_sha256: bytes | None) -> bool:
        """True, or False or InvalidSignature when the signature does not fit."""
        if self.kind == "Ed25519":
            return _is_ed25519_signature(self.raw, signature, message)
        if isinstance(self.loaded, rsa.RSAPublicKey):
            self.loaded.verify(signature, message_sha256 or sha256(message).digest(), _PKCS1V15, _SHA256_DIGEST)
        else:
            assert isinstance(self.loaded, ec.EllipticCurvePublicKey)
            half, order = len(signature) // 2, GROUP_ORDERS[self.kind]
            r, s = int.from_bytes(signature[:half]), int.from_bytes(signature[half:])
            if not (0 < r < order and 0 < s < order):
                return False
            self.loaded.verify(encode_dss_signature(r, s), message, _ECDSA[self.kind])
        return True

    def jwk(self) -> dict[str, str]:
        """The public JWK, required members only."""
        if isinstance(self.loaded, ed25519.Ed25519PublicKey):
            return {"kty": "OKP", "crv": "Ed25519", "x": _text(self.raw)}
        if isinstance(self.loaded, rsa.RSAPublicKey):
            numbers = self.loaded.public_numbers()
            return {"kty": "RSA", "n": _text(_minimal(numbers.n)), "e": _text(_minimal(numbers.e))}
        size, point = COORDINATE_BYTES[self.kind], self.loaded.public_numbers()
        return {
            "kty": "EC",
            "crv": self.kind,
            "x": _text(point.x.to_bytes(size)),
            "y": _text(point.y.to_bytes(size)),
        }

    def multibase(self) -> str:
        """The Multikey text (base58btc). Errors: ValueError for RSA and P-521, which have no Multikey form."""
        if self.kind not in MULTICODEC_PREFIXES:
            raise ValueError(f"a key of kind {self.kind} has no Multikey form")
        return multibase.encode(MULTICODEC_PREFIXES[self.kind] + self.raw)

    def thumbprint(self) -> str:
        """The JWK thumbprint with SHA-256, base64url (RFC 7638)."""
        canonical = json.dumps(self.jwk(), sort_keys=True, separators=(",", ":"))
        return _text(sha256(canonical.encode()).digest())


def _is_ed25519_signature(raw: bytes, signature: bytes, message: bytes) -> bool:
    """RFC 8032 §5.1.7 without cofactor, by libsodium: about twice as fast as OpenSSL.

    Both refuse S beyond the group order and compare R byte for byte; libsodium also refuses R of small order,
    which no signer ever produces.
    """
    try:
        crypto_sign_open(signature + message, raw)
    except BadSignatureError:
        return False
    return True


def ed25519_key(raw: bytes) -> PublicKey:
    check_public_point(raw)
    return PublicKey("Ed25519", raw, 64, ed25519.Ed25519PublicKey.from_public_bytes(raw))


def compressed_key(kind: KeyKind, point: bytes) -> PublicKey:
    if len(point) != 1 + COORDINATE_BYTES[kind]:
        raise Invalid("key.malformed", f"A {kind} key has {1 + COORDINATE_BYTES[kind]} bytes, not {len(point)}.")
    return elliptic_key(kind, point)


def elliptic_key(kind: KeyKind, point: bytes) -> PublicKey:
    """A key from an encoded point: 02 or 03 and x, or 04 and x and y (SEC 1 §2.3.3)."""
    try:
        loaded = ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[kind], point)
    except ValueError as error:
        raise Invalid("key.malformed", f"The key is no point of the curve {kind}.") from error
    raw = loaded.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return PublicKey(kind, raw, 2 * COORDINATE_BYTES[kind], loaded)


def rsa_key(modulus: int, exponent: int) -> PublicKey:
    check_rsa_numbers(modulus, exponent)
    loaded = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    raw = loaded.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    return PublicKey("RSA", raw, (modulus.bit_length() + 7) // 8, loaded)


def _minimal(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8)


def _text(data: bytes) -> str:
    return base64url.encode(data).decode("ascii")
