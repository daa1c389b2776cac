"""Contract: opened badges, in every form, under every Accept."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
from PIL import Image
from web import PAGE, Town, problem

from issuer.domain.award import Award, Form


@pytest.fixture(scope="module")
def award(town: Town) -> Iterator[Award]:
    return town.house.award(town.earned().id)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "text/html"), ("", "text/html"), (PAGE, "text/html"), ("text/html", "text/html"),
        ("text/csv", "text/html"), ("image/avif,image/webp,*/*;q=0.8", "text/html"),
        ("application/vc+ld+json", "application/vc+ld+json"),
        ("application/vc", "application/vc"), ("application/ld+json", "application/ld+json"),
        ("application/json", "application/json"), ("application/json;q=0.5, */*;q=0.1", "application/json"),
        ("text/html;q=0.4, application/vc", "application/vc"), ("application/*", "application/vc+ld+json"),
        ("APPLICATION/JSON", "application/json"), ("application/json;q=x", "text/html"), ("," * 500, "text/html"),
    ],
)  # fmt: skip
def test_what_each_accept_gets(town: Town, award: Award, accept: str, media_type: str) -> None:
    answer = town.anybody().get(f"/credentials/{award.id}", headers={"accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert "Accept" in answer.headers["vary"]
    if media_type != "text/html":
        assert answer.content == award.sealed(Form.EDDSA_RDFC_2022)


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("application/vc+jwt", "jwt"), ("application/jwt", "jwt"), ("image/png", "png"), ("image/*", "png"),
        ("image/svg+xml", "svg"), ("text/html;q=0.2, application/pdf", "pdf"),
    ],
)  # fmt: skip
def test_a_form_can_be_asked_for_by_its_type(town: Town, award: Award, accept: str, suffix: str) -> None:
    visitor = town.anybody()
    answer = visitor.get(f"/credentials/{award.id}", headers={"accept": accept})
    assert accept.endswith("*") or answer.headers["content-type"] in accept
    assert answer.content == visitor.get(f"/credentials/{award.id}.{suffix}").content


@pytest.mark.parametrize(
    ("suffix", "media_type", "start"),
    [
        ("json", "application/vc+ld+json", b"{"), ("jwt", "application/vc+jwt", b"ey"),
        ("png", "image/png", b"\x89PNG"), ("svg", "image/svg+xml", b"<"),
    ],
)  # fmt: skip
def test_every_suffix_verifies(town: Town, award: Award, suffix: str, media_type: str, start: bytes) -> None:
    visitor = town.anybody()
    answer = visitor.get(f"/credentials/{award.id}.{suffix}")
    assert answer.headers["content-type"] == media_type
    assert answer.content.startswith(start)
    assert answer.headers["access-control-allow-origin"] == "*"
    report = visitor.post("/verify", content=answer.content, headers={"content-type": media_type}).json()
    assert report["verdict"] == "valid"
    known = visitor.get(f"/credentials/{award.id}.{suffix}", headers={"if-none-match": answer.headers["etag"]})
    assert known.status_code == 304


@pytest.mark.parametrize("suffix", ["exe", "json.json", "", "JSON", "html", "png%00"])
def test_there_are_no_other_suffixes(town: Town, award: Award, suffix: str) -> None:
    assert problem(town.anybody().get(f"/credentials/{award.id}.{suffix}"))[0] in (404, 422)


def test_the_share_page_needs_no_script_and_carries_open_graph(town: Town, award: Award) -> None:
    page = town.anybody().page(f"/credentials/{award.id}").text
    for name in ("og:title", "og:description", "og:image", "og:url", "og:type"):
        assert f'property="{name}"' in page
    assert "<script" not in page
    assert f"{town.web.url}/credentials/{award.id}" in page
    assert "This badge is genuine" in page


def test_the_picture_for_links_has_the_size_that_networks_ask_for(town: Town, award: Award) -> None:
    visitor = town.anybody()
    page = visitor.page(f"/credentials/{award.id}").text
    assert f'property="og:image" content="{town.web.url}/credentials/{award.id}/card.png"' in page
    picture = visitor.get(f"/credentials/{award.id}/card.png")
    assert picture.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(picture.content)) as read:
        assert read.size == (1200, 630)
    private = town.earned(is_open=False)
    assert problem(visitor.get(f"/credentials/{private.id}/card.png")) == (404, "not_found")


def test_az_12_a_private_badge_is_the_same_as_an_unknown_one(town: Town) -> None:
    private = town.earned(is_open=False)
    visitor = town.anybody()
    for suffix in ("", ".json", ".jwt", ".png", ".svg"):
        for accept in ("*/*", "application/json", PAGE):
            answers = [
                visitor.get(f"/credentials/{id}{suffix}", headers={"accept": accept})
                for id in (private.id, "00000000-0000-4000-8000-000000000000")
            ]
            assert [one.status_code for one in answers] == [404, 404]
            assert answers[0].content.replace(private.id.encode(), b"") == answers[1].content.replace(
                b"00000000-0000-4000-8000-000000000000", b""
            )
            assert {**answers[0].headers, "content-length": ""} == {**answers[1].headers, "content-length": ""}


def test_az_12_a_badge_that_is_closed_again_is_private_again(town: Town) -> None:
    award = town.earned()
    visitor = town.anybody()
    assert visitor.get(f"/credentials/{award.id}.json").status_code == 200
    town.house.share.set_open(town.house.award(award.id).person_id, award.id, False)
    assert problem(visitor.get(f"/credentials/{award.id}.json")) == (404, "not_found")


def test_a_revoked_badge_says_so_everywhere(town: Town) -> None:
    award = town.earned()
    visitor = town.anybody()
    sealed = visitor.get(f"/credentials/{award.id}.json")
    town.house.stand.revoke(town.administrator.id, award.id, "A private reason.")
    page = visitor.page(f"/credentials/{award.id}").text
    assert "This badge has been revoked" in page
    assert "(revoked)" in page
    assert "A private reason" not in page
    report = visitor.post("/verify", content=sealed.content, headers={"content-type": "application/vc"}).json()
    assert report["verdict"] == "invalid"
    assert [one["code"] for one in report["checks"] if one["check"] == "status"] == ["status.revoked"]


def test_a_superseded_badge_does_not_look_like_one_to_rely_on(town: Town) -> None:
    award = town.earned()
    earner = next(one for one in town.house.administer.people("operator", 100) if one.id == award.person_id)
    (new,) = town.house.stand.correct(
        town.administrator.id, award.id, "A Corrected Name", earner.email, "It was misspelt."
    )
    link = f'<a href="{town.web.url}/credentials/{new.id}">Open the corrected badge, and rely on that one.</a>'
    address = f"/verify?url={town.web.url}/credentials/{award.id}"
    for page in (f"/credentials/{award.id}", address):
        text = town.anybody().page(page).text
        assert "Genuine, but replaced by a corrected badge" in text
        assert "This badge is genuine" not in text
        assert text.count(link) == 2
    town.house.share.set_open(award.person_id, new.id, False)
    for page in (f"/credentials/{award.id}", address):
        text = town.anybody().page(page).text
        assert "Ask the holder for the newer badge" in text
        assert new.id not in text


def test_a_link_that_shows_nothing_says_what_to_do(town: Town) -> None:
    text = town.anybody(accept=PAGE).get("/credentials/00000000-0000-4000-8000-000000000000").text
    assert "A badge is private until its earner opens it." in text


def test_ids_come_from_the_public_url_and_cannot_be_guessed(town: Town, award: Award) -> None:
    """AZ-09: 122 random bits."""
    document = json.loads(award.sealed(Form.EDDSA_RDFC_2022) or b"")
    assert document["id"] == f"{town.web.url}/credentials/{award.id}"
    assert len(award.id) == 36
    assert award.id[14] == "4"
