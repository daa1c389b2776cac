"""POS: what has to be accepted. A verifier that refuses everything is worth nothing."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

import schemas
from issuer.proofs import base64url, bitstring, data_integrity, multibase
from issuer.proofs.contexts import ContextBook
from issuer.proofs.linked_data import Reader
from issuer.proofs.public_keys import from_multibase
from issuer.services.verify import VerifyService
from issuer.verification.kept_lists import KeptLists
from issuer.verification.readers import current_reader, older_readers
from issuer.verification.report import CHECKS, Outcome
from issuer.verification.seen_lists import RememberedLists
from issuer.verification.tools import Tools

V1 = "https://www.w3.org/2018/credentials/v1"


def test_pos_01_data_integrity_baseline(world: Any) -> None:
    report = world.verify(world.di(world.badge()))
    assert report.verdict == "valid"
    assert [row.check for row in report.checks] == list(CHECKS[:-1])
    assert {row.outcome for row in report.checks} <= {Outcome.PASSED, Outcome.NOT_APPLICABLE}
    assert report.credential is not None
    assert report.credential["issuer"] == {"id": world.ISSUER, "name": "Schools That Lead"}
    assert (report.format, report.carrier) == ("data-integrity", "json")
    assert world.asked == [world.DID_URL, world.LIST_URL]


@pytest.mark.parametrize("kind", ["ok", "p256", "p384", "rsa"])
def test_pos_02_vc_jwt_baseline(world: Any, kind: str) -> None:
    report = world.verify(world.jwt(key=getattr(world, kind)))
    assert (report.verdict, report.flags) == ("valid", ())
    assert (report.format, report.carrier) == ("vc-jwt", "token")


@pytest.mark.parametrize("kind", ["p256", "p384"])
def test_pos_01_ecdsa_rdfc_2019(world: Any, kind: str) -> None:
    world.expect(world.di(world.badge(), getattr(world, kind)), "valid", None)


def test_pos_03_https_kid_on_the_issuers_origin(world: Any) -> None:
    world.serve("https://issuer.test/keys/1", world.p256.public.jwk())
    badge = world.badge(issuer={"id": "https://issuer.test/issuers/1", "type": ["Profile"]}, credentialStatus=None)
    token = world.jwt(badge, world.p256, {"kid": "https://issuer.test/keys/1"})
    world.expect(token, "valid", "issuer.bound_by_origin")
    assert world.asked == ["https://issuer.test/keys/1"]


def test_pos_03_data_integrity_of_an_https_issuer(world: Any) -> None:
    issuer = "https://issuer.test/issuers/1"
    key = world.key("EdDSA", f"{issuer}#k1")
    world.serve(issuer, world.did_document(issuer, [key.as_method()]), "application/ld+json")
    badge = world.badge(issuer={"id": issuer, "type": ["Profile"]}, credentialStatus=None)
    world.expect(world.di(badge, key), "valid", "issuer.bound_by_origin")


def test_pos_04_proof_as_one_element_array(world: Any) -> None:
    signed = world.di(world.badge())
    world.expect({**signed, "proof": [signed["proof"]]}, "valid", None)


def test_pos_05_proof_set_all_valid(world: Any) -> None:
    badge = world.badge()
    proofs = [world.proof(badge), world.proof(badge, world.p256)]
    report = world.verify({**badge, "proof": proofs})
    assert report.verdict == "valid"
    assert [row.outcome for row in report.checks if row.check == "proof"] == [Outcome.PASSED] * 2


def test_pos_05_proof_chain(world: Any) -> None:
    badge = world.badge()
    first = world.proof(badge, id="urn:uuid:6c9cf1a7-26a2-4d4e-8d3c-9e02f7a1b001")
    chained = {**badge, "proof": [first]}
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-01-02T00:00:00Z",
        "verificationMethod": world.old.verification_method,
        "proofPurpose": "assertionMethod",
        "previousProof": first["id"],
    }

    signed = data_integrity.hash_data(chained, options, world.reader)
    second = {**options, "proofValue": multibase.encode(world.old.sign(signed))}
    world.expect({**badge, "proof": [first, second]}, "valid", None)
    alone = world.proof(badge, world.old, previousProof=first["id"])  # signed as if it stood alone
    world.expect({**badge, "proof": [first, alone]}, "invalid", "proof.set_member_invalid")


def test_pos_06_proof_set_with_an_unsupported_member(world: Any) -> None:
    badge = world.badge()
    other = {**world.proof(badge), "cryptosuite": "bbs-2023"}
    report = world.verify({**badge, "proof": [world.proof(badge), other]})
    assert (report.verdict, report.flags) == ("valid", ("proof.member_not_checked",))
    assert any("bbs-2023" in row.message for row in report.checks)


def test_pos_08_issuer_as_a_plain_iri(world: Any) -> None:
    world.expect(world.di(world.badge(issuer=world.ISSUER)), "valid", None)


@pytest.mark.parametrize("edition", ["context-3.0.1", "context-3.0.2", "context-3.0.3", "context"])
def test_pos_09_every_published_context(world: Any, edition: str) -> None:
    """3.0.1 and the unversioned content redefine terms the data model 2.0 protects, so under a Data Integrity
    proof they go with the data model 1.1 only; tokens are signed as bytes and go with either."""
    url = f"https://purl.imsglobal.org/spec/ob/v3p0/{edition}.json"
    world.expect(world.jwt(world.badge(**{"@context": [world.V2, url]})), "valid", None)
    if edition in ("context-3.0.2", "context-3.0.3"):
        world.expect(world.di(world.badge(**{"@context": [world.V2, url]})), "valid", None)
    contexts = [V1, url, "https://w3id.org/security/data-integrity/v2"]
    old = world.badge(
        validFrom=None,
        credentialStatus=None,
        name=None,
        issuanceDate="2026-01-01T00:00:00Z",
        **{"@context": contexts},
    )
    world.expect(world.di(old), "valid", "vcdm.1_1")
    assert not [asked for asked in world.asked if "issuer.test" not in asked]


def test_pos_09_older_content_of_3_0_3(world: Any) -> None:
    """Signed when `endorsementJwt` was no term yet and nothing else defined it: the same statements today."""
    world.reader = older_readers()[world.OB][0]
    signed = world.di(world.badge())
    world.reader = current_reader()
    world.expect(signed, "valid", None)


def test_pos_09_content_that_gives_other_statements(world: Any) -> None:
    """Were an older content to say something else, a signature over it would still be found good."""
    documents = {file.url: file.document for file in schemas.contexts() if not file.edition}
    older = documents[world.OB]
    older["@context"]["endorsementJwt"] = {"@id": "https://older.test/vocab#endorsementJwt", "@container": "@set"}
    older_reader = Reader(ContextBook(documents))
    tools = Tools(current_reader(), {world.OB: (older_reader,)}, world, RememberedLists(), KeptLists())
    service = VerifyService(world, lambda: world.now, tools=tools)
    token = world.jwt(_endorsement(world)).decode()
    world.reader = older_reader
    badge = world.badge(endorsementJwt=[token])
    signed = world.di(badge)
    world.reader = current_reader()
    assert service.verify(*world.json_sent(signed)).verdict == "valid"
    world.expect(signed, "invalid", "sig.invalid")


def _endorsement(world: Any) -> dict[str, Any]:
    return {
        "@context": [world.V2, world.OB],
        "id": "urn:uuid:6c9cf1a7-26a2-4d4e-8d3c-9e02f7a1c001",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "A good badge",
        "issuer": {"id": world.ISSUER, "type": ["Profile"]},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": world.badge()["id"], "type": ["EndorsementSubject"]},
    }


@pytest.mark.parametrize(
    "name",
    ["Mérida", "Me\u0301rida", "🏅 winner", "שלום עולם", "形成的評価"],
    ids=["nfc", "nfd", "emoji", "rtl", "cjk"],
)
def test_pos_10_unicode_is_kept_as_it_is(world: Any, name: str) -> None:
    badge = world.badge_with("credentialSubject/achievement/name", name)
    report = world.verify(world.di(badge))
    assert report.verdict == "valid"
    assert report.credential is not None
    assert report.credential["achievement"]["name"] == name
    assert report.document == world.di(badge)


@pytest.mark.parametrize(
    ("member", "shift_s"), [("validFrom", -59), ("validUntil", 59)], ids=["starts in 59 s", "ended 59 s ago"]
)
def test_pos_11_leeway(world: Any, member: str, shift_s: int) -> None:
    badge = world.badge(**{member: world.ago(shift_s)})
    world.expect(world.di(badge), "valid", None)
    world.expect(world.jwt(badge), "valid", None)


def test_pos_12_informative_status(world: Any) -> None:
    world.serve(world.LIST_URL, world.di(world.status_list(world.INDEX, purpose="message")))
    badge = world.badge(credentialStatus=world.entry(statusPurpose="message", statusSize=1))
    world.expect(world.di(badge), "valid", "status.message")


def test_pos_12_messages_of_two_bits(world: Any) -> None:
    messages = [{"status": f"0x{n}", "message": text} for n, text in enumerate(["a", "b", "third meaning", "d"])]
    entry = world.entry(statusPurpose="message", statusSize=2, statusMessage=messages, statusListIndex="3")
    bits = bytearray(2 * 16_384)
    bits[0] = 0b0000_0010  # the fourth pair of bits is 10

    listing = world.status_list(purpose="message", subject={"encodedList": bitstring.encode(bits)})
    world.serve(world.LIST_URL, world.di(listing))
    report = world.verify(world.di(world.badge(credentialStatus=entry)))
    assert (report.verdict, report.flags) == ("valid", ("status.message",))
    assert any("third meaning" in row.message for row in report.checks)


def test_pos_13_retired_key(world: Any) -> None:
    world.expect(world.di(world.badge(), world.old), "valid", None)


def test_pos_17_known_schema_costs_no_request(world: Any) -> None:
    url = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
    schema = [{"id": url, "type": "1EdTechJsonSchemaValidator2019"}]
    badge = world.badge(credentialSchema=schema, **{"@context": [world.V2, world.OB, world.EXTENSIONS]})
    world.expect(world.di(badge), "valid", None)
    assert world.asked == [world.DID_URL, world.LIST_URL]


@pytest.mark.parametrize(
    "moment", ["2026-01-01T00:00:00Z", "2026-01-01T02:00:00+02:00", "2026-01-01T00:00:00.1234567Z"]
)
def test_pos_18_forms_of_time(world: Any, moment: str) -> None:
    world.expect(world.di(world.badge(validFrom=moment)), "valid", None)


def test_pos_19_refresh_service(world: Any) -> None:
    badge = world.badge(
        refreshService={"id": "https://issuer.test/refresh", "type": "1EdTechCredentialRefresh"},
        **{"@context": [world.V2, world.OB, world.EXTENSIONS]},
    )
    world.expect(world.di(badge), "valid", "refresh.not_performed")
    assert "https://issuer.test/refresh" not in world.asked


def test_pos_20_did_key_issuer(world: Any) -> None:
    issuer = world.did_key.verification_method.split("#")[0]
    badge = world.badge(issuer={"id": issuer, "type": ["Profile"]}, credentialStatus=None)
    report = world.verify(world.di(badge, world.did_key))
    assert (report.verdict, report.flags) == ("valid", ("issuer.self_asserted",))
    assert any("not established" in row.message for row in report.checks)
    world.expect(world.jwt(badge, world.did_key), "valid", "issuer.self_asserted")
    assert world.asked == []


def test_pos_20_did_jwk_issuer(world: Any) -> None:

    jwk = json.dumps(world.p256.public.jwk()).encode()
    did = f"did:jwk:{base64url.encode(jwk).decode()}"
    badge = world.badge(issuer={"id": did, "type": ["Profile"]}, credentialStatus=None)
    world.expect(world.jwt(badge, world.p256, {"kid": f"{did}#0"}), "valid", "issuer.self_asserted")


def test_pos_21_vcdm_1_1(world: Any) -> None:
    badge = world.badge(validFrom=None, credentialStatus=None, name=None, issuanceDate="2026-01-01T00:00:00Z")
    badge["@context"] = [
        "https://www.w3.org/2018/credentials/v1",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
        "https://w3id.org/security/data-integrity/v2",
    ]
    world.expect(world.di(badge), "valid", "vcdm.1_1")
    world.expect(world.di({**badge, "expirationDate": "2026-02-01T00:00:00Z"}), "invalid", "time.expired")


def test_w3c_token_form(world: Any) -> None:
    """VC-JOSE-COSE: typ vc+jwt, no registered claims needed."""
    badge = world.badge()
    header = {"alg": "ES256", "kid": world.p256.verification_method, "typ": "vc+jwt", "cty": "vc"}
    report = world.verify(world.token(header, badge, world.p256))
    assert (report.verdict, report.format) == ("valid", "vc-jose")


def test_pos_16_official_signed_credential(world: Any, standards_dir: Any) -> None:
    """1EdTech's own signed vector: its issuer publishes no usable key document, but the proof is good."""

    document = json.loads((standards_dir / "test-vectors/obv3p0/signed-credential.json").read_text())
    proofs = document.pop("proof")
    proof = proofs[0] if isinstance(proofs, list) else proofs
    key = from_multibase("z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi")
    data_integrity.verify_proof(document, proof, key, world.reader)


