"""The disciplines of selective disclosure (ecdsa-sd-2023): issue with a base proof, derive, verify what was derived.

There is no one signature beneath them, so no limit stands beside them. The keys are P-256.
"""

from __future__ import annotations

from functools import cached_property
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from openvc.keys import P256SigningKey
from openvc.proof.ecdsa_sd import EcdsaSdProofSuite

from issuer.proofs import ecdsa_sd_2023, public_keys
from issuer.proofs.strict_json import JsonObject
from tests.bench.material import NOW, Material, contexts_of, verify_embedded
from tests.bench.rounds import Operation

MANDATORY = ("/issuer", "/validFrom", "/credentialStatus")
SHOWN = ("/name", "/awardedDate", "/credentialSubject/achievement")
SD_POOL_SIZE = 100


class P256Signer:
    """A P-256 key in memory. Source of the protocol: `issuer.proofs.signer.Signer`."""

    alg = "ES256"

    def __init__(self, verification_method: str, private: ec.EllipticCurvePrivateKey) -> None:
        self.verification_method = verification_method
        self._private = private

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self._private.sign(message, ec.ECDSA(SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)


class Disclosed:
    """Badges of one pool with base proofs, and what was derived from them."""

    def __init__(self, material: Material) -> None:
        private = ec.generate_private_key(ec.SECP256R1())
        self.material = material
        self.signer = P256Signer(material.method, private)
        self.peer_key = P256SigningKey(private, material.method)
        self.jwk = self.peer_key.public_jwk()
        self.public = public_keys.from_jwk({name: self.jwk[name] for name in ("kty", "crv", "x", "y")})
        self.unsigned = material.unsigned[:SD_POOL_SIZE]

    def issue(self, number: int) -> JsonObject:
        secrets = ecdsa_sd_2023.ProofSecrets(hmac_key=token_bytes(32), proof_key=b"\0" + token_bytes(31))
        return ecdsa_sd_2023.secure(
            self.unsigned[number % len(self.unsigned)], self.signer, NOW, self.material.reader, MANDATORY, secrets
        )

    def derive(self, number: int) -> JsonObject:
        return ecdsa_sd_2023.derive(self.signed[number % len(self.signed)], SHOWN, self.material.reader)

    @cached_property
    def signed(self) -> list[JsonObject]:
        return [self.issue(number) for number in range(len(self.unsigned))]

    @cached_property
    def derived(self) -> list[JsonObject]:
        return [self.derive(number) for number in range(len(self.unsigned))]


def sd_issue(material: Material) -> dict[str, Operation]:
    """An unsigned badge, as an object in memory, to the same badge with a base proof."""
    badges, suite, contexts = Disclosed(material), EcdsaSdProofSuite(), contexts_of(material)
    return {
        "ours": badges.issue,
        "openvc-core": lambda n: suite.add_base_proof(
            badges.unsigned[n % len(badges.unsigned)], signing_key=badges.peer_key, created=NOW,
            verification_method=material.method, mandatory_pointers=MANDATORY, extra_contexts=contexts,
        ),
    }  # fmt: skip


def sd_derive(material: Material) -> dict[str, Operation]:
    """A badge with a base proof to the part of it that its holder shows."""
    badges, suite, contexts = Disclosed(material), EcdsaSdProofSuite(), contexts_of(material)
    return {
        "ours": badges.derive,
        "openvc-core": lambda n: suite.derive_proof(
            badges.signed[n % len(badges.signed)], selective_pointers=SHOWN, extra_contexts=contexts
        ),
    }


def sd_verify(material: Material) -> dict[str, Operation]:
    """The proof alone of what was derived, with the issuer's key."""
    badges, suite, contexts = Disclosed(material), EcdsaSdProofSuite(), contexts_of(material)

    def one(number: int) -> dict[str, Any]:
        return badges.derived[number % len(badges.derived)]

    return {
        "ours": lambda n: verify_embedded(one(n), badges.public, material.reader),
        "openvc-core": lambda n: suite.verify(one(n), public_key_jwk=badges.jwk, now=NOW, extra_contexts=contexts),
    }
