"""One private key: made, kept in an encrypted PKCS#8 PEM file, signing. It never shows itself."""

from __future__ import annotations

import base64
from typing import NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from nacl.bindings import crypto_sign

from keys.errors import KeysError

ALGORITHMS = ("EdDSA", "ES256", "ES384", "RS256")
RSA_BITS = 3072
MIN_PASSPHRASE_BYTES = 16

_Loaded = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_CURVES: dict[str, tuple[ec.EllipticCurve, ec.ECDSA, int]] = {
    "ES256": (ec.SECP256R1(), ec.ECDSA(SHA256(), deterministic_signing=True), 32),
    "ES384": (ec.SECP384R1(), ec.ECDSA(SHA384(), deterministic_signing=True), 48),
    "ES512": (ec.SECP521R1(), ec.ECDSA(SHA512(), deterministic_signing=True), 66),
}
_CURVE_NAMES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
_PKCS1V15, _SHA256 = padding.PKCS1v15(), SHA256()
_TEST_MESSAGE = b"self-test of a signing key"
_DERIVING = b"secrets derived from a signing key, 1"
_DERIVED_BYTES = 32
_ED25519_SIGNATURE_BYTES = 64


class Sealed:
    """What holds a secret: it is shown by name only, and is neither copied nor pickled."""

    __slots__ = ()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key is not copied or pickled")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a private key is not copied or pickled")


class PrivateKey(Sealed):
    """A private key for one JOSE algorithm: Ed25519, P-256, P-384, or RSA of 3072 bits.

    One on P-521 can be made, for test suites; none is kept in a file.
    """

    __slots__ = ("_expanded", "_loaded", "alg")

    def __init__(self, alg: str, loaded: _Loaded) -> None:
        self.alg = alg
        self._loaded = loaded
        self._expanded = _expanded(loaded) if isinstance(loaded, ed25519.Ed25519PrivateKey) else b""

    @classmethod
    def generate(cls, alg: str) -> PrivateKey:
        """A new key from the system's random source. Errors: ValueError for another algorithm."""
        if alg == "EdDSA":
            return cls(alg, ed25519.Ed25519PrivateKey.generate())
        if alg == "RS256":
            return cls(alg, rsa.generate_private_key(65537, RSA_BITS))
        if alg in _CURVES:
            return cls(alg, ec.generate_private_key(_CURVES[alg][0]))
        raise ValueError(f"no key is made for {alg}")

    @classmethod
    def from_pem(cls, pem: bytes, passphrase: bytes, kid: str) -> PrivateKey:
        """The key of an encrypted PEM file.

        Errors: KeysError ``key.unavailable`` (wrong passphrase), ``key.malformed`` (no key, or not encrypted).
        """
        if b"BEGIN ENCRYPTED PRIVATE KEY" not in pem:
            raise KeysError("key.malformed", "The file holds no encrypted private key.", kid)
        try:
            loaded = load_pem_private_key(pem, passphrase)
        except ValueError:
            message = "The private key cannot be opened: the passphrase is wrong, or the file is damaged."
            raise KeysError("key.unavailable", message, kid) from None
        return cls(_algorithm_of(loaded, kid), loaded)  # type: ignore[arg-type]  # judged by _algorithm_of

    def to_pem(self, passphrase: bytes) -> bytes:
        """The key as encrypted PKCS#8 PEM (AES-256-CBC, PBKDF2).

        Errors: KeysError ``key.unavailable`` for a passphrase under 16 bytes: the work factor of the format
        is small, so the passphrase has to be a long random one.
        """
        if len(passphrase) < MIN_PASSPHRASE_BYTES:
            raise KeysError("key.unavailable", f"The passphrase has fewer than {MIN_PASSPHRASE_BYTES} bytes.")
        return self._loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase))

    def public_jwk(self) -> dict[str, str]:
        """The public half as a JWK, required members only (RFC 7518 §6, RFC 8037 §2)."""
        if isinstance(self._loaded, ed25519.Ed25519PrivateKey):
            return {"kty": "OKP", "crv": "Ed25519", "x": _text(self._loaded.public_key().public_bytes_raw())}
        if isinstance(self._loaded, rsa.RSAPrivateKey):
            numbers = self._loaded.public_key().public_numbers()
            return {"kty": "RSA", "n": _text(_minimal(numbers.n)), "e": _text(_minimal(numbers.e))}
        point, size = self._loaded.public_key().public_numbers(), _CURVES[self.alg][2]
        x, y = _text(point.x.to_bytes(size)), _text(point.y.to_bytes(size))
        return {"kty": "EC", "crv": _CURVE_NAMES[self.alg], "x": x, "y": y}

    def sign(self, message: bytes) -> bytes:
        """The raw signature: 64 bytes, r‖s of 64, 96 or 132 bytes, or PKCS#1 v1.5; equal messages sign equally."""
        if self._expanded:
            return crypto_sign(message, self._expanded)[:_ED25519_SIGNATURE_BYTES]
        assert not isinstance(self._loaded, ed25519.Ed25519PrivateKey)
        if isinstance(self._loaded, rsa.RSAPrivateKey):
            return self._loaded.sign(message, _PKCS1V15, _SHA256)
        _, scheme, size = _CURVES[self.alg]
        r, s = decode_dss_signature(self._loaded.sign(message, scheme))
        return r.to_bytes(size) + s.to_bytes(size)

    def derive(self, info: bytes) -> bytes:
        """32 secret bytes for `info`, the same every time: HKDF with SHA-256 (RFC 5869) over the private number.

        Who knows them learns nothing of the key, nor of those for another `info`; they are gone when the key is.
        """
        return HKDF(_SHA256, _DERIVED_BYTES, salt=_DERIVING, info=info).derive(self._private_number())

    def self_test(self, kid: str) -> None:
        """Sign and verify once. Errors: KeysError ``key.mismatch`` when the two halves do not belong together."""
        try:
            if isinstance(self._loaded, ed25519.Ed25519PrivateKey):
                self._loaded.public_key().verify(self.sign(_TEST_MESSAGE), _TEST_MESSAGE)
            elif isinstance(self._loaded, rsa.RSAPrivateKey):
                self._loaded.public_key().verify(self.sign(_TEST_MESSAGE), _TEST_MESSAGE, _PKCS1V15, _SHA256)
            else:
                scheme = _CURVES[self.alg][1]
                self._loaded.public_key().verify(self._loaded.sign(_TEST_MESSAGE, scheme), _TEST_MESSAGE, scheme)
        except InvalidSignature:
            raise KeysError("key.mismatch", "The key does not verify what it signs.", kid) from None

    def _private_number(self) -> bytes:
        if isinstance(self._loaded, ed25519.Ed25519PrivateKey):
            return self._loaded.private_bytes_raw()
        if isinstance(self._loaded, rsa.RSAPrivateKey):
            return _minimal(self._loaded.private_numbers().d)
        return self._loaded.private_numbers().private_value.to_bytes(_CURVES[self.alg][2])

    def __repr__(self) -> str:
        return f"<PrivateKey {self.alg}>"


