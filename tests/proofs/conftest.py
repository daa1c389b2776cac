"""Keys for the tests of proofs: in memory, made for the run, fulfilling the `Signer` protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from issuer.proofs.key_kinds import PublicKey, ed25519_key, elliptic_key, rsa_key


@dataclass(frozen=True)
class MemorySigner:
    alg: str
    private: Any
    public: PublicKey
    verification_method: str = "did:web:issuer.test#k1"

    def sign(self, message: bytes) -> bytes:
        if self.alg == "EdDSA":
            return self.private.sign(message)
        if self.alg == "RS256":
            return self.private.sign(message, padding.PKCS1v15(), SHA256())
        size = {"ES256": 32, "ES384": 48}[self.alg]
        digest = SHA256() if size == 32 else SHA384()
        r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(digest)))
        return r.to_bytes(size) + s.to_bytes(size)


@cache
def make_signer(alg: str) -> MemorySigner:
    if alg == "EdDSA":
        edwards = ed25519.Ed25519PrivateKey.generate()
        return MemorySigner(alg, edwards, ed25519_key(edwards.public_key().public_bytes_raw()))
    if alg == "RS256":
        big = rsa.generate_private_key(65537, 2048)
        return MemorySigner(alg, big, rsa_key(big.public_key().public_numbers().n, 65537))
    curve = ec.generate_private_key(ec.SECP256R1() if alg == "ES256" else ec.SECP384R1())
    point = curve.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return MemorySigner(alg, curve, elliptic_key("P-256" if alg == "ES256" else "P-384", point))


@pytest.fixture(scope="session")
def memory_signers() -> Mapping[str, MemorySigner]:
    """One signer for each supported algorithm, by its JOSE name."""
    return {alg: make_signer(alg) for alg in ("EdDSA", "ES256", "ES384", "RS256")}
