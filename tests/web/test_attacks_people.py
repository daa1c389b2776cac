"""Attack cases on accounts, authorisation and uploads, over HTTP."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from web import SLUG, Town, Visitor, problem, web_of

from issuer.domain.people import Role
from issuer.outbound.passwords import Argon2Passwords
from issuer.services.sign_in import SignIn

PASSWORD = "seventeen green umbrellas"
JSON = {"accept": "application/json"}
TEXT = ("notes.txt", b"Question: what do students do when they are stuck?\n", "text/plain")
PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n"


def drafted(visitor: Visitor) -> str:
    id: str = visitor.post("/api/submissions", {"achievement": SLUG}).json()["id"]
    return id


def uploaded(visitor: Visitor, id: str, *file: Any) -> Any:
    return visitor.post(f"/api/submissions/{id}/files", files={"file": file or TEXT})


# -- accounts


def test_aut_03_unknown_and_known_addresses_are_answered_alike(town: Town) -> None:
    """The same words; and, with the real hash, times of the same size."""
    sign_in = SignIn(town.house.store, Argon2Passwords(), town.house.clock, town.web.desk.second_factor)
    with web_of(town.house, replace(town.web.desk, sign_in=sign_in)) as web:
        known = town.house.teacher("Timed Person")
        digest = Argon2Passwords().hash(PASSWORD)
        town.house.store.write(lambda tx: tx.people.set_password_hash(known.id, digest))
        visitor = web.visitor()
        took: dict[str, list[float]] = {known.email: [], "nobody@school.example": []}
        bodies = set()
        for _ in range(8):
            for email, times in took.items():
                begun = time.perf_counter()
                answer = visitor.post("/login", {"email": email, "password": "not this one"})
                times.append(time.perf_counter() - begun)
                assert problem(answer) == (401, "auth.credentials")
                bodies.add(answer.content)
    assert len(bodies) == 1
    one, other = (statistics.median(times) for times in took.values())
    assert 0.4 < one / other < 2.5


def test_aut_04_a_session_is_new_with_every_sign_in(town: Town) -> None:
    visitor = town.anybody()
    visitor.cookies.set("__Host-session", "chosen-by-somebody-else", domain="badges.school.example")
    assert problem(visitor.get("/api/submissions")) == (401, "auth.session")
    first = town.as_(town.teacher).cookies["__Host-session"]
    second = town.as_(town.teacher).cookies["__Host-session"]
    assert first != second
    assert "chosen-by-somebody-else" not in (first, second)
    assert problem(visitor.get("/api/submissions")) == (401, "auth.session")


def test_aut_04_signing_out_ends_the_session_on_the_server(town: Town) -> None:
    visitor = town.as_(town.teacher)
    kept = visitor.cookies["__Host-session"]
    assert visitor.form("/logout").status_code == 303
    other = town.anybody()
    other.cookies.set("__Host-session", kept, domain="badges.school.example")
    assert problem(other.get("/api/submissions")) == (401, "auth.session")


def test_aut_06_the_cookie_is_bound_to_the_host_and_out_of_reach(town: Town) -> None:
    answer = town.anybody().post("/login", {"email": town.teacher.email, "password": PASSWORD})
    (cookie,) = answer.headers.get_list("set-cookie")
    parts = [part.strip().lower() for part in cookie.split(";")]
    assert parts[0].startswith("__host-session=")
    assert len(parts[0]) > len("__host-session=") + 40
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= set(parts)
    assert "SameSite=Lax" in cookie, "as RFC 6265bis spells it"
    assert not any(part.startswith("domain") for part in parts)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("password", ["1234567", "password1", "x" * 129, "x" * 1_000_000, "aaaaaaaaaaaa", ""])
def test_aut_10_passwords_that_are_refused(town: Town, password: str) -> None:
    form = {"current": PASSWORD, "new": password}
    answer = town.as_(town.colleague).form("/account/password", data=form, headers={"accept": "application/json"})
    assert answer.status_code == 422
    assert "assword" in answer.text


def test_aut_10_long_passwords_count_to_the_end_and_ignore_how_letters_are_composed(town: Town) -> None:
    person = town.house.teacher("Long Password")
    new = "é" * 20 + "0123456789" * 6
    assert town.as_(person).form("/account/password", data={"current": PASSWORD, "new": new}).status_code == 303
    visitor = town.anybody()
    assert visitor.post("/login", {"email": person.email, "password": new}).status_code == 200
    assert visitor.post("/login", {"email": person.email, "password": new[:72]}).status_code == 401
    assert visitor.post("/login", {"email": person.email, "password": new + "x"}).status_code == 401


def test_changing_the_password_ends_every_session(town: Town) -> None:
    person = town.house.teacher("Two Sessions")
    elsewhere = town.as_(person)
    form = {"current": PASSWORD, "new": PASSWORD[::-1]}
    assert town.as_(person).form("/account/password", data=form).status_code == 303
    assert problem(elsewhere.get("/api/submissions")) == (401, "auth.session")


@pytest.mark.parametrize(
    "path",
    ["/reviews/1/decision", "/reviews/1/claim", "/api/reviews/1/decision", "/api/credentials/1/revoke", "/logout",
     "/admin/badges/1/revoke", "/badges/1/open", "/submissions/1/withdraw", "/account/password"],
)  # fmt: skip
def test_aut_13_nothing_changes_by_get(town: Town, path: str) -> None:
    answer = town.as_(town.administrator).get(path)
    assert problem(answer) == (405, "method")
    assert "POST" in answer.headers["allow"]


CROSS_SITE = [
    {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.test"},
    {"origin": "null"}, {"origin": "https://badges.school.example.evil.test"}, {"origin": "http://badges.school.example"},
    {"sec-fetch-site": "same-origin", "origin": "https://evil.test"},
]  # fmt: skip


@pytest.mark.parametrize("headers", CROSS_SITE, ids=str)
def test_other_sites_cannot_make_the_browser_write(town: Town, headers: dict[str, str]) -> None:
    visitor = town.as_(town.teacher)
    before = len(visitor.get("/api/submissions").json()["submissions"])
    calls = [
        visitor.post("/api/submissions", {"achievement": SLUG}, headers=headers),
        visitor.post("/submissions", data={"achievement": SLUG, "csrf_token": visitor.csrf_token()}, headers=headers),
        visitor.post("/login", {"email": town.teacher.email, "password": PASSWORD}, headers=headers),
        visitor.post("/logout", headers=headers),
    ]
    assert [problem(one) for one in calls] == [(403, "csrf")] * 4
    assert len(visitor.get("/api/submissions").json()["submissions"]) == before


@pytest.mark.parametrize("token", ["", "x", "é", "\ud800".encode("utf-8", "surrogatepass")])
def test_a_form_without_its_token(town: Town, token: Any) -> None:
    data = {"achievement": SLUG, "csrf_token": token}
    assert problem(town.as_(town.teacher).post("/submissions", data=data))[0] in (400, 403)


# -- authorisation


def test_az_01_evidence_of_others_is_not_there(town: Town) -> None:
    owner = town.as_(town.teacher)
    file = uploaded(owner, drafted(owner)).json()["id"]
    for person in (town.colleague, town.reviewer, town.administrator, town.stranger):
        other = town.as_(person)
        for headers in ({}, {"range": "bytes=0-3"}):
            assert problem(other.get(f"/evidence/{file}", headers=headers)) == (404, "not_found")
        assert other.get(f"/evidence/{file}").json() == other.get("/evidence/no-such-file").json()
    assert "access.denied" in town.house.events(file)


def test_az_01_drafts_of_others_are_not_there(town: Town) -> None:
    id = drafted(town.as_(town.teacher))
    for person in (town.colleague, town.reviewer, town.administrator):
        other = town.as_(person)
        calls = [
            other.get(f"/api/submissions/{id}"), other.put(f"/api/submissions/{id}", {"evidence": {}}),
            other.delete(f"/api/submissions/{id}"), uploaded(other, id), other.post(f"/api/submissions/{id}/submit"),
            other.post(f"/api/submissions/{id}/withdraw"), other.get(f"/submissions/{id}"),
        ]  # fmt: skip
        assert [problem(one) for one in calls] == [(404, "not_found")] * len(calls)


def test_az_03_notes_among_reviewers_never_reach_the_teacher(town: Town) -> None:
    slug = "collecting-data"
    id = town.house.waiting(town.colleague, slug).id
    ratings = [{"requirement": one.requirement, "level": one.level} for one in town.house.ratings(slug)]
    sent = {"decision": "return", "ratings": ratings, "feedback": "Add the dates.", "private_note": "Looks copied."}
    assert town.as_(town.reviewer).post(f"/api/reviews/{id}/decision", sent).status_code == 200
    visitor = town.as_(town.colleague)
    for answer in (visitor.get(f"/api/submissions/{id}"), visitor.page(f"/submissions/{id}"), visitor.page("/badges")):
        assert answer.status_code == 200
        assert "Looks copied" not in answer.text
    assert problem(visitor.get(f"/api/reviews/{id}")) == (403, "forbidden")


def test_az_04_another_schools_submission_is_not_there(town: Town) -> None:
    id = town.house.waiting(town.teacher, "collecting-data").id
    visitor = town.as_(town.stranger)
    assert visitor.get("/api/reviews").json() == {"reviews": []}
    decision = {"decision": "approve", "ratings": []}
    calls = [
        visitor.get(f"/api/reviews/{id}"), visitor.post(f"/api/reviews/{id}/claim"), visitor.get(f"/reviews/{id}"),
        visitor.post(f"/api/reviews/{id}/decision", decision), visitor.form(f"/reviews/{id}/claim", headers=JSON),
    ]  # fmt: skip
    assert [problem(one) for one in calls] == [(404, "not_found")] * len(calls)


def test_az_05_nobody_approves_their_own(town: Town) -> None:
    roles = (Role.TEACHER, Role.REVIEWER, Role.ADMINISTRATOR)
    both = town.house.person("Both Hats", *roles, email="both.hats@school.example")
    tagged = town.house.person("Both Again", Role.REVIEWER, email="both.hats+2@school.example")
    slug = "collecting-data"
    id = town.house.waiting(both, slug).id
    ratings = [{"requirement": one.requirement, "level": one.level} for one in town.house.ratings(slug)]
    for person in (both, tagged):
        answer = town.as_(person).post(f"/api/reviews/{id}/decision", {"decision": "approve", "ratings": ratings})
        assert problem(answer) == (403, "review.conflict_of_interest")
    assert town.house.submission(id).state == "submitted"


def test_az_06_teachers_do_not_approve_revoke_or_administer(town: Town) -> None:
    award = town.earned()
    id = town.house.waiting(town.colleague, "collecting-data").id
    visitor = town.as_(town.teacher)
    reason = {"reason": "Mine now."}
    admin = {"role": "administrator", "display_name": "Me"}
    calls = [
        visitor.get("/api/reviews"), visitor.post(f"/api/reviews/{id}/claim"),
        visitor.post(f"/api/reviews/{id}/decision", {"decision": "approve", "ratings": []}),
        visitor.post(f"/api/credentials/{award.id}/revoke", reason), visitor.get("/admin/people"),
        visitor.post(f"/api/credentials/{award.id}/suspend", reason), visitor.get("/admin/badges"),
        visitor.form("/admin/people", data={**admin, "email": "a@b.example", "password": PASSWORD}, headers=JSON),
        visitor.form("/admin/organisations", data={"name": "Mine"}, headers=JSON),
        visitor.form(f"/admin/people/{town.teacher.id}/roles", data=admin, headers=JSON),
    ]  # fmt: skip
    assert [problem(one) for one in calls] == [(403, "forbidden")] * len(calls)
    assert town.house.store.read(lambda tx: tx.people.get(town.teacher.id)).roles == {Role.TEACHER}


def test_az_08_roles_end_at_once(town: Town) -> None:
    person = town.house.reviewer("Former Reviewer")
    visitor = town.as_(person)
    assert visitor.get("/api/reviews").status_code == 200
    town.house.administer.set_roles("operator", person.id, [Role.TEACHER])
    assert problem(visitor.get("/api/reviews"))[0] in (401, 403)
    assert problem(town.as_(person).get("/api/reviews")) == (403, "forbidden")
    town.house.administer.disable("operator", person.id)
    assert problem(visitor.get("/api/submissions")) == (401, "auth.session")
    answer = town.anybody().post("/login", {"email": person.email, "password": PASSWORD})
    assert problem(answer) == (401, "auth.credentials")


# -- uploads


@pytest.mark.parametrize(
    "name",
    ["../../etc/cron.d/x", "..\\..\\x", "/abs", "C:\\x", "a/../../b", "CON", "x\u202etxt.exe",
     "<b>&\"'.txt", "n" * 3_000,
     "%2e%2e%2fx", "a\r\nX-Injected: 1"],
)  # fmt: skip
def test_upl_01_names_are_only_ever_texts(town: Town, name: str) -> None:
    visitor = town.as_(town.teacher)
    id = drafted(visitor)
    stored = uploaded(visitor, id, name, PDF, "application/pdf")
    assert stored.status_code == 201, stored.text
    file = stored.json()
    assert re.fullmatch(r"[0-9a-f-]{36}", file["id"])
    assert len(file["name"]) <= 255
    assert not re.search(r"[/\\\x00-\x1f]", file["name"])
    answer = visitor.get(f"/evidence/{file['id']}")
    assert answer.content == PDF
    assert "x-injected" not in answer.headers
    page = visitor.page(f"/submissions/{id}").text
    assert "<b>" not in page
    assert not [one for one in town.house.folder.parent.rglob("*") if one.name in ("x", "abs", "b", "CON")]


@pytest.mark.parametrize(
    "content",
    [b"<!doctype html><script>alert(1)</script>", b"MZ\x90\x00\x03", b"\x7fELF\x02", b"alert(1)", b"PK\x03\x04"],
)
def test_upl_02_content_that_is_not_what_it_says(town: Town, content: bytes) -> None:
    visitor = town.as_(town.teacher)
    answer = uploaded(visitor, drafted(visitor), "photo.png", content, "image/png")
    assert problem(answer)[0] == 415
    assert problem(answer)[1] in ("upload.type_mismatch", "upload.type_not_allowed", "upload.archive")


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.html", b"<html><script>alert(1)</script></html>", "text/html"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "image/svg+xml"),
        ("a.svg", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "image/svg+xml"),
        ("a.exe", b"MZ\x90\x00\x03", "application/octet-stream"),
    ],
)
def test_upl_03_active_content(town: Town, name: str, content: bytes, media_type: str) -> None:
    visitor = town.as_(town.teacher)
    assert problem(uploaded(visitor, drafted(visitor), name, content, media_type))[0] == 415


def test_html_sent_as_text_is_kept_as_text(town: Town) -> None:
    visitor = town.as_(town.teacher)
    answer = uploaded(visitor, drafted(visitor), "a.txt", b"<script>alert(1)</script>", "text/plain")
    if answer.status_code == 201:
        got = visitor.get(f"/evidence/{answer.json()['id']}")
        assert got.headers["content-type"].startswith("text/plain")
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["content-disposition"].startswith("attachment")
    else:
        assert problem(answer)[0] == 415


def parts(count: int) -> bytes:
    one = b'--x\r\nContent-Disposition: form-data; name="a%d"\r\n\r\n1\r\n'
    return b"".join(one % number for number in range(count)) + b"--x--\r\n"


@pytest.mark.parametrize("path", ["/api/submissions/{}/files", "/submissions/{}", "/verify"])
def test_upl_10_floods_of_parts(town: Town, path: str) -> None:
    visitor = town.as_(town.teacher)
    headers = {"content-type": "multipart/form-data; boundary=x", "accept": "application/json"}
    answer = visitor.post(path.format(drafted(visitor)), content=parts(10_000), headers=headers)
    assert problem(answer) == (400, "input.too_many_parts")


def test_upl_10_floods_of_headers_in_a_part(town: Town) -> None:
    visitor = town.as_(town.teacher)
    flood = b"".join(b"X-%d: 1\r\n" % number for number in range(10_000))
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n' + flood + b"\r\n1\r\n--x--\r\n"
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = visitor.post(f"/api/submissions/{drafted(visitor)}/files", content=body, headers=headers)
    assert problem(answer) == (400, "input.too_many_parts")


def test_upl_15_what_was_approved_stays(town: Town) -> None:
    slug = "collecting-data"
    teacher = town.house.teacher("Done Already")
    id = town.house.waiting(teacher, slug).id
    visitor = town.as_(teacher)
    assert problem(visitor.put(f"/api/submissions/{id}", {"evidence": {}})) == (409, "evidence.locked")
    town.house.approve(town.reviewer, town.house.submission(id))
    calls = [
        visitor.put(f"/api/submissions/{id}", {"evidence": {}}), uploaded(visitor, id),
        visitor.delete(f"/api/submissions/{id}/files/x"), visitor.delete(f"/api/submissions/{id}"),
    ]  # fmt: skip
    assert [problem(one) for one in calls] == [(409, "evidence.locked")] * 4
    assert problem(visitor.post(f"/api/submissions/{id}/withdraw"))[0] == 409


def test_a_file_larger_than_allowed(new_town: Callable[..., Town]) -> None:
    town = new_town(MAX_FILE_MIB="1")
    visitor = town.as_(town.teacher)
    id = drafted(visitor)
    answer = uploaded(visitor, id, "long.txt", b"x" * (1024 * 1024 + 1), "text/plain")
    assert problem(answer) == (413, "input.too_large")
    answer = uploaded(visitor, id, "long.txt", b"x" * (3 * 1024 * 1024), "text/plain")
    assert problem(answer) == (413, "input.too_large")
    assert visitor.get(f"/api/submissions/{id}").json()["files"] == []
    assert uploaded(visitor, id, "fits.txt", b"x" * (1024 * 1024), "text/plain").status_code == 201


def test_a_file_of_several_megabytes_goes_through_the_page_too(town: Town) -> None:
    visitor = town.as_(town.teacher)
    id = drafted(visitor)
    scan = PDF + b"%" + b"x" * 0x300000
    sent = {"upload:/first_visits/0/notes/0/file": ("scan.pdf", scan, "application/pdf")}
    answer = visitor.form(f"/submissions/{id}", data={"/first_visits/0/notes/0/file": ""}, files=sent)
    assert answer.status_code == 303, answer.text[:500]
    folder = visitor.get(f"/api/submissions/{id}").json()
    assert [one["size_bytes"] for one in folder["files"]] == [len(scan)]
    assert folder["evidence"]["first_visits"][0]["notes"] == [{"file": folder["files"][0]["id"]}]


def test_pages_ask_for_a_sign_in(town: Town) -> None:
    for path in ("/badges", "/reviews", "/admin/people", "/admin/badges", "/account", "/submissions/1", "/badges/1"):
        answer = town.anybody().page(path)
        assert answer.status_code == 401
        assert f'"/login?next={path}"' in answer.text
        assert answer.headers["cache-control"] == "no-store"
