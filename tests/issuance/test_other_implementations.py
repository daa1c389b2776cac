"""Every badge under implementations that are not ours, given nothing but our DID document and status list."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import jwt
import pytest
from jsonschema import Draft201909Validator
from nacl.signing import VerifyKey
from openbadgeslib.ob3 import OB3LdpVerifier, OB3VerificationError, OB3Verifier
from openbadgeslib.verify import verify_badge
from openvc.did.did_web import DidWebResolver
from openvc.proof.data_integrity import DataIntegrityProofSuite
from openvc.status import CredentialRevoked
from openvc.verify import VerificationPolicy, verify_credential
from pyld import jsonld

import schemas
from badge_classes import BadgeClass
from issuer.credentials import baking_png, baking_svg
from issuer.credentials.identity import IssuerIdentity
from issuer.domain.award import Award, Form
from issuer.issuance.publish import ListSigner
from issuer.issuance.signing import SignerWithKid
from issuer.proofs.linked_data import Reader

DID_URL = "https://badges.example.org/.well-known/did.json"
STATUS_URL = "https://badges.example.org/status/revocation-1"
EARNER = UUID(int=9).urn
BITS_ONLY = {"check_status": True, "verify_status_list": False}
"""openbadgeslib verifies status lists that are tokens only; the bits of ours it reads all the same."""

Download = Callable[[str], bytes]


@pytest.fixture
def sealed(sealed_catalogue: tuple[tuple[Award, Mapping[Form, bytes]], ...]) -> list[Award]:
    """A sealed badge of every badge class."""
    return [
        replace(award, forms=tuple(replace(one, sealed=bodies[one.form]) for one in award.forms))
        for award, bodies in sealed_catalogue
    ]


@pytest.fixture
def list_with(
    identity: IssuerIdentity, signers: Mapping[Form, SignerWithKid], reader: Reader, sealed: list[Award]
) -> Callable[[set[int]], bytes]:
    """The published revocation list with these entries set, valid by any clock."""
    key = signers[Form.EDDSA_RDFC_2022]
    sign = ListSigner(identity, key, reader, lambda body, media_type: None, valid_for=timedelta(days=36_500))
    return lambda indexes: sign(1, "revocation", indexes, sealed[0].valid_from)


@pytest.fixture
def download_with(did_json: bytes, list_with: Callable[[set[int]], bytes]) -> Callable[[set[int]], Download]:
    """What our server would answer, and nothing else."""

    def build(revoked: set[int]) -> Download:
        served = {DID_URL: did_json, STATUS_URL: list_with(revoked)}
        return lambda url: served[url]

    return build


def body(award: Award, form: Form) -> bytes:
    found = award.sealed(form)
    assert found is not None
    return found


def test_pyld_canonicalises_each_badge_and_proof_to_what_was_signed(
    sealed: list[Award], signers: Mapping[Form, SignerWithKid]
) -> None:
    """PyLD for the canonical form, PyNaCl for the signature: no line of ours between badge and verdict."""
    files = {one.url: one.document for one in schemas.contexts() if not one.edition}
    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": lambda url, _: {"contextUrl": None, "documentUrl": url, "document": files[url]},
    }
    public = VerifyKey(signers[Form.EDDSA_RDFC_2022].public.raw)
    for award in sealed:
        document = json.loads(body(award, Form.EDDSA_RDFC_2022))
        proof = document.pop("proof")
        signature = decode_base58btc(proof.pop("proofValue")[1:])
        configured = jsonld.normalize({"@context": document["@context"], **proof}, options)
        canonical = jsonld.normalize(document, options)
        hashes = sha256(configured.encode()).digest() + sha256(canonical.encode()).digest()
        assert hashes == award.forms[0].tbs
        assert sha256(canonical.encode()).hexdigest() == award.content_sha256
        public.verify(hashes, signature)


def decode_base58btc(text: str) -> bytes:
    number = 0
    for character in text:
        number = number * 58 + "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".index(character)
    return number.to_bytes(64)


def test_openbadgeslib_accepts_the_embedded_form_of_every_badge(
    sealed: list[Award], identity: IssuerIdentity, download_with: Callable[[set[int]], Download]
) -> None:
    download = download_with({1, 2, 3})
    for award in sealed:
        verifier = OB3LdpVerifier.for_issuer_did(identity.did, download=download)
        credential = verifier.verify(
            body(award, Form.EDDSA_RDFC_2022), expected_recipient=EARNER, **BITS_ONLY, download=download
        )
        assert credential.achievement.name == json.loads(award.content)["name"]


def test_openbadgeslib_accepts_the_token_of_every_badge(
    sealed: list[Award], identity: IssuerIdentity, download_with: Callable[[set[int]], Download]
) -> None:
    download = download_with(set())
    verifier = OB3Verifier.for_issuer_did(identity.did, download=download)
    for award in sealed:
        credential = verifier.verify(
            body(award, Form.VC_JWT).decode(), expected_recipient=EARNER, **BITS_ONLY, download=download
        )
        assert credential.issuer.id == identity.did


@pytest.mark.parametrize(("form", "secured"), [(Form.EDDSA_RDFC_2022, "ldp"), (Form.VC_JWT, "vc-jwt")])
@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_openbadgeslib_accepts_the_baked_images_of_every_badge(
    catalogue: list[BadgeClass],
    sealed: list[Award],
    download_with: Callable[[set[int]], Download],
    suffix: str,
    form: Form,
    secured: str,
) -> None:
    download = download_with(set())
    for badge_class, award in zip(catalogue, sealed, strict=True):
        text = body(award, form).decode()
        image = (
            baking_png.bake(badge_class.art_png, text)
            if suffix == "png"
            else baking_svg.bake(badge_class.art_svg, text)
        )
        result = verify_badge(image, resolve_did=True, expected_recipient=EARNER, **BITS_ONLY, download=download)
        assert (result.valid, result.trusted, result.proof_format) == (True, True, secured), result.reason


@pytest.mark.parametrize("form", [Form.EDDSA_RDFC_2022, Form.VC_JWT])
def test_openbadgeslib_sees_a_revocation(
    sealed: list[Award], identity: IssuerIdentity, download_with: Callable[[set[int]], Download], form: Form
) -> None:
    download = download_with({94567})
    kind: Any = OB3LdpVerifier if form is Form.EDDSA_RDFC_2022 else OB3Verifier
    with pytest.raises(OB3VerificationError, match="'revocation' is set at index 94567"):
        kind.for_issuer_did(identity.did, download=download).verify(
            body(sealed[0], form).decode(), **BITS_ONLY, download=download
        )


def test_openbadgeslib_does_not_take_another_recipient(
    sealed: list[Award], identity: IssuerIdentity, download_with: Callable[[set[int]], Download]
) -> None:
    download = download_with(set())
    with pytest.raises(OB3VerificationError, match="Recipient mismatch"):
        OB3LdpVerifier.for_issuer_did(identity.did, download=download).verify(
            body(sealed[0], Form.EDDSA_RDFC_2022), expected_recipient=UUID(int=8).urn, download=download
        )


@pytest.fixture
def pinned() -> dict[str, Any]:
    return {one.url: one.document for one in schemas.contexts() if not one.edition and "/ob/v3p0/" in one.url}


def test_openvc_accepts_the_embedded_form_of_every_badge(
    sealed: list[Award], did_json: bytes, pinned: dict[str, Any]
) -> None:
    resolver = DidWebResolver(lambda url: {DID_URL: json.loads(did_json)}[url])
    for award in sealed:
        document = json.loads(body(award, Form.EDDSA_RDFC_2022))
        verified = DataIntegrityProofSuite().verify(document, resolver=resolver, extra_contexts=pinned)
        assert verified.issuer == document["issuer"]["id"]
        assert verified.subject == document["credentialSubject"]["id"]


def test_openvc_checks_the_status_too(
    sealed: list[Award], did_json: bytes, pinned: dict[str, Any], list_with: Callable[[set[int]], bytes]
) -> None:
    resolver = DidWebResolver(lambda url: {DID_URL: json.loads(did_json)}[url])
    policy = VerificationPolicy(expected_types=("OpenBadgeCredential",), require_schema=False)
    document = json.loads(body(sealed[0], Form.EDDSA_RDFC_2022))

    def verified_with(revoked: set[int]) -> Any:
        served = {STATUS_URL: json.loads(list_with(revoked))}
        return verify_credential(
            document, policy=policy, resolver=resolver, extra_contexts=pinned, resolve_status_list=served.__getitem__
        )

    assert verified_with({94566, 94568}).status.revoked is False
    with pytest.raises(CredentialRevoked):
        verified_with({94567})


def test_pyjwt_reads_every_token_with_the_key_of_the_did_document(sealed: list[Award], did_json: bytes) -> None:
    methods = {method["id"]: method for method in json.loads(did_json)["verificationMethod"]}
    for award in sealed:
        token = body(award, Form.VC_JWT).decode()
        header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
        key = jwt.PyJWK(methods[header["kid"]]["publicKeyJwk"])
        payload = jwt.decode(token, key, algorithms=["RS256"], issuer="did:web:badges.example.org")
        document = json.loads(award.content)
        assert {name: payload[name] for name in document} == document


SCHEMAS = {
    "published": "schemas/ob/ob_v3p0_achievementcredential_schema.json",
    "strict draft": "schemas/ob-draft-ghpages/achievementcredential.json",
}


def test_t12_the_signed_badge_passes_the_published_schema_and_the_strict_draft_but_for_its_one_proof(
    sealed: list[Award], standards: Callable[[str], dict[str, Any]]
) -> None:
    """`proof` may be one object (OB 3.0 §Serialization); the draft of 2024-07 wants an array of it."""
    published, strict = (Draft201909Validator(standards(path)) for path in SCHEMAS.values())
    for award in sealed:
        document = json.loads(body(award, Form.EDDSA_RDFC_2022))
        assert [error.message for error in published.iter_errors(document)] == []
        assert [error.json_path for error in strict.iter_errors(document)] == ["$.proof"]
        document["proof"] = [document["proof"]]
        assert [error.message for error in strict.iter_errors(document)] == []
