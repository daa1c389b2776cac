"""Contract: who the issuer is, its keys, its status lists, its catalogue."""

from __future__ import annotations

import json

import pytest
from web import PAGE, Town, problem

DID = "did:web:badges.school.example"
PUBLIC_CORS = "*"


def test_the_did_document_names_every_key_in_the_form_its_users_read(town: Town) -> None:
    answer = town.anybody().get("/.well-known/did.json")
    document = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/did+json")
    assert document["id"] == DID
    methods = {one["id"]: one for one in document["verificationMethod"]}
    assert document["assertionMethod"]
    assert set(document["assertionMethod"]) <= set(methods)
    assert all(one.startswith(DID + "#") for one in document["assertionMethod"])
    assert {one["type"] for one in methods.values()} == {"Multikey", "JsonWebKey"}
    assert all("d" not in one.get("publicKeyJwk", {}) for one in methods.values())
    assert answer.headers["access-control-allow-origin"] == PUBLIC_CORS


def test_the_jwk_set_and_the_bare_keys_are_the_same_public_keys(town: Town) -> None:
    visitor = town.anybody()
    keys = visitor.get("/.well-known/jwks.json").json()["keys"]
    assert keys
    for key in keys:
        name = key["kid"].rpartition("#")[2]
        answer = visitor.get(f"/keys/{name}")
        assert answer.status_code == 200
        assert {**answer.json(), "kid": key["kid"]} == key
        assert not {"d", "p", "q"} & answer.json().keys()
    assert problem(visitor.get("/keys/no-such-key")) == (404, "not_found")


def test_the_issuer_is_a_profile_or_a_page(town: Town) -> None:
    visitor = town.anybody()
    profile = visitor.get("/issuer", headers={"accept": "application/ld+json"})
    assert profile.json()["id"] == DID
    assert profile.json()["type"] == ["Profile"]
    assert visitor.get("/issuer").headers["content-type"] == "application/ld+json"
    page = visitor.page("/issuer")
    assert page.headers["content-type"].startswith("text/html")
    assert DID in page.text
    assert page.headers["vary"] == "Accept"


@pytest.mark.parametrize("purpose", ["revocation", "suspension"])
def test_a_status_list_is_signed_cacheable_and_revalidated(town: Town, purpose: str) -> None:
    award = town.earned()
    visitor = town.anybody()
    path = f"/status/{purpose}-{award.status.list_number}"
    answer = visitor.get(path)
    body = answer.json()
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vc"
    assert body["id"] == town.web.url + path
    assert "BitstringStatusListCredential" in body["type"]
    assert body["credentialSubject"]["statusPurpose"] == purpose
    assert body["proof"]["cryptosuite"] == "eddsa-rdfc-2022"
    assert answer.headers["cache-control"] == f"public, max-age={body['credentialSubject']['ttl'] // 1000}"
    again = visitor.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert visitor.get(path, headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    "name", ["revocation-999999", "revocation-x", "revocation", "other-1", "revocation--1", "revocation-01x"]
)
def test_there_are_no_other_status_lists(town: Town, name: str) -> None:
    assert problem(town.anybody().get(f"/status/{name}")) == (404, "not_found")


def test_the_etag_of_a_status_list_changes_with_a_revocation(town: Town) -> None:
    award = town.earned()
    visitor = town.anybody()
    path = f"/status/revocation-{award.status.list_number}"
    before = visitor.get(path).headers["etag"]
    answer = town.as_(town.administrator).post(f"/api/credentials/{award.id}/revoke", {"reason": "A copied portfolio."})
    assert answer.status_code == 200
    after = visitor.get(path, headers={"if-none-match": before})
    assert after.status_code == 200
    assert after.headers["etag"] != before


def test_the_catalogue_is_a_page_with_every_badge_class(town: Town) -> None:
    page = town.anybody().page("/catalogue")
    assert page.headers["content-type"].startswith("text/html")
    for one in town.house.catalogue:
        assert f"/achievements/{one.slug}/v{one.version}" in page.text


