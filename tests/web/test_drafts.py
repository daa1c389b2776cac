"""The page of a draft: versions, what could not be saved, what was sent without a session, and live checks."""

from __future__ import annotations

import re
import uuid
from html import unescape
from typing import Any

import pytest
from page_form import fields_of
from web import SLUG, Town, Visitor, problem

NAME = "/first_visits/0/peer/name"
JSON = {"accept": "application/json"}
PAGE = {"accept": "text/html"}


@pytest.fixture
def visitor(town: Town) -> Visitor:
    return town.as_(town.house.teacher("Writes Drafts", email=f"{uuid.uuid4()}@school.example"))


def drafted(visitor: Visitor, slug: str = SLUG) -> str:
    location: str = visitor.form("/submissions", data={"achievement": slug}).headers["location"]
    return location


def evidence_at(visitor: Visitor, path: str) -> Any:
    return visitor.get(f"/api{path}").json()["evidence"]


def revision_of(visitor: Visitor, path: str) -> str:
    found = re.search(r'name="revision" value="(\d+)"', visitor.page(path).text)
    assert found
    return found[1]


def test_versions_are_listed_shown_and_brought_back(visitor: Visitor) -> None:
    path = drafted(visitor)
    for name in ("First", "Second"):
        visitor.form(path, data={NAME: name, "action": "save"})
    listed = visitor.page(f"{path}/versions").text
    assert f"{path}/versions/1" in listed
    assert "the draft now" in listed
    shown = visitor.page(f"{path}/versions/1").text
    assert "First" in shown
    assert "Second" in shown
    answer = visitor.form(f"{path}/versions/1/restore")
    assert answer.headers["location"] == f"{path}?notice=restored"
    assert evidence_at(visitor, path)["first_visits"] == [{"peer": {"name": "First"}}]
    assert "3 versions" in visitor.page(path).text
    for number in ("9", "x", "-1", "1" * 12, "%31"):
        assert visitor.page(f"{path}/versions/{number}").status_code in (200, 404)
    assert visitor.page(f"{path}/versions/x").status_code == 404


def test_a_stale_save_shows_both_texts_and_loses_none(visitor: Visitor) -> None:
    path = drafted(visitor)
    stale = {"revision": revision_of(visitor, path), "action": "save"}
    visitor.form(path, data={**stale, NAME: "From here"})
    answer = visitor.form(path, data={**stale, NAME: "From there"})
    assert answer.status_code == 409
    assert "From here" in answer.text
    assert "From there" in answer.text
    assert visitor.form(f"{path}/versions/2/restore").status_code == 303
    assert evidence_at(visitor, path)["first_visits"] == [{"peer": {"name": "From there"}}]


def test_what_is_sent_without_a_session_is_handed_back_and_saved_after_signing_in(town: Town, visitor: Visitor) -> None:
    path = drafted(visitor)
    text = "  Two\n\nlines & <b>"
    sent = {
        "csrf_token": "old",
        "revision": "1",
        NAME: "Kept",
        "/reflection/answers/obstacles": text,
        "action": "submit",
    }
    signed_out = town.anybody().post(path, data=sent, headers=PAGE)
    assert signed_out.status_code == 401
    assert "not lost" in signed_out.text
    again = visitor.post(path, data=sent, headers=PAGE)
    assert again.status_code == 403
    assert "Sign in in a new tab" in signed_out.text
    assert "Sign in in a new tab" not in again.text
    fields = dict(re.findall(r'<textarea hidden name="([^"]*)">\n(.*?)</textarea>', again.text, re.DOTALL))
    assert fields.keys() == sent.keys() - {"csrf_token", "action"}
    answer = visitor.form(path, data={name: unescape(value) for name, value in fields.items()})
    assert answer.status_code == 303
    assert evidence_at(visitor, path)["reflection"]["answers"]["obstacles"] == text.strip()


def test_what_is_handed_back_is_never_saved_by_itself_or_for_another_site(town: Town, visitor: Visitor) -> None:
    path = drafted(visitor)
    sent = {"csrf_token": "old", NAME: "Kept"}
    visitor.post(path, data=sent, headers=PAGE)
    assert evidence_at(visitor, path) == {}
    cross = visitor.post(path, data=sent, headers={**PAGE, "sec-fetch-site": "cross-site"})
    assert cross.status_code == 403
    assert "Kept" not in cross.text
    for answer in (town.anybody().post(path, data=sent, headers=JSON), visitor.post(path, data=sent, headers=JSON)):
        assert problem(answer)[1] in ("auth.session", "csrf")