class SoftwareSigner(Sealed):
    """A private key under the name verifiers know it by; what signing needs and no more."""

    __slots__ = ("_key", "alg", "verification_method")

    def __init__(self, key: PrivateKey, verification_method: str) -> None:
        self._key = key
        self.alg = key.alg
        self.verification_method = verification_method

    def sign(self, message: bytes) -> bytes:
        """Sign `message`; see `PrivateKey.sign`."""
        return self._key.sign(message)

    def derive(self, info: bytes) -> bytes:
        """32 secret bytes for `info`; see `PrivateKey.derive`."""
        return self._key.derive(info)

    def __repr__(self) -> str:
        return f"<SoftwareSigner {self.alg} {self.verification_method}>"


def _expanded(key: ed25519.Ed25519PrivateKey) -> bytes:
    """The key as libsodium signs with it, seed and public key: the same signatures as OpenSSL's, sooner."""
    return key.private_bytes_raw() + key.public_key().public_bytes_raw()


def _algorithm_of(loaded: object, kid: str) -> str:
    if isinstance(loaded, ed25519.Ed25519PrivateKey):
        return "EdDSA"
    if isinstance(loaded, rsa.RSAPrivateKey):
        return "RS256"
    for alg, (curve, _, _) in _CURVES.items():
        is_one = isinstance(loaded, ec.EllipticCurvePrivateKey) and loaded.curve.name == curve.name
        if is_one and alg in ALGORITHMS:
            return alg
    raise KeysError("key.malformed", "The private key is of no kind that signs here.", kid)


def _minimal(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
