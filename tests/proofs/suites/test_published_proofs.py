"""Every file of the W3C's vectors for the suites whose proof is one signature, byte for byte.

Source: VC-DI EdDSA 1.0 and VC-DI ECDSA 1.0, appendices "Test Vectors".
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from hashlib import new
from pathlib import Path
from typing import Any

import pytest

from issuer.errors import Undecided
from issuer.proofs import cryptosuites, data_integrity, multibase, public_keys
from issuer.proofs.linked_data import Reader

JsonObject = dict[str, Any]

# folder: (ending of the file names, algorithm, hash, file of the key pair)
VECTORS = {
    "w3c-eddsa/eddsa-rdfc-2022": ("DataInt", "EdDSA", "sha256", "w3c-eddsa/keyPair.json"),
    "w3c-eddsa/eddsa-rdfc-2022/employ": ("DataInt", "EdDSA", "sha256", "w3c-eddsa/keyPair.json"),
    "w3c-eddsa/eddsa-jcs-2022": ("JCS", "EdDSA", "sha256", "w3c-eddsa/keyPair.json"),
    "w3c-eddsa/Ed25519Signature2020": ("EdSig", "EdDSA", "sha256", "w3c-eddsa/keyPair.json"),
    "w3c-ecdsa/ecdsa-rdfc-2019-p256": ("ECDSAP256", "ES256", "sha256", "w3c-ecdsa/p256KeyPair.json"),
    "w3c-ecdsa/ecdsa-rdfc-2019-p256/employ": ("ECDSAP256", "ES256", "sha256", "w3c-ecdsa/p256KeyPair.json"),
    "w3c-ecdsa/ecdsa-rdfc-2019-p384": ("ECDSAP384", "ES384", "sha384", "w3c-ecdsa/p384KeyPair.json"),
    "w3c-ecdsa/ecdsa-rdfc-2019-p384/employ": ("ECDSAP384", "ES384", "sha384", "w3c-ecdsa/p384KeyPair.json"),
    "w3c-ecdsa/ecdsa-jcs-2019-p256": ("JCSECDSAP256", "ES256", "sha256", "w3c-ecdsa/p256KeyPair.json"),
    "w3c-ecdsa/ecdsa-jcs-2019-p384": ("JCSECDSAP384", "ES384", "sha384", "w3c-ecdsa/p384KeyPair.json"),
}
RETIRED = {"Ed25519Signature2020"}


class Vector:
    def __init__(self, root: Path, folder: str) -> None:
        ending, self.alg, self.hash_name, key_file = VECTORS[folder]
        self.folder, self.ending = root / folder, ending
        pair = json.loads((root / key_file).read_text("utf-8"))
        self.public = public_keys.from_multibase(pair["publicKeyMultibase"])
        self.secret = pair.get("secretKeyMultibase") or pair["privateKeyMultibase"]
        self.signed = json.loads((self.folder / f"signed{ending}.json").read_text("utf-8"))
        self.document = {name: value for name, value in self.signed.items() if name != "proof"}
        self.proof = self.signed["proof"]

    def text(self, part: str) -> str:
        return (self.folder / f"{part}{self.ending}.txt").read_text("utf-8")

    def options(self) -> JsonObject:
        config: JsonObject = json.loads((self.folder / f"proofConfig{self.ending}.json").read_text("utf-8"))
        return config


@pytest.fixture(params=VECTORS)
def vector(request: pytest.FixtureRequest, vectors: Path) -> Vector:
    return Vector(vectors, request.param)


def test_canonical_forms(vector: Vector, w3c_reader: Reader) -> None:
    suite = cryptosuites.CRYPTOSUITES[cryptosuites.name_of(vector.proof)]
    options = {"@context": vector.document["@context"], **vector.proof}
    del options["proofValue"]
    assert options == vector.options()
    assert suite.transform(vector.document, w3c_reader, vector.hash_name).decode() == vector.text("canonDoc")
    assert suite.transform(options, w3c_reader, vector.hash_name).decode() == vector.text("proofCanon")


def test_hashes(vector: Vector, w3c_reader: Reader) -> None:
    hashed = data_integrity.hash_data(vector.document, vector.proof, w3c_reader, vector.hash_name)
    half = len(hashed) // 2
    assert half == new(vector.hash_name).digest_size
    assert hashed[:half].hex() == vector.text("proofHash")
    assert hashed[half:].hex() == vector.text("docHash")
    assert hashed.hex() == vector.text("combinedHash")
    alone = data_integrity.options_hash(vector.document, vector.proof, w3c_reader, vector.hash_name)
    assert alone == hashed[:half]


def test_signature(vector: Vector, w3c_reader: Reader, vector_signer: Callable[..., Any]) -> None:
    signer = vector_signer(vector.alg, vector.proof["verificationMethod"], vector.secret)
    signature = signer.sign(bytes.fromhex(vector.text("combinedHash")))
    assert signature.hex() == vector.text("sigHex")
    assert multibase.encode(signature) == vector.text("sigBTC58").strip() == vector.proof["proofValue"]
    data_integrity.verify_proof(vector.document, vector.proof, vector.public, w3c_reader)


def test_the_whole_of_it(vector: Vector, w3c_reader: Reader, vector_signer: Callable[..., Any]) -> None:
    """Retired suites are verified, and no proofs of theirs are made."""
    signer = vector_signer(vector.alg, vector.proof["verificationMethod"], vector.secret)
    created = datetime.fromisoformat(vector.proof["created"])
    name = cryptosuites.name_of(vector.proof)
    if name in RETIRED:
        with pytest.raises(Undecided, match=r"proof\.suite_unsupported"):
            data_integrity.secure(vector.document, signer, created, w3c_reader, name)
    else:
        assert data_integrity.secure(vector.document, signer, created, w3c_reader, name) == vector.signed


SET_AND_CHAIN = {
    # signed file: (configuration without proofValue, with it, file that the proof was made over, key pair)
    "signedProofSet1.json": ("proofSetConfig1.json", "proofSetConfigSigned1.json", "unsigned.json", "keyPair1"),
    "signedProofSet2.json": ("proofSetConfig2.json", "proofSetConfigSigned2.json", "unsigned.json", "keyPair2"),
    "signedProofChain1.json": (
        "proofChainConfig1.json",
        "proofChainConfigSigned1.json",
        "proofChainTempDoc1.json",
        "keyPair3",
    ),
    "signedProofChain2.json": (
        "proofChainConfig2.json",
        "proofChainConfigSigned2.json",
        "proofChainTempDoc2.json",
        "keyPair4",
    ),
}


@pytest.mark.parametrize("file", SET_AND_CHAIN)
def test_proof_sets_and_chains(file: str, vectors: Path, w3c_reader: Reader, vector_signer: Callable[..., Any]) -> None:
    """VC Data Integrity 1.0, sections 2.1.1 and 2.1.2: what each proof of a set or chain is made over."""

    def load(name: str) -> Any:
        return json.loads((vectors / "w3c-eddsa/proof-set-chain" / name).read_text("utf-8"))

    config_file, signed_file, covered_file, key_name = SET_AND_CHAIN[file]
    options, signed_options, covered = load(config_file), load(signed_file), load(covered_file)
    signer = vector_signer(
        "EdDSA", options["verificationMethod"], load("multiKeyPairs.json")[key_name]["privateKeyMultibase"]
    )
    signature = signer.sign(data_integrity.hash_data(covered, options, w3c_reader))
    assert {**options, "proofValue": multibase.encode(signature)} == signed_options
    proofs = load(file)["proof"]
    assert signed_options in (proofs if isinstance(proofs, list) else [proofs])
    key = public_keys.from_multibase(load("multiKeyPairs.json")[key_name]["publicKeyMultibase"])
    data_integrity.verify_proof(covered, signed_options, key, w3c_reader)
