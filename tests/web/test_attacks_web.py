"""Attack cases on pages and on the protocol, over HTTP without sockets."""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from io import StringIO
from typing import Any

import pytest
from web import PAGE, SLUG, Town, problem, web_of

from issuer.app.logs import JsonLines
from issuer.domain.award import Award
from issuer.services.sign_in import SignIn

TEMPLATES = ("{{7*7}}", "${7*7}", "<%= 7*7 %>", "{% import os %}", "#{7*7}")
SCRIPT = "</script><script>alert(1)//\"'<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def hostile_award(town: Town) -> Award:
    """A badge whose earner's name and texts try everything, opened."""
    teacher = town.house.teacher(f"{SCRIPT} {' '.join(TEMPLATES)}", email="hostile@school.example")
    requirement = town.house.badge_class(SLUG).requirements[0].id
    markdown = (
        "[x](javascript:alert(1)) ![](https://evil.test/t.png) <svg/onload=alert(1)>\n\n"
        "```html\n<script>alert(2)</script>\n```\n\n[y](data:text/html,x) <https://evil.test/> **bold** {{7*7}}"
    )
    waiting = town.house.waiting(teacher, SLUG, {requirement: markdown})
    award = town.house.award(town.house.approve(town.reviewer, waiting).awards[0])
    town.house.share.set_open(teacher.id, award.id, True)
    return award


def pages(town: Town, award: Award) -> Iterator[tuple[str, str]]:
    """Every page on which the badge's texts appear."""
    submission = award.submission_id
    by = {
        town.anybody(): [f"/credentials/{award.id}"],
        town.as_(town.reviewer): [f"/reviews/{submission}", "/reviews"],
        town.as_(town.administrator): [f"/admin/badges/{award.id}", "/admin/badges", "/admin/people"],
        town.as_(town.house.store.read(lambda tx: tx.people.get(award.person_id))): [
            f"/badges/{award.id}", "/badges", "/account", f"/submissions/{submission}",
        ],
    }  # fmt: skip
    for visitor, paths in by.items():
        for path in paths:
            answer = visitor.page(path)
            assert answer.status_code == 200, (path, answer.text[:300])
            yield path, answer.text


def test_web_02_03_13_texts_stay_texts_on_every_page(town: Town, hostile_award: Award) -> None:
    for path, page in pages(town, hostile_award):
        assert "<script>alert" not in page, path
        assert "onerror=alert(1)>" not in page, path
        assert "<svg/onload" not in page, path
        assert 'href="javascript:' not in page.lower(), path
        assert "evil.test/t.png" not in re.sub(r"&[a-z]+;", "", "".join(re.findall(r"<img[^>]*>", page))), path
        assert "49" not in re.findall(r"(?:Awarded to <strong>)([^<]*)", unescape(page)), path
    share = town.anybody().page(f"/credentials/{hostile_award.id}").text
    assert "{{7*7}}" in unescape(share)
    assert "<strong>bold</strong>" in share


def test_web_08_open_graph_values_cannot_leave_their_attribute(town: Town, hostile_award: Award) -> None:
    page = town.anybody().page(f"/credentials/{hostile_award.id}").text
    (title,) = re.findall(r'<meta property="og:title" content="([^"]*)">', page)
    assert SCRIPT in unescape(title)
    assert "<" not in title


def test_web_03_an_inline_json_is_none(town: Town, hostile_award: Award) -> None:
    """There is no script on the share page that a text could break out of."""
    assert "<script" not in town.anybody().page(f"/credentials/{hostile_award.id}").text


def test_web_04_the_verify_page_echoes_nothing_raw(town: Town) -> None:
    header = b'{"alg":"EdDSA","kid":"<script>alert(1)</script>","typ":"JWT"}'
    token = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in (header, b'{"a":1}', b"x" * 64)).decode()
    for text in (token, "<script>alert(1)</script>", '{"type":"<script>alert(1)</script>"}'):
        page = town.anybody(accept=PAGE).post("/verify", data={"credential": text})
        assert page.status_code in (200, 400)
        assert "<script" not in page.text
    report = town.anybody().post("/verify", content=token.encode(), headers={"content-type": "text/plain"})
    told = {one["code"] for one in report.json().get("checks", [])} | {report.json().get("code")}
    assert "jose.kid_invalid" in told


