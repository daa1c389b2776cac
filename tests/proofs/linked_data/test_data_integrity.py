"""Data Integrity: published vectors byte for byte, round trips, and proofs that must not pass."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from issuer.errors import Invalid, IssuerError, Refused, Undecided
from issuer.proofs import data_integrity, multibase, public_keys, rdf_canon
from issuer.proofs.contexts import ContextBook
from issuer.proofs.linked_data import Reader

JsonObject = dict[str, Any]
NOW = datetime(2026, 3, 1, 9, 0, 0, tzinfo=UTC)
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493


def split(secured: JsonObject) -> tuple[JsonObject, JsonObject]:
    return {name: value for name, value in secured.items() if name != "proof"}, secured["proof"]


def key_of(proof: JsonObject) -> public_keys.PublicKey:
    """The vectors name keys by their Multikey, after the number sign."""
    return public_keys.from_multibase(proof["verificationMethod"].split("#")[1])


# -- POS-16: published vectors


@pytest.fixture(scope="session")
def w3c_reader(context_files: dict[str, Any], standards: Path) -> Reader:
    """The W3C's vectors use a context with ``@vocab``, which no credential of ours may."""
    examples = json.loads((standards / "contexts/credentials-examples-v2.json").read_text("utf-8"))
    return Reader(ContextBook({**context_files, "https://www.w3.org/ns/credentials/examples/v2": examples}))


@pytest.mark.parametrize(
    ("folder", "document_hash"),
    [("obv3p0", "87f65a76"), ("clrv2p0", "768d7015")],
)
def test_vectors_of_1edtech(standards: Path, reader: Reader, folder: str, document_hash: str) -> None:
    """Open Badges 3.0 and CLR 2.0 implementation guides: canonical forms byte for byte, and the proof."""
    vector = standards / "test-vectors" / folder
    document, proof = split(json.loads((vector / "signed-credential.json").read_text("utf-8")))
    proof = proof[0] if isinstance(proof, list) else proof
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    options["@context"] = document["@context"]
    for value, file in ((document, "document-canon.txt"), (options, "proof-canon.txt")):
        assert rdf_canon.canonicalise(reader.read(value)).decode() == (vector / file).read_text("utf-8")
    hashed = data_integrity.hash_data(document, proof, reader)
    assert hashed[:32] == hashlib.sha256((vector / "proof-canon.txt").read_bytes()).digest()
    assert hashed[32:] == hashlib.sha256((vector / "document-canon.txt").read_bytes()).digest()
    assert hashed[32:].hex().startswith(document_hash)
    data_integrity.verify_proof(document, proof, key_of(proof), reader)


W3C_VECTORS = {
    "w3c-eddsa/eddsa-rdfc-2022": ("signedDataInt.json", "combinedHashDataInt.txt"),
    "w3c-eddsa/eddsa-jcs-2022": ("signedJCS.json", "combinedHashJCS.txt"),
    "w3c-ecdsa/ecdsa-rdfc-2019-p256": ("signedECDSAP256.json", "combinedHashECDSAP256.txt"),
    "w3c-ecdsa/ecdsa-rdfc-2019-p384": ("signedECDSAP384.json", "combinedHashECDSAP384.txt"),
    "w3c-ecdsa/ecdsa-jcs-2019-p256": ("signedJCSECDSAP256.json", "combinedHashJCSECDSAP256.txt"),
    "w3c-ecdsa/ecdsa-jcs-2019-p384": ("signedJCSECDSAP384.json", "combinedHashJCSECDSAP384.txt"),
}


@pytest.mark.parametrize("folder", W3C_VECTORS)
def test_vectors_of_the_w3c(standards: Path, w3c_reader: Reader, folder: str) -> None:
    """VC-DI EdDSA 1.0 and VC-DI ECDSA 1.0, appendices "Test Vectors"."""
    signed, combined = (standards / "test-vectors" / folder / name for name in W3C_VECTORS[folder])
    document, proof = split(json.loads(signed.read_text("utf-8")))
    hash_name = "sha384" if folder.endswith("p384") else "sha256"
    hashed = data_integrity.hash_data(document, proof, w3c_reader, hash_name)
    assert hashed.hex() == combined.read_text().strip()
    data_integrity.verify_proof(document, proof, key_of(proof), w3c_reader)
    document["name"] = "another"
    with pytest.raises(Invalid, match=r"sig\.invalid"):
        data_integrity.verify_proof(document, proof, key_of(proof), w3c_reader)


