"""Does the badge belong to this person? (OB 3.0 §IdentityObject, §verify-identifier)"""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from issuer.verification.recipient import belongs_to


def _hashed(name: str, salt: str = "Kosher", kind: str = "emailAddress", algorithm: str = "sha256") -> dict[str, Any]:
    digest = hashlib.new(algorithm, (name + salt).encode()).hexdigest()
    entry = {"type": "IdentityObject", "hashed": True, "identityHash": f"{algorithm}${digest}", "identityType": kind}
    return {**entry, "salt": salt} if salt else entry


def test_published_vector() -> None:
    """sha256("a@example.comKosher"), from the specification's own example."""
    entry = _hashed("a@example.com")
    assert entry["identityHash"].startswith("sha256$b5809d8a")
    assert entry["identityHash"].endswith("f399")
    assert belongs_to({"identifier": [entry]}, "a@example.com")


@pytest.mark.parametrize(
    ("subject", "known", "belongs"),
    [
        ({"id": "did:key:z1"}, "did:key:z1", True),
        ({"id": "did:key:z1"}, "did:key:z2", False),
        ({"id": "mailto:a@example.com"}, "A@example.com", True),
        ({"identifier": [_hashed("a@example.com")]}, "A@Example.com", True),
        ({"identifier": [_hashed("a@example.com", salt="")]}, "a@example.com", True),
        ({"identifier": [_hashed("a@example.com", algorithm="md5")]}, "a@example.com", True),
        ({"identifier": [_hashed("b@example.com")]}, "a@example.com", False),
        ({"identifier": [_hashed("b@example.com"), _hashed("a@example.com")]}, "a@example.com", True),
        ({"identifier": _hashed("a@example.com")}, "a@example.com", True),
        ({"identifier": [{"hashed": False, "identityHash": "S-1", "identityType": "systemId"}]}, "S-1", True),
        ({"identifier": [{"hashed": True, "identityHash": "S-1", "identityType": "systemId"}]}, "S-1", False),
        ({"identifier": [{"hashed": True, "identityHash": "sha1$00", "identityType": "systemId"}]}, "S-1", False),
        ({"identifier": [{"hashed": True, "identityHash": 5}]}, "S-1", False),
        ({"identifier": ["a@example.com"]}, "a@example.com", False),
        ({}, "", False),
        (None, "a@example.com", False),
    ],
)
def test_belongs_to(subject: Any, known: str, belongs: bool) -> None:
    assert belongs_to(subject, known) is belongs


def test_hex_in_any_case() -> None:
    entry = _hashed("a@example.com")
    algorithm, _, digest = entry["identityHash"].partition("$")
    assert belongs_to({"identifier": [{**entry, "identityHash": f"{algorithm}${digest.upper()}"}]}, "a@example.com")


def test_in_a_report(world: Any) -> None:
    badge = world.badge_with("credentialSubject/identifier", [_hashed("a@example.com")])
    world.expect(world.di(badge), "valid", None, recipient=" a@example.com ")
    world.expect(world.di(badge), "invalid", "recipient.unverified", recipient="b@example.com")
    assert world.verify(world.di(badge)).outcome("recipient") == "not_applicable"
