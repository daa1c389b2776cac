"""Any well-formed credential or presentation, signed as a test suite asks for it. Badges are sealed elsewhere.

Sources: VCDM 2.0 §4; VC-DI §4.2; VC-DI ECDSA §3.4 to §3.6; VC-JOSE-COSE §3.1, §3.2; VCDM 2.0 §4.13.1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from issuer.errors import Invalid, Undecided
from issuer.proofs import data_integrity, ecdsa_sd_2023, sd_jwt_making, vc_jwt
from issuer.proofs.ecdsa_sd_2023 import ProofSecrets
from issuer.proofs.linked_data import Reader
from issuer.proofs.registered_claims import is_v1
from issuer.proofs.signer import Signer
from issuer.proofs.strict_json import JsonObject
from issuer.proofs.timestamps import format_timestamp
from issuer.verification.any_credential import ENVELOPED_CREDENTIAL, ENVELOPED_PRESENTATION
from issuer.verification.data_model import credential_problems, presentation_problems
from issuer.verification.intake import listed, listed_texts
from issuer.verification.structure import V2_CONTEXT

VC_JOSE, SD_JWT = "vc-jose", "sd-jwt"
TOKENS = frozenset({VC_JOSE, SD_JWT})
DATA_INTEGRITY_CONTEXT = "https://w3id.org/security/data-integrity/v2"
SECRET_BYTES = 32


@dataclass(frozen=True)
class SuiteIssuer:
    """One issuer: a DID with one key, for one way of securing.

    name: in its addresses. suite: a cryptosuite, or one of `TOKENS`. key_kind: such as ``P-256``. has_status:
    whether it adds an entry of a status list to what it issues.
    """

    name: str
    suite: str
    key_kind: str
    did: str
    signer: Signer
    has_status: bool = False


def prepared(credential: JsonObject, issuer: SuiteIssuer, reader: Reader, now: datetime) -> JsonObject:
    """The credential as it will be signed, its form in order.

    An issuer that is not named is this one; credentials of the data model 1.1 have to name theirs. Those get the
    context that defines proofs.
    Raises Invalid with the first rule that is broken, what `Reader.read` raises, and ``proof.malformed`` for
    something in the place of proofs that is none.
    """
    document = dict(credential)
    if not is_v1(document):
        document.setdefault("issuer", issuer.did)
    else:
        document.setdefault("issuanceDate", format_timestamp(now))
        contexts = listed(document["@context"])
        if issuer.suite not in TOKENS and DATA_INTEGRITY_CONTEXT not in contexts:
            document["@context"] = [*contexts, DATA_INTEGRITY_CONTEXT]
    for problem in credential_problems(document):
        raise problem
    for proof in listed(document.get("proof")) if "proof" in document else ():
        if not isinstance(proof, dict) or not isinstance(proof.get("type"), str):
            raise Invalid("proof.malformed", "A proof is an object that names its type.", "/proof")
    reader.read({name: value for name, value in document.items() if name != "proof"})
    return document


def secured(
    document: JsonObject,
    issuer: SuiteIssuer,
    reader: Reader,
    now: datetime,
    pointers: Sequence[str],
    draw: Callable[[int], bytes],
) -> JsonObject:
    """The signed credential; a token comes in the envelope that presentations use.

    pointers: what is always shown (ecdsa-sd-2023), what the holder may leave out (SD-JWT). draw: random bytes.
    Raises Unprocessable ``input.invalid`` or Invalid ``jose.claims_missing`` for pointers that name nothing, Undecided
    ``proof.suite_unsupported``, and what signing raises.
    """
    if issuer.suite in TOKENS:
        return _in_envelope(document, "vc", issuer, pointers, draw)
    if issuer.suite == ecdsa_sd_2023.CRYPTOSUITE:
        secrets = ProofSecrets(draw(SECRET_BYTES), draw(SECRET_BYTES))
        return ecdsa_sd_2023.secure(document, issuer.signer, now, reader, pointers, secrets)
    return data_integrity.secure(document, issuer.signer, now, reader, issuer.suite)


def presented(
    document: JsonObject, issuer: SuiteIssuer, reader: Reader, pointers: Sequence[str], draw: Callable[[int], bytes]
) -> JsonObject:
    """A presentation signed as a token, in its envelope; what it presents is secured already.

    Raises Invalid with the first rule that is broken (``proof.missing`` for a bare credential inside), what
    `Reader.read` raises, and Undecided ``proof.suite_unsupported`` for issuers that make no tokens.
    """
    if issuer.suite not in TOKENS:
        raise Undecided("proof.suite_unsupported", "Presentations are signed as tokens alone.")
    for problem in presentation_problems(document):
        raise problem
    for credential in listed(document.get("verifiableCredential")):
        if "proof" not in credential and ENVELOPED_CREDENTIAL not in listed_texts(credential.get("type")):
            raise Invalid("proof.missing", "What is presented in a token is signed itself.", "/verifiableCredential")
    reader.read({name: value for name, value in document.items() if name != "verifiableCredential"})
    return _in_envelope(document, "vp", issuer, pointers, draw)


def _in_envelope(
    content: JsonObject,
    kind: Literal["vc", "vp"],
    issuer: SuiteIssuer,
    pointers: Sequence[str],
    draw: Callable[[int], bytes],
) -> JsonObject:
    if issuer.suite == VC_JOSE:
        media_type, token = f"{kind}+jwt", vc_jwt.secure_w3c(content, issuer.signer, kind)
    else:
        media_type, salt_of = f"{kind}+sd-jwt", sd_jwt_making.salts_from(draw(SECRET_BYTES))
        typ: sd_jwt_making.SdJwtType = "vc+sd-jwt" if kind == "vc" else "vp+sd-jwt"
        token = sd_jwt_making.secure(content, pointers, issuer.signer, salt_of, typ).decode("ascii")
    return {
        "@context": [V2_CONTEXT],
        "id": f"data:application/{media_type},{token}",
        "type": ENVELOPED_CREDENTIAL if kind == "vc" else ENVELOPED_PRESENTATION,
    }
