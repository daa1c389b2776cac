"""The W3C's published test vectors, whose issuers are other URLs than the controllers of their keys."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import Suite

FOLDER = Path(os.environ.get("STANDARDS_DIR", Path(__file__).parents[3] / "shared" / "standards")) / "test-vectors"
VECTORS = {
    "w3c-eddsa/Ed25519Signature2020/signedEdSig.json",
    "w3c-eddsa/eddsa-jcs-2022/signedJCS.json",
    "w3c-eddsa/eddsa-rdfc-2022/signedDataInt.json",
    "w3c-eddsa/proof-set-chain/signedProofChain1.json",
    "w3c-eddsa/proof-set-chain/signedProofChain2.json",
    "w3c-eddsa/proof-set-chain/signedProofSet1.json",
    "w3c-eddsa/proof-set-chain/signedProofSet2.json",
    "w3c-ecdsa/ecdsa-jcs-2019-p256/signedJCSECDSAP256.json",
    "w3c-ecdsa/ecdsa-jcs-2019-p384/signedJCSECDSAP384.json",
    "w3c-ecdsa/ecdsa-rdfc-2019-p256/signedECDSAP256.json",
    "w3c-ecdsa/ecdsa-rdfc-2019-p384/signedECDSAP384.json",
}
"""Source: w3c/vc-di-eddsa and w3c/vc-di-ecdsa. Those over the citizenship context need a file not held here."""


@pytest.mark.parametrize("name", sorted(VECTORS))
def test_published_vectors(suite: Suite, name: str) -> None:
    file = FOLDER / name
    if not file.exists():
        pytest.skip("published vectors are not here (STANDARDS_DIR)")
    document: dict[str, Any] = json.loads(file.read_text("utf-8"))
    assert suite.verify(document)["verified"]
    assert not suite.verify({**document, "name": "changed"})["verified"]