@pytest.mark.parametrize(
    "after",
    ["//evil.test", "https:evil.test", "https://evil.test/", "/\\evil.test", "\\\\evil.test", "/%0d%0aX-Injected: 1",
     "/\r\nX-Injected: 1", "javascript:alert(1)", "/%5cevil.test", "/\t/evil.test", "///evil.test", "é",
     "/@evil.test\u2028"],
)  # fmt: skip
def test_web_06_signing_in_leads_nowhere_else(town: Town, after: str) -> None:
    sent = {"email": town.teacher.email, "password": "seventeen green umbrellas", "next": after}
    answer = town.anybody(accept=PAGE).post("/login", data=sent)
    assert answer.status_code == 303
    location = answer.headers["location"]
    assert location == "/badges" or re.fullmatch(r"/%5cevil\.test", location), location
    assert "x-injected" not in answer.headers
    signed_in = town.as_(town.teacher).get("/login", params={"next": after})
    assert signed_in.headers["location"] == location
    form = town.anybody(accept=PAGE).get("/login", params={"next": after}).text
    assert "evil.test" not in form or "/%5cevil.test" in form


def test_web_06_signing_in_leads_back_to_where_one_was(town: Town) -> None:
    sent = {"email": town.teacher.email, "password": "seventeen green umbrellas", "next": "/account?x=1"}
    assert town.anybody(accept=PAGE).post("/login", data=sent).headers["location"] == "/account?x=1"


STRICT = {
    "strict-transport-security": "max-age=31536000; includeSubDomains", "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer", "x-frame-options": "DENY", "cross-origin-opener-policy": "same-origin",
}  # fmt: skip
OPEN_TO_ALL = {"/.well-known/did.json", "/.well-known/jwks.json", "/issuer"}


def public_paths(town: Town) -> list[str]:
    award = town.earned()
    return [
        "/", "/catalogue", "/issuer", "/verify", "/limits", "/login", "/healthz", "/no/such/path", "/account",
        "/.well-known/did.json", "/.well-known/jwks.json", f"/status/revocation-{award.status.list_number}",
        f"/credentials/{award.id}", f"/credentials/{award.id}.json", "/credentials/unknown", "/static/style.css",
        "/achievements/building-will/v1", "/achievements/building-will/v1/image.png", "/schema/openapi.json",
    ]  # fmt: skip


def test_web_09_and_web_10_every_answer_carries_the_headers(town: Town) -> None:
    for path in public_paths(town):
        for accept in ("*/*", PAGE):
            answer = town.anybody().get(path, headers={"accept": accept})
            assert {name: answer.headers.get(name) for name in STRICT} == STRICT, path
            policy = answer.headers["content-security-policy"]
            assert "frame-ancestors 'none'" in policy
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["cross-origin-resource-policy"] in ("same-origin", "cross-origin")
            assert "server" not in answer.headers


def test_http_07_other_origins_read_only_what_is_public(town: Town) -> None:
    signed_in = town.as_(town.teacher)
    id = signed_in.post("/api/submissions", {"achievement": SLUG}).json()["id"]
    for origin in ("https://badgesXschool.example", "null", "https://badges.school.example.evil.test"):
        for path in (*public_paths(town), "/api/submissions", f"/api/submissions/{id}", "/badges", "/account"):
            answer = signed_in.get(path, headers={"origin": origin})
            allowed = answer.headers.get("access-control-allow-origin")
            assert allowed in (None, "*"), path
            assert "access-control-allow-credentials" not in answer.headers
            if path.startswith(("/api", "/account", "/badges", "/login")):
                assert allowed is None, path


PREFLIGHT = {
    "origin": "https://platform.example", "access-control-request-method": "POST",
    "access-control-request-headers": "content-type",
}  # fmt: skip


@pytest.mark.parametrize(
    "path", ["/verify", "/verify/bulk", "/credentials/verify", "/credentials/derive", "/presentations/verify"]
)
def test_http_07_scripts_of_any_site_may_verify_without_cookies(town: Town, path: str) -> None:
    visitor = town.as_(town.teacher)
    answer = visitor.request("OPTIONS", path, headers=PREFLIGHT)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert "content-type" in answer.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in answer.headers
    refused = visitor.post(path, headers={"origin": PREFLIGHT["origin"], "content-type": "application/json"})
    assert (refused.status_code >= 400, refused.headers["access-control-allow-origin"]) == (True, "*")
    assert visitor.request("OPTIONS", path, headers={**PREFLIGHT, "host": "evil.test"}).status_code == 400


