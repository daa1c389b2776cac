"""NET: addresses in a badge that lead where no verifier should go; schemas, refresh services, endorsements."""

from __future__ import annotations

from typing import Any

import pytest

from issuer.verification.documents import Missing, Unreachable

SCHEMA = "https://issuer.test/schema.json"
REFRESH = "https://issuer.test/refresh"
FORBIDDEN = [
    "fetch.blocked_address",
    "fetch.redirect",
    "fetch.port",
    "fetch.url_malformed",
    "fetch.scheme",
    "fetch.content_encoding",
]


def _with_schema(world: Any, url: str = SCHEMA, kind: str = "1EdTechJsonSchemaValidator2019") -> dict[str, Any]:
    contexts = {"@context": [world.V2, world.OB, world.EXTENSIONS]}
    badge: dict[str, Any] = world.badge(credentialSchema=[{"id": url, "type": kind}], **contexts)
    return badge


def _refreshable(world: Any, **changes: Any) -> dict[str, Any]:
    service = {"id": REFRESH, "type": "1EdTechCredentialRefresh"}
    contexts = {"@context": [world.V2, world.OB, world.EXTENSIONS]}
    badge: dict[str, Any] = world.badge(refreshService=service, **contexts, **changes)
    return badge


@pytest.mark.parametrize("code", FORBIDDEN)
@pytest.mark.parametrize("where", ["did", "status", "schema", "refresh", "kid"])
def test_forbidden_ground_is_invalid(world: Any, where: str, code: str) -> None:
    """NET-01 to NET-17: what the fetcher will not do for a badge tells against the badge."""
    urls = {"did": world.DID_URL, "status": world.LIST_URL, "schema": SCHEMA, "refresh": REFRESH}
    url = urls.get(where, "https://issuer.test/keys/1")
    if where == "kid":
        issuer = {"id": "https://issuer.test/issuers/1", "type": ["Profile"]}
        sent: Any = world.jwt(world.badge(issuer=issuer, credentialStatus=None), world.p256, {"kid": url})
    else:
        badge = {"schema": _with_schema, "refresh": _refreshable}.get(where, lambda w: w.badge())(world)
        sent = world.di(badge)
    world.web[url] = Missing(url, code, "Refused.")
    world.expect(sent, "invalid", code, refresh=True)


@pytest.mark.parametrize("code", ["fetch.timeout", "fetch.tls"])
@pytest.mark.parametrize("url", ["https://issuer.test/.well-known/did.json", "https://issuer.test/status/1", SCHEMA])
def test_unreachable_is_open(world: Any, url: str, code: str) -> None:
    signed = world.di(_with_schema(world))
    world.serve(SCHEMA, {})
    world.web[url] = Unreachable(url, code, "Try later.")
    world.expect(signed, "indeterminate", code)


def test_nothing_is_asked_after_a_bad_proof(world: Any) -> None:
    signed = {**world.di(_with_schema(world)), "name": "Another name"}
    world.expect(signed, "invalid", "sig.invalid")
    assert world.asked == [world.DID_URL]


# -- schemas


def test_net_30_schema_that_refers_elsewhere(world: Any) -> None:
    world.serve(SCHEMA, {"$ref": "http://127.0.0.1:9/x"}, "application/schema+json")
    world.expect(world.di(_with_schema(world)), "invalid", "schema.ref_remote")
    assert world.asked[-1] == SCHEMA


def test_schema_of_the_issuer(world: Any) -> None:
    signed = world.di(_with_schema(world))
    world.serve(SCHEMA, {"type": "object", "required": ["name"]})
    world.expect(signed, "valid", None)
    world.serve(SCHEMA, {"type": "object", "required": ["somethingElse"]})
    world.expect(signed, "invalid", "schema.violation")
    world.serve(SCHEMA, b"no JSON")
    world.expect(signed, "indeterminate", "schema.untrusted")


def test_kind_of_schema_that_is_not_known(world: Any) -> None:
    world.expect(world.di(_with_schema(world, kind="JsonSchemaCredential")), "indeterminate", "schema.untrusted")
    assert SCHEMA not in world.asked