def test_a_check_tells_what_is_missing_at_the_rows_of_the_form_and_saves_nothing(visitor: Visitor) -> None:
    path = drafted(visitor)
    sent = {"/first_visits/0/peer/name": "", "/first_visits/2/peer/name": "Dana", "/first_visits/2/date": "2999-01-01"}
    answer = visitor.form(f"{path}/check", data=sent, headers=JSON)
    assert answer.status_code == 200
    found = {one["pointer"]: one for one in answer.json()["findings"]}
    assert found["/first_visits/2/date"]["code"] == "evidence.in_future"
    assert found["/first_visits/2/date"]["target"] == "f-first_visits-2-date"
    assert evidence_at(visitor, path) == {}
    progress = {one["requirement"]: one for one in answer.json()["progress"]}
    assert progress["visits-with-four-peers"] == {
        "requirement": "visits-with-four-peers", "done": 0, "needed": 4, "complete": False, "words": "0 of 4",
    }  # fmt: skip


def test_autosaves_save_and_are_one_version(visitor: Visitor) -> None:
    path = drafted(visitor)
    revision = revision_of(visitor, path)
    for name in ("D", "Da", "Dana"):
        answer = visitor.form(f"{path}/autosave", data={NAME: name, "revision": revision}, headers=JSON)
        assert answer.status_code == 200
        revision = str(answer.json()["revision"])
    assert evidence_at(visitor, path)["first_visits"] == [{"peer": {"name": "Dana"}}]
    assert "1 version<" in visitor.page(path).text
    stale = visitor.form(f"{path}/autosave", data={NAME: "Other", "revision": "1"}, headers=JSON)
    assert problem(stale) == (409, "state.conflict")
    assert "version 2" in stale.json()["title"]


def test_the_page_and_the_check_count_alike(visitor: Visitor) -> None:
    path = drafted(visitor)
    visitor.form(path, data={NAME: "Dana", "/first_visits/0/date": "2026-01-01", "action": "save"})
    page = visitor.page(path).text
    assert re.search(r'data-progress="visits-with-four-peers"><progress max="4" value="1"', page)
    assert "1 of 4" in page


def test_artificial_intelligence_is_declared_before_the_page_hands_in(town: Town) -> None:
    teacher = town.house.teacher("Declares")
    visitor = town.as_(teacher)
    draft = town.house.draft(teacher, "sharing-learning")
    path = f"/submissions/{draft.id}"
    page = visitor.page(path).text
    assert "What the programme says" in page
    fields = fields_of(page)
    refused = visitor.form(path, data={**fields, "ai_how": "", "action": "submit"})
    assert refused.headers["location"] == f"{path}?check=1#ai-use"
    assert "Say whether you used it" in visitor.page(f"{path}?check=1").text
    used = {**fields, "revision": revision_of(visitor, path), "ai_use": "used", "ai_how": "For spelling."}
    assert visitor.form(path, data={**used, "action": "submit"}).headers["location"] == f"{path}?notice=submitted"
    assert "For spelling." in visitor.page(path).text
    assert "For spelling." in town.as_(town.reviewer).page(f"/reviews/{draft.id}").text


def test_who_hands_in_by_the_api_need_not_declare(town: Town) -> None:
    teacher = town.house.teacher("Uses The Api")
    draft = town.house.draft(teacher, "sharing-learning")
    assert town.as_(teacher).post(f"/api/submissions/{draft.id}/submit").status_code == 200
    assert "not declared" in town.as_(town.reviewer).page(f"/reviews/{draft.id}").text


def test_a_returned_submission_starts_from_the_last_version_with_what_was_said_at_each_requirement(town: Town) -> None:
    teacher = town.house.teacher("Tries Again")
    handed_in = town.house.hand_in(teacher, "sharing-learning")
    said = {f"comment:{one.id}": f"About {one.id}." for one in town.house.badge_class("sharing-learning").requirements}
    levels = {f"level:{one.requirement}": one.level for one in town.house.ratings("sharing-learning", "not-yet")}
    town.as_(town.reviewer).form(
        f"/reviews/{handed_in.id}/decision", data={**said, **levels, "decision": "return", "feedback": "Nearly."}
    )
    page = town.as_(teacher).page(f"/submissions/{handed_in.id}").text
    assert "Attempt 2" in page
    for requirement in town.house.badge_class("sharing-learning").requirements:
        section = page[page.index(f"{requirement.text}</h2>") :]
        assert f"About {requirement.id}." in section[: section.index("</section>")]
    assert fields_of(page)["/synopsis"] == handed_in.evidence["synopsis"]


