"""Contract: `POST /verify` and `GET /verify`, for software and for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import jwt
import pytest
from stranger import Stranger
from web import PAGE, Town, problem

CHECKS = ["input", "structure", "binding", "proof", "validity", "status", "schema", "endorsement", "refresh",
          "recipient", "trust"]  # fmt: skip
MEMBERS = {"verdict", "flags", "checks", "credential", "format", "carrier", "checked_at", "input_sha256"}


@pytest.fixture(scope="module")
def forms(town: Town) -> Iterator[dict[str, bytes]]:
    """One opened badge in each of its forms; and its address."""
    id = town.earned().id
    visitor = town.anybody()
    got = {
        suffix: visitor.get(f"/credentials/{id}.{suffix}").content for suffix in ("json", "jwt", "png", "svg", "pdf")
    }
    return {**got, "url": f"{town.web.url}/credentials/{id}".encode()}


def verified(town: Town, body: bytes, media_type: str, query: str = "") -> httpx.Response:
    return town.anybody().post(f"/verify{query}", content=body, headers={"content-type": media_type})


@pytest.mark.parametrize(
    ("media_type", "form", "format", "carrier"),
    [
        ("application/json", "json", "data-integrity", "json"),
        ("application/ld+json", "json", "data-integrity", "json"),
        ("application/vc", "json", "data-integrity", "json"),
        ("application/vc+ld+json", "json", "data-integrity", "json"),
        ("application/json; charset=utf-8", "json", "data-integrity", "json"),
        ("text/plain", "jwt", "vc-jwt", "token"), ("application/jwt", "jwt", "vc-jwt", "token"),
        ("application/vc+jwt", "jwt", "vc-jwt", "token"), ("image/png", "png", "data-integrity", "png"),
        ("image/svg+xml", "svg", "data-integrity", "svg"), ("application/pdf", "pdf", "data-integrity", "pdf"),
    ],
)  # fmt: skip
def test_every_media_type_gets_the_same_report(
    town: Town, forms: dict[str, bytes], media_type: str, form: str, format: str, carrier: str
) -> None:
    """POS-01, POS-02, POS-14 and POS-15 at this level."""
    answer = verified(town, forms[form], media_type)
    report = answer.json()
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert set(report) == MEMBERS
    assert (report["verdict"], report["format"], report["carrier"]) == ("valid", format, carrier)
    assert [one["check"] for one in report["checks"]] == CHECKS
    assert {"check", "outcome", "code", "message", "source"} == report["checks"][0].keys()
    assert {one["outcome"] for one in report["checks"]} <= {"passed", "not_applicable"}
    assert report["credential"]["issuer"]["id"] == "did:web:badges.school.example"
    assert report["checked_at"].endswith("Z")
    assert len(report["input_sha256"]) == 64


@pytest.mark.parametrize("name", ["json", "jwt", "url"])
def test_pasted_into_the_form(town: Town, forms: dict[str, bytes], name: str) -> None:
    text = forms[name].decode()
    for sent in ({"data": {"credential": f"  {text}\r\n"}}, {"files": {"credential": (None, text)}}):
        report = town.anybody().post("/verify", **sent).json()
        assert report["verdict"] == "valid", report
    page = town.anybody(accept=PAGE).post("/verify", data={"credential": text})
    assert page.headers["content-type"].startswith("text/html")
    assert "This badge is genuine" in page.text


def test_the_page_asks_whose_a_badge_is(town: Town, forms: dict[str, bytes]) -> None:
    assert town.anybody().page("/verify").text.count('name="recipient"') == 2
    sent = {"credential": forms["json"].decode(), "recipient": "somebody.else@school.example"}
    page = town.anybody(accept=PAGE).post("/verify", data=sent).text
    assert "The badge was not awarded to the person you named." in page


def test_a_person_who_sends_too_much_gets_a_page_and_software_a_problem(town: Town) -> None:
    sent = {"content": b" " * 6_000_000, "headers": {"content-type": "application/json"}}
    page = town.anybody(accept=PAGE).post("/verify", **sent)
    assert (page.status_code, page.headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert "Go back with your browser" in page.text
    assert problem(town.anybody().post("/verify", **sent)) == (413, "input.too_large")


def test_what_was_not_read_is_not_called_a_bad_badge(town: Town) -> None:
    visitor = town.anybody(accept=PAGE)
    words = visitor.post("/verify", data={"credential": "I am a badge"})
    assert words.status_code == 400
    assert "<h1>Nothing was verified</h1>" in words.text
    unknown = visitor.post(
        "/verify", data={"credential": f"{town.web.url}/credentials/00000000-0000-4000-8000-000000000000"}
    ).text
    assert "There is no badge at this address" in unknown
    assert "This badge is not valid" not in unknown
    assert unknown.count("not run") == 1


@pytest.mark.parametrize("name", ["json", "jwt", "png", "svg", "pdf"])
def test_uploaded_through_the_form(town: Town, forms: dict[str, bytes], name: str) -> None:
    sent = {"file": (f"badge.{name}", forms[name], "application/octet-stream")}
    assert town.anybody().post("/verify", files=sent).json()["verdict"] == "valid"


def test_a_link_to_an_opened_badge(town: Town, forms: dict[str, bytes]) -> None:
    report = town.anybody().get("/verify", params={"url": forms["url"].decode()}).json()
    assert (report["verdict"], report["carrier"]) == ("valid", "url")
    page = town.anybody().page(f"/verify?url={quote(forms['url'].decode())}")
    assert "This badge is genuine" in page.text


def test_az_13_a_link_to_a_private_badge_says_nothing_of_it(town: Town) -> None:
    private = town.earned(is_open=False)
    url = f"{town.web.url}/credentials/{private.id}"
    report = town.anybody().get("/verify", params={"url": url}).json()
    unknown = town.anybody().get("/verify", params={"url": url[:-1] + ("0" if url[-1] != "0" else "1")}).json()
    assert report["verdict"] != "valid"
    assert report["credential"] is None
    assert [one["code"] for one in report["checks"]] == [one["code"] for one in unknown["checks"]]
    assert "Earner" not in json.dumps(report)


def test_whose_badge_it_is(town: Town, forms: dict[str, bytes]) -> None:
    row = _row(verified(town, forms["json"], "application/vc", "?recipient=nobody@school.example").json(), "recipient")
    assert row["outcome"] == "failed"
    assert _row(verified(town, forms["json"], "application/vc").json(), "recipient")["outcome"] == "not_applicable"


def test_refresh_is_asked_for(town: Town, forms: dict[str, bytes]) -> None:
    report = verified(town, forms["json"], "application/vc", "?refresh=true").json()
    assert report["verdict"] == "valid"
    assert _row(report, "refresh")["outcome"] == "not_applicable"


def test_one_changed_letter_is_invalid(town: Town, forms: dict[str, bytes]) -> None:
    report = verified(town, forms["json"].replace(b"Building Will", b"Building Wall"), "application/vc").json()
    assert report["verdict"] == "invalid"
    assert _row(report, "proof")["code"] == "sig.invalid"
    assert {_row(report, later)["outcome"] for later in ("validity", "status", "schema")} == {"not_run"}


def test_pos_20_a_stranger_is_never_called_a_verified_issuer(town: Town) -> None:
    body = Stranger().signed()
    report = verified(town, body, "application/json").json()
    assert (report["verdict"], "issuer.self_asserted" in report["flags"]) == ("valid", True)
    page = town.anybody(accept=PAGE).post("/verify", content=body, headers={"content-type": "application/json"}).text
    assert "issuer.self_asserted" in page
    assert "identity is not established" in page
    assert "This badge is genuine" not in page
    assert 'class="banner valid"' not in page


def test_img_22_the_page_never_shows_the_uploaded_pixels(town: Town, forms: dict[str, bytes]) -> None:
    sent = {"file": ("phd.png", forms["png"], "image/png")}
    report = town.anybody().post("/verify", files=sent).json()
    assert "image.pixels_not_signed" in report["flags"]
    page = town.anybody(accept=PAGE).post("/verify", files=sent).text
    assert "data:image" not in page
    assert 'src="/evidence' not in page


@pytest.mark.parametrize("names", [("file", "file"), ("credential", "credential"), ("file", "credential")])
def test_enc_27_one_credential_a_form(town: Town, forms: dict[str, bytes], names: tuple[str, str]) -> None:
    """Of two only one would be told about, and nobody would know which."""
    files = [(name, ("badge.json" if name == "file" else None, forms["json"])) for name in names]
    assert problem(town.anybody().post("/verify", files=files)) == (400, "input.too_many_parts")
    one = [files[0], ("file", ("", b"")), ("credential", (None, " "))]
    assert town.anybody().post("/verify", files=one).json()["verdict"] == "valid"


@pytest.mark.parametrize("parts", [101, 2_000])
def test_enc_27_no_more_parts_than_a_credential_needs(town: Town, parts: int) -> None:
    many = {f"part-{number}": "x" for number in range(parts)}
    assert problem(town.anybody().post("/verify", data=many)) == (400, "input.too_many_parts")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("data:image/png;base64,iVBORw0KGgo=", True), ("data:image/svg+xml;base64,PHN2Zy8+", False),
        ("https://pixel.test/p.png", False),
    ],
)  # fmt: skip
def test_img_22_the_page_shows_the_signed_picture_if_it_is_inside(town: Town, url: str, shown: bool) -> None:
    """Nothing is loaded from elsewhere, and nothing that may act is shown."""
    stranger = Stranger()
    badge = stranger.badge()
    badge["credentialSubject"]["achievement"]["image"] = {"id": url, "type": "Image"}
    page = town.anybody(accept=PAGE).post("/verify", data={"credential": stranger.signed(badge).decode()}).text
    assert "What it says" in page
    assert (f'src="{url}"' in page) is shown
    assert page.count("<img") == shown


@pytest.mark.parametrize(
    ("body", "media_type", "status", "code"),
    [
        (b"", "application/json", 400, "input.empty"), (b" \n", "text/plain", 400, "input.empty"),
        (b"", "image/png", 400, "input.empty"), (b"{}", "application/cbor", 415, "input.media_type"),
        (b"%PDF-1.7", "image/png", 400, "image.malformed"), (b"x" * 6_000_000, "image/png", 413, "input.too_large"),
    ],
)  # fmt: skip
def test_what_is_no_credential(town: Town, body: bytes, media_type: str, status: int, code: str) -> None:
    assert problem(verified(town, body, media_type)) == (status, code)


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"credential": ""}}, {"data": {"other": "x"}}, {"files": {"file": ("", b"", "text/plain")}},
        {"files": {"file": ("a.json", b"", "application/json")}}, {"data": {"credential": "hello"}},
        {"content": b"credential=%FF%FE", "headers": {"content-type": "application/x-www-form-urlencoded"}},
        {"content": b"credential=%ED%A0%80", "headers": {"content-type": "application/x-www-form-urlencoded"}},
        {"content": b"\xff\xfe", "headers": {"content-type": "application/x-www-form-urlencoded"}},
        {"content": b"x", "headers": {"content-type": "multipart/form-data; boundary="}},
        {"content": b"x", "headers": {"content-type": "multipart/form-data; boundary=" + "b" * 5_000}},
        {
            "content": b'--x\r\nContent-Disposition: form-data; name="credential"\r\n\r\n\xff\xfe\r\n--x--\r\n',
            "headers": {"content-type": "multipart/form-data; boundary=x"},
        },
        {
            "content": b'--x\r\nContent-Disposition: form-data; name="credential"\r\n'
            b"Content-Type: text/plain; charset=nonsense\r\n\r\nabc\r\n--x--\r\n",
            "headers": {"content-type": "multipart/form-data; boundary=x"},
        },
    ],
)  # fmt: skip
@pytest.mark.parametrize("accept", ["application/json", PAGE])
def test_forms_without_a_credential(town: Town, sent: dict, accept: str) -> None:
    headers = {"accept": accept, **sent.get("headers", {})}
    answer = town.anybody().request("POST", "/verify", **{**sent, "headers": headers})
    assert 400 <= answer.status_code < 500, answer.text
    if accept == "application/json":
        problem(answer)


@pytest.mark.parametrize("name", ["html", "json"])
def test_a_link_that_leads_to_no_badge(town: Town, name: str) -> None:
    path = {"html": "/catalogue", "json": "/issuer"}[name]
    answer = town.anybody().get("/verify", params={"url": town.web.url + path})
    assert answer.status_code in (200, 400)
    assert answer.json().get("verdict") != "valid"


def _row(report: dict, check: str) -> dict:
    return next(one for one in report["checks"] if one["check"] == check)


def test_a_signed_report_holds_the_same_report(town: Town, forms: dict[str, bytes]) -> None:
    plain = verified(town, forms["json"], "application/json").json()
    signed = verified(town, forms["json"], "application/json", "?signed=true")
    assert (signed.status_code, signed.headers["content-type"]) == (200, "application/jwt")
    method = jwt.get_unverified_header(signed.text)["kid"]
    document = town.anybody().get("/.well-known/did.json").json()
    listed = next(one for one in document["verificationMethod"] if one["id"] == method)
    key = jwt.PyJWK(listed["publicKeyJwk"])
    payload = jwt.decode(signed.text, key, algorithms=["EdDSA"], options={"verify_iat": False})
    assert payload["iss"] == document["id"]
    assert payload["report"] == plain


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("?recipent=dana@school.example", "recipent"), ("?refresh=yes", "refresh"), ("?signed=1", "signed"),
        ("?recipient=a@school.example&recipient=b@school.example", "recipient"),
    ],
)  # fmt: skip
def test_a_wish_that_would_be_read_otherwise_than_meant_is_refused(
    town: Town, forms: dict[str, bytes], query: str, where: str
) -> None:
    answer = verified(town, forms["json"], "application/vc", query)
    assert problem(answer) == (400, "input.invalid")
    assert answer.json()["where"] == where


def test_a_link_that_people_follow_may_carry_more(town: Town, forms: dict[str, bytes]) -> None:
    path = f"/verify?url={quote(forms['url'].decode(), safe='')}&utm_source=mail"
    assert town.anybody().page(path).status_code == 200
    assert problem(town.anybody().get(path)) == (400, "input.invalid")
