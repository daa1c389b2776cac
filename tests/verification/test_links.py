"""Verifying by address: NET-01, NET-14 to NET-17, NET-26, NET-27, as `GET /verify?url=` meets them."""

from __future__ import annotations

from typing import Any

import pytest

from issuer.credentials import baking_svg
from issuer.errors import Refused
from issuer.verification.documents import Missing, Unreachable
from issuer.verification.recognise import media_type_of_file, media_type_of_text

LINK = "https://issuer.test/credentials/1"


class House:
    did = "did:web:issuer.test"
    origin = "https://issuer.test"

    def __init__(self, documents: dict[str, tuple[bytes, str]]) -> None:
        self.documents = documents

    def published(self, path: str) -> tuple[bytes, str] | None:
        return self.documents.get(path)


@pytest.mark.parametrize("media_type", ["application/vc+ld+json", "application/json", "text/plain"])
def test_json_behind_a_link(world: Any, media_type: str) -> None:
    world.web[LINK] = (world.json_sent(world.di(world.badge()))[0], media_type)
    report = world.service.verify_url(LINK)
    assert (report.verdict, report.carrier, report.format) == ("valid", "url", "data-integrity")


@pytest.mark.parametrize("media_type", ["text/plain", "application/vc+jwt", "application/json"])
def test_token_behind_a_link(world: Any, media_type: str) -> None:
    world.web[LINK] = (world.jwt(), media_type)
    report = world.service.verify_url(LINK)
    assert (report.verdict, report.carrier, report.format) == ("valid", "url", "vc-jwt")


def test_img_22_pixels_behind_a_link_are_not_signed_either(world: Any) -> None:
    image = baking_svg.bake(b'<svg xmlns="http://www.w3.org/2000/svg"><title>PhD</title></svg>', world.jwt().decode())
    world.web[LINK] = (image, "image/svg+xml")
    report = world.service.verify_url(LINK)
    assert (report.verdict, report.flags, report.carrier) == ("valid", ("image.pixels_not_signed",), "url")


@pytest.mark.parametrize("code", ["fetch.blocked_address", "fetch.url_malformed", "fetch.scheme"])
def test_links_that_are_refused(world: Any, code: str) -> None:
    world.web[LINK] = Missing(LINK, code, "No.")
    with pytest.raises(Refused) as refused:
        world.service.verify_url(LINK)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("answer", "verdict", "code"),
    [
        (Missing(LINK, "fetch.content_type", "HTML."), "invalid", "input.media_type"),
        (Missing(LINK, "forbidden", "401."), "invalid", "input.media_type"),
        (Missing(LINK, "not_found", "404."), "invalid", "not_found"),
        (Missing(LINK, "fetch.redirect", "302."), "invalid", "fetch.redirect"),
        (Missing(LINK, "fetch.port", "22."), "invalid", "fetch.port"),
        (Unreachable(LINK, "fetch.timeout", "Slow."), "indeterminate", "fetch.timeout"),
        (Unreachable(LINK, "verifier.busy", "Later."), "indeterminate", "verifier.busy"),
    ],
    ids=["NET-27 page", "NET-27 401", "404", "NET-12", "NET-17", "NET-20", "busy"],
)
def test_links_that_lead_to_no_badge(world: Any, answer: Any, verdict: str, code: str) -> None:
    world.web[LINK] = answer
    report = world.service.verify_url(LINK)
    assert report.verdict == verdict
    assert [row.code for row in report.checks if row.check == "input"] == [code]
    assert report.credential is None


def test_net_27_nothing_of_the_page_is_repeated(world: Any) -> None:
    world.web[LINK] = (b"<html>SECRET-TOKEN</html>", "application/json")
    with pytest.raises(Refused) as refused:
        world.service.verify_url(LINK)
    assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize("path", ["/verify?url=https://issuer.test/verify", "/VERIFY", "/verify/bulk"])
def test_net_26_link_to_the_verification_page(new_world: Any, path: str) -> None:
    world = new_world(own=House({}))
    with pytest.raises(Refused) as refused:
        world.service.verify_url(f"https://issuer.test{path}")
    assert refused.value.code == "fetch.self"


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_net_26_both_names_of_this_machine_are_ours(new_world: Any, name: str) -> None:
    house = House({})
    house.origin = "http://localhost:8000"
    world = new_world(own=house)
    service = world.service
    with pytest.raises(Refused) as refused:
        service.verify_url(f"http://{name}:8000/verify?url=x")
    assert refused.value.code == "fetch.self"
    report = service.verify_url(f"http://{name}:8000/credentials/private")
    assert [row.code for row in report.checks if row.check == "input"] == ["not_found"]
    assert world.asked == []


def test_net_26_our_own_pages_are_not_fetched(new_world: Any) -> None:
    world = new_world(own=House({}))
    report = world.service.verify_url("https://issuer.test/credentials/private")
    assert [row.code for row in report.checks if row.check == "input"] == ["not_found"]
    assert world.asked == []


@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        (' {"a": 1}', "application/json"),
        ("eyJ.e30.AA\n", "text/plain"),
        (" https://issuer.test/1", None),
        ("HTTPS://issuer.test/1", None),
    ],
)
def test_what_was_pasted(text: str, media_type: str | None) -> None:
    assert media_type_of_text(text) == media_type


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\nrest", "image/png"),
        (b"%PDF-1.7", "application/pdf"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "image/svg+xml"),
        (b"\n{}", "application/json"),
        (b"eyJ.e30.AA", "text/plain"),
    ],
)
def test_what_was_uploaded(data: bytes, media_type: str) -> None:
    assert media_type_of_file(data) == media_type