def test_more_schemas_than_are_fetched(world: Any) -> None:
    urls = [f"https://issuer.test/schema{number}.json" for number in range(4)]
    for url in urls:
        world.serve(url, {})
    badge = world.badge(credentialSchema=[{"id": url, "type": "JsonSchema"} for url in urls])
    world.expect(world.di(badge), "indeterminate", "schema.untrusted")
    assert [url for url in world.asked if "schema" in url] == urls[:2]


def test_shape_of_an_open_badge_is_always_checked(world: Any) -> None:
    badge = world.badge()
    del badge["credentialSubject"]["achievement"]["criteria"]
    world.expect(world.di(badge), "invalid", "schema.violation")


@pytest.mark.parametrize("name", ["validFrom", "validUntil", "awardedDate"])
@pytest.mark.parametrize("moment", ["2010-01-01", "2010-01-01T00:00:00", "soon"])
def test_times_the_schema_lets_pass(world: Any, name: str, moment: str) -> None:
    badge = {**world.badge(), name: moment}
    world.expect(world.di(badge), "invalid", "time.malformed")


# -- refresh


def test_refresh_replaces_the_badge(world: Any) -> None:
    old = _refreshable(world, validUntil="2026-02-01T00:00:00Z")
    new = _refreshable(world, validUntil="2027-02-01T00:00:00Z")
    world.serve(REFRESH, world.di(new))
    world.expect(world.di(old), "invalid", "time.expired")
    report = world.verify(world.di(old), refresh=True)
    assert report.verdict == "valid"
    assert report.credential is not None
    assert report.credential["valid_until"] == "2027-02-01T00:00:00Z"
    assert world.asked.count(REFRESH) == 1


def test_net_34_refresh_to_another_issuer(world: Any) -> None:
    other = _refreshable(world, issuer={"id": world.EVIL, "type": ["Profile"]})
    world.serve(REFRESH, world.di(other, world.evil))
    world.expect(world.di(_refreshable(world)), "invalid", "refresh.issuer_changed", refresh=True)
    assert not [url for url in world.asked if "evil" in url]


def test_refresh_after_the_proof_only(world: Any) -> None:
    world.expect({**world.di(_refreshable(world)), "name": "x"}, "invalid", "sig.invalid", refresh=True)
    assert REFRESH not in world.asked


@pytest.mark.parametrize("answer", [b"nonsense", b"{}", None], ids=["unreadable", "no credential", "another badge"])
def test_refresh_that_fails_leaves_the_badge_open(world: Any, answer: bytes | None) -> None:
    world.serve(REFRESH, answer if answer is not None else world.di(_refreshable(world, id="urn:uuid:other")))
    verdict, codes = world.outcome(world.di(_refreshable(world)), refresh=True)
    assert verdict in ("indeterminate", "invalid")
    assert codes & {"refresh.not_performed", "refresh.issuer_changed"}


def test_refreshed_copy_with_a_bad_proof_is_not_used(world: Any) -> None:
    forged = {**world.di(_refreshable(world)), "name": "Doctorate"}
    world.serve(REFRESH, forged)
    report = world.verify(world.di(_refreshable(world)), refresh=True)
    assert report.verdict == "indeterminate"
    assert report.document is not None
    assert report.document["name"] == "Formative Assessment"


# -- endorsements


def _endorsement(world: Any, **changes: Any) -> dict[str, Any]:
    return {
        "@context": [world.V2, world.OB],
        "id": "urn:uuid:6c9cf1a7-26a2-4d4e-8d3c-9e02f7a1c001",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "A good badge",
        "issuer": {"id": world.EVIL, "type": ["Profile"], "name": "A neighbour"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": world.badge()["id"],
            "type": ["EndorsementSubject"],
            "endorsementComment": "Well done.",
        },
        **changes,
    }


