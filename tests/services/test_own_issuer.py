"""What the house tells its own verification, and everybody, about itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from issuer.domain.award import Form, Standing
from issuer.proofs.public_keys import from_multibase
from issuer.services.own_issuer import OwnIssuerRecords
from issuer.verification.documents import CompromisedKey, IssuedRecord

SLUG = "collecting-data"
BASE = "https://badges.school.example"
KEY = from_multibase("z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi")
LOST = CompromisedKey(KEY, datetime(2026, 6, 1, tzinfo=UTC))


@pytest.fixture
def own(house):
    desk = house.service.desk
    return OwnIssuerRecords(
        house.store,
        desk.identity,
        desk.identify,
        house.service.publications.get,
        lambda: {"old": LOST},
        lambda key: None,
    )


def test_the_identity_documents(own, house):
    body, media_type = own.published("/.well-known/did.json")
    document = json.loads(body)
    assert (document["id"], media_type) == (own.did, "application/did+json")
    assert own.did == "did:web:badges.school.example"
    assert own.published("/issuer")[1] == "application/ld+json"
    keys = json.loads(own.published("/.well-known/jwks.json")[0])["keys"]
    kid = keys[0]["kid"].rpartition("#")[2].rpartition("/")[2]
    assert "d" not in json.loads(own.published(f"/keys/{kid}")[0])


@pytest.mark.parametrize(
    "path", ["/", "/keys/none", "/keys/", "/status/revocation-99", "/status/expiry-1", "/status/revocation-x",
             "/status/revocation-1000000000000", "/credentials/none", "/credentials/", "/../did.json", "/other"],
)  # fmt: skip
def test_nothing_else_is_published(own, path):
    assert own.published(path) is None


def test_az_13_a_badge_is_published_once_it_is_open(own, house):
    award = house.earn(house.teacher(), house.reviewer(), SLUG)
    for path in (f"/credentials/{award.id}", f"/credentials/{award.id}.json"):
        assert own.published(path) is None
    house.share.set_open(award.person_id, award.id, True)
    for path in (f"/credentials/{award.id}", f"/credentials/{award.id}.json"):
        assert own.published(path)[0] == house.award(award.id).forms[0].sealed
    house.share.set_open(award.person_id, award.id, False)
    assert own.published(f"/credentials/{award.id}") is None


def test_the_issuance_record_knows_exactly_what_was_planned(own, house):
    award = house.earn(house.teacher(), house.reviewer(), SLUG)
    id = f"{BASE}/credentials/{award.id}"
    signed = sha256(award.sealed(Form.VC_JWT).rpartition(b".")[0]).hexdigest()
    assert own.record(id) == IssuedRecord(award.content_sha256, Standing.ACTIVE, None, award.planned_at, signed)
    for other in (f"https://other.example/credentials/{award.id}", award.id, f"{BASE}/credentials/{'x' * 100}"):
        assert own.record(other) is None


def test_a_corrected_badge_names_the_latest_in_its_place_once_that_is_public(own, house):
    teacher, reviewer = house.teacher(), house.reviewer()
    award = house.earn(teacher, reviewer, SLUG)
    assert own.record(f"{BASE}/credentials/{award.id}").superseded_by is None
    (new,) = house.stand.correct(reviewer.id, award.id, "Dana Two", teacher.email, "A reason.")
    old = own.record(f"{BASE}/credentials/{award.id}")
    assert old == IssuedRecord(
        award.content_sha256,
        Standing.SUPERSEDED,
        None,
        award.planned_at,
        old.token_sha256,
    )
    house.share.set_open(award.person_id, new.id, True)
    assert own.record(f"{BASE}/credentials/{award.id}").superseded_by == f"{BASE}/credentials/{new.id}"
    assert own.record(f"{BASE}/credentials/{new.id}").superseded_by is None

    (newest,) = house.stand.correct(reviewer.id, new.id, "Dana Three", teacher.email, "A reason.")
    assert house.award(newest.id).is_public
    assert own.record(f"{BASE}/credentials/{award.id}").superseded_by == f"{BASE}/credentials/{newest.id}"


def test_each_revocation_list_has_its_suspension_list(own):
    assert own.suspension_list_for(f"{BASE}/status/revocation-12") == f"{BASE}/status/suspension-12"
    for other in (f"{BASE}/status/suspension-1", f"{BASE}/status/revocation-x", "https://other.example/status/1"):
        assert own.suspension_list_for(other) is None


def test_compromised_keys_are_known_by_their_last_part(own):
    assert own.compromised_key("did:web:x#old") is LOST
    assert own.compromised_key(f"{BASE}/keys/old") is LOST
    assert own.compromised_key("did:web:x#older") is None