OFFICIAL = [
    "examples/ob-spec/achievementAlignmentCase.json",
    "examples/ob-spec/achievementAlignmentCe.json",
    "examples/ob-spec/basicOpenBadgeCredential.json",
    "examples/ob-spec/skillAssertionCase.json",
    "examples/ob-spec/skillAssertionCtdl.json",
    "test-vectors/obv3p0/signed-credential.json",
]


@pytest.mark.parametrize("name", OFFICIAL)
def test_pos_07_official_examples_signed_anew(world: Any, standards_dir: Any, name: str) -> None:
    document = json.loads((standards_dir / name).read_text())
    document.pop("proof", None)
    document["issuer"]["id"] = world.ISSUER
    world.expect(world.di(document), "valid", None)


def test_pos_07_the_complete_example_signed_anew(world: Any, standards_dir: Any) -> None:
    """16.6 KB, 356 statements, 40 blank nodes. The endorsements in it were never signed, which is said of them."""
    document = json.loads((standards_dir / "examples/ob-spec/fullOpenBadge.json").read_text())
    document.pop("proof", None)
    document["issuer"]["id"] = world.ISSUER
    document["credentialStatus"] = world.entry()
    signed = world.di(document)
    began = time.process_time()
    report = world.verify(signed)
    assert time.process_time() - began < 1.0
    assert report.verdict == "valid", [row for row in report.checks if row.outcome in ("failed", "inconclusive")]
    assert set(report.flags) == {"endorsement.invalid", "refresh.not_performed"}
    assert world.asked == [world.DID_URL, world.LIST_URL]


