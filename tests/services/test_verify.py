"""The use case with the real fetcher: a badge whose issuer is a web server on the loopback interface."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from issuer.errors import Refused
from issuer.outbound.fetcher import Fetcher
from issuer.proofs import bitstring, data_integrity
from issuer.proofs.key_kinds import ed25519_key
from issuer.services.verify import VerifyService
from issuer.verification.readers import current_reader

NOW = datetime(2026, 11, 21, 18, 0, 0, tzinfo=UTC)
DID = "did:web:issuer.test"
LIST = "https://issuer.test/status/1"
CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]


class Signer:
    alg = "EdDSA"
    verification_method = f"{DID}#k1"

    def __init__(self) -> None:
        self.private = ed25519.Ed25519PrivateKey.generate()
        self.public = ed25519_key(self.private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


class Site(ThreadingHTTPServer):
    """Serves what it is given by path; asked: the paths in order."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Page)
        self.pages: dict[str, tuple[bytes, str]] = {}
        self.asked: list[str] = []


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site: Any = self.server
        site.asked.append(self.path)
        body, media_type = site.pages.get(self.path, (b"", ""))
        self.send_response(200 if media_type else 404)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def service(site: Site) -> VerifyService:
    base = f"http://127.0.0.1:{site.server_port}"
    return VerifyService(Fetcher(loopback_map={"https://issuer.test": base}), lambda: NOW)


@pytest.fixture
def badge(site: Site) -> dict[str, Any]:
    """A signed badge; its issuer's keys and status list are on the site."""
    signer = Signer()
    method = {"id": f"{DID}#k1", "type": "Multikey", "controller": DID}
    key = {**method, "publicKeyMultibase": signer.public.multibase()}
    did_document = {"id": DID, "verificationMethod": [key], "assertionMethod": [key["id"]]}
    site.pages["/.well-known/did.json"] = json.dumps(did_document).encode(), "application/did+json"
    listing = _signed(_status_list(), signer)
    site.pages["/status/1"] = json.dumps(listing).encode(), "application/vc; charset=utf-8"
    return _signed(_unsigned(), signer)


def _signed(document: dict[str, Any], signer: Signer) -> dict[str, Any]:
    return data_integrity.secure(document, signer, datetime(2026, 1, 1, tzinfo=UTC), current_reader())


def _status_list() -> dict[str, Any]:
    return {
        "@context": CONTEXTS[:1],
        "id": LIST,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": DID,
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": f"{LIST}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": bitstring.encode(bytes(16_384)),
        },
    }


def _unsigned() -> dict[str, Any]:
    achievement = {
        "id": "https://issuer.test/achievements/1",
        "type": ["Achievement"],
        "name": "Formative Assessment",
        "description": "Uses evidence of learning.",
        "criteria": {"narrative": "Collect, interpret, act."},
    }
    return {
        "@context": CONTEXTS,
        "id": "urn:uuid:6c9cf1a7-26a2-4d4e-8d3c-9e02f7a1a001",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": DID, "type": ["Profile"], "name": "Schools That Lead"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "urn:uuid:1", "type": ["AchievementSubject"], "achievement": achievement},
        "credentialStatus": {
            "id": f"{LIST}#7",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "7",
            "statusListCredential": LIST,
        },
    }


def test_a_badge_from_another_server(service: VerifyService, site: Site, badge: dict[str, Any]) -> None:
    report = service.verify(json.dumps(badge).encode(), "application/json")
    assert report.verdict == "valid", report.as_json()
    assert site.asked == ["/.well-known/did.json", "/status/1"]


def test_a_badge_behind_a_link(service: VerifyService, site: Site, badge: dict[str, Any]) -> None:
    site.pages["/badge"] = json.dumps(badge).encode(), "application/vc+ld+json"
    assert service.verify_url("https://issuer.test/badge").verdict == "valid"


def test_keys_that_are_gone(service: VerifyService, site: Site, badge: dict[str, Any]) -> None:
    del site.pages["/.well-known/did.json"]
    report = service.verify(json.dumps(badge).encode(), "application/json")
    assert report.verdict == "invalid"
    assert report.outcome("binding") == "failed"
    assert site.asked == ["/.well-known/did.json"]


def test_server_that_is_down(service: VerifyService, site: Site, badge: dict[str, Any]) -> None:
    site.shutdown()
    site.server_close()
    report = service.verify(json.dumps(badge).encode(), "application/json")
    assert report.verdict == "indeterminate"
    assert "did.unreachable" in {row.code for row in report.checks}


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://127.0.0.1/x", "fetch.blocked_address"),
        ("https://a@issuer.test/", "fetch.url_malformed"),
        ("file:///etc/passwd", "fetch.scheme"),
    ],
    ids=["NET-01", "NET-14", "NET-16"],
)
def test_links_that_are_refused(service: VerifyService, url: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        service.verify_url(url)
    assert refused.value.code == code
