"""ecdsa-sd-2023: a badge of which the holder shows what they like, and what the issuer holds to be needed.

The issuer's proof (the base proof) is for the holder alone: it holds the key that makes the labels. What the
holder shows bears a derived proof, which `data_integrity.verify_proof` checks like any other.

Source: VC-DI ECDSA 1.0, sections 3.4 to 3.6.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from issuer.errors import Invalid, Undecided, Unprocessable
from issuer.proofs.cryptosuites import ASSERTION_METHOD, PROOF_TYPE
from issuer.proofs.data_integrity import options_hash
from issuer.proofs.ecdsa_sd_statements import LabelledDocument, digest_of
from issuer.proofs.ecdsa_sd_values import BaseProofValue, DerivedProofValue, read_base
from issuer.proofs.key_kinds import GROUP_ORDERS, MULTICODEC_PREFIXES
from issuer.proofs.linked_data import Reader
from issuer.proofs.signer import Signer
from issuer.proofs.strict_json import JsonObject
from issuer.proofs.timestamps import format_timestamp

CRYPTOSUITE = "ecdsa-sd-2023"
ALG = "ES256"

_SECRET_BYTES = 32
_ECDSA = ec.ECDSA(SHA256(), deterministic_signing=True)


@dataclass(frozen=True, slots=True)
class ProofSecrets:
    """What is drawn anew for every base proof, each 32 random bytes.

    hmac_key: goes to the holder within the proof. proof_key: the private number of the P-256 key that signs the
    single statements; whoever has it can add statements to the badge, so it is not kept once the proof is made.
    """

    hmac_key: bytes = field(repr=False)
    proof_key: bytes = field(repr=False)

    @classmethod
    def drawn(cls, random_bytes: Callable[[int], bytes]) -> ProofSecrets:
        """New ones; random_bytes: a count → as many bytes from a source for keys, as `secrets.token_bytes` is."""
        hmac_key, proof_key = random_bytes(_SECRET_BYTES), random_bytes(_SECRET_BYTES)
        while not 0 < int.from_bytes(proof_key) < GROUP_ORDERS["P-256"]:
            proof_key = random_bytes(_SECRET_BYTES)
        return cls(hmac_key, proof_key)


class BaseProof:
    """A base proof but for the issuer's signature. to_be_signed: the 99 bytes that the issuer's key signs."""

    def __init__(
        self,
        document: JsonObject,
        options: JsonObject,
        reader: Reader,
        mandatory_pointers: Sequence[str],
        secrets: ProofSecrets,
    ) -> None:
        """document: without proofs. options: the proof without its value.

        Raises what `Reader.read` raises, Refused ``ld.too_complex``, Unprocessable ``input.invalid`` for
        pointers that name nothing, ValueError for secrets that are none.
        """
        if len(secrets.hmac_key) != _SECRET_BYTES or len(secrets.proof_key) != _SECRET_BYTES:
            raise ValueError("the secrets of a proof are 32 bytes each")
        private = ec.derive_private_key(int.from_bytes(secrets.proof_key), ec.SECP256R1())
        point = private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        whole = LabelledDocument(document, secrets.hmac_key, reader)
        self._options = options
        self._pointers = tuple(mandatory_pointers)
        self._hmac_key = secrets.hmac_key
        self._public_key = MULTICODEC_PREFIXES["P-256"] + point
        mandatory = mandatory_lines(whole, self._pointers)
        others = [line for line in whole.lines if line not in mandatory]
        self._signatures = tuple(_signed(private, line) for line in others)
        needed = digest_of([line for line in whole.lines if line in mandatory])
        self.to_be_signed = options_hash(document, options, reader) + self._public_key + needed

    def signed(self, base_signature: bytes) -> JsonObject:
        """The finished proof; base_signature: the issuer's over `to_be_signed`, r‖s."""
        parts = (base_signature, self._public_key, self._hmac_key, self._signatures, self._pointers)
        return {**self._options, "proofValue": BaseProofValue(*parts).text()}


