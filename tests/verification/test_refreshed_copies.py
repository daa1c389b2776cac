"""Which copies take the place of a badge, and what is said of those that do not (OB 3.0 §9.1 step 3, §Equality)."""

from __future__ import annotations

from typing import Any

import pytest

from issuer.verification.same_badge import differences

REFRESH = "https://issuer.test/refresh"


def _badge(world: Any, **changes: Any) -> dict[str, Any]:
    service = {"id": REFRESH, "type": "1EdTechCredentialRefresh"}
    contexts = {"@context": [world.V2, world.OB, world.EXTENSIONS]}
    badge: dict[str, Any] = world.badge(refreshService=service, **contexts, **changes)
    return badge


def _changed(world: Any, member: str, value: Any) -> dict[str, Any]:
    badge = _badge(world, name="As the service has it")
    node = badge["credentialSubject"]
    *outer, last = member.split("/")
    for step in outer:
        node = node[step]
    node[last] = value
    return badge


@pytest.mark.parametrize(
    ("copy", "said"),
    [
        (lambda w: _badge(w, name="As the service has it", validFrom="2025-12-31T23:59:59Z"), "older than this one"),
        (lambda w: _changed(w, "id", "did:example:somebody-else"), "another recipient"),
        (lambda w: _changed(w, "achievement/id", "https://issuer.test/doctorate/v1"), "another achievement"),
        (lambda w: _badge(w, name="As the service has it", id="urn:uuid:another"), "another badge"),
    ],
    ids=["an older date", "another subject", "another achievement", "another id"],
)  # fmt: skip
def test_a_copy_that_is_not_this_badge_made_new_is_not_shown(world: Any, copy: Any, said: str) -> None:
    world.serve(REFRESH, world.di(copy(world)))
    report = world.verify(world.di(_badge(world)), refresh=True)
    row = next(row for row in report.checks if row.check == "refresh")
    assert (report.verdict, row.outcome, row.code) == ("indeterminate", "inconclusive", "refresh.not_performed")
    assert said in row.message
    assert "the copy you have" in row.message
    assert report.document is not None
    assert report.document["name"] == "Formative Assessment"


def test_a_revoked_badge_is_not_covered_by_an_older_copy(world: Any) -> None:
    """Nor does a copy that names no list hide what the badge's own list says."""
    world.serve(world.LIST_URL, world.di(world.status_list(world.INDEX)))
    world.serve(REFRESH, world.di(_badge(world, credentialStatus=None, validFrom="2025-01-01T00:00:00Z")))
    world.expect(world.di(_badge(world)), "invalid", "status.revoked", refresh=True)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"validFrom": "2026-06-01T00:00:00Z"},
        {"validFrom": "2026-01-01T01:00:00+01:00"},
        {"name": "Formative Assessment, renewed"},
        {"id": "urn:uuid:6c9cf1a7%2D26a2-4d4e-8d3c-9e02f7a1a001"},
    ],
    ids=["the same", "a later date", "the same moment in another zone", "another name", "its id written otherwise"],
)
def test_copies_that_take_its_place(world: Any, changes: dict[str, Any]) -> None:
    world.serve(REFRESH, world.di(_badge(world, **changes)))
    world.expect(world.di(_badge(world)), "valid", None, refresh=True)


def test_a_copy_in_the_older_edition_whose_token_names_issuer_and_id(world: Any) -> None:
    """VCDM 1.1 §6.3.1: `iss` and `jti` may stand in the token alone."""
    inner = {name: value for name, value in _badge(world).items() if name not in ("id", "issuer", "validFrom")}
    inner["@context"] = ["https://www.w3.org/2018/credentials/v1", world.OB, world.EXTENSIONS]
    badge = _badge(world)
    payload = {"vc": inner, "iss": badge["issuer"]["id"], "jti": badge["id"], "nbf": world.seconds(badge["validFrom"])}
    payload["sub"] = badge["credentialSubject"]["id"]
    header = {"alg": world.ok.alg, "kid": world.ok.verification_method, "typ": "JWT"}
    world.web[REFRESH] = (world.token(header, payload), "text/plain")
    _, codes = world.outcome(world.di(badge), refresh=True)
    assert "refresh.issuer_changed" not in codes


def _with(**subject: Any) -> dict[str, Any]:
    return {"credentialSubject": subject, "validFrom": "2026-01-01T00:00:00Z"}


def _known_as(value: str, salt: str = "s", hashed: bool = True) -> dict[str, Any]:
    return {"identityType": "emailAddress", "hashed": hashed, "identityHash": value, "salt": salt}


@pytest.mark.parametrize(
    ("older", "newer", "is_same"),
    [
        ({"identifier": [_known_as("sha256$aa")]}, {"identifier": [_known_as("SHA256$AA")]}, True),
        ({"identifier": [_known_as("sha256$aa")]}, {"identifier": [_known_as("sha256$bb")]}, False),
        ({"identifier": [_known_as("sha256$aa")]}, {"identifier": [_known_as("sha256$bb", "t")]}, True),
        ({"identifier": _known_as("a@x.example", hashed=False)}, {"identifier": _known_as("b@x.example", hashed=False)},
         False),
        ({"id": "did:x:a", "identifier": [_known_as("sha256$aa")]}, {"identifier": [_known_as("sha256$bb")]}, False),
        ({"id": "did:example:a"}, {"identifier": [_known_as("sha256$bb")]}, True),
        ({"achievement": {"id": "https://e.example/1"}}, {"achievement": {"name": "x"}}, True),
        ({"achievement": "https://e.example/1"}, {"achievement": {"id": "https://e.example/2"}}, False),
    ],
)  # fmt: skip
def test_what_both_copies_say_has_to_agree(older: dict[str, Any], newer: dict[str, Any], is_same: bool) -> None:
    assert (not list(differences(_with(**newer), _with(**older)))) is is_same


def test_a_copy_that_no_longer_says_when_it_begins_is_no_newer_one() -> None:
    assert list(differences({"credentialSubject": {}}, _with()))
    assert not list(differences(_with(), {"credentialSubject": {}}))


def test_a_learner_record_may_grow() -> None:
    first, second = ({"id": f"https://e.example/{number}"} for number in (1, 2))
    older, newer = _with(achievement=[first]), _with(achievement=[first, second])
    assert list(differences(newer, older))
    kind = {"type": ["VerifiableCredential", "ClrCredential"]}
    assert not list(differences({**newer, **kind}, {**older, **kind}))
