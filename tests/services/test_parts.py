"""Parts of our own badges under the verification that everybody gets, and what a stolen key could make of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from house import CATALOGUE, READER, House

from issuer.credentials.encode import to_bytes
from issuer.domain.award import Award, Form
from issuer.issuance import embedded, selective, selective_token
from issuer.issuance.signing import SignerWithKid
from issuer.proofs.ecdsa_sd_2023 import BaseProof, ProofSecrets, derive
from issuer.proofs.ecdsa_sd_values import read_base
from issuer.proofs.sd_jwt_making import present
from issuer.verification.report import Report, Verdict

SLUG = "building-will"
MALLORY = "Mallory Thief"


@pytest.fixture(scope="module")
def award(shared_house: House) -> Award:
    return shared_house.whole(shared_house.earn(shared_house.teacher(), shared_house.reviewer(), SLUG))


def base_of(award: Award) -> bytes:
    return award.sealed(Form.ECDSA_SD_2023) or b""


def json_report(house: House, body: bytes) -> Report:
    return house.verify.verify(body, "application/vc+ld+json")


def token_report(house: House, body: bytes) -> Report:
    return house.verify.verify(body, "application/dc+sd-jwt")


def codes(report: Report) -> set[str | None]:
    return {one.code for one in report.checks if one.code}


PARTS: list[tuple[str, ...]] = [
    (), ("/awardedDate",), ("/credentialSubject/name",), ("/credentialSubject/identifier/1",),
    ("/credentialSubject/result/0", "/credentialSubject/result/1"), ("/description", "/credentialSubject/identifier"),
]  # fmt: skip


@pytest.mark.parametrize("pointers", PARTS, ids=" ".join)
def test_every_part_of_a_badge_is_valid(shared_house: House, award: Award, pointers: tuple[str, ...]) -> None:
    report = json_report(shared_house, selective.shown(base_of(award), READER, pointers))
    assert report.verdict is Verdict.VALID
    token = present(award.sealed(Form.SD_JWT_VC) or b"", pointers)
    assert token_report(shared_house, token).verdict is Verdict.VALID


@pytest.mark.parametrize("slug", [one.slug for one in CATALOGUE])
def test_the_least_and_the_most_of_every_badge_class_are_valid(
    everything: dict[str, Award], shared_house, slug
) -> None:
    award = everything[slug]
    for form in Form:
        assert shared_house.report(award, form).verdict is Verdict.VALID
    assert json_report(shared_house, selective.shown(base_of(award), READER, ())).verdict is Verdict.VALID
    assert token_report(shared_house, present(award.sealed(Form.SD_JWT_VC) or b"", ())).verdict is Verdict.VALID


@pytest.fixture(scope="module")
def everything(shared_house: House) -> dict[str, Award]:
    held = shared_house.earn_all(shared_house.teacher("All Earner"), shared_house.reviewer("All Reviewer"))
    return {slug: shared_house.whole(one) for slug, one in held.items()}


def test_the_base_proof_itself_is_nothing_to_show(shared_house: House, award: Award) -> None:
    report = json_report(shared_house, base_of(award))
    assert report.verdict is Verdict.INVALID
    assert "proof.malformed" in codes(report)


def test_a_part_tells_of_a_revocation(build) -> None:
    house = build()
    award = house.whole(house.earn(house.teacher(), house.reviewer(), SLUG))
    house.stand.revoke(house.reviewer("Second Reviewer").id, award.id, "A reason.")
    for report in (
        json_report(house, selective.shown(base_of(award), READER, ())),
        token_report(house, present(award.sealed(Form.SD_JWT_VC) or b"", ())),
    ):
        assert report.verdict is Verdict.INVALID
        assert "status.revoked" in codes(report)


def forged_base(content: dict[str, Any], key: SignerWithKid, secrets: ProofSecrets) -> dict[str, Any]:
    """What somebody with the stolen key would sign."""
    options = embedded.proof_options(content, key, "ecdsa-sd-2023")
    pointers = [one for one in selective.SHOWN_BY_EVERY_COPY if one not in ("/validUntil", "/relatedResource")]
    proof = BaseProof(content, options, READER, pointers, secrets)
    return {**content, "proof": proof.signed(key.sign(proof.to_be_signed))}


def stolen(house: House, form: Form) -> SignerWithKid:
    return house.service.custody.planning[form]


@pytest.mark.parametrize("shown", [[""], ["/credentialSubject/name"]], ids=["all of it", "a part"])
def test_key_03_with_a_stolen_key_no_statement_can_be_added_to_a_badge_that_was_issued(
    shared_house: House, award: Award, shown: list[str]
) -> None:
    key, content = stolen(shared_house, Form.ECDSA_SD_2023), json.loads(award.content)
    hmac_key = read_base(json.loads(base_of(award))["proof"]["proofValue"]).hmac_key
    honest = derive(forged_base(content, key, ProofSecrets(hmac_key, b"\1" * 32)), shown, READER)
    content["credentialSubject"]["name"] = MALLORY
    forged = derive(forged_base(content, key, ProofSecrets(hmac_key, b"\1" * 32)), shown, READER)
    report = json_report(shared_house, to_bytes(forged))
    assert MALLORY in json.dumps(forged)
    assert report.verdict is Verdict.INVALID
    assert codes(report) >= {"issuer.unknown_or_mismatch"}
    assert json_report(shared_house, to_bytes(honest)).verdict is Verdict.VALID


def test_key_03_with_a_stolen_key_no_part_of_an_unknown_badge_can_be_made(shared_house: House, award: Award) -> None:
    key, content = stolen(shared_house, Form.ECDSA_SD_2023), json.loads(award.content)
    content["id"] = content["id"][:-4] + "0000"
    forged = derive(forged_base(content, key, ProofSecrets(b"\1" * 32, b"\2" * 32)), ["/awardedDate"], READER)
    assert "issuer.unknown_or_mismatch" in codes(json_report(shared_house, to_bytes(forged)))


@pytest.mark.parametrize("shown", [["/credentialSubject/name"], []], ids=["the forged part", "nothing of it"])
def test_key_03_with_a_stolen_key_no_token_can_be_made_in_the_name_of_an_issued_badge(
    shared_house: House, award: Award, shown: list[str]
) -> None:
    key, content = stolen(shared_house, Form.SD_JWT_VC), json.loads(award.content)
    content["credentialSubject"]["name"] = MALLORY
    forged = selective_token.sealed(content, selective_token.to_be_signed(content, key), key)
    report = token_report(shared_house, present(forged, shown))
    assert report.verdict is Verdict.INVALID
    assert "issuer.unknown_or_mismatch" in codes(report)


def test_parts_are_known_of_our_own_badges_alone(build) -> None:
    house = build()
    award = house.whole(house.earn(house.teacher(), house.reviewer(), SLUG))
    own = house.verify.tools.own
    url = house.service.desk.urls.credential(award.id)
    parts = own.parts(url)
    assert parts.base == base_of(award)
    assert own.parts(url + "0") is None
    assert own.parts("https://elsewhere.example/credentials/1") is None
