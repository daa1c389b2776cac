"""What test suites hold a verifier to, over requests of our own; signatures here are by strangers' keys too."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import schemas
from issuer.app.conformance import EXAMPLE_CONTEXTS
from issuer.proofs import data_integrity, multibase
from issuer.proofs.general_reader import GeneralReader
from issuer.proofs.jws import sign_compact
from tests.app.conftest import Stranger, Suite

JsonObject = dict[str, Any]
Make = Callable[[str], Stranger]

V2 = "https://www.w3.org/ns/credentials/v2"
READER = GeneralReader({**{file.url: file.document for file in schemas.contexts()}, **EXAMPLE_CONTEXTS})
NOW = datetime.now(UTC)


def signed(
    document: JsonObject, by: Stranger, suite: str = "eddsa-rdfc-2022", reader: GeneralReader = READER, **options: Any
) -> JsonObject:
    """A document with a proof by a stranger; `options` replace members of the proof, None removes."""
    proof: JsonObject = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": NOW.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": by.signer.verification_method,
        "proofPurpose": "assertionMethod",
        **options,
    }
    proof = {name: value for name, value in proof.items() if value is not None}
    if "jcs" in suite:
        proof["@context"] = document["@context"]
    known = {**proof, "type": "DataIntegrityProof", "cryptosuite": suite}
    hashed = data_integrity.hash_data(document, known, reader, "sha384" if by.signer.alg == "ES384" else "sha256")
    return {**document, "proof": {**proof, "proofValue": multibase.encode(by.signer.sign(hashed))}}


def code(answer: JsonObject) -> str:
    assert not answer["verified"]
    return str(answer["problemDetails"][0]["code"])


@pytest.mark.parametrize(
    ("alg", "cryptosuite"),
    [
        ("EdDSA", "eddsa-rdfc-2022"),
        ("EdDSA", "eddsa-jcs-2022"),
        ("ES256", "ecdsa-rdfc-2019"),
        ("ES384", "ecdsa-rdfc-2019"),
        ("ES384", "ecdsa-jcs-2019"),
    ],
)
def test_a_proof_whose_method_belongs_to_another_controller(
    suite: Suite, credential: JsonObject, stranger: Make, alg: str, cryptosuite: str
) -> None:
    by = stranger(alg)
    document = signed({**credential, "issuer": "did:example:another"}, by, cryptosuite)
    answer = suite.verify(document)
    assert answer["verified"]
    assert answer["verifiableCredential"] == document
    assert not suite.verify({**document, "issuer": "did:example:third"})["verified"]


def test_proofs_that_are_not_good(suite: Suite, credential: JsonObject, stranger: Make) -> None:
    good = signed({**credential, "issuer": "did:example:i"}, stranger("EdDSA"))

    def with_proof(**members: Any) -> JsonObject:
        proof = {**good["proof"], **members}
        return {**good, "proof": {name: value for name, value in proof.items() if value != "remove"}}

    assert suite.verify(good)["verified"]
    for document in (
        {name: value for name, value in good.items() if name != "proof"},
        {**good, "proof": None},
        {**good, "proof": {}},
        {**good, "proof": []},
        *(with_proof(**{name: "remove"}) for name in ("type", "verificationMethod", "proofPurpose", "proofValue")),
        *(with_proof(**{name: None}) for name in ("type", "verificationMethod", "proofPurpose", "proofValue")),
        with_proof(type="UnknownProofType"),
        with_proof(cryptosuite="UnknownCryptosuite"),
        with_proof(cryptosuite="remove"),
        with_proof(cryptosuite=5),
        with_proof(verificationMethod="did:key:invalidVm"),
        with_proof(proofPurpose="invalidPurpose"),
        with_proof(proofPurpose="authentication"),
        with_proof(proofValue=good["proof"]["proofValue"][1:]),
        with_proof(proofValue="a"),
        with_proof(created="remove"),
        {**good, "undefinedMember": "x"},
        {**good, "type": [*good["type"], "UndefinedType"]},
        {**good, "credentialSubject": {**good["credentialSubject"], "undefinedTerm": "x"}},
        {"type": ["NonconformingDocument"]},
    ):
        assert not suite.verify(document)["verified"], document.get("proof")


@pytest.mark.parametrize(
    ("alg", "cryptosuite"),
    [
        ("EdDSA", "eddsa-rdfc-2022"),
        ("EdDSA", "eddsa-jcs-2022"),
        ("ES256", "ecdsa-jcs-2019"),
        ("ES384", "ecdsa-jcs-2019"),
    ],
)
def test_a_term_that_nothing_defines_however_it_is_secured(
    suite: Suite, credential: JsonObject, stranger: Make, alg: str, cryptosuite: str
) -> None:
    """VC-DI, "Securing Data Losslessly". Whoever signs here knows one term more than everybody else."""
    by = stranger(alg)
    subject = {**credential["credentialSubject"], "secretTerm": "x"}
    document = {**credential, "issuer": "did:example:i", "credentialSubject": subject}
    files = {file.url: file.document for file in schemas.contexts() if not file.edition}
    knowing: JsonObject = copy.deepcopy(dict(files[V2]))
    knowing["@context"]["secretTerm"] = "urn:x:secret"
    reader = GeneralReader({**files, V2: knowing})
    assert code(suite.verify(signed(document, by, cryptosuite, reader))) == "ld.data_loss"
    defined = {**document, "@context": [V2, {"secretTerm": "urn:x:secret"}]}
    assert suite.verify(signed(defined, by, cryptosuite))["verified"]


def test_times_and_purposes_of_a_proof(suite: Suite, credential: JsonObject, stranger: Make) -> None:
    by, document = stranger("EdDSA"), {**credential, "issuer": "did:example:i"}
    year_ago = (NOW - timedelta(days=365)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert suite.verify(signed(document, by, created=None))["verified"]
    assert suite.verify(signed(document, by, created=year_ago))["verified"]
    assert code(suite.verify(signed(document, by, created="invalidDate"))) == "proof.malformed"
    assert code(suite.verify(signed(document, by, expires=year_ago))) == "proof.expired"
    assert suite.verify(signed(document, by, expires="9999-12-31T23:59:59Z"))["verified"]
    good = signed(document, by)
    assert suite.verify(good, expectedProofPurpose="assertionMethod")["verified"]
    assert code(suite.verify(good, expectedProofPurpose="authentication")) == "proof.purpose"
    other = signed(document, by, proofPurpose="authentication")
    assert code(suite.verify(other)) == "proof.purpose"
    assert suite.verify(other, expectedProofPurpose="authentication")["verified"]
    assert code(suite.verify(good, domain=5)) == "input.invalid"


def test_times_of_a_proof_without_a_zone(suite: Suite, credential: JsonObject, stranger: Make) -> None:
    """VC-DI §2.1: a processor may take them, and then reads them as UTC. Badges are held to the zone."""
    by, document = stranger("EdDSA"), {**credential, "issuer": "did:example:i"}

    def at(hours: float) -> str:
        return (NOW + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S")

    assert suite.verify(signed(document, by, created=at(0)))["verified"]
    assert suite.verify(signed(document, by, created=f"{at(-1)}.25", expires=at(1)))["verified"]
    assert code(suite.verify(signed(document, by, created=at(1)))) == "proof.created_future"
    assert code(suite.verify(signed(document, by, expires=at(-1)))) == "proof.expired"
    for malformed in (at(0)[:-3], at(0)[:10], at(0).replace("T", " "), f"{at(0)}z", f"{at(0)}+0100"):
        assert code(suite.verify(signed(document, by, created=malformed))) == "proof.malformed", malformed


def test_domain_and_challenge_of_a_proof(suite: Suite, credential: JsonObject, stranger: Make) -> None:
    asked = {"domain": "domain.example", "challenge": "1235abcd6789"}
    document, by = {**credential, "issuer": "did:example:i"}, stranger("EdDSA")
    good = signed(document, by, **asked)
    assert suite.verify(good)["verified"]
    assert suite.verify(good, **asked)["verified"]
    for wrong, problem in (
        ({"domain": "other.example"}, "INVALID_DOMAIN_ERROR"),
        ({**asked, "challenge": "other"}, "INVALID_CHALLENGE_ERROR"),
    ):
        answer = suite.verify(good, **wrong)
        assert code(answer) == "proof.domain"
        assert answer["problemDetails"][0]["type"].endswith(problem)
    assert code(suite.verify(signed(document, by), **asked)) == "proof.domain"


def test_chains_of_proofs(suite: Suite, credential: JsonObject, stranger: Make) -> None:
    by, document = stranger("EdDSA"), {**credential, "issuer": "did:example:i"}
    first = signed(document, by, id="urn:uuid:first")["proof"]
    before = {**document, "proof": [first]}
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "verificationMethod": by.signer.verification_method,
        "proofPurpose": "assertionMethod",
        "previousProof": "urn:uuid:first",
    }
    hashed = data_integrity.hash_data(before, options, READER)
    second = {**options, "proofValue": multibase.encode(by.signer.sign(hashed))}
    assert suite.verify({**document, "proof": [first, second]})["verified"]
    assert code(suite.verify({**document, "proof": [second]})) == "proof.chain_broken"
    assert code(suite.verify({**document, "proof": [first, {**second, "previousProof": 5}]})) == "proof.chain_broken"


def test_a_request_without_a_credential(suite: Suite) -> None:
    for body in ({}, {"verifiableCredential": 5}, {"verifiableCredential": None}, {"options": {}}):
        answer = suite.post("/credentials/verify", body)
        assert answer.status_code == 400
        assert answer.json()["verified"] is False


# -- presentations


@pytest.fixture
def presentation() -> JsonObject:
    return {"@context": [V2], "type": ["VerifiablePresentation"]}


def test_a_presentation_that_nobody_signed(suite: Suite, presentation: JsonObject, credential: JsonObject) -> None:
    assert suite.verify_presentation(presentation)["verified"]
    several = {**presentation, "verifiableCredential": [suite.issue(credential), suite.issue(credential, "vc-jose")]}
    assert suite.verify_presentation(several)["verified"]
    assert code(suite.verify_presentation(several, challenge="c", domain="d.example")) == "proof.missing"
    bare = {**presentation, "verifiableCredential": [{**credential, "issuer": "did:example:i"}]}
    assert code(suite.verify_presentation(bare)) == "proof.missing"


@pytest.mark.parametrize("purpose", ["authentication", "assertionMethod"])
def test_a_presentation_signed_for_a_domain_and_challenge(
    suite: Suite, presentation: JsonObject, credential: JsonObject, stranger: Make, purpose: str
) -> None:
    asked = {"domain": "github.com/w3c/vc-data-model-2.0-test-suite", "challenge": "123456789"}
    by = stranger("EdDSA")
    document = {**presentation, "id": "urn:uuid:p", "holder": by.did, "verifiableCredential": [suite.issue(credential)]}
    good = signed(document, by, proofPurpose=purpose, **asked)
    assert suite.verify_presentation(good)["verified"]
    assert suite.verify_presentation(good, **asked)["verified"]
    assert suite.verify_presentation(good, checks=["proof"], challenge=asked["challenge"])["verified"]
    assert code(suite.verify_presentation(good, challenge="other")) == "proof.domain"
    assert code(suite.verify_presentation(good, domain="other.example")) == "proof.domain"
    assert code(suite.verify_presentation({**good, "id": "urn:uuid:q"})) == "sig.invalid"
    spoilt = copy.deepcopy(good)
    spoilt["verifiableCredential"][0]["credentialSubject"]["id"] = "did:example:other"
    assert not suite.verify_presentation(spoilt)["verified"]


def test_presentations_that_are_none(suite: Suite, presentation: JsonObject, credential: JsonObject) -> None:
    vc = suite.issue(credential)
    for spoilt in (
        {name: value for name, value in presentation.items() if name != "@context"},
        {**presentation, "@context": ["https://www.w3.org/ns/credentials/examples/v2"]},
        {**presentation, "@context": ["https://www.w3.org/ns/credentials/examples/v2", V2]},
        {**presentation, "@context": [V2, "https://example.com"]},
        {**presentation, "@context": [V2, 123192875]},
        {name: value for name, value in presentation.items() if name != "type"},
        {**presentation, "type": ["https://example.org/#Presentation"]},
        {**presentation, "type": ["VerifiablePresentation", "UndefinedType"]},
        {**presentation, "id": "not-a-url"},
        {**presentation, "holder": {"name": "x"}},
        {**presentation, "holder": "not-a-url"},
        {**presentation, "undefinedMember": "x"},
        *({**presentation, "verifiableCredential": [other]} for other in ("text", 5, "https://e.example/vc", [vc])),
        {**presentation, "verifiableCredential": [{**vc, "name": "changed"}]},
        {**presentation, "verifiableCredential": [{**vc, "type": []}]},
        {**presentation, "verifiableCredential": [vc, {"@context": [V2], "type": "EnvelopedVerifiableCredential"}]},
        {"type": ["NonconformingDocument"]},
    ):
        assert not suite.verify_presentation(spoilt)["verified"], spoilt


def test_presentations_with_terms_of_their_own(suite: Suite, presentation: JsonObject) -> None:
    more = {"@context": [V2, {"ExamplePresentation": "https://example.org/#P"}]}
    types = ["VerifiablePresentation", "ExamplePresentation"]
    assert suite.verify_presentation({**presentation, **more, "type": types})["verified"]
    assert suite.verify_presentation({**presentation, "holder": {"id": "did:example:h"}})["verified"]


def test_what_holders_say_of_themselves(
    suite: Suite, presentation: JsonObject, credential: JsonObject, stranger: Make
) -> None:
    """VCDM 2.0 §4.13: who presents what they issued themselves need not be named, but nobody else may be."""
    by = stranger("EdDSA")
    own = signed({**credential, "issuer": by.did}, by)
    others = signed({**credential, "issuer": "did:example:issuer"}, by)
    bare = {**credential, "issuer": by.did}

    def verified(vc: JsonObject, **members: Any) -> bool:
        return bool(
            suite.verify_presentation(signed({**presentation, "verifiableCredential": [vc], **members}, by))["verified"]
        )

    assert verified(others)
    assert verified(others, holder=by.did)
    assert verified(own, holder=by.did)
    assert verified(bare, holder=by.did)
    assert verified(own)
    assert not verified(own, holder="did:example:acme")
    assert not verified(bare)
    assert not verified({**bare, "issuer": "did:example:acme"}, holder=by.did)


def test_a_presentation_in_an_envelope(
    suite: Suite, presentation: JsonObject, credential: JsonObject, stranger: Make
) -> None:
    by = stranger("EdDSA")
    inner = {**presentation, "holder": by.did, "verifiableCredential": [suite.issue(credential, "vc-jose")]}

    def token(payload: JsonObject, typ: str) -> str:
        header = {"alg": "EdDSA", "kid": by.signer.verification_method, "typ": typ}
        encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=")
        return sign_compact(encoded, json.dumps(payload).encode(), by.signer)

    for text, media_type in (
        (token(inner, "vp+jwt"), "application/vp+jwt"),
        (token({"iss": by.did, "aud": "example.com", "nonce": "123456789", "vp": inner}, "JWT"), "application/jwt"),
    ):
        envelope = {"@context": [V2], "type": "EnvelopedVerifiablePresentation", "id": f"data:{media_type},{text}"}
        assert suite.verify_presentation(envelope)["verified"]
        assert suite.verify_presentation(text)["verified"]
        for spoilt in (
            {**envelope, "@context": []},
            {**envelope, "id": text},
            {**envelope, "type": ["VerifiablePresentation"]},
            {**envelope, "id": envelope["id"][:-6] + "AAAAAA"},
        ):
            assert not suite.verify_presentation(spoilt)["verified"]


def test_a_token_is_for_whom_and_when_it_says(suite: Suite, presentation: JsonObject, stranger: Make) -> None:
    """`aud` and `nonce` are to a token what domain and challenge are to a proof."""
    by = stranger("EdDSA")
    header = json.dumps({"alg": "EdDSA", "kid": by.signer.verification_method, "typ": "vp+jwt"}).encode()
    encoded = base64.urlsafe_b64encode(header).rstrip(b"=")

    def token(**claims: Any) -> str:
        payload = {**presentation, "holder": by.did, **claims}
        return sign_compact(encoded, json.dumps(payload).encode(), by.signer)

    for aud in ("course.example", ["other.example", "course.example"]):
        good = token(aud=aud, nonce="123456789")
        assert suite.verify_presentation(good)["verified"]
        assert suite.verify_presentation(good, domain="course.example", challenge="123456789")["verified"]
        assert code(suite.verify_presentation(good, challenge="12345678")) == "proof.domain"
        assert code(suite.verify_presentation(good, domain="school.example")) == "jose.audience"
    assert code(suite.verify_presentation(token(), challenge="123456789")) == "proof.domain"
    assert code(suite.verify_presentation(token(), domain="course.example")) == "jose.audience"


# -- status lists


def test_a_status_issuer_adds_the_status_by_itself(suite: Suite, credential: JsonObject) -> None:
    document = {**credential, "id": "urn:uuid:with-status"}
    vc = suite.issue(document, "bitstring-status-list")
    entry = vc["credentialStatus"]
    assert entry.keys() == {"id", "type", "statusPurpose", "statusListIndex", "statusListCredential"}
    assert (entry["type"], entry["statusPurpose"]) == ("BitstringStatusListEntry", "revocation")
    assert entry["statusListIndex"].isdigit()
    assert entry["statusListCredential"].startswith("https://localhost:8101/status/")
    assert entry["id"] != entry["statusListCredential"]
    assert suite.verify(vc)["verified"]
    listing = suite.get(entry["statusListCredential"].removeprefix("https://localhost:8101")).json()
    assert listing["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert listing["id"] == entry["statusListCredential"]
    assert listing["credentialSubject"].keys() == {"id", "type", "statusPurpose", "encodedList"}
    assert suite.verify(listing)["verified"]
    changed = suite.post(
        "/credentials/status",
        {"credentialId": vc["id"], "credentialStatus": {"type": entry["type"], "statusPurpose": "revocation"}},
    )
    assert changed.status_code == 200
    assert (
        suite.post(f"{entry['statusListCredential'].removeprefix('https://localhost:8101')}/publish", {}).status_code
        == 204
    )
    assert code(suite.verify(vc)) == "status.revoked"
    again = {"credentialId": vc["id"], "credentialStatus": [{"type": entry["type"], "status": "0"}]}
    assert suite.post("/credentials/status", again).status_code == 200
    assert suite.verify(vc)["verified"]


def test_entries_of_several_bits_with_messages(suite: Suite, credential: JsonObject) -> None:
    messages = [{"status": f"0x{value}", "message": f"message {value}"} for value in range(4)]
    wanted = [
        {"statusPurpose": "suspension"},
        {
            "statusPurpose": "message", "statusSize": 2, "statusMessage": messages,
            "statusReference": "https://example.org/status-dictionary/",
        },
    ]  # fmt: skip
    document = {**credential, "id": "urn:uuid:several"}
    vc = suite.issue(document, "bitstring-status-list", options={"credentialStatus": wanted})
    assert [entry.get("statusSize", 1) for entry in vc["credentialStatus"]] == [1, 2]
    assert vc["credentialStatus"][1]["statusMessage"] == messages
    assert suite.verify(vc)["verified"]
    change = {"credentialId": vc["id"], "credentialStatus": {"statusPurpose": "message", "status": "0x2"}}
    assert suite.post("/credentials/status", change).status_code == 200
    assert suite.verify(vc)["verified"]
    too_much = {**change, "credentialStatus": {"statusPurpose": "message", "status": "0x4"}}
    assert suite.post("/credentials/status", too_much).status_code == 400
    suspended = {"credentialId": vc["id"], "credentialStatus": {"statusPurpose": "suspension"}}
    assert suite.post("/credentials/status", suspended).status_code == 200
    assert code(suite.verify(vc)) == "status.suspended"


def test_status_of_nothing(suite: Suite) -> None:
    for body in ({"credentialId": "urn:uuid:unknown"}, {"credentialId": 5}, {"credentialStatus": []}):
        assert suite.post("/credentials/status", body).status_code in (400, 404)
    assert suite.get("/status/unknown").status_code == 404
    bad = {"credentialStatus": [{"statusPurpose": "a b"}]}
    document = {"@context": [V2], "type": ["VerifiableCredential"], "credentialSubject": {"id": "urn:x:s"}}
    answer = suite.post("/issuers/bitstring-status-list/credentials/issue", {"credential": document, "options": bad})
    assert answer.status_code == 400


def test_lists_of_others_that_do_not_count(suite: Suite, credential: JsonObject, stranger: Make) -> None:
    entry = {
        "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "5",
        "statusListCredential": "https://status.invalid/list",
    }  # fmt: skip
    by, document = stranger("EdDSA"), {**credential, "issuer": "did:example:i"}
    answer = suite.verify(signed({**document, "credentialStatus": entry}, by))
    assert not answer["verified"]
    assert answer["problemDetails"][0]["type"].endswith("#STATUS_RETRIEVAL_ERROR")
    own = suite.issue({**credential, "id": "urn:uuid:own"}, "bitstring-status-list")["credentialStatus"]
    for wrong, said in (
        ({**own, "statusPurpose": "suspension"}, "status.purpose_mismatch"),
        ({**own, "statusListIndex": "131072"}, "status.index_range"),
    ):
        assert code(suite.verify(signed({**document, "credentialStatus": wrong}, by))) == said


# -- the door


def test_only_this_machine_is_answered(suite: Suite) -> None:
    assert suite.get("/").status_code == 200
    assert suite.get("/", headers={"host": "127.0.0.1:8100"}).status_code == 200
    assert suite.get("/", headers={"host": "issuer.example"}).status_code == 400
    assert suite.get("/nothing").status_code == 404
    assert suite.post("/issuers/unknown/credentials/issue", {"credential": {}}).status_code == 404
