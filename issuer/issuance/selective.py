"""The badge as JSON of which its holder shows what they like (ecdsa-sd-2023, VC-DI ECDSA §3.4 to §3.6).

The sealed bytes hold the base proof, for the holder alone: they would let anybody else tell how parts that two
verifiers saw belong together. What the holder derives from them is for everybody.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import count

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from issuer.credentials.encode import to_bytes
from issuer.credentials.references import names_child
from issuer.errors import Invalid
from issuer.issuance import embedded
from issuer.issuance.signing import SignerWithKid
from issuer.proofs import data_integrity, ecdsa_sd_2023, jcs
from issuer.proofs.ecdsa_sd_2023 import BaseProof, ProofSecrets
from issuer.proofs.ecdsa_sd_values import read_base
from issuer.proofs.linked_data import Reader
from issuer.proofs.strict_json import JsonObject, parse_object

MEDIA_TYPE = embedded.MEDIA_TYPE
EVERYTHING = ("",)
SHOWN_BY_EVERY_COPY = (
    "/name",
    "/issuer",
    "/validFrom",
    "/validUntil",
    "/credentialSubject/id",
    "/credentialSubject/type",
    "/credentialSubject/achievement",
    "/relatedResource",
    "/credentialStatus",
    "/credentialSchema",
)
"""Without one of these a copy would be no Open Badge (OB 3.0 §AchievementCredential), or could hide that the badge
is revoked, has ended or replaces another. `@context`, `id` and `type` come along by themselves. A certification
also shows what it is stacked on, since it stands and falls with that."""

_BEGINNING = b"\xd9\x5d\x00\x85\x58\x40"
"""Of a base proof value: its header, an array of five, 64 bytes."""


def to_be_signed(document: JsonObject, key: SignerWithKid, reader: Reader) -> bytes:
    """The 99 bytes the key signs: hash of the options, the proof's own key, hash of what every copy shows.

    Raises Refused or Invalid (`ld.*`) for a document that cannot be signed whole, Unavailable (`key.unavailable`).
    """
    return _base_proof(document, key, reader).to_be_signed


def sealed(document: JsonObject, tbs: bytes, key: SignerWithKid, reader: Reader) -> bytes:
    """The document with its base proof. Raises Unavailable (`key.unavailable`)."""
    return to_bytes({**document, "proof": _base_proof(document, key, reader).signed(key.sign(tbs))})


def check(body: bytes, document: JsonObject, tbs: bytes, key: SignerWithKid, reader: Reader) -> None:
    """Verify what a holder can derive, all statements of it, from the finished bytes alone.

    Raises Refused or Invalid.
    """
    secured = parse_object(body)
    proof = secured["proof"]
    if {name: value for name, value in secured.items() if name != "proof"} != document:
        raise Invalid("proof.malformed", "The signed document is not the planned one.")
    if not key.public.verify(read_base(proof["proofValue"]).base_signature, tbs, key.public.alg):
        raise Invalid("sig.invalid", "The signature does not fit the planned bytes.")
    derived = ecdsa_sd_2023.derive(secured, EVERYTHING, reader)
    data_integrity.verify_proof(derived, derived.pop("proof"), key.public, reader)


def check_again(body: bytes, document: JsonObject, tbs: bytes, key: SignerWithKid) -> None:
    """Verify the issuer's signature over the planned bytes: no JSON-LD, no CBOR reader, no table of suites.

    Raises Invalid.
    """
    text = json.loads(body)["proof"]["proofValue"]
    value = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
    signature = value[len(_BEGINNING) :][:64]
    try:
        if (
            text[:1] != "u"
            or not value.startswith(_BEGINNING)
            or not isinstance(key.public.loaded, ec.EllipticCurvePublicKey)
        ):
            raise ValueError("no base proof")
        der = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
        key.public.loaded.verify(der, tbs, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError) as error:
        raise Invalid("sig.invalid", "The signature does not fit the planned bytes.") from error


def shown(body: bytes, reader: Reader, pointers: Sequence[str] = EVERYTHING) -> bytes:
    """What the holder shows when they name these parts: everything, unless told otherwise.

    Raises Unprocessable (`input.invalid`) for pointers that name nothing.
    """
    return to_bytes(ecdsa_sd_2023.derive(parse_object(body), pointers, reader))


def _base_proof(document: JsonObject, key: SignerWithKid, reader: Reader) -> BaseProof:
    written = jcs.canonicalise(document)
    return _kept_base_proof(written, key.kid, _secrets(written, key), reader)


@lru_cache(maxsize=16)
def _kept_base_proof(written: str, kid: str, secrets: ProofSecrets, reader: Reader) -> BaseProof:
    """Made once for planning, rehearsing and sealing, which mostly follow each other. written: the document (JCS)."""
    document = parse_object(written.encode())
    options = embedded.options_of(document, kid, ecdsa_sd_2023.CRYPTOSUITE)
    return BaseProof(document, options, reader, _pointers(document), secrets)


def _pointers(document: JsonObject) -> list[str]:
    """Those of `SHOWN_BY_EVERY_COPY` that name something here, and the badges that this one is stacked on."""
    members = document.keys() | {f"credentialSubject/{name}" for name in document["credentialSubject"]}
    evidence = document.get("evidence", [])
    children = [f"/evidence/{at}" for at, one in enumerate(evidence) if names_child(one)]
    if len(children) == len(evidence) > 0:
        children = ["/evidence"]  # not every wallet follows a pointer into a list
    return [pointer for pointer in SHOWN_BY_EVERY_COPY if pointer[1:] in members] + children


def _secrets(written: str, key: SignerWithKid) -> ProofSecrets:
    """The secrets of this key for this very document: a plan gives the same bytes however often it is sealed,
    and no two documents share the key that signs their statements."""
    digest = sha256(written.encode()).digest()
    numbers = count()
    return ProofSecrets.drawn(lambda _size: key.secret_for(b"ecdsa-sd-2023 %d " % next(numbers) + digest))
