"""The disciplines: for each, what we do, what the others do for the same purpose, and the limit below it all.

Peers get the key in the form they take it, and no network: where they would look up a key or a status list, the
key is given to them and the status left out, which is less than we do.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import jwt
from nacl.signing import SigningKey
from openbadgeslib.ob3.ldp import OB3LdpVerifier, add_data_integrity_proof, verify_data_integrity_proof
from openbadgeslib.ob3.signer import OB3Signer
from openbadgeslib.ob3.verifier import OB3Verifier
from openvc.did.base import DidDocument, VerificationMethod
from openvc.keys import Ed25519SigningKey
from openvc.proof.data_integrity import DataIntegrityProofSuite
from openvc.proof.vc_jwt import VcJwtProofSuite
from openvc.verify import VerificationPolicy, verify_credential

from issuer.proofs import data_integrity, jws, vc_jwt
from issuer.proofs.strict_json import parse_object
from issuer.services.verify import VerifyService
from issuer.verification.documents import Answer, Found, Missing
from issuer.verification.report import Verdict
from tests.bench.material import NOW, Material, contexts_of, verify_embedded
from tests.bench.rounds import Operation
from tests.bench.selective import sd_derive, sd_issue, sd_verify

Discipline = Callable[[Material], dict[str, Operation]]

_HASH_DATA = bytes(range(64))


class Shelf:
    """Documents from memory: the issuer's DID document and its status list."""

    def __init__(self, material: Material) -> None:
        address, body = material.status_list
        self._bodies = {
            "https://badges.example.org/.well-known/did.json": (material.did_json, "application/did+json"),
            address: (body, "application/vc+ld+json"),
        }

    def fetch(self, url: str, accept: tuple[str, ...], max_age_s: float | None = None) -> Answer:
        if url not in self._bodies:
            return Missing(url, "not_found", "Nothing stands there.")
        body, media_type = self._bodies[url]
        return Found(url, body, media_type, accept)


class Resolver:
    """openvc's resolver protocol, answered from memory."""

    def __init__(self, material: Material) -> None:
        method = VerificationMethod(material.method, "JsonWebKey", material.identity.did, dict(material.jwk))
        self._document = DidDocument(material.identity.did, [method], {}, {"assertionMethod": [material.method]})

    def supports(self, did: str) -> bool:
        return did == self._document.id

    def resolve(self, did: str) -> DidDocument:
        return self._document


def raw_sign(material: Material) -> Operation:
    sign = material.private.sign
    return lambda _number: sign(_HASH_DATA)


def raw_verify(material: Material) -> Operation:
    public, signature = material.private.public_key(), material.private.sign(_HASH_DATA)
    return lambda _number: public.verify(signature, _HASH_DATA)


def libsodium_sign(material: Material) -> Operation:
    key = SigningKey(material.private.private_bytes_raw())
    return lambda _number: key.sign(_HASH_DATA)


def libsodium_verify(material: Material) -> Operation:
    key = SigningKey(material.private.private_bytes_raw())
    public, signature = key.verify_key, key.sign(_HASH_DATA).signature
    return lambda _number: public.verify(_HASH_DATA, signature)


def di_issue(material: Material) -> dict[str, Operation]:
    """An unsigned badge, as an object in memory, to the same badge with an eddsa-rdfc-2022 proof."""
    pool, size, reader, signer = material.unsigned, material.size, material.reader, material.signer
    pem, method, contexts, created = material.private_pem, material.method, contexts_of(material), material.created
    suite, key = DataIntegrityProofSuite(), Ed25519SigningKey.from_pem(material.private_pem, kid=material.method)
    return {
        "ours": lambda n: data_integrity.secure(pool[n % size], signer, created[n % size], reader),
        "limit": raw_sign(material),
        "openbadgeslib": lambda n: add_data_integrity_proof(
            pool[n % size], pem, method, created=created[n % size]
        ),
        "openvc-core": lambda n: suite.add_proof(
            pool[n % size], signing_key=key, verification_method=method, created=created[n % size],
            extra_contexts=contexts,
        ),
    }  # fmt: skip


def di_verify(material: Material) -> dict[str, Operation]:
    """The proof alone: a signed badge, as an object in memory, and the issuer's key."""
    pool, size, reader, public = material.signed, material.size, material.reader, material.public
    suite, contexts = DataIntegrityProofSuite(), contexts_of(material)
    return {
        "ours": lambda n: verify_embedded(pool[n % size], public, reader),
        "limit": raw_verify(material),
        "openbadgeslib": lambda n: verify_data_integrity_proof(pool[n % size], material.public_pem),
        "openvc-core": lambda n: suite.verify(
            pool[n % size], public_key_jwk=material.jwk, now=NOW, extra_contexts=contexts
        ),
    }