@pytest.mark.parametrize(
    "path", ["/credentials/issue", "/credentials/status", "/api/submissions", "/login", "/account", "/badges", "/"]
)
def test_http_07_no_preflight_for_what_needs_a_session_or_a_token(town: Town, path: str) -> None:
    for method in ("OPTIONS", "POST"):
        answer = town.anybody().request(method, path, headers=PREFLIGHT)
        assert not [name for name in answer.headers if name.startswith("access-control")], (method, path)


@pytest.mark.parametrize(
    "path",
    [
        "/account/x.css",
        "/reviews/1;.png",
        "/badges/x.js",
        "/api/submissions/x.css",
        "/submissions/1/x.png",
        "/account%2fx.css",
    ],
)
def test_http_06_no_private_page_under_a_cacheable_name(town: Town, path: str) -> None:
    answer = town.as_(town.teacher).page(path)
    assert answer.status_code in (403, 404)
    assert answer.headers["cache-control"] == "no-store"


def test_http_06_private_pages_are_not_stored(town: Town) -> None:
    visitor = town.as_(town.teacher)
    for path in ("/account", "/badges", "/api/submissions", "/api/credentials"):
        assert visitor.page(path).headers["cache-control"] == "no-store", path
    for path in ("/", "/catalogue", "/achievements/building-will/v1"):
        assert "public" not in visitor.page(path).headers["cache-control"], path


@pytest.mark.parametrize(
    "host",
    ["evil.test", "badgesXschool.example", "www.badges.school.example", "badges.school.example:8000", "localhost",
     "badges.school.example.evil.test", "badges.school.example@evil.test", ""],
)  # fmt: skip
def test_http_01_and_03_only_our_own_host(town: Town, host: str) -> None:
    award = town.earned()
    for path in ("/.well-known/did.json", f"/credentials/{award.id}", "/healthz", "/no/such", "/static/style.css"):
        answer = town.anybody().get(path, headers={"host": host})
        assert problem(answer) == (400, "http.host")
        assert "location" not in answer.headers


def test_http_01_ids_never_come_from_the_request(town: Town) -> None:
    forwarded = {"x-forwarded-host": "evil.test", "forwarded": "host=evil.test", "x-forwarded-proto": "http"}
    for path in public_paths(town):
        for accept in ("*/*", PAGE):
            assert "evil.test" not in town.anybody().get(path, headers={**forwarded, "accept": accept}).text, path


def test_http_04_a_forged_forwarded_for_is_no_other_address(new_town: Callable[..., Town]) -> None:
    town = new_town()
    visitor = town.anybody()
    told = [
        visitor.post("/verify", content=b"{}", headers={"x-forwarded-for": f"198.51.100.{number}"}).status_code
        for number in range(30)
    ]
    assert 429 in told
    assert town.anybody("203.0.113.99").post("/verify", content=b"{}").status_code == 415


def test_http_04_behind_a_proxy_the_outermost_trusted_entry_counts(new_town: Callable[..., Town]) -> None:
    town = new_town(PROXY_HOPS="1")
    visitor = town.anybody("10.0.0.1")

    def ask(forwarded: str) -> int:
        return visitor.post("/verify", content=b"{}", headers={"x-forwarded-for": forwarded}).status_code

    assert 429 in [ask(f"198.51.100.{number}, 203.0.113.5") for number in range(30)]
    lines = [[("x-forwarded-for", f"198.51.100.{number}"), ("x-forwarded-for", "203.0.113.5")] for number in range(3)]
    assert [visitor.post("/verify", content=b"{}", headers=one).status_code for one in lines] == [429] * 3
    assert ask("203.0.113.5, 203.0.113.6") == 415


def test_limits_say_when_to_come_back(new_town: Callable[..., Town]) -> None:
    town = new_town()
    visitor = town.anybody()
    for path in ("/verify?url=hello", "/verify"):
        answers = [visitor.get(path) if "url" in path else visitor.post(path, content=b"{}") for _ in range(40)]
        limited = [one for one in answers if one.status_code == 429]
        assert limited, path
        assert problem(limited[0]) == (429, "rate.limited")
        assert 1 <= int(limited[0].headers["retry-after"]) <= 60
    page = visitor.post("/verify", data={"credential": "x"}, headers={"accept": PAGE})
    assert page.status_code == 429
    assert "retry-after" in page.headers