def test_earlier_material_is_offered_and_copied_by_the_form(town: Town) -> None:
    teacher = town.house.teacher("Takes Up Again")
    visitor = town.as_(teacher)
    earlier = town.house.hand_in(teacher, "understanding-improvement")
    path = drafted(visitor, "using-improvement-methods")
    page = visitor.page(path).text
    source = re.search(rf'<option value="({earlier.id}:0)"', page)
    assert source
    sent = {"reuse:/pdsa": source[1], "/run_chart/measure": "Typed before", "action": "reuse:/pdsa"}
    answer = visitor.form(path, data=sent)
    assert answer.headers["location"] == f"{path}?notice=copied#f-pdsa"
    evidence = evidence_at(visitor, path)
    assert evidence["pdsa"]["question"] == earlier.evidence["tests"][0]["question"]
    assert evidence["run_chart"] == {"measure": "Typed before"}
    nothing = visitor.form(
        path, data={"reuse:/pdsa": "", "action": "reuse:/pdsa", **fields_of(visitor.page(path).text)}
    )
    assert nothing.status_code == 303
    assert "reuse:" not in visitor.page(drafted(visitor, SLUG)).text


def test_the_reflection_form_is_downloaded_filled_in_attached_and_taken_over(town: Town) -> None:
    visitor = town.as_(town.house.teacher("Writes On Paper"))
    path = drafted(visitor)
    question = town.house.badge_class(SLUG).reflection[0]
    links = re.findall(r'href="(/achievements/[^"]+/reflection-form\.\w+)"', visitor.page(path).text)
    assert [link.rpartition(".")[2] for link in links] == ["pdf", "docx", "md"]
    kinds = [town.anybody().get(link).headers["content-type"].partition(";")[0] for link in links]
    assert kinds[0] == "application/pdf"
    assert town.anybody().get(links[0].replace(".pdf", ".odt")).status_code == 404
    filled = town.anybody().get(links[2]).text.replace(question.text, f"{question.text}\n\nWe asked <them>.")
    answer = visitor.form(
        path, data={"action": "save"}, files={"upload:/reflection/form/file": ("mine.md", filled, "text/markdown")}
    )
    assert answer.status_code == 303
    assert "file" in evidence_at(visitor, path)["reflection"]["form"]
    offered = re.search(rf'href="({path}/reflection/[^"]+)"', visitor.page(path).text)
    assert offered
    shown = visitor.page(offered[1]).text
    assert "We found these answers" in shown
    assert "We asked &lt;them&gt;." in shown
    assert visitor.form(offered[1]).status_code == 422
    assert visitor.form(offered[1], data={"answer": question.id}).status_code == 303
    assert evidence_at(visitor, path)["reflection"] == {"answers": {question.id: "We asked <them>."}}
    assert town.as_(town.house.teacher("Nosy")).page(offered[1]).status_code == 404


def test_the_api_checks_lists_and_restores_as_the_pages_do(town: Town, visitor: Visitor) -> None:
    path = "/api" + drafted(visitor)
    for text in ("First.", "Second."):
        visitor.put(path, {"evidence": {"reflection": {"answers": {"obstacles": text}}}})
    checked = visitor.post(f"{path}/check", {"evidence": {"first_visits": []}}).json()
    assert {one["requirement"] for one in checked["progress"]} >= {"visits-with-four-peers", "reflection"}
    assert checked["findings"][0]["pointer"] == "/first_visits"
    listed = visitor.get(f"{path}/versions").json()["versions"]
    assert [(one["number"], one["kind"]) for one in listed] == [(2, "saved"), (1, "saved")]
    first = visitor.get(f"{path}/versions/1").json()
    assert first["evidence"]["reflection"]["answers"]["obstacles"] == "First."
    assert visitor.post(f"{path}/versions/1/restore").json()["revision"] == 4
    assert visitor.get(path).json()["evidence"] == first["evidence"]
    for number in ("9", "x", "-1"):
        assert problem(visitor.get(f"{path}/versions/{number}")) == (404, "not_found")
    nosy = town.as_(town.house.teacher("Nosier"))
    for answer in (nosy.get(f"{path}/versions"), nosy.post(f"{path}/check", {"evidence": {}})):
        assert problem(answer) == (404, "not_found")


def test_the_api_may_declare_when_it_hands_in(town: Town) -> None:
    teacher = town.house.teacher("Declares By Api")
    draft = town.house.draft(teacher, "sharing-learning")
    visitor, path = town.as_(teacher), f"/api/submissions/{draft.id}/submit"
    assert problem(visitor.post(path, {"ai_use": {"use": "maybe"}}))[0] == 422
    assert visitor.post(path, {"ai_use": {"use": "used", "how": "Spelling."}}).status_code == 200
    sheet = town.as_(town.reviewer).get(f"/api/reviews/{draft.id}").json()
    assert sheet["ai_use"] == {"use": "used", "how": "Spelling."}