@pytest.mark.parametrize("file", ["signedProofSet2.json", "signedProofChain1.json", "signedProofChain2.json"])
def test_proof_sets_and_chains_of_the_w3c(standards: Path, w3c_reader: Reader, file: str) -> None:
    """A proof in a chain covers the proofs before it, which stand in the document then."""
    path = standards / "test-vectors/w3c-eddsa/proof-set-chain" / file
    document, proofs = split(json.loads(path.read_text("utf-8")))
    for proof in proofs:
        earlier = proof.get("previousProof", [])
        named = [earlier] if isinstance(earlier, str) else earlier
        before = [other for other in proofs if other.get("id") in named]
        covered = {**document, "proof": before} if before else document
        data_integrity.verify_proof(covered, proof, key_of(proof), w3c_reader)


# -- round trips


@pytest.mark.parametrize(
    ("alg", "suite"),
    [
        ("EdDSA", "eddsa-rdfc-2022"),
        ("EdDSA", "eddsa-jcs-2022"),
        ("ES256", "ecdsa-rdfc-2019"),
        ("ES256", "ecdsa-jcs-2019"),
        ("ES384", "ecdsa-rdfc-2019"),
        ("ES384", "ecdsa-jcs-2019"),
    ],
)
def test_what_is_secured_verifies(
    varied: dict[str, JsonObject], reader: Reader, memory_signers: Mapping[str, Any], alg: str, suite: str
) -> None:
    signer = memory_signers[alg]
    for name, credential in varied.items():
        if "proof" in credential:
            continue
        before = copy.deepcopy(credential)
        secured = data_integrity.secure(credential, signer, NOW, reader, suite)
        assert credential == before, name
        document, proof = split(secured)
        assert document == before
        assert proof["cryptosuite"] == suite
        data_integrity.verify_proof(json.loads(json.dumps(document)), proof, signer.public, reader)


def test_the_default_suite_goes_by_the_key(
    badge: JsonObject, reader: Reader, memory_signers: Mapping[str, Any]
) -> None:
    suites = {
        alg: data_integrity.secure(badge, memory_signers[alg], NOW, reader)["proof"]["cryptosuite"]
        for alg in ("EdDSA", "ES256", "ES384")
    }
    assert suites == {"EdDSA": "eddsa-rdfc-2022", "ES256": "ecdsa-rdfc-2019", "ES384": "ecdsa-rdfc-2019"}
    for alg, suite in (("RS256", None), ("EdDSA", "ecdsa-rdfc-2019"), ("ES256", "bbs-2023")):
        with pytest.raises(Undecided, match=r"proof\.suite_unsupported"):
            data_integrity.secure(badge, memory_signers[alg], NOW, reader, suite)


def test_created_is_in_whole_seconds_of_utc(
    badge: JsonObject, reader: Reader, memory_signers: Mapping[str, Any]
) -> None:
    created = datetime(2026, 3, 1, 11, 0, 0, 999999, tzinfo=timezone(timedelta(hours=2)))
    proof = data_integrity.secure(badge, memory_signers["EdDSA"], created, reader)["proof"]
    assert proof["created"] == "2026-03-01T09:00:00Z"


def test_pos_05_a_second_proof_makes_a_set(
    badge: JsonObject, reader: Reader, memory_signers: Mapping[str, Any]
) -> None:
    once = data_integrity.secure(badge, memory_signers["EdDSA"], NOW, reader)
    twice = data_integrity.secure(once, memory_signers["ES256"], NOW, reader)
    thrice = data_integrity.secure(twice, memory_signers["ES384"], NOW, reader)
    document, proofs = split(thrice)
    hashed = data_integrity.HashedDocument(document, reader)
    for proof, alg in zip(proofs, ("EdDSA", "ES256", "ES384"), strict=True):
        data_integrity.verify_proof(hashed, proof, memory_signers[alg].public, reader)