def test_genuine_endorsements(world: Any) -> None:
    signed = world.di(_endorsement(world), world.evil)
    token = world.jwt(_endorsement(world), world.evil).decode()
    report = world.verify(world.di(world.badge(endorsement=[signed], endorsementJwt=[token])))
    assert report.verdict == "valid"
    assert [row.outcome for row in report.checks if row.check == "endorsement"] == ["passed", "passed"]
    assert world.asked == [world.DID_URL, world.LIST_URL, world.EVIL_DID_URL]


def test_endorsement_of_the_achievement(world: Any) -> None:
    subject = {"id": world.badge()["credentialSubject"]["achievement"]["id"], "type": ["EndorsementSubject"]}
    signed = world.di(_endorsement(world, credentialSubject=subject), world.evil)
    world.expect(world.di(world.badge_with("credentialSubject/achievement/endorsement", [signed])), "valid", None)
    world.expect(world.di(world.badge(endorsement=[signed])), "valid", "endorsement.invalid")


@pytest.mark.parametrize("form", ["di", "jwt"])
@pytest.mark.parametrize("fault", ["unsigned", "tampered", "expired", "somebody else's", "no token", "revoked"])
def test_bad_endorsements_do_not_count(world: Any, fault: str, form: str) -> None:
    """The badge stays what it is; the endorsement is flagged and no row of it passes."""
    endorsement = _endorsement(world)
    good = world.di(endorsement, world.evil)
    theirs = "https://evil.test/status/1"
    listing = world.status_list(world.INDEX, id=theirs, issuer=world.EVIL)
    world.serve(theirs, world.di(listing, world.evil))
    entry = world.entry(id=f"{theirs}#1", statusListCredential=theirs)
    bad = {
        "unsigned": endorsement,
        "tampered": {**good, "name": "Another"},
        "expired": world.di({**endorsement, "validUntil": "2026-02-01T00:00:00Z"}, world.evil),
        "somebody else's": world.di(endorsement, world.did_key),
        "revoked": world.di({**endorsement, "credentialStatus": entry}, world.evil),
    }
    badge = world.badge(endorsementJwt=["a.b.c"]) if fault == "no token" else world.badge(endorsement=[bad[fault]])
    report = world.verify(getattr(world, form)(badge))
    assert (report.verdict, report.flags) == ("valid", ("endorsement.invalid",))
    assert [row.outcome for row in report.checks if row.check == "endorsement"] == ["not_applicable"]


def test_a_bad_endorsement_beside_a_good_one(world: Any) -> None:
    good = world.di(_endorsement(world), world.evil)
    report = world.verify(world.di(world.badge(endorsement=[good, {**good, "id": "urn:e:2", "name": "Another"}])))
    assert (report.verdict, report.flags) == ("valid", ("endorsement.invalid",))
    assert [row.outcome for row in report.checks if row.check == "endorsement"] == ["passed", "not_applicable"]


def test_endorser_who_cannot_be_reached(world: Any) -> None:
    world.web[world.EVIL_DID_URL] = Unreachable("", "verifier.unavailable", "Down.")
    badge = world.badge(endorsement=[world.di(_endorsement(world), world.evil)])
    report = world.verify(world.di(badge))
    assert (report.verdict, report.flags) == ("valid", ("endorsement.not_checked",))
    (row,) = [row for row in report.checks if row.check == "endorsement"]
    assert (row.outcome, row.code) == ("not_run", "did.unreachable")


def test_endorsers_are_not_asked_without_end(world: Any) -> None:
    signed = []
    for number in range(6):
        did = f"did:web:e{number}.test"
        key = world.key("EdDSA", f"{did}#k1")
        world.serve(f"https://e{number}.test/.well-known/did.json", world.did_document(did, [key.as_method()]))
        signed.append(world.di(_endorsement(world, issuer={"id": did, "type": ["Profile"]}, id=f"urn:e:{number}"), key))
    world.expect(world.di(world.badge(endorsement=signed)), "valid", "endorsement.not_checked")
    assert len([url for url in world.asked if "//e" in url]) == 2


def test_endorsement_alone(world: Any) -> None:
    world.expect(world.di(_endorsement(world), world.evil), "valid", None)