def test_pos_07_large_badge_with_look_alike_blank_nodes(world: Any) -> None:
    """16 KB, hundreds of statements, groups of nodes that only their neighbours tell apart."""
    badge = world.badge_with("credentialSubject/achievement/alignment", _look_alikes())
    badge["evidence"] = [{"type": ["Evidence"], "narrative": "What I saw. " * 70} for _ in range(16)]
    sent = world.json_sent(world.di(badge))
    assert len(sent[0]) > 16_000
    began = time.process_time()
    world.expect(sent, "valid", None)
    assert time.process_time() - began < 1.0


def _look_alikes() -> list[dict[str, Any]]:
    alignment = {"type": ["Alignment"], "targetUrl": "https://issuer.test/t"}
    return [{**alignment, "targetName": f"Standard {number // 4}"} for number in range(24)]


def test_other_credentials_when_they_are_asked_for(world: Any) -> None:
    """The rules of the data model alone, for other software's credentials."""
    listing = world.di(world.status_list())
    world.expect(listing, "invalid", "type.not_open_badge")
    world.expect(listing, "valid", None, any_credential=True)
    world.expect({**listing, "validFrom": "2026-01-02T00:00:00Z"}, "invalid", "sig.invalid", any_credential=True)
    world.expect({**listing, "type": ["VerifiablePresentation"]}, "invalid", "type.not_credential", any_credential=True)
