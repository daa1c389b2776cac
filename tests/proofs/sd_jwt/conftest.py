"""A badge to be shown in parts."""

from __future__ import annotations

from typing import Any

import pytest

from issuer.proofs.sd_jwt_making import salts_from

HOLDER = "did:example:earner"


@pytest.fixture
def badge() -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "urn:uuid:7b2e1c1e-8f7e-4d5a-9c53-2f4f0a4f8a11",
        "type": ["VerifiableCredential"],
        "issuer": {"id": "did:web:issuer.test", "name": "École"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": HOLDER,
            "identifier": [{"hashed": False, "identityHash": "a"}, {"hashed": False, "identityHash": "b"}],
            "achievement": {"name": "Formative Assessment", "description": "Adapts teaching."},
        },
        "evidence": [{"id": "https://issuer.test/e/1"}, {"id": "https://issuer.test/e/2"}],
    }


@pytest.fixture
def salt_of() -> Any:
    return salts_from(bytes(range(16)))
