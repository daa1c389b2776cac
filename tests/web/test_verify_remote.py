"""`POST /verify` over badges whose issuer is another server: status, refresh, trust, older editions, records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from outside import DID, ORIGIN, V2, OutsideIssuer, Site, serving
from web import PAGE, Town

OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
LOCAL = {"PUBLIC_URL": "http://localhost:8000", "RATE_LIMITS": "off"}


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def school(site: Site) -> OutsideIssuer:
    return OutsideIssuer(site)


@pytest.fixture
def town(new_town: Callable[..., Town], site: Site) -> Town:
    return new_town(**LOCAL, FETCH_LOOPBACK_MAP=site.loopback_map)


def verified(town: Town, body: bytes, query: str = "", media_type: str = "application/json") -> dict[str, Any]:
    answer = town.anybody().post(f"/verify{query}", content=body, headers={"content-type": media_type})
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


def codes(report: dict[str, Any]) -> set[str]:
    return {row["code"] for row in report["checks"] if row["outcome"] in ("failed", "inconclusive")}


def refreshable(school: OutsideIssuer, **changes: Any) -> dict[str, Any]:
    service = {"id": f"{ORIGIN}/refresh", "type": "1EdTechCredentialRefresh"}
    return school.badge(id="urn:uuid:one", refreshService=service, **{"@context": [V2, OB, EXTENSIONS]}, **changes)


def test_pos_19_refresh_service_is_left_alone(town: Town, school: OutsideIssuer) -> None:
    report = verified(town, school.signed(refreshable(school)))
    assert (report["verdict"], report["flags"]) == ("valid", ["refresh.not_performed"])
    assert school.site.asked == ["/.well-known/did.json"]


def test_net_34_refresh_to_another_issuer(town: Town, school: OutsideIssuer) -> None:
    evil = OutsideIssuer(school.site, "did:web:evil.test")
    school.site.serve("/refresh", evil.signed(refreshable(evil)))
    report = verified(town, school.signed(refreshable(school)), "?refresh=true")
    assert (report["verdict"], codes(report)) == ("invalid", {"refresh.issuer_changed"})
    assert school.site.asked == ["/.well-known/did.json", "/refresh"]


def test_status_over_the_network(town: Town, school: OutsideIssuer) -> None:
    """STL-20, STL-01, STL-14, STL-19 in turn, each list as the other server shows it at that moment."""
    badge = school.signed(school.badge_on_list(7))
    assert codes(verified(town, badge)) == {"status.unreachable"}
    school.serve_list(8)
    assert verified(town, badge)["verdict"] == "valid"
    school.serve_list(7)
    revoked = verified(town, badge)
    assert (revoked["verdict"], codes(revoked)) == ("invalid", {"status.revoked"})
    unsigned = json.loads(school.site.pages["/status/1"])
    school.site.serve("/status/1", {name: value for name, value in unsigned.items() if name != "proof"})
    assert codes(verified(town, badge)) == {"status.list_invalid"}
    school.site.serve("/status/1", badge)
    assert codes(verified(town, badge)) == {"status.list_invalid"}


def test_a_list_that_is_kept_is_told_from_one_that_was_asked_for(town: Town, school: OutsideIssuer) -> None:
    school.site.max_age_s = 60
    school.serve_list(8)
    reports = [verified(town, school.signed(school.badge_on_list(index))) for index in (7, 9, 8)]
    assert [report["flags"] for report in reports] == [[], ["status.cached"], ["status.cached"]]
    assert [report["verdict"] for report in reports] == ["valid", "valid", "invalid"]
    assert school.site.asked.count("/status/1") == 1


def test_stl_13_and_stl_28(town: Town, school: OutsideIssuer) -> None:
    evil = OutsideIssuer(school.site, "did:web:evil.test")
    badge = school.signed(school.badge_on_list(7))
    evil.serve_list(8)
    assert codes(verified(town, badge)) == {"status.issuer_untrusted"}
    entry = {"id": f"{ORIGIN}/revoked", "type": "1EdTechRevocationList"}
    older = school.badge(id="urn:uuid:older", credentialStatus=entry, **{"@context": [V2, OB, EXTENSIONS]})
    for name in ("revokedCredential", "revokedCredentials"):
        school.site.serve("/revoked", {"id": entry["id"], "issuer": DID, name: [{"id": "urn:uuid:older"}]})
        assert codes(verified(town, school.signed(older))) == {"status.revoked"}


def test_known_unknown_and_deceptive_issuers_on_the_page(
    new_town: Callable[..., Town], tmp_path: Path, site: Site, school: OutsideIssuer
) -> None:
    path = tmp_path / "trust.json"
    entry = {"id": DID, "name": "Issuer School", "how": "We have met.", "since": "2026-03-01"}
    path.write_text(json.dumps({"issuers": [entry]}))
    town = new_town(**LOCAL, FETCH_LOOPBACK_MAP=site.loopback_map, TRUST_REGISTRY=str(path))

    def page(issuer: OutsideIssuer, name: str) -> str:
        about = {"id": issuer.did, "type": ["Profile"], "name": name}
        text = issuer.signed(issuer.badge(issuer=about)).decode()
        return town.anybody(accept=PAGE).post("/verify", data={"credential": text}).text

    known = page(school, "Anything")
    assert "This badge is genuine" in known
    assert "We have met." in known
    stranger = OutsideIssuer(site, "did:web:issuer.test:strangers")
    site.serve("/strangers/did.json", stranger.document)
    unknown = page(stranger, "har\u0432ard.edu")
    assert "This badge is genuine" not in unknown
    assert "Genuine, but the issuer is not known here" in unknown
    assert "issuer.mixed_script" in unknown
    assert "letter by letter" in unknown


def test_open_badges_2_over_the_network(town: Town, school: OutsideIssuer) -> None:
    context, private = "https://w3id.org/openbadges/v2", rsa.generate_private_key(65537, 2048)
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    profile, badge_class, key = (f"{ORIGIN}/{name}" for name in ("profile", "class", "key"))
    site = school.site
    site.serve("/profile", {"@context": context, "id": profile, "type": "Issuer", "name": "Old", "publicKey": key})
    site.serve("/class", {"@context": context, "id": badge_class, "type": "BadgeClass", "name": "B", "issuer": profile})
    site.serve("/key", {"id": key, "type": "CryptographicKey", "owner": profile, "publicKeyPem": pem})
    assertion = {
        "@context": context, "id": "urn:uuid:old", "type": "Assertion", "issuedOn": "2020-01-01T00:00:00Z",
        "recipient": {"type": "email", "hashed": False, "identity": "dana@school.example"}, "badge": badge_class,
        "verification": {"type": "SignedBadge", "creator": key},
    }  # fmt: skip
    token = jwt.encode(assertion, private, "RS256", headers={"typ": None}).encode()
    report = verified(town, token, "?recipient=dana@school.example", "text/plain")
    assert (report["verdict"], report["format"]) == ("valid", "open-badges-2")
    assert len(site.asked) == 3


def test_a_learner_record_over_the_network(town: Town, school: OutsideIssuer) -> None:
    inner = [json.loads(school.signed()), {**json.loads(school.signed()), "name": "Doctorate"}]
    record = {
        "@context": [V2, CLR, OB], "id": "urn:uuid:record", "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Transcript", "issuer": {"id": DID, "type": ["Profile"]}, "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"type": ["ClrSubject"], "verifiableCredential": inner},
    }  # fmt: skip
    report = verified(town, school.signed(record))
    assert (report["verdict"], report["format"]) == ("invalid", "clr")
    rows = [(row["outcome"], row["code"]) for row in report["checks"] if row["check"] == "child"]
    assert rows == [("passed", None), ("failed", "sig.invalid")]
    assert school.site.asked == ["/.well-known/did.json"]


def test_a_certification_reports_on_its_badges(town: Town) -> None:
    held = town.web.house.earn_all(town.teacher, town.reviewer)
    body = next(form.sealed for form in held["teacher-leader"].forms if form.sealed and form.sealed[:1] == b"{")
    rows = [row for row in verified(town, body)["checks"] if row["check"] == "child"]
    assert [row["outcome"] for row in rows] == ["passed"] * 15
