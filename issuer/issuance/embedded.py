"""The badge as JSON with an embedded proof of the suite eddsa-rdfc-2022 (VC-DI EdDSA §3.2)."""

from __future__ import annotations

import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from issuer.credentials.encode import to_bytes
from issuer.errors import Invalid
from issuer.issuance.signing import SignerWithKid
from issuer.proofs import data_integrity, multibase
from issuer.proofs.linked_data import Reader
from issuer.proofs.strict_json import JsonObject, parse_object

MEDIA_TYPE = "application/vc+ld+json"
CRYPTOSUITE = "eddsa-rdfc-2022"


def to_be_signed(document: JsonObject, key: SignerWithKid, reader: Reader) -> bytes:
    """The 64 bytes of hash data: SHA-256 of the proof options, then of the document, both canonical.

    Raises Refused or Invalid (`ld.*`) for a document that cannot be signed whole.
    """
    return data_integrity.hash_data(document, proof_options(document, key), reader)


def sealed(document: JsonObject, tbs: bytes, key: SignerWithKid) -> bytes:
    """The document with its proof. Raises Unavailable (`key.unavailable`).

    One object, which OB 3.0 §Serialization allows: there are verifiers that read no array here.
    """
    proof = {**proof_options(document, key), "proofValue": multibase.encode(key.sign(tbs))}
    return to_bytes({**document, "proof": proof})


def check(body: bytes, document: JsonObject, tbs: bytes, key: SignerWithKid, reader: Reader) -> None:
    """Verify the proof as anybody would, from the finished bytes alone. Raises Refused or Invalid."""
    found = parse_object(body)
    proof = found.pop("proof")
    if found != document:
        raise Invalid("proof.malformed", "The signed document is not the planned one.")
    data_integrity.verify_proof(found, proof, key.public, reader)


def check_again(body: bytes, document: JsonObject, tbs: bytes, key: SignerWithKid) -> None:
    """Verify the signature over the planned bytes: no JSON-LD, no canonicalisation, no table of suites.

    Raises Invalid.
    """
    proof_value = json.loads(body)["proof"]["proofValue"]
    try:
        signature = multibase.decode(proof_value)
        Ed25519PublicKey.from_public_bytes(key.public.raw).verify(signature, tbs)
    except (InvalidSignature, ValueError) as error:
        raise Invalid("sig.invalid", "The signature does not fit the planned bytes.") from error


def proof_options(document: JsonObject, key: SignerWithKid, cryptosuite: str = CRYPTOSUITE) -> JsonObject:
    """The proof without its value; made at the moment the document becomes valid, so it never changes."""
    return options_of(document, key.kid, cryptosuite)


def options_of(document: JsonObject, kid: str, cryptosuite: str) -> JsonObject:
    """The same for a key by its name."""
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": cryptosuite,
        "created": document["validFrom"],
        "verificationMethod": kid,
        "proofPurpose": "assertionMethod",
    }
