"""The `child` rows of a certification: our own looked up, other people's named and left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from issuer.credentials.references import digest_multibase
from issuer.domain.award import Standing
from issuer.proofs import multibase
from issuer.proofs.cryptosuites import CRYPTOSUITES
from issuer.proofs.data_integrity import HashedDocument
from issuer.verification.documents import IssuedRecord

CHILD = "https://issuer.test/credentials/child-1"
SHA256 = "ab" * 32
ISSUED_AT = datetime(2026, 1, 1, tzinfo=UTC)


class Records:
    """An own issuer that knows the certification and its one child."""

    did, origin = "did:web:issuer.test", "https://issuer.test"

    def __init__(self) -> None:
        self.world: Any = None
        self.standing = Standing.ACTIVE
        self.asked: list[str] = []
        self.issued: dict[str, str] = {}

    def published(self, path: str) -> tuple[bytes, str] | None:
        answer = self.world.web.get(self.origin + path)
        return answer if isinstance(answer, tuple) else None

    def compromised_key(self, key_url: str) -> None:
        return None

    def record(self, credential_id: str) -> IssuedRecord | None:
        if credential_id in self.issued:
            return IssuedRecord(self.issued[credential_id], Standing.ACTIVE, None, ISSUED_AT)
        self.asked.append(credential_id)
        return IssuedRecord(SHA256, self.standing, None, ISSUED_AT) if credential_id == CHILD else None

    def issue(self, badge: dict[str, Any]) -> None:
        hashed = HashedDocument(badge, self.world.reader)
        self.issued[badge["id"]] = hashed.hash(CRYPTOSUITES["eddsa-rdfc-2022"], "sha256").hex()

    def suspension_list_for(self, list_url: str) -> str | None:
        return None


@pytest.fixture
def home(new_world: Any) -> Any:
    records = Records()
    world = new_world(own=records)
    records.world = world
    return world


def evidence(**changes: Any) -> dict[str, Any]:
    named = {
        "id": CHILD, "type": ["Evidence"], "name": "Collecting Data",
        "digestMultibase": digest_multibase(SHA256), "mediaType": "application/n-quads",
    }  # fmt: skip
    return {name: value for name, value in {**named, **changes}.items() if value is not None}


def rows(world: Any, *named: dict[str, Any]) -> tuple[str, list[tuple[str, str | None, str]]]:
    badge = world.badge(evidence=list(named))
    if world.own is not None:
        world.own.issue(badge)
    report = world.verify(world.di(badge))
    found = [(row.outcome.value, row.code, row.message) for row in report.checks if row.check == "child"]
    assert report.checks[-len(found) :] == tuple(row for row in report.checks if row.check == "child") or not found
    return report.verdict.value, found


@pytest.mark.parametrize(
    ("standing", "verdict", "outcome", "code"),
    [
        (Standing.ACTIVE, "valid", "passed", None),
        (Standing.SUPERSEDED, "valid", "passed", "credential.superseded"),
        (Standing.SUSPENDED, "invalid", "failed", "status.suspended"),
        (Standing.REVOKED, "invalid", "failed", "status.revoked"),
    ],
)
def test_child_stands_as_the_record_says(
    home: Any, standing: Standing, verdict: str, outcome: str, code: str | None
) -> None:
    home.own.standing = standing
    got, found = rows(home, evidence())
    assert (got, [row[:2] for row in found]) == (verdict, [(outcome, code)])
    assert "Collecting Data" in found[0][2]
    assert home.asked == []


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "https://issuer.test/credentials/unknown"},
        {"digestMultibase": digest_multibase("cd" * 32)},
        {"digestMultibase": "no multibase"},
        {"digestMultibase": multibase.encode(bytes.fromhex(SHA256), base="u")},
    ],
    ids=["another id", "another content", "no digest", "no multihash"],
)
def test_child_that_was_never_issued_so(home: Any, changes: dict[str, Any]) -> None:
    verdict, found = rows(home, evidence(**changes))
    assert (verdict, [row[:2] for row in found]) == ("invalid", [("failed", "issuer.unknown_or_mismatch")])


def test_same_digest_in_the_other_base(home: Any) -> None:
    spelled = multibase.encode(b"\x12\x20" + bytes.fromhex(SHA256))
    assert rows(home, evidence(digestMultibase=spelled))[0] == "valid"


@pytest.mark.parametrize("left_out", ["digestMultibase", "mediaType", "id"])
def test_evidence_that_names_no_credential_is_no_child(home: Any, left_out: str) -> None:
    assert rows(home, evidence(**{left_out: None})) == ("valid", [])
    assert home.own.asked == []


def test_children_of_others_are_named_and_left_alone(world: Any) -> None:
    verdict, found = rows(world, evidence(), evidence(id="https://elsewhere.test/2", name=None))
    assert (verdict, [row[:2] for row in found]) == ("valid", [("not_applicable", None)] * 2)
    assert "Collecting Data" in found[0][2]
    assert "https://elsewhere.test/2" in found[1][2]
    assert world.asked == [world.DID_URL, world.LIST_URL]


def test_no_child_rows_before_the_proof_has_passed(home: Any) -> None:
    signed = home.di(home.badge(evidence=[evidence()]))
    report = home.verify({**signed, "name": "Doctorate"})
    assert report.outcome("child") is None
    assert home.own.asked == []
