"""Our own badges verified at once: the same report, or none."""

from __future__ import annotations

import json

import pytest

from issuer.domain.award import Form
from issuer.services.verify_at_once import MAX_BYTES
from issuer.verification.report import Verdict

SLUG = "collecting-data"
DI, JWT = (Form.EDDSA_RDFC_2022, "application/vc+ld+json"), (Form.VC_JWT, "application/vc+jwt")


@pytest.fixture
def desk(house):
    return house.service.desk


@pytest.fixture
def reviewer(house):
    return house.reviewer()


@pytest.fixture
def award(house, reviewer):
    return house.earn(house.teacher(), reviewer, SLUG)


def sealed(house, award, form):
    return house.award(award.id).sealed(form)


@pytest.mark.parametrize(("form", "media_type"), [DI, JWT], ids=["embedded", "token"])
@pytest.mark.parametrize("recipient", [None, "somebody@school.example"])
def test_the_report_is_that_of_the_whole_service(house, desk, award, form, media_type, recipient):
    body = sealed(house, award, form)
    quick = house.service.verifiers.here.verify(body, media_type, recipient=recipient)
    whole = desk.verify.verify(body, media_type, recipient=recipient)
    if recipient is None:
        assert quick is not None
        assert quick.as_json() == {**whole.as_json(), "checked_at": quick.as_json()["checked_at"]}
        assert quick.verdict is Verdict.VALID
    else:
        assert (quick, whole.verdict) == (None, Verdict.INVALID)


def test_a_revoked_badge_is_left_to_the_whole_service(house, desk, award, reviewer):
    assert house.service.verifiers.here.verify(sealed(house, award, DI[0]), DI[1]) is not None
    house.stand.revoke(reviewer.id, award.id, "A reason.")
    for form, media_type in (DI, JWT):
        body = sealed(house, award, form)
        assert house.service.verifiers.here.verify(body, media_type) is None
        assert "status.revoked" in {row.code for row in desk.verify.verify(body, media_type).checks}


def spoilt(**changes):
    return lambda badge: {**badge, **changes}


@pytest.mark.parametrize(
    "change",
    [
        spoilt(name="Doctorate"),
        spoilt(issuer="did:web:elsewhere.example"),
        spoilt(proof=None),
        spoilt(credentialSchema=[{"id": "https://elsewhere.example/schema.json", "type": "JsonSchema"}]),
        spoilt(endorsementJwt=["a.b.c"]),
        spoilt(description="x" * MAX_BYTES),
        spoilt(evidence=[{"type": ["Evidence"], "name": "same"}] * 3),
        lambda badge: {**badge, "proof": [badge["proof"]] * 8},
        lambda badge: {**badge, "proof": {**badge["proof"], "cryptosuite": "ecdsa-sd-2023"}},
    ],
    ids=["signature", "issuer", "no proof", "schema", "endorsement", "size", "alike", "many proofs", "suite"],
)
def test_whatever_else_is_left_to_the_whole_service(house, desk, award, change):
    body = json.dumps(change(json.loads(sealed(house, award, DI[0])))).encode()
    assert house.service.verifiers.here.verify(body, DI[1]) is None


@pytest.mark.parametrize(
    ("body", "media_type"),
    [(b"", DI[1]), (b"{", DI[1]), (b"a.b.c", JWT[1]), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"{}", "text/html")],
)
def test_nothing_is_refused_here(house, body, media_type):
    assert house.service.verifiers.here.verify(body, media_type) is None


def test_a_newer_copy_is_not_asked_for_here(house, desk, award):
    assert house.service.verifiers.here.verify(sealed(house, award, DI[0]), DI[1], refresh=True) is None


def test_only_a_store_that_answers_at_once_is_asked_at_once(house):
    assert house.store.reads_at_once
    assert house.service.verifiers.here is not None