def di_verify_repeated_options(material: Material) -> dict[str, Operation]:
    """The same for badges that one key signed within one second: their proof options repeat."""
    pool, reader, public = material.signed_in_one_second, material.reader, material.public
    return {"ours": lambda n: verify_embedded(pool[n % len(pool)], public, reader), "limit": raw_verify(material)}


def di_verify_full(material: Material) -> dict[str, Operation]:
    """From bytes to a verdict: our every check, beside the peers' own checks."""
    bodies, size, contexts = material.bodies, material.size, contexts_of(material)
    service = VerifyService(Shelf(material), clock)
    ob3 = OB3LdpVerifier(material.public_pem)
    policy, resolver = VerificationPolicy(require_status=False, now=NOW), Resolver(material)
    return {
        "ours": lambda n: must_be_valid(service, bodies[n % size], "application/vc+ld+json"),
        "limit": raw_verify(material),
        "openbadgeslib": lambda n: ob3.verify(bodies[n % size]),
        "openvc-core": lambda n: verify_credential(
            json.loads(bodies[n % size]), policy=policy, resolver=resolver, extra_contexts=contexts
        ),
    }


def jwt_sign(material: Material) -> dict[str, Operation]:
    """An unsigned badge, as an object in memory, to a VC-JWT (EdDSA)."""
    pool, size, signer = material.unsigned, material.size, material.signer
    payloads = [parse_object(jws.read_compact(token).payload) for token in material.tokens]
    ob3 = OB3Signer(material.private_pem, algorithm="EdDSA")
    suite, key = VcJwtProofSuite(), Ed25519SigningKey.from_pem(material.private_pem, kid=material.method)
    headers = {"kid": material.method}
    return {
        "ours": lambda n: vc_jwt.secure(pool[n % size], signer),
        "limit": raw_sign(material),
        "pyjwt": lambda n: jwt.encode(payloads[n % size], material.private, algorithm="EdDSA", headers=headers),
        "openbadgeslib": lambda n: ob3.sign_payload(payloads[n % size]),
        "openvc-core": lambda n: suite.sign(pool[n % size], signing_key=key),
    }


def jwt_verify(material: Material) -> dict[str, Operation]:
    """A VC-JWT (EdDSA) and the issuer's key: signature, header, and whether the claims fit the credential."""
    tokens, size, public = material.tokens, material.size, material.public
    ob3, public_key = OB3Verifier(material.public_pem), material.private.public_key()
    suite, key = VcJwtProofSuite(), Ed25519SigningKey.from_pem(material.private_pem, kid=material.method)
    theirs = [suite.sign(one, signing_key=key) for one in material.unsigned[:200]]
    return {
        "ours": lambda n: verify_token(tokens[n % size], public),
        "limit": raw_verify(material),
        "pyjwt": lambda n: jwt.decode(tokens[n % size], public_key, algorithms=["EdDSA"]),
        "openbadgeslib": lambda n: ob3.verify(tokens[n % size]),
        "openvc-core": lambda n: suite.verify(theirs[n % 200], public_key_jwk=material.jwk),
    }


DISCIPLINES: dict[str, Discipline] = {
    "di_issue": di_issue,
    "di_verify": di_verify,
    "di_verify_full": di_verify_full,
    "jwt_sign": jwt_sign,
    "jwt_verify": jwt_verify,
    "sd_issue": sd_issue,
    "sd_derive": sd_derive,
    "sd_verify": sd_verify,
}
"""Those of the published figures, by name."""

ASIDE: dict[str, Discipline] = {
    "di_verify, proof options repeat": di_verify_repeated_options,
    "di_issue, rubric in the badge": lambda material: of_ours(di_issue, material.whole),
    "di_verify, rubric in the badge": lambda material: of_ours(di_verify, material.whole),
    "di_verify_full, rubric in the badge": lambda material: of_ours(di_verify_full, material.whole),
    "raw sign": lambda material: {"cryptography": raw_sign(material), "libsodium": libsodium_sign(material)},
    "raw verify": lambda material: {"cryptography": raw_verify(material), "libsodium": libsodium_verify(material)},
}
"""What helps to read the figures; no part of them."""


def of_ours(discipline: Discipline, material: Material) -> dict[str, Operation]:
    return {who: operation for who, operation in discipline(material).items() if who in ("ours", "limit")}


def verify_token(token: str, public: Any) -> None:
    taken = jws.read_compact(token)
    jws.check_header(taken.header)
    jws.verify_signature(taken, public)
    payload = parse_object(taken.payload)
    vc_jwt.check_claims(payload, vc_jwt.credential_of(payload))


def must_be_valid(service: VerifyService, body: bytes, media_type: str) -> None:
    report = service.verify(body, media_type)
    if report.verdict is not Verdict.VALID:
        raise AssertionError([check for check in report.checks if check.outcome != "passed"])


def clock() -> datetime:
    return NOW
