"""Whether a derived proof of ecdsa-sd-2023 fits the document that is shown with it.

Source: VC-DI ECDSA 1.0, section 3.6 "ecdsa-sd-2023" (Verify Derived Proof).
"""

from __future__ import annotations

from issuer.errors import Invalid
from issuer.proofs.ecdsa_sd_statements import digest_of
from issuer.proofs.ecdsa_sd_values import DerivedProofValue, read_derived
from issuer.proofs.key_kinds import MULTICODEC_PREFIXES, PublicKey, compressed_key
from issuer.proofs.linked_data import Reader
from issuer.proofs.rdf_canon import canonical_labels, relabelled
from issuer.proofs.strict_json import JsonObject

_P256 = MULTICODEC_PREFIXES["P-256"]


def check_derived(document: JsonObject, options_hash: bytes, proof_value: str, key: PublicKey, reader: Reader) -> None:
    """Nothing, when the issuer's `key` vouches for every statement of `document`.

    options_hash: SHA-256 of the canonical proof options.
    Raises Invalid ``proof.malformed`` (a base proof), ``sig.encoding``, ``sig.invalid``, ``key.malformed``,
    and what `Reader.read` raises; Refused ``ld.too_complex``.
    """
    value = read_derived(proof_value)
    mandatory, others = _grouped(statements(document, value, reader), value)
    if len(others) != len(value.signatures):
        raise Invalid("sig.invalid", "The proof has not one signature for each statement it is to vouch for.")
    if not key.verify(value.base_signature, options_hash + value.public_key + digest_of(mandatory), key.alg):
        raise Invalid("sig.invalid", "The signature does not fit the proof and what every copy has to show.")
    proof_key = _proof_key(value.public_key)
    for line, signature in zip(others, value.signatures, strict=True):
        if not proof_key.verify(signature, line.encode("utf-8"), proof_key.alg):
            raise Invalid("sig.invalid", "A statement of the document is not one that was signed.")


def statements(document: JsonObject, value: DerivedProofValue, reader: Reader) -> list[str]:
    """The statements of the part shown, sorted, with the labels that their blank nodes have in the whole."""
    dataset = reader.read(document)
    canonical = canonical_labels(dataset)
    if not value.labels.keys() >= set(canonical.values()):
        raise Invalid("sig.invalid", "The document has nodes that the proof does not know.")
    return relabelled(dataset, {node: value.labels[label] for node, label in canonical.items()})


def _grouped(lines: list[str], value: DerivedProofValue) -> tuple[list[str], list[str]]:
    indexes = frozenset(value.mandatory_indexes)
    if any(index >= len(lines) for index in indexes):
        raise Invalid("sig.invalid", "The proof speaks of more statements than the document makes.")
    mandatory = [line for index, line in enumerate(lines) if index in indexes]
    return mandatory, [line for index, line in enumerate(lines) if index not in indexes]


def _proof_key(multikey: bytes) -> PublicKey:
    if not multikey.startswith(_P256):
        raise Invalid("key.malformed", "The key of the proof is no P-256 key.")
    return compressed_key("P-256", multikey[len(_P256) :])
