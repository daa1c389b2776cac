"""KEY-03 and what else only the house itself can know of badges in its own name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from issuer.domain.award import Standing
from issuer.proofs.cryptosuites import CRYPTOSUITES
from issuer.proofs.data_integrity import HashedDocument
from issuer.verification.documents import CompromisedKey, IssuedRecord

ISSUED_AT = datetime(2026, 1, 1, tzinfo=UTC)
LOST_AT = ISSUED_AT + timedelta(days=90)
SUSPENSION_URL = "https://issuer.test/status/suspension-1"


class House:
    """An own issuer in memory. issued: id → SHA-256 of the content, or None for whatever content."""

    did = "did:web:issuer.test"
    origin = "https://issuer.test"

    def __init__(self) -> None:
        self.world: Any = None
        self.ledger: dict[str, str] = {}
        self.lost: dict[str, CompromisedKey] = {}
        self.newer: dict[str, str | None] = {}
        self.looked_up: list[str] = []
        self.read: list[str] = []

    def published(self, path: str) -> tuple[bytes, str] | None:
        self.read.append(path)
        answer = self.world.web.get(self.origin + path)
        return answer if isinstance(answer, tuple) else None

    def compromised_key(self, key_url: str) -> CompromisedKey | None:
        return self.lost.get(key_url)

    def lose(self, key: Any, since: datetime) -> None:
        self.lost[key.verification_method] = CompromisedKey(key.public, since)

    def record(self, credential_id: str) -> IssuedRecord | None:
        self.looked_up.append(credential_id)
        if credential_id not in self.ledger:
            return None
        standing = Standing.SUPERSEDED if credential_id in self.newer else Standing.ACTIVE
        return IssuedRecord(self.ledger[credential_id], standing, self.newer.get(credential_id), ISSUED_AT)

    def suspension_list_for(self, list_url: str) -> str | None:
        return SUSPENSION_URL if list_url == self.world.LIST_URL else None

    def issue(self, badge: dict[str, Any]) -> None:
        hashed = HashedDocument({name: value for name, value in badge.items() if name != "proof"}, self.world.reader)
        self.ledger[badge["id"]] = hashed.hash(CRYPTOSUITES["eddsa-rdfc-2022"], "sha256").hex()


@pytest.fixture
def home(new_world: Any) -> Iterator[Any]:
    """A world in which the issuer is ourselves and has issued the usual badge."""
    house = House()
    world = new_world(own=house)
    house.world = world
    house.issue(world.badge())
    world.serve(SUSPENSION_URL, world.di(world.status_list(purpose="suspension", id=SUSPENSION_URL)))
    yield world
    house.lost.clear()
    house.newer.clear()
    house.issue(world.badge())
    world.serve(SUSPENSION_URL, world.di(world.status_list(purpose="suspension", id=SUSPENSION_URL)))
    world.assert_controls()


def test_nothing_is_fetched_for_our_own_badges(home: Any) -> None:
    assert home.outcome(home.di(home.badge())) == ("valid", frozenset())
    assert home.outcome(home.jwt(key=home.p256)) == ("valid", frozenset())
    assert home.asked == []
    assert home.own.read[:3] == ["/.well-known/did.json", "/status/1", "/status/suspension-1"]


def test_the_issuance_record_is_read_once(home: Any) -> None:
    home.own.looked_up.clear()
    badge = home.badge()
    assert home.outcome(home.di(badge)) == ("valid", frozenset())
    assert home.own.looked_up == [badge["id"]]


def test_own_token_with_the_http_form_of_kid(home: Any) -> None:
    url = "https://issuer.test/keys/p256"
    home.serve(url, home.p256.public.jwk(), "application/jwk+json")
    assert home.outcome(home.jwt(key=home.p256, header={"kid": url})) == ("valid", frozenset())


def _without(home: Any, key: Any, since: datetime = LOST_AT) -> None:
    """The key was marked compromised: it has left the DID document."""
    home.own.lose(key, since)
    listed = [one for one in (home.ok, home.old, home.p256, home.p384, home.rsa) if one is not key]
    home.serve_issuer([one.as_method() for one in listed])


@pytest.mark.parametrize("form", ["di", "jwt"])
@pytest.mark.parametrize("change", ["id", "name", "validFrom"])
def test_key_03_compromised_key_with_backdated_signature(home: Any, form: str, change: str) -> None:
    """Whatever date it bears and whichever badge of ours it passes itself off as."""
    _without(home, home.old)
    changes = {"id": "urn:uuid:never-issued", "name": "Doctorate", "validFrom": "2025-06-01T00:00:00Z"}
    badge = home.badge(**{change: changes[change]})
    signed = home.di(badge, home.old, created="2025-06-01T00:00:00Z") if form == "di" else home.jwt(badge, home.old)
    home.expect(signed, "invalid", "key.compromised")
    assert home.verify(signed).credential is None


@pytest.mark.parametrize("form", ["di", "jwt", "set"])
def test_key_04_a_badge_issued_before_its_key_was_lost(home: Any, form: str) -> None:
    """Our own record vouches for it; it says so with a flag."""
    _without(home, home.old)
    badge = home.badge()
    sent = {
        "di": lambda: home.di(badge, home.old),
        "jwt": lambda: home.jwt(badge, home.old),
        "set": lambda: {**badge, "proof": [home.proof(badge), home.proof(badge, home.old)]},
    }[form]()
    report = home.verify(sent)
    assert (report.verdict, report.flags) == ("valid", ("key.compromised_logged_before",))
    home.serve(home.LIST_URL, home.di(home.status_list(home.INDEX)))
    home.expect(sent, "invalid", "status.revoked")


def test_key_04_the_signature_has_to_be_good_all_the_same(home: Any) -> None:
    _without(home, home.old)
    forged = {**home.di(home.badge(), home.evil), "proof": home.proof(home.badge(), home.old)}
    other = {**forged["proof"], "created": "2026-01-01T00:00:01Z"}
    home.expect({**forged, "proof": other}, "invalid", "sig.invalid")


def test_key_04_a_badge_issued_after_its_key_was_lost(home: Any) -> None:
    for since in (ISSUED_AT, ISSUED_AT - timedelta(days=1)):
        _without(home, home.old, since)
        home.expect(home.di(home.badge(), home.old), "invalid", "key.compromised")


def test_key_04_a_lost_key_vouches_for_no_list_and_no_endorsement(home: Any) -> None:
    """What our record does not hold badge by badge was signed by nobody."""
    _without(home, home.old)
    home.serve(home.LIST_URL, home.di(home.status_list(), home.old))
    home.expect(home.di(home.badge()), "invalid", "status.list_invalid")
    endorsement = {
        "@context": [home.V2, home.OB], "id": home.badge()["id"], "name": "Good", "validFrom": "2026-01-01T00:00:00Z",
        "type": ["VerifiableCredential", "EndorsementCredential"], "issuer": {"id": home.ISSUER, "type": ["Profile"]},
        "credentialSubject": {"id": home.badge()["id"], "type": ["EndorsementSubject"]},
    }  # fmt: skip
    home.expect(home.di(endorsement, home.old), "invalid", "key.compromised")


@pytest.mark.parametrize("form", ["di", "jwt"])
def test_key_05_badge_we_never_issued(home: Any, form: str) -> None:
    """A good signature of ours over something the issuance record does not know, whatever its dates."""
    unknown = home.badge(id="urn:uuid:never-issued")
    home.expect(getattr(home, form)(unknown), "invalid", "issuer.unknown_or_mismatch")
    other_content = home.badge_with("credentialSubject/achievement/name", "Doctorate")
    home.expect(getattr(home, form)(other_content), "invalid", "issuer.unknown_or_mismatch")


def test_key_05_by_way_of_the_rules_for_other_credentials(home: Any) -> None:
    unknown = home.di(home.badge(id="urn:uuid:never-issued"))
    home.expect(unknown, "invalid", "issuer.unknown_or_mismatch", any_credential=True)


def test_key_05_by_way_of_a_refreshed_copy(home: Any) -> None:
    """What the refresh service returns in our name has to be in our record as well."""
    url = "https://issuer.test/refresh"
    badge = home.badge(
        refreshService={"id": url, "type": "1EdTechCredentialRefresh"},
        **{"@context": [home.V2, home.OB, home.EXTENSIONS]},
    )
    home.own.issue(badge)
    home.serve(url, home.di({**badge, "name": "Doctorate"}))
    home.expect(home.di(badge), "invalid", "issuer.unknown_or_mismatch", refresh=True)
    home.serve(url, home.di(badge))
    home.expect(home.di(badge), "valid", None, refresh=True)


def test_report_says_nothing_of_what_we_never_issued(home: Any) -> None:
    report = home.verify(home.di(home.badge(id="urn:uuid:never-issued")))
    assert report.credential is None
    assert report.outcome("status") == "not_run"


def test_suspension_is_read_beside_revocation(home: Any) -> None:
    listing = home.status_list(home.INDEX, purpose="suspension", id=SUSPENSION_URL)
    home.serve(SUSPENSION_URL, home.di(listing))
    home.expect(home.di(home.badge()), "invalid", "status.suspended")


def test_revocation_goes_before_suspension(home: Any) -> None:
    home.serve(home.LIST_URL, home.di(home.status_list(home.INDEX)))
    home.expect(home.di(home.badge()), "invalid", "status.revoked")


@pytest.mark.parametrize("newer", ["https://issuer.test/credentials/newer", None], ids=["public", "private"])
def test_superseded_badge_leads_to_the_newer_one_where_that_is_public(home: Any, newer: str | None) -> None:
    home.own.newer[home.badge()["id"]] = newer
    report = home.verify(home.di(home.badge()))
    assert (report.verdict, report.flags) == ("valid", ("credential.superseded",))
    (row,) = (row for row in report.checks if row.code == "credential.superseded")
    assert row.link == newer
    assert (newer or "this one.") in row.message
    assert row.next_step.startswith("Open the corrected badge" if newer else "Ask the holder")


def test_own_badge_over_plain_http_on_loopback(new_world: Any) -> None:
    """did:web says https; the house's own documents are found although its public URL is http."""
    house = House()
    house.did, house.origin = "did:web:localhost%3A8000", "http://localhost:8000"  # type: ignore[misc]
    world = new_world(own=house)
    house.world = world
    key = world.key("ES256", f"{house.did}#k1")
    world.serve(f"{house.origin}/.well-known/did.json", world.did_document(house.did, [key.as_method()]))
    world.serve(f"{house.origin}/keys/k1", key.public.jwk(), "application/jwk+json")
    badge = world.badge(issuer={"id": house.did, "type": ["Profile"]}, credentialStatus=None)
    house.issue(badge)
    assert world.outcome(world.jwt(badge, key)) == ("valid", frozenset())
    assert world.outcome(world.jwt(badge, key, {"kid": "http://localhost:8000/keys/k1"})) == ("valid", frozenset())
    assert world.asked == []


def test_http_kid_of_somebody_else_is_refused(world: Any) -> None:
    world.expect(world.jwt(header={"kid": "http://issuer.test/keys/1"}), "invalid", "jose.kid_invalid")


def test_key_05_a_learner_record_in_our_name_that_we_never_issued(home: Any) -> None:
    """We issue none, so a good signature of ours on one is a stolen key's, whatever genuine badges it holds."""
    record = {
        "@context": [home.V2, "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json", home.OB],
        "id": "urn:uuid:record", "type": ["VerifiableCredential", "ClrCredential"], "name": "Transcript",
        "issuer": {"id": home.ISSUER, "type": ["Profile"]}, "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"type": ["ClrSubject"], "verifiableCredential": [home.di(home.badge())]},
    }  # fmt: skip
    home.expect(home.di(record), "invalid", "issuer.unknown_or_mismatch")
