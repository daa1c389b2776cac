"""Badges of an issuer whom nobody knows: a did:key made on the spot."""

from __future__ import annotations

import json
import uuid
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuer.proofs import data_integrity, multibase
from issuer.proofs.key_kinds import ed25519_key
from issuer.verification.readers import current_reader

V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"


class Stranger:
    """An issuer with one Ed25519 key."""

    def __init__(self) -> None:
        self._private = Ed25519PrivateKey.generate()
        key = ed25519_key(self._private.public_key().public_bytes_raw()).multibase()
        self.did = f"did:key:{key}"
        self._method = f"{self.did}#{key}"

    def badge(self, name: str = "Attended a webinar", **changes: Any) -> dict[str, Any]:
        """An unsigned badge; None takes a member away."""
        document = {
            "@context": [V2, OB],
            "id": f"urn:uuid:{uuid.uuid4()}",
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": name,
            "issuer": {"id": self.did, "type": ["Profile"], "name": "A stranger"},
            "validFrom": "2025-01-01T00:00:00Z",
            "credentialSubject": {
                "id": "urn:uuid:6c9cf1a7-26a2-4d4e-8d3c-9e02f7a1a002",
                "type": ["AchievementSubject"],
                "achievement": {
                    "id": "https://stranger.example/achievements/1", "type": ["Achievement"], "name": name,
                    "description": "Was there.", "criteria": {"narrative": "Be there."},
                },
            },
            **changes,
        }  # fmt: skip
        return {member: value for member, value in document.items() if value is not None}

    def signed(self, document: dict[str, Any] | None = None, **members: Any) -> bytes:
        """`document`, a badge by default, with a proof; `members` are more of the proof's, or others."""
        document = self.badge() if document is None else document
        proof = {
            "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": "2025-01-01T00:00:00Z",
            "verificationMethod": self._method, "proofPurpose": "assertionMethod",
            **members,
        }  # fmt: skip
        digest = data_integrity.hash_data(document, proof, current_reader(), "sha256")
        value = multibase.encode(self._private.sign(digest))
        return json.dumps({**document, "proof": {**proof, "proofValue": value}}, ensure_ascii=False).encode()