def test_pos_10_text_is_signed_as_it_is_not_normalised(
    varied: dict[str, JsonObject], reader: Reader, memory_signers: Mapping[str, Any]
) -> None:
    signer = memory_signers["EdDSA"]
    composed = {**varied["minimal"], "name": "Caf\u00e9"}
    document, proof = split(data_integrity.secure(composed, signer, NOW, reader))
    with pytest.raises(Invalid, match=r"sig\.invalid"):
        data_integrity.verify_proof({**document, "name": "Cafe\u0301"}, proof, signer.public, reader)


# -- proofs that must not pass


@pytest.fixture
def signed(badge: JsonObject, reader: Reader, memory_signers: Mapping[str, Any]) -> tuple[JsonObject, JsonObject]:
    return split(data_integrity.secure(badge, memory_signers["EdDSA"], NOW, reader))


def changed(name: str, value: Any) -> Callable[[JsonObject, JsonObject], None]:
    return lambda document, proof: proof.update({name: value})


def without(name: str) -> Callable[[JsonObject, JsonObject], None]:
    return lambda document, proof: proof.pop(name)


def with_signature(change: Callable[[bytes], bytes]) -> Callable[[JsonObject, JsonObject], None]:
    def spoil(document: JsonObject, proof: JsonObject) -> None:
        proof["proofValue"] = multibase.encode(change(multibase.decode(proof["proofValue"])))

    return spoil


def plus_order(signature: bytes) -> bytes:
    return signature[:32] + (int.from_bytes(signature[32:], "little") + ED25519_ORDER).to_bytes(32, "little")


def in_document(name: str, value: Any) -> Callable[[JsonObject, JsonObject], None]:
    return lambda document, proof: document.update({name: value})


OB = "https://purl.imsglobal.org/spec/ob/v3p0/context"
V2 = "https://www.w3.org/ns/credentials/v2"
BAD_PROOFS: list[tuple[str, Callable[[JsonObject, JsonObject], Any], str]] = [
    ("SIG-01 S plus the group order", with_signature(plus_order), "sig.invalid"),
    ("SIG-05 63 bytes", with_signature(lambda signature: signature[:-1]), "sig.encoding"),
    ("SIG-05 65 bytes", with_signature(lambda signature: signature + b"\0"), "sig.encoding"),
    ("SIG-05 0 bytes", changed("proofValue", "z"), "sig.encoding"),
    ("SIG-05 far too long", changed("proofValue", "z" + "2" * 100_000), "sig.encoding"),
    ("SIG-14 proofValue null", changed("proofValue", None), "proof.malformed"),
    ("SIG-14 proofValue missing", without("proofValue"), "proof.malformed"),
    ("SIG-14 proofValue an object", changed("proofValue", {}), "proof.malformed"),
    ("proofValue empty", changed("proofValue", ""), "proof.malformed"),
    ("proofValue in base64url", changed("proofValue", "uAAAA"), "sig.encoding"),
    ("proofValue with a trailing space", lambda d, p: p.update(proofValue=p["proofValue"] + " "), "sig.encoding"),
    ("proofValue without its prefix", lambda d, p: p.update(proofValue=p["proofValue"][1:]), "sig.encoding"),
    ("signature of something else", with_signature(lambda signature: signature[::-1]), "sig.invalid"),
    ("DI-37 another type of proof", changed("type", "Ed25519Signature2020"), "sig.invalid"),
    ("DI-37 another suite of the key", changed("cryptosuite", "eddsa-jcs-2022"), "sig.invalid"),
    ("a suite of other keys", changed("cryptosuite", "ecdsa-rdfc-2019"), "key.mismatch"),
    ("an unknown suite", changed("cryptosuite", "bbs-2023"), "proof.suite_unsupported"),
    ("a suite that is no text", changed("cryptosuite", ["eddsa-rdfc-2022"]), "proof.malformed"),
    ("no suite", without("cryptosuite"), "proof.malformed"),
    ("DI-42 no type", without("type"), "proof.malformed"),
    ("DI-42 no purpose", without("proofPurpose"), "proof.malformed"),
    ("DI-42 no verification method", without("verificationMethod"), "proof.malformed"),
    ("a list of types", changed("type", ["DataIntegrityProof"]), "proof.malformed"),
    ("a verification method in full", changed("verificationMethod", {"id": "urn:x"}), "proof.malformed"),
    ("created is a number", changed("created", 5), "proof.malformed"),
    ("another purpose", changed("proofPurpose", "authentication"), "sig.invalid"),
    ("a purpose that is no term", changed("proofPurpose", "anything"), "ld.data_loss"),
    ("another time", changed("created", "2026-03-01T09:00:01Z"), "sig.invalid"),
    ("no time", without("created"), "sig.invalid"),
    ("another verification method", changed("verificationMethod", "did:web:issuer.test#k2"), "sig.invalid"),
    ("an undefined member", changed("note", "x"), "ld.data_loss"),
    ("an expiry added", changed("expires", "2099-01-01T00:00:00Z"), "sig.invalid"),
    ("an id added", changed("id", "urn:uuid:1"), "sig.invalid"),
    ("contexts of its own", changed("@context", [V2]), "proof.malformed"),
    ("DI-01 an undefined term", in_document("extraClaim", "PhD"), "ld.data_loss"),
    ("a defined term added", in_document("awardedDate", "2026-03-01T00:00:00Z"), "sig.invalid"),
    ("a member removed", lambda d, p: d.pop("name"), "sig.invalid"),
    ("DI-07 another edition of the context", in_document("@context", [V2, f"{OB}-3.0.2.json"]), "sig.invalid"),
    ("DI-07 a context that clashes", in_document("@context", [V2, f"{OB}-3.0.1.json"]), "sig.invalid"),
    ("contexts in another order", in_document("@context", [f"{OB}-3.0.3.json", V2]), "ld.context_order"),
]


