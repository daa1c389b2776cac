"""The W3C VC API of the service itself, and registered clients where sessions work."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from web import SLUG, Town, Visitor, problem

from issuer.domain.award import Award, Standing
from issuer.domain.people import Person
from issuer.services.access import OPERATOR
from issuer.web import rate_limits

JsonObject = dict[str, Any]
V2 = "https://www.w3.org/ns/credentials/v2"


def client_of(town: Town, person: Person) -> Visitor:
    """Software that acts for `person`."""
    token = town.house.service.desk.clients.add(OPERATOR, "Course platform", person.email).token
    return town.anybody(authorization=f"Bearer {token}")


@pytest.fixture(scope="module")
def platform(town: Town) -> Iterator[Visitor]:
    return client_of(town, town.reviewer)


@pytest.fixture(scope="module")
def award(town: Town) -> Award:
    return town.earned(is_open=False)


def asked_for(town: Town, email: str, **members: Any) -> JsonObject:
    badge_class = town.house.badge_class(SLUG)
    achievement = town.house.service.desk.urls.achievement(badge_class.slug, badge_class.version)
    return {
        "@context": [V2, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "id": f"mailto:{email}",
            "achievement": {"id": achievement},
        },
        **members,
    }


def email_of(town: Town, award: Award) -> str:
    return next(one.email for one in town.house.administer.people(OPERATOR, 100) if one.id == award.person_id)


# -- issuing


def test_a_client_gets_the_badge_that_was_approved(town: Town, platform: Visitor, award: Award) -> None:
    answer = platform.post("/credentials/issue", {"credential": asked_for(town, email_of(town, award)), "options": {}})
    assert answer.status_code == 201, answer.text
    badge = answer.json()["verifiableCredential"]
    assert badge["id"].endswith(award.id)
    verified = town.anybody().post("/credentials/verify", {"verifiableCredential": badge})
    assert (verified.status_code, verified.json()["verified"]) == (200, True)
    identifier = {"type": "IdentityObject", "identityType": "emailAddress", "hashed": False}
    subject = asked_for(town, "")["credentialSubject"]
    named = {**subject, "identifier": [{**identifier, "identityHash": email_of(town, award)}]}
    del named["id"]
    again = platform.post("/credentials/issue", {"credential": asked_for(town, "", credentialSubject=named)})
    assert again.json()["verifiableCredential"] == badge


def test_only_own_badge_classes_are_issued(town: Town, platform: Visitor, award: Award) -> None:
    email = email_of(town, award)
    for achievement in ({"id": "https://other.example/achievement"}, {}, None, "https://other.example/a"):
        credential = asked_for(town, email)
        credential["credentialSubject"]["achievement"] = achievement
        assert problem(platform.post("/credentials/issue", {"credential": credential})) == (403, "forbidden")
    any_credential = {"@context": [V2], "type": ["VerifiableCredential"], "credentialSubject": {"id": "did:example:s"}}
    assert problem(platform.post("/credentials/issue", {"credential": any_credential})) == (403, "forbidden")


def test_nothing_is_issued_that_nobody_approved(town: Town, platform: Visitor) -> None:
    newcomer = town.house.teacher("New Teacher")
    asked = {"credential": asked_for(town, newcomer.email)}
    assert problem(platform.post("/credentials/issue", asked)) == (409, "state.conflict")
    assert problem(platform.post("/credentials/issue", {"credential": asked_for(town, "no@body.example")}))[0] == 404
    assert not town.house.awards(newcomer)


def test_what_the_badge_says_cannot_be_asked_for(town: Town, platform: Visitor, award: Award) -> None:
    email = email_of(town, award)
    for members in ({"validUntil": "2030-01-01T00:00:00Z"}, {"name": "Better"}, {"id": "urn:x:y"}):
        answer = platform.post("/credentials/issue", {"credential": asked_for(town, email, **members)})
        assert problem(answer) == (422, "input.invalid")
    credential = asked_for(town, email)
    credential["credentialSubject"]["result"] = []
    assert problem(platform.post("/credentials/issue", {"credential": credential})) == (422, "input.invalid")
    for body in ({}, {"credential": 5}, {"credential": {"credentialSubject": 5}}):
        assert problem(platform.post("/credentials/issue", body)) == (422, "input.invalid")


def test_who_a_client_acts_for_decides_what_it_may(town: Town, award: Award) -> None:
    asked = {"credential": asked_for(town, email_of(town, award))}
    assert problem(client_of(town, town.teacher).post("/credentials/issue", asked)) == (403, "forbidden")
    assert problem(client_of(town, town.stranger).post("/credentials/issue", asked)) == (404, "not_found")
    assert client_of(town, town.administrator).post("/credentials/issue", asked).status_code == 201


@pytest.mark.parametrize("path", ["/credentials/issue", "/credentials/status"])
def test_issuing_and_status_need_a_token_of_a_client(town: Town, path: str) -> None:
    for visitor in (
        town.anybody(),
        town.as_(town.administrator),
        town.anybody(authorization="Bearer"),
        town.anybody(authorization="Bearer nonsense"),
        town.anybody(authorization="Basic cmVuZWU6cGFzc3dvcmQ="),
    ):
        answer = visitor.post(path, {"credential": {}})
        assert problem(answer) == (401, "auth.key")
        assert answer.headers["www-authenticate"] == "Bearer"
    assert problem(town.anybody().post(f"{path}?access_token=x", {})) == (401, "auth.key")


# -- status


def test_a_client_suspends_reinstates_and_revokes(town: Town, platform: Visitor) -> None:
    award = town.earned()
    identifier = town.house.service.desk.urls.credential(award.id)

    def change(purpose: str, **more: Any) -> tuple[int, str]:
        asked = {"credentialId": identifier, "credentialStatus": [{"statusPurpose": purpose, **more}]}
        answer = platform.post("/credentials/status", asked)
        return (answer.status_code, answer.json()["standing"]) if answer.status_code == 200 else problem(answer)

    assert change("suspension") == (200, "suspended")
    assert change("suspension", status="0") == (200, "active")
    assert change("message") == (422, "input.invalid")
    for unclear in (None, "revoked", 2, "", {}, []):
        assert change("revocation", status=unclear) == (422, "input.invalid")
    assert change("revocation", status=True) == (200, "revoked")
    assert change("revocation", status=False) == (409, "status.revocation_final")
    assert town.house.award(award.id).standing is Standing.REVOKED
    sealed = json.loads(town.house.service.desk.forms.form(award, town.house.badge_class(SLUG), "json")[0])
    answer = town.anybody().post("/credentials/verify", {"verifiableCredential": sealed})
    assert answer.status_code == 400
    assert [one["code"] for one in answer.json()["problemDetails"]] == ["status.revoked"]


def test_status_of_what_is_not_ones_to_change(town: Town, platform: Visitor, award: Award) -> None:
    identifier = town.house.service.desk.urls.credential(award.id)
    asked = {"credentialId": identifier, "credentialStatus": [{"statusPurpose": "revocation"}]}
    assert problem(client_of(town, town.teacher).post("/credentials/status", asked))[0] == 403
    assert problem(client_of(town, town.stranger).post("/credentials/status", asked))[0] == 404
    for other in ("urn:uuid:x", 5, None, identifier + "x"):
        assert problem(platform.post("/credentials/status", {**asked, "credentialId": other}))[0] == 404
    for status in (None, [], [{}, {}], "text", ["text"]):
        assert problem(platform.post("/credentials/status", {**asked, "credentialStatus": status}))[0] == 422
    assert problem(platform.post("/credentials/status", {**asked, "reason": 5})) == (422, "input.invalid")
    assert town.house.award(award.id).standing is Standing.ACTIVE


# -- verifying


def badge_of(town: Town, award: Award, suffix: str = "json") -> Any:
    body = town.house.service.desk.forms.form(award, town.house.badge_class(SLUG), suffix)[0]
    return json.loads(body) if suffix == "json" else body.decode()


@pytest.mark.parametrize("suffix", ["json", "jwt"])
def test_anybody_may_verify(town: Town, award: Award, suffix: str) -> None:
    badge = badge_of(town, award, suffix)
    answer = town.anybody().post(
        "/credentials/verify", {"verifiableCredential": badge, "options": {"checks": ["proof"]}}
    )
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["verified"] is True
    assert body["verifiableCredential"] == badge
    assert body["results"]["verdict"] == "valid"
    assert body["problemDetails"] == body["errors"] == []


def test_what_is_not_good_is_answered_with_problems(town: Town, award: Award) -> None:
    badge = badge_of(town, award)
    changed = copy.deepcopy(badge)
    changed["credentialSubject"]["achievement"]["name"] = "Another"
    unsigned = {name: value for name, value in badge.items() if name != "proof"}
    inline = {**badge, "@context": [*badge["@context"], {"more": "https://example.org/more"}]}
    for credential, code in (
        (changed, "sig.invalid"),
        (unsigned, "proof.missing"),
        (inline, "ld.context_inline"),
        ("not.a.token", "jose.noncanonical_b64"),
        ({}, "type.not_credential"),
    ):
        answer = town.anybody().post("/credentials/verify", {"verifiableCredential": credential})
        assert answer.status_code == 400, credential
        body = answer.json()
        assert body["verified"] is False
        assert code in [one["code"] for one in body["problemDetails"]], body["problemDetails"]
        assert all(one["type"].startswith("https://") for one in body["problemDetails"])
        assert body["errors"]
    for sent in ({}, {"verifiableCredential": 5}, {"verifiableCredential": None}):
        answer = town.anybody().post("/credentials/verify", sent)
        assert (answer.status_code, answer.json()["verified"]) == (400, False)


def test_a_key_of_another_controller_never_counts_here(town: Town, award: Award) -> None:
    """The conformance mode accepts it; the public verification does not."""
    badge = badge_of(town, award)
    stranger = {**badge, "issuer": {**badge["issuer"], "id": "did:web:other.example"}}
    answer = town.anybody().post("/credentials/verify", {"verifiableCredential": stranger})
    assert answer.status_code == 400
    assert answer.json()["problemDetails"][0]["code"] == "issuer.mismatch"


def test_presentations(town: Town, award: Award) -> None:
    badge = badge_of(town, award)
    presentation: JsonObject = {
        "@context": badge["@context"], "type": ["VerifiablePresentation"], "verifiableCredential": [badge]
    }  # fmt: skip

    def verified(document: Any, **options: Any) -> JsonObject:
        answer = town.anybody().post("/presentations/verify", {"verifiablePresentation": document, "options": options})
        body: JsonObject = answer.json()
        assert (answer.status_code, body["verified"]) in ((200, True), (400, False))
        return body

    assert verified(presentation)["verified"]
    spoilt = copy.deepcopy(presentation)
    spoilt["verifiableCredential"][0]["name"] = "Another"
    for document, options in (
        (spoilt, {}),
        (presentation, {"challenge": "c"}),
        ({**presentation, "type": ["Presentation"]}, {}),
        ({**presentation, "verifiableCredential": ["text"]}, {}),
        ({**presentation, "verifiableCredential": [badge] * 9}, {}),
        ({**presentation, "proof": {"type": "DataIntegrityProof"}}, {}),
        ({**presentation, "more": "x"}, {}),
        (5, {}),
    ):
        assert not verified(document, **options)["verified"]


def test_a_part_is_derived_only_where_the_badge_allows_it(town: Town, award: Award) -> None:
    asked = {"verifiableCredential": badge_of(town, award), "options": {"selectivePointers": ["/name"]}}
    assert problem(town.anybody().post("/credentials/derive", asked)) == (422, "proof.missing")
    for body in ({}, {**asked, "options": 5}, {**asked, "options": {"selectivePointers": [5]}}):
        assert problem(town.anybody().post("/credentials/derive", body)) == (422, "input.invalid")


def test_verifying_is_limited_like_every_verification(new_town: Any) -> None:
    town = new_town()
    visitor = town.anybody()
    answers = [visitor.post("/credentials/verify", {}).status_code for _ in range(40)]
    assert set(answers) == {400, 429}
    assert answers.count(400) <= 25


def test_issuing_is_limited_for_each_account_that_clients_act_for(new_town: Any) -> None:
    town = new_town()
    platform = client_of(town, town.reviewer)
    for _ in range(rate_limits.LIMITS["issue"].burst):
        town.web.desk.rate_limits.spend("issue", town.reviewer.id)
    answer = platform.post("/credentials/issue", {"credential": asked_for(town, "nobody@school.example")})
    assert problem(answer) == (429, "rate.limited")
    assert int(answer.headers["retry-after"]) > 0
    other = client_of(town, town.administrator)
    answer = other.post("/credentials/issue", {"credential": asked_for(town, "nobody@school.example")})
    assert answer.status_code != 429


def test_what_is_asked_of_a_proof_is_checked(town: Town, award: Award) -> None:
    """Our badges are for everybody: none was made for a domain, none is signed by its holder."""
    badge, visitor = badge_of(town, award), town.anybody()
    for name, code in (
        ("domain", "proof.domain"), ("challenge", "proof.domain"), ("audience", "jose.claims_missing"),
        ("nonce", "jose.claims_missing"),
    ):  # fmt: skip
        asked = {"verifiableCredential": badge, "options": {name: "x"}}
        answer = visitor.post("/credentials/verify", asked)
        assert [one["code"] for one in answer.json()["problemDetails"]] == [code], name
        report = visitor.post(f"/verify?{name}=x", badge).json()
        assert report["verdict"] == "invalid"
        assert code in {row["code"] for row in report["checks"]}, name
        bad = {"verifiableCredential": badge, "options": {name: 5}}
        assert visitor.post("/credentials/verify", bad).json()["problemDetails"][0]["code"] == "input.invalid"


# -- bearer tokens where sessions work


def test_a_client_does_under_api_what_its_person_could(town: Town) -> None:
    mine = client_of(town, town.teacher)
    draft = mine.post("/api/submissions", {"achievement": SLUG})
    assert draft.status_code == 201, draft.text
    submission = draft.json()["id"]
    assert mine.get(f"/api/submissions/{submission}").status_code == 200
    assert town.as_(town.teacher).get(f"/api/submissions/{submission}").status_code == 200
    assert client_of(town, town.colleague).get(f"/api/submissions/{submission}").status_code == 404
    assert problem(mine.get("/api/reviews")) == (403, "forbidden")
    assert client_of(town, town.reviewer).get("/api/reviews").status_code == 200
    assert mine.delete(f"/api/submissions/{submission}").status_code == 204


def test_a_bad_token_is_refused_even_beside_a_good_session(town: Town) -> None:
    signed_in = town.as_(town.teacher)
    assert signed_in.get("/api/credentials").status_code == 200
    answer = signed_in.get("/api/credentials", headers={"authorization": "Bearer nonsense"})
    assert problem(answer) == (401, "auth.key")


def test_a_removed_client_is_shut_out_at_once(town: Town) -> None:
    registered = town.house.service.desk.clients.add(OPERATOR, "Old platform", town.teacher.email)
    visitor = town.anybody(authorization=f"bearer {registered.token}")
    assert visitor.get("/api/credentials").status_code == 200
    town.house.service.desk.clients.remove(OPERATOR, registered.client.id)
    assert problem(visitor.get("/api/credentials")) == (401, "auth.key")


def test_a_token_does_not_open_pages_and_forms(town: Town) -> None:
    answer = client_of(town, town.teacher).page("/account")
    assert answer.status_code == 401 or "/login" in answer.headers.get("location", "") or "Sign in" in answer.text