def test_reading_is_limited_and_health_is_not(new_town: Callable[..., Town]) -> None:
    visitor = new_town().anybody()
    told = [visitor.get("/.well-known/jwks.json") for _ in range(400)]
    assert [one.status_code for one in told] == [200] * 400
    while told[-1].status_code == 200 and len(told) < 3_000:
        told.append(visitor.get("/.well-known/jwks.json"))
    assert problem(told[-1]) == (429, "rate.limited")
    assert int(told[-1].headers["retry-after"]) >= 1
    assert visitor.get("/healthz").status_code == 200


def test_failed_sign_ins_are_limited_and_good_ones_are_not(new_town: Callable[..., Town]) -> None:
    town = new_town()
    visitor = town.anybody()
    wrong = {"email": town.teacher.email, "password": "wrong"}
    told = [visitor.post("/login", wrong) for _ in range(15)]
    assert [one.status_code for one in told].count(401) == 10
    assert problem(told[-1]) == (429, "rate.limited")
    right = {"email": town.colleague.email, "password": "seventeen green umbrellas"}
    assert [visitor.post("/login", right).status_code for _ in range(15)] == [200] * 15


def test_uploads_are_limited(new_town: Callable[..., Town]) -> None:
    town = new_town()
    visitor = town.as_(town.teacher)
    id = visitor.post("/api/submissions", {"achievement": SLUG}).json()["id"]
    file = {"file": ("a.txt", b"x\n", "text/plain")}
    told = [visitor.post(f"/api/submissions/{id}/files", files=file).status_code for _ in range(70)]
    assert 429 in told
    assert told.count(201) >= 60


def test_web_12_log_lines_stay_one_line_each(town: Town) -> None:
    """The only texts of a request that reach the log do so escaped and cut."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.root.addHandler(handler)
    try:
        agent = b'a\tb\x1b[31mred","level":"error' + b"x" * 20_000
        town.anybody().get("/healthz", headers={"user-agent": agent})
        logging.getLogger("issuer.web").error("odd\n\x1b[31m%s", "y" * 5_000, extra={"agent": agent.decode()})
    finally:
        logging.root.removeHandler(handler)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 1
    assert "\x1b" not in lines[0]
    assert len(lines[0]) < 2_000
    assert json.loads(lines[0])["level"] == "error"


class Broken(SignIn):
    """Sign-in whose storage has failed in a way nobody foresaw."""

    def __init__(self) -> None:
        pass

    def sign_in(self, email: str, password: str) -> Any:
        raise RuntimeError("SELECT * FROM person at /srv/issuer/storage.py with token s3cr3t")


@pytest.mark.parametrize("accept", ["*/*", PAGE])
def test_web_15_a_defect_tells_a_number_and_nothing_else(
    town: Town, accept: str, caplog: pytest.LogCaptureFixture
) -> None:
    with web_of(town.house, replace(town.web.desk, sign_in=Broken())) as web:
        answer = web.visitor().post("/login", {"email": "a@b.example", "password": "x"}, headers={"accept": accept})
    assert answer.status_code == 500
    for word in ("SELECT", "RuntimeError", "storage.py", "s3cr3t", "Traceback", "litestar", "python"):
        assert word not in answer.text
    (record,) = [one for one in caplog.records if one.getMessage() == "internal"]
    assert vars(record)["incident"] in answer.text
    if accept == "*/*":
        assert problem(answer) == (500, "internal")
        assert answer.json()["incident"] == vars(record)["incident"]


def test_every_page_has_a_title_a_language_one_heading_and_named_inputs(town: Town, hostile_award: Award) -> None:
    public = (
        "/",
        "/catalogue",
        "/issuer",
        "/verify",
        "/limits",
        "/login",
        "/achievements/building-will/v1",
        "/no/such",
    )
    everywhere = [(path, town.anybody().page(path).text) for path in public]
    for path, page in [*everywhere, *pages(town, hostile_award)]:
        assert '<html lang="en">' in page, path
        assert re.search(r"<title>\s*\S", page), path
        assert len(re.findall(r"<h1[\s>]", page)) == 1, path
        labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
        for tag in re.findall(r"<(?:input|select|textarea)\b[^>]*>", page):
            if 'type="hidden"' in tag or 'type="radio"' in tag:
                continue
            found = re.search(r'\bid="([^"]+)"', tag)
            named = "aria-label" in tag or (found and found[1] in labelled) or _is_wrapped(page, tag)
            assert named, (path, tag)
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), (path, {one for one in ids if ids.count(one) > 1})


def _is_wrapped(page: str, tag: str) -> bool:
    before = page[: page.index(tag)]
    return before.rfind("<label") > before.rfind("</label>")
