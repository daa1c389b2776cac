"""Attack cases on `POST /verify` and `GET /verify`, over HTTP; each id names a single defect.

After the cases the positive controls still hold: an honest badge is valid, a stranger's link refused.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from web import PAGE, Town, problem

Change = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def badge(town: Town) -> bytes:
    """C_DI: an honest badge as it was issued."""
    return town.anybody().get(f"/credentials/{town.earned().id}.json").content


@pytest.fixture(autouse=True)
def _controls(town: Town, badge: bytes) -> Iterator[None]:
    yield
    answer = town.anybody().post("/verify", content=badge, headers={"content-type": "application/vc"})
    assert answer.json()["verdict"] == "valid"
    assert town.anybody().get("/healthz").status_code == 200


def after_brace(text: bytes) -> Change:
    """Put members in front of all others."""
    return lambda badge: b"{" + text + badge[1:]


def replaced(old: bytes, new: bytes) -> Change:
    def change(badge: bytes) -> bytes:
        assert old in badge
        return badge.replace(old, new, 1)

    return change


def nested(depth: int) -> bytes:
    return b'"x":' + b"[" * depth + b"]" * depth + b","


REFUSED = [
    ("ENC-04", lambda badge: b"\xef\xbb\xbf" + badge, "input.bom"),
    ("ENC-05", lambda badge: badge.decode().encode("utf-16-le"), "input.not_utf8"),
    ("ENC-06", lambda badge: badge.decode().encode("utf-32"), "input.not_utf8"),
    ("ENC-08", after_brace(b'"name":"\xc0\xaf",'), "input.not_utf8"),
    ("ENC-09", after_brace(b'"a":"\xed\xa0\x80",'), "input.not_utf8"),
    ("ENC-10", replaced(b'"name":"', b'"name":"\\ud800'), "json.lone_surrogate"),
    ("ENC-11", after_brace(b'"issuer":{"id":"did:web:evil.test"},'), "json.duplicate_member"),
    ("ENC-12", after_brace(b'"\\u0069ssuer":{"id":"did:web:evil.test"},'), "json.duplicate_member"),
    ("ENC-13", replaced(b'"statusListIndex":', b'"statusListIndex":"1","statusListIndex":'), "json.duplicate_member"),
    ("ENC-14", after_brace(b'"a":NaN,'), "json.non_finite_number"),
    ("ENC-14 infinity", after_brace(b'"a":-Infinity,'), "json.non_finite_number"),
    ("ENC-15", after_brace(b'"statusSize":1e999,'), "json.number_out_of_range"),
    ("ENC-17", after_brace(b'"a":9007199254740993,'), "json.number_out_of_range"),
    ("ENC-19", after_brace(nested(65)), "json.too_deep"),
    ("ENC-20", after_brace(nested(100_000)), "json.too_deep"),
    ("ENC-21", after_brace(b"".join(b'"k%d":0,' % one for one in range(100_000))), "json.too_many_members"),
    ("ENC-22", lambda badge: badge + b" x", "json.malformed"),
    ("ENC-23 array", lambda badge: b"[" + badge + b"]", "json.not_object"),
    ("ENC-23 string", lambda badge: b'"x"', "json.not_object"),
    ("ENC-23 null", lambda badge: b"null", "json.not_object"),
    ("ENC-23 number", lambda badge: b"5", "json.not_object"),
]


@pytest.mark.parametrize(("change", "code"), [pytest.param(*one[1:], id=one[0]) for one in REFUSED])
def test_json_that_is_not_read(town: Town, badge: bytes, change: Change, code: str) -> None:
    body = change(badge)
    visitor = town.anybody()
    answer = visitor.post("/verify", content=body, headers={"content-type": "application/json"})
    assert problem(answer) == (400, code)
    page = visitor.post("/verify", content=body, headers={"content-type": "application/json", "accept": PAGE})
    assert page.status_code == 400
    assert page.headers["content-type"].startswith("text/html")


def test_enc_19_depth_64_is_read(town: Town, badge: bytes) -> None:
    body = after_brace(nested(63))(badge)
    answer = town.anybody().post("/verify", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200
    assert answer.json()["verdict"] == "invalid"


def test_enc_25_control_characters(town: Town, badge: bytes) -> None:
    body = replaced(b'"name":"', b'"name":"A\\u0000B')(badge)
    answer = town.anybody().post("/verify", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200
    assert answer.json()["verdict"] == "invalid"
    assert "content.control_character" in {one["code"] for one in answer.json()["checks"]}


@pytest.mark.parametrize("media_type", ["text/html", "application/xml", "", "application/json+x", "/", "\xe9"])
def test_enc_26_other_media_types(town: Town, badge: bytes, media_type: str) -> None:
    headers = {"content-type": media_type.encode("latin-1")} if media_type else {}
    assert problem(town.anybody().post("/verify", content=badge, headers=headers)) == (415, "input.media_type")


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "deflate", "br", "zstd", "gzip, identity"])
def test_enc_28_compressed_bodies_are_not_unpacked(town: Town, badge: bytes, encoding: str) -> None:
    bomb = gzip.compress(b" " * 20_000_000)
    headers = {"content-type": "application/json", "content-encoding": encoding}
    assert problem(town.anybody().post("/verify", content=bomb, headers=headers)) == (415, "input.content_encoding")


REFUSED_LINKS = [
    ("NET-14", "https://good.test@127.0.0.1/", "fetch.url_malformed"),
    ("NET-14 port", "https://good.test:443@evil.test/", "fetch.url_malformed"),
    ("NET-14 escaped", "https://good.test%2f@evil.test/", "fetch.url_malformed"),
    ("NET-15 backslash", "https://good.test\\@127.0.0.1/", "fetch.url_malformed"),
    ("NET-15 tab", "https://evil.test\t/", "fetch.url_malformed"),
    ("NET-15 line", "https://good.test/\r\nHost: x", "fetch.url_malformed"),
    ("NET-15 nul", "https://good.test/\x00", "fetch.url_malformed"),
    ("NET-16 file", "file:///etc/passwd", "fetch.scheme"), ("NET-16 ftp", "ftp://a.test/", "fetch.scheme"),
    ("NET-16 gopher", "gopher://a.test/", "fetch.scheme"), ("NET-16 data", "data:application/json,{}", "fetch.scheme"),
    ("NET-16 jar", "jar:https://a.test!/x", "fetch.scheme"), ("NET-16 dict", "dict://a.test/", "fetch.scheme"),
    ("NET-16 unix", "unix:/run/x.sock", "fetch.scheme"), ("NET-16 http", "http://a.test/", "fetch.scheme"),
    ("NET-26", "https://badges.school.example/verify?url=https://badges.school.example/verify", "fetch.self"),
    ("loopback", "https://127.0.0.1/", "fetch.blocked_address"),
    ("metadata", "https://169.254.169.254/", "fetch.blocked_address"),
    ("ipv6", "https://[::1]/", "fetch.blocked_address"), ("no host", "https://", "fetch.url_malformed"),
    ("surrogate", "https://a.test/\ud800", "fetch.url_malformed"), ("text", "hello", "fetch.url_malformed"),
]  # fmt: skip


@pytest.mark.parametrize(("url", "code"), [pytest.param(*one[1:], id=one[0]) for one in REFUSED_LINKS])
def test_links_that_are_not_followed(town: Town, url: str, code: str) -> None:
    visitor = town.anybody()
    query = "".join(f"%{byte:02X}" for byte in url.encode("utf-8", "surrogatepass"))
    assert problem(visitor.get(f"/verify?url={query}")) == (400, code)
    assert visitor.page(f"/verify?url={query}").status_code == 400


@pytest.mark.parametrize(("url", "code"), [pytest.param(*one[1:], id=one[0]) for one in REFUSED_LINKS[5:17]])
def test_the_same_links_through_the_form(town: Town, url: str, code: str) -> None:
    if "\r" not in url and "\x00" not in url:
        assert problem(town.anybody().post("/verify", data={"credential": url})) == (400, code)


@pytest.mark.parametrize("id", ["ENC-05", "ENC-06", "ENC-08", "ENC-09"])
def test_a_form_that_is_not_utf_8(town: Town, badge: bytes, id: str) -> None:
    """A lenient form reader puts replacement characters there, and another badge than was sent is judged."""
    change = next(change for name, change, _ in REFUSED if name == id)
    body = b"credential=" + quote_from_bytes(change(badge)).encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    if id == "ENC-05":  # ASCII with NULs between is UTF-8 as well
        assert problem(town.anybody().post("/verify", content=body, headers=headers))[0] == 400
    else:
        answer = town.anybody().post("/verify", content=body, headers=headers)
        assert problem(answer) == (400, "input.not_utf8")


def test_nothing_that_is_sent_makes_it_fail(town: Town, badge: bytes) -> None:
    """Every media type with every kind of content: a report or a refusal, never 500."""
    document = json.loads(badge)
    odd: list[Any] = [None, True, 5, "", "x", [], [[]], {}, {"id": None}, {"id": {}}, [None], "https://", "did:web:"]
    bodies = [b"\x00", b"\xff" * 40, b"{}", b"ey.ey.ey", b"....", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"<" * 500]
    bodies += [badge[:-30]]
    bodies += [json.dumps({**document, member: value}).encode() for member in document for value in odd]
    kinds = ["application/json", "text/plain", "image/png", "image/svg+xml", "application/vc+sd-jwt"]
    work = [(body, "application/json") for body in bodies] + [(body, kind) for body in bodies[:9] for kind in kinds[1:]]
    visitor = town.anybody()

    def ask(one: tuple[bytes, str]) -> tuple[int, str]:
        answer = visitor.post("/verify", content=one[0], headers={"content-type": one[1]})
        body = answer.json()
        return answer.status_code, body.get("verdict") or body["code"]

    with ThreadPoolExecutor(8) as pool:
        for sent, (status, told) in zip(work, pool.map(ask, work), strict=True):
            assert status in (200, 400, 413, 415, 422), (sent, told)
            assert told != "valid", sent
