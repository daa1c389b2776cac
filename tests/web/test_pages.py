"""The forms of pages: what they change, and what they bring back when it cannot be done."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from web import SLUG, Town, Visitor, problem

PASSWORD = "seventeen green umbrellas"
JSON = {"accept": "application/json"}


def drafted(visitor: Visitor, slug: str = SLUG) -> str:
    answer = visitor.form("/submissions", data={"achievement": slug})
    assert answer.status_code == 303
    location: str = answer.headers["location"]
    return location


def evidence_at(visitor: Visitor, path: str) -> Any:
    return visitor.get(f"/api{path}").json()["evidence"]


def test_starting_twice_leads_to_the_same_draft(town: Town) -> None:
    visitor = town.as_(town.house.teacher("Starts Twice"))
    assert drafted(visitor) == drafted(visitor)


def test_a_form_is_saved_and_comes_back_filled_in(town: Town) -> None:
    visitor = town.as_(town.house.teacher("Fills In"))
    path = drafted(visitor)
    sent = {
        "/first_visits/1/peer/name": " Dana Petrov ", "/first_visits/1/date": "2025-10-01",
        "/reflection/answers/obstacles": "One.\r\nTwo.", "/not/in/the/schema": "x", "/first_visits/x/date": "y",
        "action": "save",
    }  # fmt: skip
    answer = visitor.form(path, data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?notice=saved")
    evidence = evidence_at(visitor, path)
    assert evidence["first_visits"] == [{"peer": {"name": "Dana Petrov"}, "date": "2025-10-01"}]
    assert evidence["reflection"]["answers"] == {"obstacles": "One.\nTwo."}
    assert evidence.keys() == {"first_visits", "reflection"}
    page = visitor.page(path).text
    assert 'value="Dana Petrov"' in page
    assert "One.\nTwo." in page


@pytest.mark.parametrize(
    ("action", "names"),
    [
        ("up:/first_visits/1", ["B", "A"]), ("down:/first_visits/0", ["B", "A"]), ("remove:/first_visits/0", ["B"]),
        ("add:/first_visits", ["A", "B"]), ("up:/first_visits/0", ["A", "B"]), ("remove:/nowhere/5", ["A", "B"]),
        ("remove:/first_visits/99", ["A", "B"]), ("remove:/first_visits/-1", ["A", "B"]), ("explode:/", ["A", "B"]),
        ("add:/reflection", ["A", "B"]), ("add:", ["A", "B"]), ("up:/first_visits/x", ["A", "B"]),
    ],
)  # fmt: skip
def test_rows_change_places(town: Town, action: str, names: list[str]) -> None:
    visitor = town.as_(town.house.teacher(f"Rows {action}", email=f"rows-{abs(hash(action))}@school.example"))
    path = drafted(visitor)
    sent = {"/first_visits/0/peer/name": "A", "/first_visits/1/peer/name": "B", "action": action}
    assert visitor.form(path, data=sent).status_code == 303
    assert [one["peer"]["name"] for one in evidence_at(visitor, path)["first_visits"]] == names


@pytest.mark.parametrize(
    "text", ["nan", "inf", "-Infinity", "1e999", "1_000", "9" * 5_000, "0x10", "١٢", "1e5", "--1", " 7 ", "7.5", "abc"]
)
def test_numbers_are_numbers_or_stay_the_text_that_was_typed(town: Town, text: str) -> None:
    slug, pointer = number_field(town)
    visitor = town.as_(town.house.teacher("Numbers", email=f"n-{abs(hash(text))}@school.example"))
    path = drafted(visitor, slug)
    answer = visitor.form(path, data={pointer: text, "action": "save"})
    assert answer.status_code == 303, answer.text
    saved = json.dumps(evidence_at(visitor, path))
    assert not re.search(r": -?(NaN|Infinity)", saved)
    assert visitor.page(f"{path}?check=1").status_code == 200
    value = text.strip()
    shown = {"1e5": "100000.0", "7.5": "7.5", "7": "7"}.get(value)
    assert (f": {shown}" in saved) if shown else (json.dumps(value) in saved)


def number_field(town: Town) -> tuple[str, str]:
    """A badge class with a number to fill in, and the pointer of one."""

    def look(schema: Any, defs: Any, pointer: str) -> str | None:
        schema = {**defs.get(schema.get("$ref", "").rpartition("/")[2], {}), **schema}
        if schema.get("x-widget") == "number":
            return pointer
        for name, part in schema.get("properties", {}).items():
            if found := look(part, defs, f"{pointer}/{name}"):
                return found
        return look(schema["items"], defs, f"{pointer}/0") if isinstance(schema.get("items"), dict) else None

    for one in town.house.catalogue:
        if one.evidence_schema and (found := look(one.evidence_schema, one.evidence_schema.get("$defs", {}), "")):
            return one.slug, found
    raise AssertionError("no badge class asks for a number")


@pytest.mark.parametrize(
    "body",
    [b"a\x00b", b"%00", b"%ED%A0%80", b"%FF", b"\xff", "\u202e".encode()],
    ids=["nul", "escaped nul", "surrogate", "escaped byte", "byte", "bidi"],
)
def test_texts_that_no_database_keeps(town: Town, body: bytes) -> None:
    visitor = town.as_(town.teacher)
    path = drafted(visitor)
    token = visitor.csrf_token().encode()
    content = b"csrf_token=" + token + b"&action=save&%2Ffirst_visits%2F0%2Fpeer%2Fname=" + body
    headers = {"content-type": "application/x-www-form-urlencoded", **JSON}
    answer = visitor.post(path, content=content, headers=headers)
    assert answer.status_code in (303, 400, 422), answer.text
    assert visitor.page(path).status_code == 200


def test_two_windows_do_not_overwrite_each_other(town: Town) -> None:
    visitor = town.as_(town.house.teacher("Two Windows"))
    path = drafted(visitor)
    revision = re.search(r'name="revision" value="(\d+)"', visitor.page(path).text)
    assert revision
    first = {"revision": revision[1], "/first_visits/0/peer/name": "First", "action": "save"}
    assert visitor.form(path, data=first).status_code == 303
    second = visitor.form(path, data={**first, "/first_visits/0/peer/name": "Second"})
    assert second.status_code == 409
    assert evidence_at(visitor, path)["first_visits"][0]["peer"]["name"] == "First"


def test_handing_in_too_early_leads_to_what_is_missing(town: Town) -> None:
    visitor = town.as_(town.house.teacher("Too Early"))
    path = drafted(visitor)
    answer = visitor.form(path, data={"action": "submit"})
    assert answer.headers["location"] == f"{path}?check=1#missing"
    assert "still missing" in visitor.page(f"{path}?check=1").text


def test_a_draft_is_thrown_away_and_a_submission_withdrawn(town: Town) -> None:
    person = town.house.teacher("Changes Mind")
    visitor = town.as_(person)
    path = drafted(visitor)
    assert visitor.form(f"{path}/delete").headers["location"] == "/badges?notice=deleted"
    assert visitor.page(path).status_code == 404
    id = town.house.waiting(person, "collecting-data").id
    assert "Waiting for review" in visitor.page(f"/submissions/{id}").text
    assert visitor.form(f"/submissions/{id}/withdraw").headers["location"] == "/badges?notice=withdrawn"


def test_a_review_that_cannot_be_decided_comes_back_filled_in(town: Town) -> None:
    id = town.house.waiting(town.teacher, "collecting-data").id
    visitor = town.as_(town.reviewer)
    requirement = town.house.badge_class("collecting-data").requirements[0]
    sent = {"decision": "approve", f"comment:{requirement.id}": "Kept words.", "feedback": "Kept too."}
    answer = visitor.form(f"/reviews/{id}/decision", data=sent)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "Kept words." in answer.text
    assert "Kept too." in answer.text
    assert problem(visitor.form(f"/reviews/{id}/decision", data={"decision": "maybe"}, headers=JSON)) == (
        422,
        "input.invalid",
    )
    assert visitor.form(f"/reviews/{id}/claim").status_code == 303
    assert visitor.form(f"/reviews/{id}/release").status_code == 303
    levels = {f"level:{one.requirement}": one.level for one in town.house.ratings("collecting-data")}
    decided = visitor.form(f"/reviews/{id}/decision", data={**levels, "decision": "approve"})
    assert decided.headers["location"] == "/reviews?notice=approved"


def test_an_administrator_opens_changes_and_closes_accounts(town: Town) -> None:
    visitor = town.as_(town.administrator)
    school = re.search(r'<option value="([^"]+)">Riverside School', visitor.page("/admin/people").text)
    assert school
    new = {
        "display_name": "New Person", "email": "new@school.example", "organisation": school[1], "role": "teacher",
        "password": PASSWORD,
    }  # fmt: skip
    assert visitor.form("/admin/people", data=new).headers["location"] == "/admin/people?notice=person-added"
    assert visitor.form("/admin/people", data=new).status_code == 409
    for change, code in (
        ({"email": "no address"}, "input.invalid"), ({"display_name": ""}, "input.invalid"),
        ({"role": "king"}, "input.invalid"), ({"organisation": "x"}, "input.invalid"),
        ({"password": "short"}, "auth.password_policy"),
    ):  # fmt: skip
        answer = visitor.form("/admin/people", data={**new, "email": "b@b.example", **change}, headers=JSON)
        assert problem(answer) == (422, code)
    person = town.house.store.read(lambda tx: tx.people.by_email("new@school.example"))
    member = town.as_(person)
    assert visitor.form(f"/admin/people/{person.id}/roles", data={"role": "reviewer"}).status_code == 303
    assert problem(member.get("/api/reviews")) == (401, "auth.session")
    assert town.as_(person).get("/api/reviews").status_code == 200
    assert f"/admin/people/{person.id}/disable" not in visitor.page("/admin/people").text
    assert f"/admin/people/{person.id}/disable" in visitor.page(f"/admin/people/{person.id}").text
    assert visitor.form(f"/admin/people/{person.id}/disable").status_code == 303
    answer = town.anybody().post("/login", {"email": person.email, "password": PASSWORD})
    assert problem(answer) == (401, "auth.credentials")
    assert problem(visitor.form(f"/admin/people/{town.administrator.id}/disable", headers=JSON))[0] == 422
    assert visitor.form("/admin/organisations", data={"name": "Third School"}).status_code == 303


def test_ones_own_name(town: Town) -> None:
    visitor = town.as_(town.house.teacher("Old Name"))
    assert visitor.form("/account/name", data={"display_name": "New Name"}).status_code == 303
    assert "New Name" in visitor.page("/account").text
    assert visitor.form("/account/name", data={"display_name": " "}).status_code == 422


def test_a_badge_is_governed_from_its_page(town: Town) -> None:
    award = town.earned()
    visitor = town.as_(town.administrator)
    for verb, notice in (("suspend", "suspended"), ("reinstate", "reinstated"), ("revoke", "revoked")):
        answer = visitor.form(f"/admin/badges/{award.id}/{verb}", data={"reason": "A reason."})
        assert answer.headers["location"] == f"/admin/badges/{award.id}?notice={notice}"
    assert visitor.form(f"/admin/badges/{award.id}/reinstate", data={"reason": "x"}).status_code == 409
    page = visitor.page(f"/admin/badges/{award.id}").text
    assert "award.revoked" in page
    assert "Reinstate</button>" not in page


@pytest.mark.parametrize("path", ["/admin/people", "/admin/badges", "/reviews", "/badges", "/account"])
@pytest.mark.parametrize("query", ["?after=x", "?notice=<script>", "?limit=1000000", "?after=%00"])
def test_pages_bear_odd_addresses(town: Town, path: str, query: str) -> None:
    who = {"/reviews": town.reviewer, "/badges": town.teacher}.get(path, town.administrator)
    answer = town.as_(who).page(path + query)
    assert answer.status_code in (200, 400, 422), answer.text[:300]
    assert "<script>" not in answer.text
