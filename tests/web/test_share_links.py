"""Share links: whoever has one sees the badge, opened or not, until it expires or is ended."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import pytest
from web import PAGE, SLUG, Town, problem

from issuer.domain.award import Award

LINK = re.compile(r'id="new-link"[^>]*value="([^"]+)"')


@pytest.fixture(scope="module")
def award(town: Town) -> Award:
    """A private badge of the teacher."""
    return town.house.earn(town.teacher, town.reviewer, SLUG)


def made(town: Town, award: Award, **form: str) -> str:
    """The path of a new link, out of the page that tells it."""
    answer = town.as_(town.teacher).form(f"/badges/{award.id}/links", data=form)
    assert answer.status_code == 200, answer.text
    found = LINK.search(answer.text)
    assert found is not None
    url = found[1]
    assert url.startswith(f"{town.web.url}/s/")
    return url.removeprefix(town.web.url)


def listed(town: Town, award: Award, label: str) -> dict[str, Any]:
    """The link of that name, as its maker sees it."""
    links = town.as_(town.teacher).get(f"/api/credentials/{award.id}/links").json()["links"]
    return next(one for one in links if one["label"] == label)


def test_a_private_badge_is_shown_to_who_has_the_link(town: Town, award: Award) -> None:
    path = made(town, award, label="Hiring committee", days="30")
    visitor = town.anybody()
    assert visitor.get(f"/credentials/{award.id}").status_code == 404
    page = visitor.page(path)
    assert page.status_code == 200
    assert "This badge is genuine" in page.text
    assert "Hiring committee" not in page.text
    assert "noindex" in page.headers["x-robots-tag"]
    assert page.headers["cache-control"] == "private, no-store"
    assert f"/credentials/{award.id}." not in page.text
    for suffix, kind in (("json", "application/vc+ld+json"), ("jwt", "application/vc+jwt"), ("png", "image/png"),
                         ("svg", "image/svg+xml"), ("pdf", "application/pdf")):  # fmt: skip
        form = visitor.get(f"{path}.{suffix}")
        assert (form.status_code, form.headers["content-type"].partition(";")[0]) == (200, kind)
        assert "no-store" in form.headers["cache-control"]
        report = visitor.post("/verify", content=form.content, headers={"content-type": kind}).json()
        assert report["verdict"] == "valid", suffix
    asked = visitor.get(path, headers={"accept": "application/vc"})
    assert asked.json()["id"].endswith(award.id)
    assert problem(visitor.get(f"{path}.webp")) == (404, "not_found")


def test_a_link_can_be_verified_as_a_link(town: Town, award: Award) -> None:
    path = made(town, award)
    report = town.anybody().get("/verify", params={"url": town.web.url + path}).json()
    assert (report["verdict"], report["carrier"]) == ("valid", "url")
    unknown = town.anybody().get("/verify", params={"url": f"{town.web.url}/s/{'A' * 32}"}).json()
    assert (unknown["verdict"], unknown["credential"]) == ("invalid", None)


def test_only_the_tokens_digest_is_kept(town: Town, award: Award) -> None:
    token = made(town, award).removeprefix("/s/")
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", token)  # 192 random bits
    links = town.house.store.read(lambda tx: tx.share_links.of_award(award.id))
    assert hashlib.sha256(token.encode()).hexdigest() in {one.token_sha256 for one in links}
    assert not any(token in str(vars(one)) for one in links)
    assert token not in town.as_(town.teacher).page(f"/badges/{award.id}").text


def test_views_of_the_page_are_counted_and_nothing_else(town: Town, award: Award) -> None:
    path, visitor = made(town, award, label="Counted"), town.anybody()
    for _ in range(3):
        visitor.page(path)
    visitor.get(f"{path}.json")
    visitor.get("/verify", params={"url": town.web.url + path})
    found = listed(town, award, "Counted")
    assert (found["views"], found["url"], found["works"]) == (3, None, True)


def test_an_ended_link_is_told_apart_from_none_and_from_a_revoked_badge(town: Town, award: Award) -> None:
    path = made(town, award, label="To be ended")
    teacher, visitor = town.as_(town.teacher), town.anybody()
    end = f"/badges/{award.id}/links/{listed(town, award, 'To be ended')['id']}/end"
    assert [teacher.form(end).status_code for _ in range(2)] == [303, 409]
    page = visitor.page(path)
    assert (page.status_code, "This link has ended" in page.text) == (410, True)
    assert "revoked" not in page.text
    assert town.house.badge_class(SLUG).name not in page.text
    assert problem(visitor.get(f"{path}.json")) == (410, "link.ended")
    assert problem(visitor.get(f"/s/{'B' * 32}.json")) == (404, "not_found")
    for nothing in ("/s/x", f"/s/{'B' * 32}", f"/s/{'é' * 32}", f"/s/{award.id}", "/s/%00", f"/s/{'B' * 4000}"):
        assert visitor.page(nothing).status_code in (404, 422), nothing
    assert visitor.get("/verify", params={"url": town.web.url + path}).json()["verdict"] == "invalid"


def test_a_revoked_badge_is_shown_as_revoked(town: Town) -> None:
    award = town.earned("sharing-learning", is_open=False)
    earner = next(one for one in town.house.administer.people("operator", 100) if one.id == award.person_id)
    link = town.house.service.desk.share_links.make(earner.id, award.id)
    town.house.stand.revoke(town.administrator.id, award.id, "Issued by mistake.")
    page = town.anybody().page(f"/s/{link.token}")
    assert page.status_code == 200
    assert "This badge has been revoked" in page.text
    assert "Revoked" in page.text


def test_a_link_expires(new_town: Any) -> None:
    town = new_town()
    award = town.house.earn(town.teacher, town.reviewer, SLUG)
    path, forever = made(town, award, days="7"), made(town, award, days="")
    town.house.clock.advance(days=6, hours=23)
    assert town.anybody().page(path).status_code == 200
    town.house.clock.advance(hours=2)
    page = town.anybody().page(path)
    assert (page.status_code, "This link has expired" in page.text) == (410, True)
    assert town.anybody().page(forever).status_code == 200
    assert "Expired" in town.as_(town.teacher).page(f"/badges/{award.id}").text


def test_links_are_the_earners_alone(town: Town, award: Award) -> None:
    made(town, award, label="Mine")
    mine = listed(town, award, "Mine")["id"]
    for other in (town.colleague, town.reviewer, town.administrator):
        visitor = town.as_(other)
        assert problem(visitor.get(f"/api/credentials/{award.id}/links")) == (404, "not_found")
        assert problem(visitor.post(f"/api/credentials/{award.id}/links", {})) == (404, "not_found")
        assert problem(visitor.post(f"/api/credentials/{award.id}/links/{mine}/end", {})) == (404, "not_found")
    assert problem(town.anybody().post(f"/api/credentials/{award.id}/links", {})) == (401, "auth.session")
    assert problem(town.as_(town.teacher).post(f"/api/credentials/{award.id}/links/none/end", {}))[0] == 404


@pytest.mark.parametrize(
    "sent", [{"days": 0}, {"days": 4_000}, {"days": "7"}, {"label": "x" * 81}, {"label": "a\u0007b"}]
)
def test_links_that_are_not_made(town: Town, award: Award, sent: dict[str, Any]) -> None:
    path = f"/api/credentials/{award.id}/links"
    assert problem(town.as_(town.teacher).post(path, sent)) == (422, "input.invalid")
    assert problem(town.as_(town.teacher).post(path, {"more": 1})) == (422, "input.unknown_field")


@pytest.mark.parametrize("days", ["0", "-1", "x", "99999", "1e3"])
def test_a_form_with_nonsense_makes_none(town: Town, award: Award, days: str) -> None:
    answer = town.as_(town.teacher).form(f"/badges/{award.id}/links", data={"days": days}, headers={"accept": PAGE})
    assert answer.status_code == 422


def test_a_repeated_call_makes_one_link_and_its_address_is_kept_nowhere(town: Town, award: Award) -> None:
    teacher, path = town.as_(town.teacher), f"/api/credentials/{award.id}/links"
    key = {"idempotency-key": "share-1"}
    first = teacher.post(path, {"label": "Once"}, headers=key)
    again = teacher.post(path, {"label": "Once"}, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["url"].startswith(f"{town.web.url}/s/")
    assert "note" not in first.json()
    assert again.json() == {**first.json(), "url": None, "note": again.json()["note"]}
    assert "end this link and make another" in again.json()["note"]
    assert [one["label"] for one in teacher.get(path).json()["links"]].count("Once") == 1
    kept = town.house.store.read(lambda tx: tx.idempotency.get(town.teacher.id, "share-1"))
    assert json.loads(kept.body)["url"] is None
    assert town.anybody().page(first.json()["url"].removeprefix(town.web.url)).status_code == 200


def test_there_is_an_end_to_links(new_town: Any) -> None:
    town = new_town()
    award = town.house.earn(town.teacher, town.reviewer, SLUG)
    make = town.house.service.desk.share_links.make
    first, *_ = [make(town.teacher.id, award.id) for _ in range(20)]
    answer = town.as_(town.teacher).post(f"/api/credentials/{award.id}/links", {})
    assert problem(answer) == (409, "state.conflict")
    town.house.service.desk.share_links.end(town.teacher.id, award.id, first.link.id)
    assert town.as_(town.teacher).post(f"/api/credentials/{award.id}/links", {}).status_code == 201