def secure(
    document: JsonObject,
    signer: Signer,
    created: datetime,
    reader: Reader,
    mandatory_pointers: Sequence[str],
    secrets: ProofSecrets,
) -> JsonObject:
    """A copy of `document` with a base proof in place of any other, for its holder alone.

    mandatory_pointers: JSON pointers to what every copy has to show.
    Raises as `BaseProof` does, Undecided ``proof.suite_unsupported`` for a key that is not P-256, and whatever
    the signer raises.
    """
    if signer.alg != ALG:
        raise Undecided("proof.suite_unsupported", f"{CRYPTOSUITE} goes with a key for {ALG}.")
    unsecured = _unsecured(document)
    options: JsonObject = {
        "type": PROOF_TYPE,
        "cryptosuite": CRYPTOSUITE,
        "created": format_timestamp(created),
        "verificationMethod": signer.verification_method,
        "proofPurpose": ASSERTION_METHOD,
    }
    proof = BaseProof(unsecured, options, reader, mandatory_pointers, secrets)
    return {**unsecured, "proof": proof.signed(signer.sign(proof.to_be_signed))}


def derive(secured: JsonObject, pointers: Sequence[str], reader: Reader) -> JsonObject:
    """The part of a badge with a base proof that `pointers` name, with what is mandatory, and a proof of its own.

    Raises Unprocessable ``input.invalid`` for pointers that name nothing, and when nothing is named at all;
    Invalid ``proof.missing``, ``proof.malformed``, ``sig.encoding`` when there is no base proof for this very
    document, and what `Reader.read` raises. The signatures are not checked again.
    """
    options = _base_proof_of(secured)
    value = read_base(options.pop("proofValue"))
    whole = LabelledDocument(_unsecured(secured), value.hmac_key, reader)
    mandatory = _mandatory_of(whole, value)
    shown = whole.part([*value.mandatory_pointers, *pointers])
    signatures = dict(zip((line for line in whole.lines if line not in mandatory), value.signatures, strict=True))
    derived = DerivedProofValue(
        value.base_signature,
        value.public_key,
        tuple(signatures[line] for line in shown.lines if line not in mandatory),
        shown.labels_by_canonical(),
        tuple(index for index, line in enumerate(shown.lines) if line in mandatory),
    )
    return {**shown.document, "proof": {**options, "proofValue": derived.text()}}


def mandatory_lines(whole: LabelledDocument, pointers: Sequence[str]) -> frozenset[str]:
    """The statements that every copy has to show; none at all without pointers."""
    return frozenset(whole.part(pointers).lines) if pointers else frozenset()


def _mandatory_of(whole: LabelledDocument, value: BaseProofValue) -> frozenset[str]:
    try:
        mandatory = mandatory_lines(whole, value.mandatory_pointers)
    except Unprocessable as error:
        raise Invalid("proof.malformed", "The base proof demands what is not in the document.", error.where) from error
    if len(whole.lines) - len(mandatory) != len(value.signatures):
        raise Invalid("proof.malformed", "The base proof is not one for this document.")
    return mandatory


def _base_proof_of(secured: JsonObject) -> JsonObject:
    proofs: Any = secured.get("proof")
    for proof in proofs if isinstance(proofs, list) else [proofs]:
        if isinstance(proof, dict) and proof.get("cryptosuite") == CRYPTOSUITE:
            if not isinstance(proof.get("proofValue"), str):
                raise Invalid("proof.malformed", "A proof has one proofValue, which is text.", "/proof/proofValue")
            return dict(proof)
    raise Invalid("proof.missing", f"The badge has no proof of {CRYPTOSUITE}, so only the whole can be shown.")


def _unsecured(document: JsonObject) -> JsonObject:
    return {name: value for name, value in document.items() if name != "proof"}


def _signed(private: ec.EllipticCurvePrivateKey, line: str) -> bytes:
    r, s = decode_dss_signature(private.sign(line.encode("utf-8"), _ECDSA))
    return r.to_bytes(32) + s.to_bytes(32)
