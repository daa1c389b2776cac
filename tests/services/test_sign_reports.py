"""Signed reports: checked by another library with our DID document alone, and never taken for a credential."""

from __future__ import annotations

import hashlib
import json

import jwt
import pytest

from issuer.domain.award import Form
from issuer.errors import Unavailable
from issuer.services.sign_reports import SignReports
from issuer.verification.report import Verdict
from keys.ceremony import Ceremony
from keys.records import Purpose


@pytest.fixture(scope="module")
def award(shared_house):
    return shared_house.earn(shared_house.teacher("Paula Print"), shared_house.reviewer("Rick Print"), "building-will")


@pytest.fixture
def report(house, award):
    return house.report(house.award(award.id))


def method_of(house, token: str) -> dict:
    """The verification method of our DID document that the token names."""
    document = json.loads(house.service.desk.identify.did_document())
    kid = jwt.get_unverified_header(token)["kid"]
    return next(one for one in document["verificationMethod"] if one["id"] == kid)


def test_another_library_reads_it_with_the_did_document_alone(house, award, report) -> None:
    token = house.service.desk.reports.signed(report)
    method = method_of(house, token)
    payload = jwt.decode(token, jwt.PyJWK(method["publicKeyJwk"]), algorithms=["EdDSA"], options={"verify_iat": False})
    assert payload == {"iss": house.service.identity.did, "iat": int(house.clock().timestamp()),
                       "report": report.as_json()}  # fmt: skip
    sent = house.award(award.id).sealed(Form.EDDSA_RDFC_2022)
    assert payload["report"]["input_sha256"] == hashlib.sha256(sent).hexdigest()
    assert payload["report"]["checked_at"] == "2026-11-21T18:00:00Z"


def test_a_changed_report_is_noticed(house, report) -> None:
    token = house.service.desk.reports.signed(report)
    head, _, signature = token.split(".")
    _, other, _ = jwt.encode({"report": {"verdict": "valid"}}, "k" * 32, "HS256").split(".")
    key = jwt.PyJWK(method_of(house, token)["publicKeyJwk"])
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(f"{head}.{other}.{signature}", key, algorithms=["EdDSA"])


def test_its_key_may_sign_no_credential(house, report) -> None:
    token = house.service.desk.reports.signed(report)
    document = json.loads(house.service.desk.identify.did_document())
    kid = jwt.get_unverified_header(token)["kid"]
    assert kid not in document["assertionMethod"]
    assert kid not in {key["kid"] for key in json.loads(house.service.desk.identify.jwk_set())["keys"]}
    assert house.verify.verify(token.encode(), "application/jwt").verdict is Verdict.INVALID


def test_without_a_key_there_are_reports_but_no_signed_ones(build) -> None:
    house = build()
    made = house.service.custody.report_signer()
    assert made is not None
    kid = made.kid.partition("#")[2]
    house.close()
    Ceremony(house.folder / "keys", b"a passphrase for the keys of one test").retire(kid, house.clock())
    again = build()
    assert again.service.custody.report_signer() is None
    with pytest.raises(Unavailable) as caught:
        again.service.desk.reports.signed(again.verify.verify(b'{"id": "x"}', "application/json"))
    assert caught.value.code == "key.unavailable"


def test_an_installation_from_before_gets_its_key_at_start(build) -> None:
    """A registry without the purpose is what earlier versions left behind."""
    house = build()
    house.close()
    path = house.folder / "keys" / "registry.json"
    kept = json.loads(path.read_text())
    gone = [one for one in kept["keys"] if one["purpose"] == "report"]
    kept["keys"] = [one for one in kept["keys"] if one["purpose"] != "report"]
    path.write_text(json.dumps(kept))
    (house.folder / "keys" / f"{gone[0]['kid']}.pem").unlink()
    again = build()
    made = again.service.custody.report_signer()
    assert made is not None
    assert made.kid.partition("#")[2] != gone[0]["kid"]
    before = {one["kid"] for one in kept["keys"]}
    now = {one["kid"] for one in json.loads(path.read_text())["keys"]}
    assert (before < now, len(now - before)) == (True, 1)


def test_reports_of_nobody_are_not_signed(report) -> None:
    with pytest.raises(Unavailable):
        SignReports("", None, lambda: report.checked_at).signed(report)
    assert Purpose.REPORT.value == "report"
