"""The OpenAPI document: whole, true, and nobody else's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest
from api_examples import FILE, Recorder, record, shape_of
from contract import OPEN, Contract
from house import House
from web import SLUG, Town, people_of, web_of, without_limits

from issuer.domain.people import Role

METHODS = {"get", "put", "post", "delete", "patch"}


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory, keys_folder: Path) -> Iterator[Recorder]:
    """Every operation called, each answer held to the document."""
    house = House(tmp_path_factory.mktemp("recorded"), keys=keys_folder)
    with web_of(house, without_limits(house)) as web:
        yield record(Town(web, **people_of(house)))
    house.close()


@pytest.fixture(scope="module")
def document(town: Town) -> dict[str, Any]:
    return town.web.contract.document


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def problems(operation: dict[str, Any]) -> dict[str, set[str]]:
    """Status → codes that the document says of an operation."""
    return {
        status: set(told["content"]["application/problem+json"]["schema"]["properties"]["code"]["enum"])
        for status, told in operation["responses"].items()
        if "application/problem+json" in told.get("content", {})
    }


def test_it_is_openapi_3_1_in_json_and_yaml(town: Town) -> None:
    visitor = town.anybody()
    answer = visitor.get("/schema/openapi.json")
    assert answer.json()["openapi"].startswith("3.1.")
    yaml = visitor.get("/schema/openapi.yaml")
    assert yaml.status_code == 200
    assert yaml.text.startswith("info:")
    assert "operationId: saveSubmission" in yaml.text


@pytest.mark.parametrize(
    "path", ["/schema", "/schema/openapi.json", "/schema/openapi.yaml", "/api-docs", "/schema/redoc"]
)
def test_it_loads_nothing_from_others(town: Town, path: str) -> None:
    answer = town.anybody().page(path)
    assert not re.search(r"<script|(src|srcset)=|@import|cdn\.|unpkg|jsdelivr", answer.text)
    for link in re.findall(r"<link[^>]+href=\"([^\"]+)\"", answer.text):
        assert link.startswith("/static/")


def test_every_operation_says_what_it_takes_and_what_it_answers(document: dict[str, Any]) -> None:
    for name, operation in operations(document).items():
        assert operation["summary"].endswith((".", "?")), name
        assert operation["tags"][0] in {tag["name"] for tag in document["tags"]}, name
        good = {status for status in operation["responses"] if status < "400"}
        assert good, name
        assert {"400", "500"} <= problems(operation).keys(), name
        if name.split()[0] in ("POST", "PUT") and "/api/" in name:
            assert operation["requestBody"]["content"], name
        if " /api/" in name:
            assert operation["security"] == [{"session": []}, {"client": []}], name
            assert all(operation["responses"][status].get("content") or status == "204" for status in good), name
            assert "auth.session" in problems(operation)["401"], name
            asked = set(re.findall(r"\{(\w+)\}", name))
            assert asked == {one["name"] for one in operation["parameters"] if one.get("in") == "path"}, name
        is_repeatable = {"$ref": "#/components/parameters/Idempotency-Key"} in operation["parameters"]
        assert is_repeatable == name.startswith("POST /api/"), name


def test_every_route_of_the_api_is_in_it(town: Town, document: dict[str, Any]) -> None:
    """Pages and static files are left out; nothing else is."""
    listed = set(document["paths"])
    assert {"/api/submissions/{id}/files/{file_id}", "/verify", "/login", "/healthz", "/credentials/{name}"} <= listed
    assert not [
        path for path in listed if path.startswith(("/admin", "/static", "/badges", "/reviews", "/submissions"))
    ]


def test_names_of_operations_are_unique_and_references_lead_somewhere(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for operation in operations(document).values()]
    assert len(names) == len(set(names))
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document))):
        found: Any = document
        for step in reference.split("/"):
            found = found[step]
        assert found
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


def test_every_operation_was_called_and_kept_its_word(recorder: Recorder, document: dict[str, Any]) -> None:
    done = {name for name, status in recorder.seen if status < 400}
    assert done == {operation["operationId"] for operation in operations(document).values()}


def own_shapes(document: dict[str, Any], examples: dict[str, Any]) -> dict[str, Any]:
    """Operation → the shape of its answers, without the documents of standards, whose kinds of keys may change."""
    published = [f'schemas/{name}"' for name in OPEN]
    return {
        operation["operationId"]: shape_of(examples[operation["operationId"]].get("answers"))
        for operation in operations(document).values()
        if not any(name in json.dumps(operation["responses"]) for name in published)
    }


def test_the_examples_are_what_the_service_answers_today(recorder: Recorder, document: dict[str, Any]) -> None:
    """`PYTHONPATH=.:tests/support python tests/support/api_examples.py` writes them anew when answers have changed."""
    kept, today = json.loads(FILE.read_bytes()), json.loads(json.dumps(recorder.examples))
    assert own_shapes(document, kept) == own_shapes(document, today)
    assert len(own_shapes(document, kept)) > 25


def test_examples_are_of_the_shape_they_stand_beside(document: dict[str, Any]) -> None:
    held = 0
    for operation in operations(document).values():
        bodies = [*operation["responses"].values(), operation.get("requestBody", {})]
        for media in (media for body in bodies for media in body.get("content", {}).values()):
            if "example" in media and "schema" in media:
                whole = {**media["schema"], "components": document["components"]}
                jsonschema_rs.validate(whole, media["example"])
                held += 1
    assert held > 50


def answered(town: Town, method: str, path: str, status: int, body: Any) -> httpx.Response:
    """An answer as if the service had given it."""
    return httpx.Response(status, json=body, request=httpx.Request(method, town.web.url + path))


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (200, {"credentials": [], "stacks": [], "secret": 1}, "secret"),
        (200, {"credentials": []}, "stacks"),
        (418, {}, "may not answer 418"),
        (401, {"type": "urn:problem:x", "title": "x", "status": 401, "code": "x"}, "may not answer 401 with"),
    ],
)
def test_what_the_document_does_not_say_is_found(town: Town, status: int, body: Any, fault: str) -> None:
    contract = Contract(town.web.contract.document)
    with pytest.raises(AssertionError, match=fault):
        contract.check(answered(town, "GET", "/api/credentials", status, body))


def test_bodies_that_the_document_does_not_allow_are_refused(town: Town, document: dict[str, Any]) -> None:
    """Each request shape without one of its required members, and with one nobody asked for."""
    visitor = town.as_(town.house.person("Everything", Role.TEACHER, Role.REVIEWER, Role.ADMINISTRATOR))
    tried = 0
    for name, operation in operations(document).items():
        example = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
        if " /api/" not in name or example is None:
            continue
        method, path = name.split()
        address = re.sub(r"\{\w+\}", "no-such", path)
        reference = operation["requestBody"]["content"]["application/json"]["schema"]
        shape = (reference.get("oneOf") or [reference])[0]["$ref"].rpartition("/")[2]
        for member in document["components"]["schemas"][shape]["required"]:
            without = {key: value for key, value in example.items() if key != member}
            answer = visitor.request(method, address, json=without)
            assert (answer.status_code, answer.json().get("where")) == (422, f"/{member}"), (name, member)
        answer = visitor.request(method, address, json={**example, "surprise/~": 1})
        assert (answer.status_code, answer.json()["where"]) == (422, "/surprise~1~0"), name
        tried += 1
    assert tried >= 7


def test_a_draft_is_saved_from_the_evidence_document_itself(town: Town) -> None:
    visitor = town.as_(town.teacher)
    path = f"/api/submissions/{visitor.post('/api/submissions', {'achievement': SLUG}).json()['id']}"
    evidence = town.house.example(SLUG).evidence
    assert visitor.put(path, evidence).json()["evidence"] == evidence
    wrapped = visitor.put(path, {"evidence": {"reflection": {}}, "public_narratives": {}}).json()
    assert wrapped["evidence"] == {"reflection": {}}
    for ambiguous in ({"revision": 1, **evidence}, {"public_narratives": {}}, {}):
        assert visitor.put(path, ambiguous).json()["where"] == "/evidence"
    assert visitor.get(path).json()["evidence"] == {"reflection": {}}


def test_from_a_submission_one_finds_its_badge(town: Town) -> None:
    teacher, slug = town.as_(town.colleague), "sharing-learning"
    waiting = town.house.waiting(town.colleague, slug)
    path = f"/api/submissions/{waiting.id}"
    assert teacher.get(path).json()["credential"] is None
    decided = town.house.approve(town.reviewer, waiting)
    link = teacher.get(path).json()["credential"]
    assert link == {"id": decided.awards[0], "url": town.web.desk.urls.credential(decided.awards[0])}
    corrected = town.house.stand.correct(
        town.administrator.id, link["id"], "Samuel A. Okafor", town.colleague.email, "A letter was missing."
    )
    newest = {"id": corrected[0].id, "url": town.web.desk.urls.credential(corrected[0].id)}
    assert teacher.get(path).json()["credential"] == newest
    (listed,) = [one for one in teacher.get("/api/submissions").json()["submissions"] if one["id"] == waiting.id]
    assert listed["credential"] == newest
    assert town.as_(town.reviewer).get(f"/api/reviews/{waiting.id}").json()["credential"] == newest


def test_the_page_for_people_lists_every_operation(town: Town, document: dict[str, Any]) -> None:
    page = town.anybody().page("/api-docs").text
    for name in operations(document):
        assert f"<code>{name}</code>" in page
