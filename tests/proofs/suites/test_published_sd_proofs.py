"""Every file of the W3C's vectors for ecdsa-sd-2023, from the first reading to the last check, byte for byte.

Source: VC-DI ECDSA 1.0, appendix "Test Vectors", "Representation: ecdsa-sd-2023".
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from issuer.proofs import data_integrity, ecdsa_sd_2023, multibase, public_keys
from issuer.proofs.ecdsa_sd_derived import statements
from issuer.proofs.ecdsa_sd_statements import LabelledDocument, digest_of
from issuer.proofs.ecdsa_sd_values import read_base, read_derived
from issuer.proofs.json_selection import select
from issuer.proofs.linked_data import Reader
from issuer.proofs.rdf_canon import canonicalise

JsonObject = dict[str, Any]
FILES = {
    "prc": ("prCredUnsigned.json", "prCredMandatory.json", "prCredSelective.json"),
    "employ": ("employmentAuth.json", "employMandatory.json", "employSelective.json"),
}


class SdVector:
    """One worked example, with what it starts from."""

    def __init__(self, root: Path, folder: str, reader: Reader, secret_of: Callable[[str], bytes]) -> None:
        self._folder = root / "ecdsa-sd-2023" / folder
        self.reader = reader
        self.unsigned, self.mandatory, self.selective = (
            json.loads((root / file).read_text("utf-8")) for file in FILES[folder]
        )
        self.keys = json.loads((root / "ecdsa-sd-2023/SDKeyMaterial.json").read_text("utf-8"))
        self.hmac_key = bytes.fromhex(self.keys["hmacKeyString"])
        self.secrets = ecdsa_sd_2023.ProofSecrets(
            self.hmac_key, secret_of(self.keys["proofKeyPair"]["secretKeyMultibase"])
        )
        self.public = public_keys.from_multibase(self.keys["baseKeyPair"]["publicKeyMultibase"])
        self.base = self.json("addSignedSDBase")
        self.document = {name: value for name, value in self.base.items() if name != "proof"}
        self.shown = self.json("derivedRevealDocument")
        self.whole = LabelledDocument(self.document, self.hmac_key, reader)

    def json(self, name: str) -> Any:
        return json.loads((self._folder / f"{name}.json").read_text("utf-8"))

    def text(self, name: str) -> str:
        return (self._folder / f"{name}.txt").read_text("utf-8")

    def indexes(self, lines: list[str]) -> list[int]:
        return [index for index, line in enumerate(self.whole.lines) if line in set(lines)]

    def parts(self, value: Any) -> JsonObject:
        """The members that both kinds of proof value have, as the vectors write them."""
        return {
            "baseSignature": value.base_signature.hex(),
            "signatures": [signature.hex() for signature in value.signatures],
        }


@pytest.fixture(params=FILES)
def vector(
    request: pytest.FixtureRequest, vectors: Path, w3c_reader: Reader, secret_bytes: Callable[[str], bytes]
) -> SdVector:
    return SdVector(vectors / "w3c-ecdsa", request.param, w3c_reader, secret_bytes)


def numbered(lines: list[str], all_lines: list[str]) -> JsonObject:
    """Lines as the vectors write a group of them."""
    return {"dataType": "Map", "value": [[number, line] for number, line in enumerate(all_lines) if line in lines]}


def without_text(document: JsonObject) -> JsonObject:
    """One vector has another description in its unsigned file than in its signed one."""
    return {name: value for name, value in document.items() if name != "description"}


# -- the base proof


def test_what_is_signed(vector: SdVector) -> None:
    assert without_text(vector.document) == without_text(vector.unsigned)
    assert canonicalise(vector.reader.read(vector.document)).decode() == "".join(vector.json("addBaseDocCanon"))
    assert vector.whole.lines == vector.json("addBaseDocHMACCanon")


def test_mandatory_pointers(vector: SdVector) -> None:
    for found in vector.json("addPointerValues"):
        part: Any = select(vector.document, [found["pointer"]]).document
        for step in found["pointer"].split("/")[1:]:
            part = part[step]
        assert part == found["value"]
    mandatory = vector.whole.part(vector.mandatory).lines
    groups = vector.json("addBaseTransform")
    assert groups["mandatoryPointers"] == vector.mandatory
    assert groups["mandatory"] == numbered(mandatory, vector.whole.lines)
    others = [line for line in vector.whole.lines if line not in mandatory]
    assert groups["nonMandatory"] == numbered(others, vector.whole.lines)


def test_hashes(vector: SdVector) -> None:
    config = vector.json("addProofConfig")
    assert canonicalise(vector.reader.read(config)).decode() == vector.text("addProofConfigCanon")
    hashes = vector.json("addHashData")
    proof_hash = data_integrity.options_hash(vector.document, vector.base["proof"], vector.reader)
    assert proof_hash.hex() == hashes["proofHash"]
    assert digest_of(vector.whole.part(vector.mandatory).lines).hex() == hashes["mandatoryHash"]


def test_signatures(vector: SdVector, vector_signer: Callable[..., Any]) -> None:
    options = {name: value for name, value in vector.base["proof"].items() if name != "proofValue"}
    signer = vector_signer("ES256", options["verificationMethod"], vector.keys["baseKeyPair"]["secretKeyMultibase"])
    created = datetime.fromisoformat(options["created"])
    made = ecdsa_sd_2023.secure(vector.document, signer, created, vector.reader, vector.mandatory, vector.secrets)
    assert made == vector.base
    raw, value = vector.json("addRawBaseSignatureInfo"), read_base(made["proof"]["proofValue"])
    assert raw == {
        **vector.parts(value),
        "publicKey": multibase.encode(value.public_key),
        "mandatoryPointers": list(value.mandatory_pointers),
    }


# -- the derived proof


def test_base_proof_is_read(vector: SdVector) -> None:
    value = read_base(vector.base["proof"]["proofValue"])
    assert vector.json("derivedRecoveredBaseData") == {
        **vector.parts(value),
        "proofPublicKey": multibase.encode(value.public_key),
        "hmacKey": value.hmac_key.hex(),
        "mandatoryPointers": list(value.mandatory_pointers),
    }


def test_groups(vector: SdVector) -> None:
    wanted = {
        "mandatory": vector.mandatory,
        "selective": vector.selective,
        "combined": [*vector.mandatory, *vector.selective],
    }
    published, indexes = vector.json("derivedAllGroupData"), vector.json("derivedGroupIndexes")
    assert published["nquads"] == vector.whole.lines
    for name, pointers in wanted.items():
        lines = vector.whole.part(pointers).lines
        group = published["groups"][name]
        assert group["matching"] == numbered(lines, vector.whole.lines)
        others = [line for line in vector.whole.lines if line not in lines]
        assert group["nonMatching"] == numbered(others, vector.whole.lines)
        assert vector.indexes(lines) == indexes[f"{name}Indexes"]
        if name == "mandatory":
            assert vector.indexes(others) == indexes["nonMandatoryIndexes"]


def test_what_is_shown(vector: SdVector) -> None:
    part = vector.whole.part([*vector.mandatory, *vector.selective])
    assert part.document == vector.json("derivedUnsignedReveal")
    labels = {
        canonical.removeprefix("_:"): label.removeprefix("_:")
        for canonical, label in part.labels_by_canonical().items()
    }
    data = vector.json("derivedDisclosureData")
    assert sorted(labels.items()) == sorted(map(tuple, data["labelMap"]["value"]))
    mandatory = set(vector.whole.part(vector.mandatory).lines)
    indexes = [index for index, line in enumerate(part.lines) if line in mandatory]
    assert indexes == data["mandatoryIndexes"] == vector.json("derivedAdjMandatoryIndexes")["adjMandatoryIndexes"]


def test_derived_proof(vector: SdVector) -> None:
    derived = ecdsa_sd_2023.derive(vector.base, vector.selective, vector.reader)
    assert derived == vector.shown
    signatures = vector.json("derivedAdjSignatures")
    value = read_derived(derived["proof"]["proofValue"])
    assert [one.hex() for one in value.signatures] == signatures["filteredSignatures"]
    all_signatures = read_base(vector.base["proof"]["proofValue"]).signatures
    assert [all_signatures.index(one) for one in value.signatures] == signatures["adjSignatureIndexes"]


# -- its verification


def test_derived_proof_is_read(vector: SdVector) -> None:
    value = read_derived(vector.shown["proof"]["proofValue"])
    labels = [[name.removeprefix("_:"), label.removeprefix("_:")] for name, label in value.labels.items()]
    assert vector.json("verifyDerivedProofValue") == {
        **vector.parts(value),
        "publicKey": multibase.encode(value.public_key),
        "labelMap": labels,
        "mandatoryIndexes": list(value.mandatory_indexes),
    }


def test_derived_proof_verifies(vector: SdVector) -> None:
    document = {name: value for name, value in vector.shown.items() if name != "proof"}
    value = read_derived(vector.shown["proof"]["proofValue"])
    lines = statements(document, value, vector.reader)
    assert lines == vector.json("verifyNQuads")
    published = vector.json("verifyCreateVerifyData")
    others = [line for index, line in enumerate(lines) if index not in value.mandatory_indexes]
    mandatory = [line for index, line in enumerate(lines) if index in value.mandatory_indexes]
    proof_hash = data_integrity.options_hash(document, vector.shown["proof"], vector.reader)
    assert published == {
        **vector.parts(value),
        "proofHash": proof_hash.hex(),
        "publicKey": multibase.encode(value.public_key),
        "nonMandatory": others,
        "mandatoryHash": digest_of(mandatory).hex(),
    }
    data_integrity.verify_proof(document, vector.shown["proof"], vector.public, vector.reader)