@pytest.mark.parametrize(("spoil", "code"), [case[1:] for case in BAD_PROOFS], ids=[case[0] for case in BAD_PROOFS])
def test_bad_proof(
    signed: tuple[JsonObject, JsonObject],
    reader: Reader,
    memory_signers: Mapping[str, Any],
    spoil: Callable[[JsonObject, JsonObject], Any],
    code: str,
) -> None:
    document, proof = signed
    key = memory_signers["EdDSA"].public
    data_integrity.verify_proof(document, proof, key, reader)
    spoil(document, proof)
    with pytest.raises(IssuerError) as caught:
        data_integrity.verify_proof(document, proof, key, reader)
    assert caught.value.code == code


def test_di_24_a_proof_moved_to_another_credential(
    signed: tuple[JsonObject, JsonObject],
    varied: dict[str, JsonObject],
    reader: Reader,
    memory_signers: Mapping[str, Any],
) -> None:
    with pytest.raises(Invalid, match=r"sig\.invalid"):
        data_integrity.verify_proof(varied["minimal"], signed[1], memory_signers["EdDSA"].public, reader)


def test_another_key_does_not_verify(
    signed: tuple[JsonObject, JsonObject], reader: Reader, memory_signers: Mapping[str, Any]
) -> None:
    other = public_keys.from_multibase("z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi")
    for key, code in ((other, r"sig\.invalid"), (memory_signers["RS256"].public, r"key\.mismatch")):
        with pytest.raises(Invalid, match=code):
            data_integrity.verify_proof(*signed, key, reader)


@pytest.mark.parametrize("proof", [None, "proof", [], 5], ids=str)
def test_no_proof_at_all(badge: JsonObject, reader: Reader, memory_signers: Mapping[str, Any], proof: Any) -> None:
    with pytest.raises(Invalid, match=r"proof\.malformed"):
        data_integrity.verify_proof(badge, proof, memory_signers["EdDSA"].public, reader)


def test_jcs_proof_moved_under_other_contexts(
    badge: JsonObject, reader: Reader, memory_signers: Mapping[str, Any]
) -> None:
    """VC-DI EdDSA 1.0, section 3.3.2: contexts may follow those of the proof, and nothing else."""
    signer = memory_signers["EdDSA"]
    document, proof = split(data_integrity.secure(badge, signer, NOW, reader, "eddsa-jcs-2022"))
    signed, more = document["@context"], "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
    data_integrity.verify_proof({**document, "@context": [*signed, more]}, proof, signer.public, reader)
    for contexts in ([signed[0], more, *signed[1:]], signed[:1], signed[0], None):
        with pytest.raises(Invalid, match=r"sig\.invalid"):
            data_integrity.verify_proof({**document, "@context": contexts}, proof, signer.public, reader)
    with pytest.raises(Invalid, match=r"sig\.invalid"):
        data_integrity.verify_proof(document, {**proof, "@context": signed[:1]}, signer.public, reader)