def test_an_achievement_is_json_ld_or_a_page_with_its_schema_and_art(town: Town) -> None:
    visitor = town.anybody()
    path = "/achievements/building-will/v1"
    document = visitor.get(path, headers={"accept": "application/ld+json"})
    assert document.headers["content-type"] == "application/ld+json"
    assert document.json()["id"] == town.web.url + path
    assert "Achievement" in document.json()["type"]
    assert document.headers["etag"]
    page = visitor.page(path)
    assert page.headers["content-type"].startswith("text/html")
    assert f'property="og:image" content="{town.web.url}{path}/image' in page.text
    schema = visitor.get(path + "/evidence-schema.json")
    assert schema.headers["content-type"] == "application/schema+json"
    assert schema.json()["type"] == "object"
    assert visitor.get(path + "/image.png").content.startswith(b"\x89PNG")
    assert visitor.get(path + "/image.svg").headers["content-type"] == "image/svg+xml"
    current = visitor.get("/achievements/building-will")
    assert (current.status_code, current.headers["location"]) == (302, path)


@pytest.mark.parametrize(
    "path",
    [
        "/achievements/no-such", "/achievements/no-such/v1", "/achievements/building-will/v2",
        "/achievements/building-will/v01", "/achievements/building-will/1", "/achievements/building-will/v%31%00",
        "/achievements/building-will/v1/other", "/achievements/teacher-leader/v1/evidence-schema.json",
        "/achievements/..%2f..%2fetc/v1", "/static/..%2fapplication.py", "/static/../application.py",
    ],
)  # fmt: skip
def test_what_the_catalogue_does_not_have(town: Town, path: str) -> None:
    assert problem(town.anybody().get(path)) == (404, "not_found")


def test_health_needs_nobody(town: Town) -> None:
    answer = town.anybody().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b'{"status":"ok"}')


def test_the_limits_are_published_for_software_and_for_people(town: Town) -> None:
    visitor = town.anybody()
    names = {one["name"] for one in visitor.get("/limits").json()["limits"]}
    assert {"verify", "verify-link", "login", "upload"} <= names
    assert visitor.page("/limits").headers["content-type"].startswith("text/html")


def test_the_openapi_document_describes_the_contract(town: Town) -> None:
    document = json.loads(town.anybody().get("/schema/openapi.json").content)
    assert {"/verify", "/api/submissions", "/api/credentials/{id}/revoke", "/.well-known/did.json"} <= document[
        "paths"
    ].keys()


@pytest.mark.parametrize("path", ["/", "/healthz", "/catalogue", "/issuer", "/.well-known/did.json", "/verify"])
def test_head_is_get_without_the_body(town: Town, path: str) -> None:
    """RFC 9110 §9.3.2."""
    visitor = town.anybody()
    got, head = visitor.get(path), visitor.request("HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.headers["content-length"] == got.headers["content-length"]


def test_a_wrong_method_is_told_the_right_ones(town: Town) -> None:
    """RFC 9110 §15.5.6."""
    answer = town.anybody().request("DELETE", "/verify")
    assert problem(answer) == (405, "method")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/healthz", "GET, HEAD, OPTIONS"), ("/api/submissions", "GET, HEAD, OPTIONS, POST"),
        ("/api/submissions/1", "DELETE, GET, HEAD, OPTIONS, PUT"), ("/credentials/issue", "OPTIONS, POST"),
        ("/verify", "GET, HEAD, OPTIONS, POST"),
    ],
)  # fmt: skip
def test_options_are_told_as_a_wrong_method_is(town: Town, path: str, allow: str) -> None:
    """RFC 9110 §9.3.7: all handlers of an address, whatever file they stand in, and HEAD."""
    visitor = town.anybody()
    told = visitor.request("OPTIONS", path)
    assert (told.status_code, told.content, told.headers["allow"]) == (204, b"", allow)
    assert visitor.request("BREW", path).headers["allow"] == allow


def test_an_unknown_path_has_no_options(town: Town) -> None:
    assert problem(town.anybody().request("OPTIONS", "/nothing-here"))[0] == 404


def test_an_unknown_path_is_a_problem_for_software_and_a_page_for_people(town: Town) -> None:
    visitor = town.anybody()
    assert problem(visitor.get("/no/such/path")) == (404, "not_found")
    page = visitor.get("/no/such/path", headers={"accept": PAGE})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
