"""Contract: evidence, review and badges as JSON under /api, and their refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from web import SLUG, Town, Visitor, problem

TEXT = ("notes.txt", b"Question: what do students do when they are stuck?\n", "text/plain")


def started(visitor: Visitor, slug: str = SLUG) -> dict[str, Any]:
    answer = visitor.post("/api/submissions", {"achievement": slug})
    assert answer.status_code == 201, answer.text
    return answer.json()


def filled(town: Town, visitor: Visitor, slug: str = SLUG) -> str:
    """A draft with the complete example, made through the API alone; its id."""
    id = started(visitor, slug)["id"]
    example = town.house.example(slug)
    written = json.dumps(example.evidence)
    for file in example.files:
        sent = {"file": (file.name, file.text.encode(), file.media_type)}
        stored = visitor.post(f"/api/submissions/{id}/files", files=sent)
        assert stored.status_code == 201, stored.text
        written = written.replace(file.id, stored.json()["id"])
    saved = visitor.put(f"/api/submissions/{id}", {"evidence": json.loads(written)})
    assert saved.status_code == 200, saved.text
    assert saved.json()["findings"] == []
    return id


def approval(town: Town, slug: str = SLUG) -> dict[str, Any]:
    ratings = [{"requirement": one.requirement, "level": one.level} for one in town.house.ratings(slug)]
    return {"decision": "approve", "ratings": ratings}


# -- sign-in


def test_sign_in_and_out_with_json(town: Town) -> None:
    visitor = town.anybody()
    assert problem(visitor.get("/api/submissions")) == (401, "auth.session")
    answer = visitor.post("/login", {"email": town.teacher.email.upper(), "password": "seventeen green umbrellas"})
    assert answer.status_code == 200
    assert answer.json() == {"id": town.teacher.id, "name": "Renée Whitfield", "roles": ["teacher"]}
    assert visitor.get("/api/submissions").status_code == 200
    assert visitor.post("/logout").json() == {"signed_in": False}
    assert problem(visitor.get("/api/submissions")) == (401, "auth.session")


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"email": "nobody@school.example", "password": "x"}, 401, "auth.credentials"),
        ({"email": "renee@school.example", "password": "wrong"}, 401, "auth.credentials"),
        ({"email": "renee@school.example"}, 400, "input.invalid"),
        ({}, 400, "input.invalid"),
        ({"email": ["a"], "password": {"b": 1}}, 400, "input.invalid"),
        ({"email": "a\u0000@b.example", "password": "x"}, 422, "content.control_character"),
        ({"email": "a" * 5_000 + "@b.example", "password": "x" * 100_000}, 401, "auth.credentials"),
    ],
)
def test_sign_in_that_is_refused(town: Town, sent: dict[str, Any], status: int, code: str) -> None:
    assert problem(town.anybody().post("/login", sent)) == (status, code)


def test_signing_in_by_form_leads_to_where_one_works(town: Town) -> None:
    for person, place in ((town.teacher, "/badges"), (town.reviewer, "/reviews"), (town.administrator, "/admin")):
        sent = {"email": person.email, "password": "seventeen green umbrellas"}
        answer = town.anybody(accept="text/html").post("/login", data=sent)
        assert (answer.status_code, answer.headers["location"]) == (303, place)


def test_a_wrong_password_brings_the_form_back_with_the_address(town: Town) -> None:
    answer = town.anybody(accept="text/html").post("/login", data={"email": "renee@school.example", "password": "no"})
    assert answer.status_code == 401
    assert 'value="renee@school.example"' in answer.text
    assert 'role="alert"' in answer.text


# -- evidence


def test_the_life_of_a_draft(town: Town) -> None:
    visitor = town.as_(town.teacher)
    draft = started(visitor)
    assert {"id", "achievement", "version", "state", "revision", "attempt", "created_at", "updated_at"} <= draft.keys()
    assert (draft["achievement"], draft["state"], draft["attempt"]) == (SLUG, "draft", 0)
    path = f"/api/submissions/{draft['id']}"
    assert draft["id"] in [one["id"] for one in visitor.get("/api/submissions").json()["submissions"]]
    folder = visitor.get(path).json()
    assert (folder["evidence"], folder["files"]) == ({}, [])
    assert {"pointer", "code", "requirement", "message"} == folder["findings"][0].keys()
    stored = visitor.post(f"{path}/files", files={"file": TEXT}).json()
    assert (stored["name"], stored["media_type"], stored["size_bytes"]) == ("notes.txt", "text/plain", len(TEXT[1]))
    assert visitor.delete(f"{path}/files/{stored['id']}").status_code == 204
    assert visitor.get(path).json()["files"] == []
    assert visitor.delete(path).status_code == 204
    assert problem(visitor.get(path)) == (404, "not_found")


def test_what_is_missing_is_told_at_its_field(town: Town) -> None:
    visitor = town.as_(town.teacher)
    answer = visitor.post(f"/api/submissions/{started(visitor)['id']}/submit")
    assert problem(answer) == (422, "evidence.incomplete")
    assert all(one["pointer"].startswith("/") and one["message"] for one in answer.json()["findings"])


def test_an_older_revision_does_not_overwrite_a_newer_one(town: Town) -> None:
    visitor = town.as_(town.teacher)
    draft = started(visitor)
    path = f"/api/submissions/{draft['id']}"
    first = visitor.put(path, {"evidence": {"a": 1}, "revision": draft["revision"]})
    assert first.status_code == 200
    assert problem(visitor.put(path, {"evidence": {}, "revision": draft["revision"]})) == (409, "state.conflict")
    assert visitor.get(path).json()["evidence"] == {"a": 1}


@pytest.mark.parametrize(
    "body",
    [
        {}, {"evidence": []}, {"evidence": "x"}, {"evidence": {}, "revision": "1"}, {"evidence": {}, "revision": True},
        {"evidence": {}, "revision": 1.5}, {"evidence": {}, "extra": 1}, {"evidence": {}, "public_narratives": []},
        {"evidence": {}, "public_narratives": {"no-such": "x"}}, {"evidence": {}, "public_narratives": {"a": 1}},
        {"evidence": {}, "state": "approved"}, {"evidence": {}, "teacher_id": "x"},
    ],
)  # fmt: skip
def test_what_cannot_be_saved(town: Town, body: dict[str, Any]) -> None:
    visitor = town.as_(town.teacher)
    status, code = problem(visitor.put(f"/api/submissions/{started(visitor)['id']}", body))
    assert (status, code in ("input.invalid", "input.unknown_field")) == (422, True)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"achievement": "no-such"}, 404, "not_found"), ({"achievement": "teacher-leader"}, 422, "input.invalid"),
        ({"achievement": 5}, 422, "input.invalid"), ({}, 422, "input.invalid"),
        ({"achievement": SLUG, "version": 1}, 422, "input.unknown_field"),
    ],
)  # fmt: skip
def test_what_cannot_be_started(town: Town, body: dict[str, Any], status: int, code: str) -> None:
    assert problem(town.as_(town.teacher).post("/api/submissions", body)) == (status, code)


@pytest.mark.parametrize(
    ("content", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "json.malformed"), (b"[]", "application/json", 400, "json.not_object"),
        (b'{"a":1,"a":2}', "application/json", 400, "json.duplicate_member"),
        (b'{"a":NaN}', "application/json", 400, "json.non_finite_number"),
        (b"\xef\xbb\xbf{}", "application/json", 400, "input.bom"),
        (b"\xff\xfe", "application/json", 400, "input.not_utf8"), (b"{}", "text/plain", 415, "input.media_type"),
        (b"{}", "", 415, "input.media_type"),
        (b"achievement=x", "application/x-www-form-urlencoded", 415, "input.media_type"),
        (b"[" * 100_000, "application/json", 400, "json.too_deep"),
        (b'{"a":"' + b"x" * 3_000_000 + b'"}', "application/json", 413, "input.too_large"),
    ],
)  # fmt: skip
def test_bodies_that_are_not_read(town: Town, content: bytes, content_type: str, status: int, code: str) -> None:
    headers = {"content-type": content_type} if content_type else {}
    answer = town.as_(town.teacher).post("/api/submissions", content=content, headers=headers)
    assert problem(answer) == (status, code)


def test_a_submission_can_be_withdrawn_until_it_is_decided(town: Town) -> None:
    visitor = town.as_(town.colleague)
    id = town.house.waiting(town.colleague, "collecting-data").id
    withdrawn = visitor.post(f"/api/submissions/{id}/withdraw")
    assert (withdrawn.status_code, withdrawn.json()["state"]) == (200, "withdrawn")
    assert problem(visitor.post(f"/api/submissions/{id}/withdraw")) == (409, "state.conflict")


# -- review


def test_a_review_from_queue_to_badge(town: Town) -> None:
    slug = "sharing-learning"
    id = town.house.waiting(town.teacher, slug).id
    visitor = town.as_(town.reviewer)
    queue = {one["id"]: one for one in visitor.get("/api/reviews").json()["reviews"]}
    assert queue[id]["teacher"] == "Renée Whitfield"
    sheet = visitor.get(f"/api/reviews/{id}").json()
    assert sheet["evidence"] == {"about": slug}
    assert {"id", "text", "levels", "required_level"} == sheet["requirements"][0].keys()
    assert visitor.post(f"/api/reviews/{id}/claim").status_code == 200
    assert visitor.get(f"/api/reviews/{id}").json()["claimed_by"] == town.reviewer.id
    assert visitor.post(f"/api/reviews/{id}/release").status_code == 200
    decided = visitor.post(f"/api/reviews/{id}/decision", approval(town, slug))
    assert decided.status_code == 200, decided.text
    assert (decided.json()["state"], decided.json()["decision"]) == ("approved", "approve")
    (badge,) = decided.json()["credentials"]
    assert badge["url"] == f"{town.web.url}/credentials/{badge['id']}"
    assert problem(visitor.post(f"/api/reviews/{id}/decision", approval(town, slug))) == (409, "state.conflict")


def test_another_reviewer_holds_it(town: Town) -> None:
    second = town.house.reviewer("Second Reviewer")
    id = town.house.waiting(town.teacher, "collecting-data").id
    assert town.as_(town.reviewer).post(f"/api/reviews/{id}/claim").status_code == 200
    for step in ("claim", "release"):
        assert problem(town.as_(second).post(f"/api/reviews/{id}/{step}")) == (409, "state.conflict")


def test_a_return_needs_a_reason_and_reaches_the_teacher(town: Town) -> None:
    slug = "measuring-impact-on-student-learning"
    id = town.house.waiting(town.teacher, slug).id
    visitor = town.as_(town.reviewer)
    returned = {**approval(town, slug), "decision": "return"}
    assert problem(visitor.post(f"/api/reviews/{id}/decision", returned)) == (422, "input.invalid")
    answer = visitor.post(f"/api/reviews/{id}/decision", {**returned, "feedback": "Please date the survey."})
    assert (answer.status_code, answer.json()["credentials"]) == (200, [])
    folder = town.as_(town.teacher).get(f"/api/submissions/{id}").json()
    assert folder["state"] == "returned"
    assert folder["reviews"][0]["feedback"] == "Please date the survey."


@pytest.mark.parametrize(
    "change",
    [
        {"decision": "maybe"}, {"decision": None}, {"ratings": {}}, {"ratings": ["x"]}, {"ratings": []},
        {"ratings": [{"requirement": "x", "level": "y"}]}, {"ratings": [{"requirement": "x"}]},
        {"ratings": [{"requirement": 1, "level": 2}]}, {"feedback": 5}, {"private_note": []},
        {"feedback": "x" * 20_000},
    ],
)  # fmt: skip
def test_decisions_that_are_none(town: Town, change: dict[str, Any]) -> None:
    id = town.house.waiting(town.teacher, "collecting-data").id
    sent = {**approval(town, "collecting-data"), **change}
    assert problem(town.as_(town.reviewer).post(f"/api/reviews/{id}/decision", sent)) == (422, "input.invalid")
    assert town.house.submission(id).state == "submitted"


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        pytest.param("validFrom", "2025-11-21T00:00:00Z", "input.invalid", id="BIZ-09"),
        pytest.param("recipient", "victim@school.example", "recipient.unverified", id="BIZ-12"),
        pytest.param("state", "approved", "input.unknown_field", id="AZ-07"),
        pytest.param("role", "administrator", "input.unknown_field", id="AZ-07 role"),
    ],
)
def test_what_is_decided_here_cannot_be_sent_along(town: Town, member: str, value: str, code: str) -> None:
    """Neither by the reviewer who decides nor by the teacher who hands in."""
    waiting = town.house.waiting(town.teacher, "collecting-data")
    sent = {**approval(town, "collecting-data"), member: value}
    reviewer, teacher = town.as_(town.reviewer), town.as_(town.teacher)
    assert problem(reviewer.post(f"/api/reviews/{waiting.id}/decision", sent)) == (422, code)
    assert town.house.submission(waiting.id).state == "submitted"
    assert problem(teacher.post("/api/submissions", {"achievement": "building-will", member: value})) == (422, code)
    draft = town.house.draft(town.teacher, "building-will")
    path = f"/api/submissions/{draft.id}"
    assert problem(teacher.put(path, {"evidence": {}, member: value})) == (422, code)


@pytest.mark.parametrize("limit", ["1000000", "0", "-1", "x", "1.5", "%D9%A3", "1" * 50])
def test_az_10_lists_are_bounded(town: Town, limit: str) -> None:
    assert problem(town.as_(town.reviewer).get(f"/api/reviews?limit={limit}")) == (422, "input.invalid")
    assert problem(town.as_(town.reviewer).get("/api/reviews?after=unknown")) == (404, "not_found")


@pytest.mark.parametrize(
    "path",
    [
        "/api/reviews?sort=id;DROP",
        "/api/reviews?q=%27%20OR%201=1--",
        "/api/submissions?order=state",
        "/api/credentials?x",
    ],
)
def test_web_14_there_is_nothing_to_sort_or_filter_by(town: Town, path: str) -> None:
    visitor = town.as_(town.reviewer if "reviews" in path else town.teacher)
    assert problem(visitor.get(path)) == (400, "input.invalid")


# -- badges


def test_a_badge_is_suspended_reinstated_and_revoked_for_good(town: Town) -> None:
    award = town.earned()
    visitor = town.as_(town.administrator)
    path = f"/api/credentials/{award.id}"
    for step, standing in (("suspend", "suspended"), ("reinstate", "active"), ("revoke", "revoked")):
        answer = visitor.post(f"{path}/{step}", {"reason": "A reason."})
        assert (answer.status_code, answer.json()["standing"]) == (200, standing)
    assert problem(visitor.post(f"{path}/reinstate", {"reason": "Mercy."})) == (409, "status.revocation_final")
    for body in ({}, {"reason": ""}, {"reason": 5}, {"reason": "x" * 2_000}):
        assert problem(visitor.post(f"{path}/revoke", body)) == (422, "input.invalid")
    assert problem(visitor.post(f"{path}/revoke", {"reason": "a", "more": 1})) == (422, "input.unknown_field")
    assert problem(visitor.post("/api/credentials/no-such/revoke", {"reason": "x"})) == (404, "not_found")


def test_one_sees_and_opens_ones_own_badges(town: Town) -> None:
    award = town.house.earn(town.teacher, town.reviewer, "listening-to-student-voice")
    visitor = town.as_(town.teacher)
    mine = visitor.get("/api/credentials").json()
    found = {one["id"]: one for one in mine["credentials"]}[award.id]
    assert (found["is_open"], found["standing"]) == (False, "active")
    assert mine["stacks"][0]["achievement"] == "teacher-leader"
    assert visitor.post(f"/api/credentials/{award.id}/open").json()["is_open"] is True
    assert town.anybody().get(f"/credentials/{award.id}.json").status_code == 200
    assert visitor.post(f"/api/credentials/{award.id}/close").json()["is_open"] is False
    assert problem(town.anybody().get(f"/credentials/{award.id}.json")) == (404, "not_found")


def test_a_correction_supersedes(town: Town) -> None:
    award = town.earned()
    sent = {"name": "Renée Ashdown", "email": "ashdown@school.example", "reason": "Married."}
    answer = town.as_(town.administrator).post(f"/api/credentials/{award.id}/correct", sent)
    assert answer.status_code == 201, answer.text
    assert answer.json()["credentials"][0]["replaces"] == award.id


# -- the same request twice


def test_biz_04_a_repeated_key_gives_the_first_answer(town: Town) -> None:
    visitor = town.as_(town.teacher)
    key = {"idempotency-key": "once"}
    first = visitor.post("/api/submissions", {"achievement": SLUG}, headers=key)
    again = visitor.post("/api/submissions", {"achievement": SLUG}, headers=key)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    other = visitor.post("/api/submissions", {"achievement": "collecting-data"}, headers=key)
    assert problem(other) == (422, "input.invalid")
    somebody_else = town.as_(town.colleague).post("/api/submissions", {"achievement": SLUG}, headers=key)
    assert somebody_else.json()["id"] != first.json()["id"]


def test_what_was_made_is_found_where_the_answer_says(town: Town) -> None:
    """RFC 9110 §10.2.2; a repeated request gives the same place."""
    visitor = town.as_(town.teacher)
    key = {"idempotency-key": "placed"}
    places = {
        visitor.post("/api/submissions", {"achievement": SLUG}, headers=key).headers["location"] for _ in range(2)
    }
    (draft,) = places
    assert visitor.get(draft).json()["state"] == "draft"
    file = visitor.post(f"{draft}/files", files={"file": TEXT})
    assert visitor.get(file.headers["location"]).content == TEXT[1]
    upload = visitor.post(f"{draft}/uploads", {"name": "a.txt", "media_type": "text/plain", "size_bytes": 9})
    assert visitor.get(upload.headers["location"]).json()["id"] == upload.json()["id"]


def test_biz_04_an_approval_repeated_is_the_same_badge(town: Town) -> None:
    slug = "understanding-improvement"
    id = town.house.waiting(town.colleague, slug).id
    visitor = town.as_(town.reviewer)
    key = {"idempotency-key": "approval"}
    first = visitor.post(f"/api/reviews/{id}/decision", approval(town, slug), headers=key)
    again = visitor.post(f"/api/reviews/{id}/decision", approval(town, slug), headers=key)
    assert first.status_code == 200
    assert again.json() == first.json()
    assert len([one for one in town.house.awards(town.colleague) if one.achievement == slug]) == 1


def test_biz_04_a_file_sent_twice_is_one_file(town: Town) -> None:
    visitor = town.as_(town.teacher)
    path = f"/api/submissions/{started(visitor)['id']}"
    for _ in range(2):
        answer = visitor.post(f"{path}/files", files={"file": TEXT}, headers={"idempotency-key": path})
        assert answer.status_code == 201
    assert len(visitor.get(path).json()["files"]) == 1
    other = {"file": ("notes.txt", b"Something else.\n", "text/plain")}
    assert problem(visitor.post(f"{path}/files", files=other, headers={"idempotency-key": path})) == (
        422,
        "input.invalid",
    )


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_keys_that_are_none(town: Town, key: str) -> None:
    answer = town.as_(town.teacher).post("/api/submissions", {"achievement": SLUG}, headers={"idempotency-key": key})
    assert problem(answer) == (422, "input.invalid")


def test_a_failure_is_not_remembered(town: Town) -> None:
    visitor = town.as_(town.teacher)
    id = started(visitor)["id"]
    key = {"idempotency-key": f"submit {id}"}
    assert problem(visitor.post(f"/api/submissions/{id}/submit", headers=key)) == (422, "evidence.incomplete")
    example = town.house.draft(town.colleague, SLUG)
    assert example.evidence
    assert problem(visitor.post(f"/api/submissions/{id}/submit", headers=key)) == (422, "evidence.incomplete")


# -- files


def test_a_file_is_only_ever_a_download(town: Town) -> None:
    visitor = town.as_(town.teacher)
    path = f"/api/submissions/{started(visitor)['id']}/files"
    sent = {"file": ('résumé "1";.txt', b"Hello\n", "text/plain")}
    stored = visitor.post(path, files=sent).json()
    answer = visitor.get(f"/evidence/{stored['id']}")
    assert (answer.status_code, answer.content) == (200, b"Hello\n")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "private, no-store"
    assert problem(town.anybody().get(f"/evidence/{stored['id']}")) == (401, "auth.session")


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"file": "x"}}, {"data": {"file": "just a text"}}, {"files": {"other": TEXT}}, {},
        {"content": b"--x\r\n", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"content": b"garbage", "headers": {"content-type": "multipart/form-data"}},
    ],
)  # fmt: skip
def test_uploads_without_a_file(town: Town, sent: dict[str, Any]) -> None:
    visitor = town.as_(town.teacher)
    answer = visitor.request("POST", f"/api/submissions/{started(visitor)['id']}/files", **sent)
    status, code = problem(answer)
    assert (status, code) in ((400, "input.invalid"), (400, "input.malformed"), (415, "input.media_type"))