def test_di_50_a_json_literal_is_signed_and_means_nothing_else(
    badge: JsonObject, reader: Reader, memory_signers: Mapping[str, Any]
) -> None:
    signer = memory_signers["EdDSA"]
    badge["_sd"] = {"issuer": "did:web:evil.test", "validUntil": "2099-01-01T00:00:00Z", "credentialStatus": None}
    document, proof = split(data_integrity.secure(badge, signer, NOW, reader))
    data_integrity.verify_proof(document, proof, signer.public, reader)
    document["_sd"]["issuer"] = "did:web:other.test"
    with pytest.raises(Invalid, match=r"sig\.invalid"):
        data_integrity.verify_proof(document, proof, signer.public, reader)


def test_kept_hashes_of_options_do_not_leak_between_readers(
    badge: JsonObject, context_files: dict[str, Any], reader: Reader, memory_signers: Mapping[str, Any]
) -> None:
    """The same options under the same URL of another content hash differently."""
    moved = json.loads(json.dumps(context_files[V2]).replace("purl.org/dc/terms/created", "purl.org/other"))
    other = Reader(ContextBook({**context_files, V2: moved}))
    document, proof = split(data_integrity.secure(badge, memory_signers["EdDSA"], NOW, reader))
    ours, theirs = (data_integrity.hash_data(document, proof, one) for one in (reader, other))
    assert ours[:32] != theirs[:32]
    assert ours[32:] == theirs[32:]


def test_costly_documents_are_refused_before_the_signature(
    signed: tuple[JsonObject, JsonObject], reader: Reader, memory_signers: Mapping[str, Any]
) -> None:
    document, proof = signed
    document["evidence"] = [f"urn:{index}" for index in range(8_000)]
    with pytest.raises(Refused, match=r"ld\.too_complex"):
        data_integrity.verify_proof(document, proof, memory_signers["EdDSA"].public, reader)


def test_a_surrogate_cannot_be_signed(badge: JsonObject, reader: Reader, memory_signers: Mapping[str, Any]) -> None:
    badge["name"] = "\udfff"
    for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
        with pytest.raises(Refused, match=r"json\.lone_surrogate"):
            data_integrity.secure(badge, memory_signers["EdDSA"], NOW, reader, suite)


# -- hashes of proof options that are kept


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({}, id="plain"),
        pytest.param({"created": "2000-01-01T00:00:00Z"}, id="the very time that stands in for others"),
        pytest.param({"expires": "2000-01-01T00:00:00Z"}, id="another time equals the one that stands in"),
        pytest.param({"expires": "2027-03-01T09:00:00Z"}, id="another time equals the one of creation"),
        pytest.param({"created": "2027-03-01T09:00:00.5Z"}, id="a fraction"),
        pytest.param({"created": "2027-03-01T09:00:00+01:00"}, id="a zone"),
        pytest.param({"created": "2027\n"}, id="no time"),
        pytest.param({"id": "urn:uuid:1"}, id="an id"),
        pytest.param({"id": "_:b"}, id="a blank node's id"),
        pytest.param({"previousProof": "_:other"}, id="another blank node"),
    ],
)
def test_kept_options_are_hashed_as_they_are(reader: Reader, badge: JsonObject, more: JsonObject) -> None:
    """Twice, so that the second time something kept may be used: the same hash as without any store."""
    for created in ("2027-03-01T09:00:00Z", "2027-03-01T09:00:01Z"):
        options = {
            "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": created,
            "verificationMethod": "did:web:a.example#1", "proofPurpose": "assertionMethod", **more,
        }  # fmt: skip
        text = rdf_canon.canonicalise(reader.read({"@context": badge["@context"], **options})).decode()
        assert data_integrity.options_hash(badge, options, reader) == hashlib.sha256(text.encode()).digest()
