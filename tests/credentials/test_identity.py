from __future__ import annotations

import pytest

from issuer.credentials.identity import identify, origin_of
from issuer.credentials.profile import issuer_object, profile_document
from issuer.errors import Misconfigured


@pytest.mark.parametrize(
    ("public_url", "did"),
    [
        ("https://badges.example.org", "did:web:badges.example.org"),
        ("https://badges.example.org/", "did:web:badges.example.org"),
        ("https://badges.example.org:443", "did:web:badges.example.org"),
        ("https://badges.example.org:8443", "did:web:badges.example.org%3A8443"),
        ("https://BADGES.Example.ORG", "did:web:badges.example.org"),
        ("http://localhost:8000", "did:web:localhost%3A8000"),
        ("http://demo.localhost:8000", "did:web:demo.localhost%3A8000"),
    ],
)
def test_the_did_is_the_did_web_of_host_and_port(public_url: str, did: str) -> None:
    assert identify(public_url, "Issuer").did == did


@pytest.mark.parametrize(
    "public_url",
    [
        pytest.param("https://192.0.2.7", id="ipv4"),
        pytest.param("http://127.0.0.1:8000", id="loopback address"),
        pytest.param("https://[2001:db8::7]", id="ipv6"),
        pytest.param("https://3221225985", id="ipv4 as one number"),
        pytest.param("http://badges.example.org", id="plain http on a public host"),
        pytest.param("ftp://badges.example.org", id="another scheme"),
        pytest.param("https://badges.example.org/issuer", id="a path"),
        pytest.param("https://badges.example.org?x=1", id="a query"),
        pytest.param("https://user@badges.example.org", id="a user"),
        pytest.param("https://badges.example.org:99999", id="an impossible port"),
        pytest.param("https://bädges.example.org", id="an international name outside its xn-- form"),
        pytest.param("badges.example.org", id="no scheme"),
        pytest.param("https://[::1", id="half an address"),
        pytest.param("", id="nothing"),
    ],
)
def test_an_address_without_a_did_web_is_refused_with_advice(public_url: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        origin_of(public_url)
    assert refused.value.code == "did.malformed"
    assert refused.value.where == "PUBLIC_URL"


def test_an_ip_address_is_refused_with_what_to_use_instead() -> None:
    with pytest.raises(Misconfigured, match="localhost"):
        origin_of("http://127.0.0.1:8000")


def test_the_issuer_of_a_badge_is_a_profile_without_an_email_address() -> None:
    identity = identify("https://badges.example.org", "Issuer", description="Who we are", email="us@example.org")
    assert issuer_object(identity) == {
        "id": "did:web:badges.example.org",
        "type": ["Profile"],
        "name": "Issuer",
        "url": "https://badges.example.org",
        "description": "Who we are",
    }


def test_the_profile_document_adds_contexts_and_contact() -> None:
    identity = identify("https://badges.example.org", "Issuer", email="us@example.org")
    document = profile_document(identity)
    assert document["email"] == "us@example.org"
    assert document["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert "description" not in document
