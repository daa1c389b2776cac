"""Our own tokens are known by what was signed; whatever else is signed with our key is read and judged as before."""

from __future__ import annotations

import json

import pytest

from issuer.domain.award import Form
from issuer.proofs import base64url, vc_jwt
from issuer.proofs.jws import sign_compact
from issuer.verification.report import Verdict

SLUG = "collecting-data"


@pytest.fixture(scope="module")
def award(shared_house):
    return shared_house.earn(shared_house.teacher(), shared_house.reviewer(), SLUG)


def codes(house, token):
    report = house.verify.verify(token, "application/vc+jwt")
    assert report.verdict is Verdict.INVALID
    return {row.code for row in report.checks if row.code}


def signed(house, award, **changes):
    """What somebody with the house's own key could sign."""
    key = house.service.custody.planning[Form.VC_JWT]
    return vc_jwt.secure({**json.loads(award.content), **changes}, key.signer, key.kid).encode()


def test_the_token_as_it_was_issued_is_valid(shared_house, award):
    assert shared_house.verify.verify(award.sealed(Form.VC_JWT), "application/vc+jwt").verdict is Verdict.VALID
    assert signed(shared_house, award) == award.sealed(Form.VC_JWT)


def test_the_same_content_in_another_token_of_ours_is_valid_by_its_content(shared_house, award):
    key = shared_house.service.custody.planning[Form.VC_JWT]
    header = json.dumps({"typ": "JWT", "alg": key.signer.alg, "kid": key.kid}, indent=1).encode()
    payload = base64url.decode(award.sealed(Form.VC_JWT).split(b".")[1])
    token = sign_compact(base64url.encode(header), payload, key.signer).encode()
    assert token != award.sealed(Form.VC_JWT)
    assert shared_house.verify.verify(token, "application/vc+jwt").verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"name": "Doctorate"}, "issuer.unknown_or_mismatch"), ({"nickname": "Doctor"}, "ld.data_loss")],
    ids=["another name", "a member that nothing defines"],
)
def test_key_03_other_content_under_the_id_of_an_issued_badge_is_not(shared_house, award, changes, code):
    assert code in codes(shared_house, signed(shared_house, award, **changes))


def test_the_signature_counts_all_the_same(shared_house, award):
    head, _, signature = award.sealed(Form.VC_JWT).rpartition(b".")
    wrong = (b"B" if signature.startswith(b"A") else b"A") + signature[1:]
    assert "sig.invalid" in codes(shared_house, head + b"." + wrong)
