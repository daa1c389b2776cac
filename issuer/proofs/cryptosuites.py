"""The cryptosuites: what differs between them is how a document becomes bytes, how those are hashed, which key signs.

Source: VC-DI EdDSA 1.0, sections 3.2 and 3.3, and appendix on Ed25519Signature2020; VC-DI ECDSA 1.0, sections 3.2,
3.3 and 3.6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from issuer.errors import Invalid, Undecided
from issuer.proofs import jcs, rdf_canon
from issuer.proofs.ecdsa_sd_derived import check_derived
from issuer.proofs.key_kinds import PublicKey
from issuer.proofs.linked_data import Reader
from issuer.proofs.strict_json import JsonObject

PROOF_TYPE = "DataIntegrityProof"
ASSERTION_METHOD = "assertionMethod"

Transformation = Callable[[JsonObject, Reader, str], bytes]
SignatureCheck = Callable[[JsonObject, bytes, str, PublicKey, Reader], None]


@dataclass(frozen=True)
class Cryptosuite:
    """One way of securing a document.

    transform: document, reader and hash name to the bytes that are hashed.
    hash_of_alg: for each JOSE algorithm that may sign, the hash that goes with it.
    names_contexts: the proof repeats the document's ``@context`` (the JCS suites do).
    proof_type: the ``type`` of its proofs; one that is not `PROOF_TYPE` is a suite by itself.
    is_retired: its proofs are verified, and none are made.
    check: (document, hash of the proof options, proofValue, key, reader) → None, for a suite whose ``proofValue``
    is not one signature over two hashes.
    """

    name: str
    transform: Transformation
    hash_of_alg: Mapping[str, str]
    names_contexts: bool = False
    proof_type: str = PROOF_TYPE
    is_retired: bool = False
    check: SignatureCheck | None = None


def _rdfc(document: JsonObject, reader: Reader, hash_name: str) -> bytes:
    steps = reader.limits.max_labelling_steps
    return rdf_canon.canonicalise(reader.read(document), steps, hash_name)


def _jcs(document: JsonObject, reader: Reader, hash_name: str) -> bytes:
    return jcs.canonicalise(document).encode("utf-8")


CRYPTOSUITES: Mapping[str, Cryptosuite] = {
    suite.name: suite
    for suite in (
        Cryptosuite("eddsa-rdfc-2022", _rdfc, {"EdDSA": "sha256"}),
        Cryptosuite("eddsa-jcs-2022", _jcs, {"EdDSA": "sha256"}, names_contexts=True),
        Cryptosuite("ecdsa-rdfc-2019", _rdfc, {"ES256": "sha256", "ES384": "sha384"}),
        Cryptosuite("ecdsa-jcs-2019", _jcs, {"ES256": "sha256", "ES384": "sha384"}, names_contexts=True),
        Cryptosuite("ecdsa-sd-2023", _rdfc, {"ES256": "sha256"}, check=check_derived),
        Cryptosuite("eddsa-2022", _rdfc, {"EdDSA": "sha256"}, is_retired=True),
        Cryptosuite(
            "Ed25519Signature2020",
            _rdfc,
            {"EdDSA": "sha256"},
            proof_type="Ed25519Signature2020",
            is_retired=True,
        ),
    )
}
"""The suites that can be verified here, by the ``cryptosuite`` of a proof or the ``type`` of one that names none."""

SUITE_OF_ALG: Mapping[str, str] = {
    "EdDSA": "eddsa-rdfc-2022",
    "ES256": "ecdsa-rdfc-2019",
    "ES384": "ecdsa-rdfc-2019",
}
"""The suite that `secure` uses for a signer's algorithm unless told otherwise."""


_REQUIRED = ("type", "verificationMethod", "proofPurpose", "proofValue")
_TEXTS = ("cryptosuite", "created", "expires", "id")
_TEXT_ALONE = frozenset({str})


def check_shape(proof: Any) -> None:
    """Raise Invalid ``proof.malformed`` for what is no proof at all (VC Data Integrity 1.0, section 2.1)."""
    if not isinstance(proof, dict):
        raise Invalid("proof.malformed", "A proof is an object.")
    if all(map(proof.get, _REQUIRED)) and _TEXT_ALONE.issuperset(map(type, proof.values())):
        return  # as nearly all
    for name in _REQUIRED:
        value = proof.get(name)
        if type(value) is not str or not value:
            raise Invalid("proof.malformed", f"A proof has one {name}, which is text.", f"/{name}")
    for name in _TEXTS:
        if name in proof and type(proof[name]) is not str:
            raise Invalid("proof.malformed", f"The {name} of a proof is text.", f"/{name}")


def suite_of(proof: JsonObject) -> Cryptosuite:
    """The suite that a proof is to be checked by.

    Raises Invalid ``sig.invalid`` for a suite under the type of another, ``proof.malformed`` when none is named,
    Undecided ``proof.suite_unsupported``.
    """
    type_, name = proof.get("type"), proof.get("cryptosuite")
    suite = CRYPTOSUITES.get(name_of(proof))
    if suite is not None and suite.proof_type == type_:
        return suite
    if suite is not None:
        raise Invalid("sig.invalid", f"{suite.name} makes no proofs of the type {ascii(type_)[:60]}.", "/type")
    if type_ != PROOF_TYPE:
        raise Undecided("proof.suite_unsupported", f"Proofs of the type {ascii(type_)[:60]} are not checked here.")
    if not isinstance(name, str):
        raise Invalid("proof.malformed", "A DataIntegrityProof names its cryptosuite.", "/cryptosuite")
    raise Undecided("proof.suite_unsupported", f"Proofs of {ascii(name)[:60]} are not checked here.")


def name_of(proof: JsonObject) -> str:
    """What `CRYPTOSUITES` lists a proof under: its ``cryptosuite``, or the ``type`` of one that names none."""
    name = proof.get("cryptosuite", proof.get("type"))
    return name if isinstance(name, str) else ""


def suite_for_signing(name: str, alg: str) -> tuple[Cryptosuite, str]:
    """The suite and the hash for a signer's algorithm. Raises Undecided ``proof.suite_unsupported``."""
    suite = CRYPTOSUITES.get(name)
    if suite is None or alg not in suite.hash_of_alg:
        raise Undecided("proof.suite_unsupported", f"{name or 'No cryptosuite'} goes with a key for {alg}.")
    if suite.is_retired or suite.check is not None:
        raise Undecided("proof.suite_unsupported", f"Proofs of {name} are not made this way.")
    return suite, suite.hash_of_alg[alg]
