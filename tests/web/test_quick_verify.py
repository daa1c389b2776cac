"""What is answered in front of the routes is what the routes would answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from web import Town

from issuer.errors import IssuerError, Refused
from issuer.web.quick_verify import QuickVerify
from issuer.web.rate_limits import RateLimits

FORMS = [("json", "application/vc+ld+json"), ("jwt", "application/vc+jwt")]


@pytest.fixture(scope="module")
def forms(town: Town) -> dict[str, bytes]:
    id = town.earned().id
    return {suffix: town.anybody().get(f"/credentials/{id}.{suffix}").content for suffix, _ in FORMS}


def post(town: Town, content: object, media_type: str, query: str = "", **headers: str) -> httpx.Response:
    return town.anybody().post(f"/verify{query}", content=content, headers={"content-type": media_type, **headers})


def headers_of(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in ("date", "content-length")}


@pytest.mark.parametrize(("form", "media_type"), FORMS)
def test_the_answer_is_that_of_the_route(town: Town, forms: dict[str, bytes], form: str, media_type: str) -> None:
    quick = post(town, forms[form], media_type)
    for answer in (
        post(town, forms[form], media_type, "?refresh=false"),
        post(town, forms[form], media_type, accept="application/json, text/plain"),
    ):
        assert (answer.status_code, headers_of(answer)) == (quick.status_code, headers_of(quick))
        assert answer.json() == {**quick.json(), "checked_at": answer.json()["checked_at"]}
        assert list(answer.json()) == list(quick.json())
    assert quick.json()["verdict"] == "valid"
    assert int(quick.headers["content-length"]) == len(quick.content)


def test_what_is_not_plainly_good_reaches_the_route_whole(town: Town, forms: dict[str, bytes]) -> None:
    spoilt = json.dumps({**json.loads(forms["json"]), "name": "Doctorate"}).encode()
    assert "sig.invalid" in {one["code"] for one in post(town, spoilt, FORMS[0][1]).json()["checks"]}
    assert post(town, b"{", FORMS[0][1]).json()["code"] == "json.malformed"
    assert post(town, b"", FORMS[0][1]).json()["code"] == "input.empty"
    assert post(town, forms["json"], "text/html").json()["code"] == "input.media_type"


def test_a_browser_gets_a_page(town: Town, forms: dict[str, bytes]) -> None:
    answer = post(town, forms["json"], FORMS[0][1], accept="text/html,*/*;q=0.8")
    assert answer.headers["content-type"].startswith("text/html")


def test_every_call_counts_once(new_town: Callable[..., Town]) -> None:
    town = new_town()
    id = town.earned().id
    body = town.anybody().get(f"/credentials/{id}.json").content
    spoilt = json.dumps({**json.loads(body), "name": "Doctorate"}).encode()
    statuses = [post(town, (body, spoilt)[number % 2], FORMS[0][1]).status_code for number in range(24)]
    assert statuses[:20] == [200] * 20
    assert statuses[-1] == 429
    assert post(town, body, FORMS[0][1]).json()["code"] == "rate.limited"


class Declines:
    """A quick verification that has nothing to say, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    async def report(self, body: bytes, media_type: str) -> None:
        self.asked.append(body)


PLAIN = ((b"content-type", b"application/json"), (b"content-length", b"4"))


def heard_by_the_route(
    messages: list[dict[str, Any] | IssuerError], quick: Declines, headers: tuple[tuple[bytes, bytes], ...] = PLAIN
) -> list[object]:
    """What the route receives behind `QuickVerify`, up to an error, of which the code."""
    heard: list[object] = []
    waiting = iter(messages)

    async def receive() -> dict[str, Any]:
        message = next(waiting)
        if isinstance(message, IssuerError):
            raise message
        return message

    async def route(scope: Any, receive: Any, send: Any) -> None:
        try:
            for _ in messages:
                heard.append(await receive())
        except IssuerError as error:
            heard.append(error.code)

    async def send(message: Any) -> None:
        raise AssertionError("the route answers")

    scope = {"type": "http", "path": "/verify", "method": "POST", "query_string": b"", "headers": headers}
    app = QuickVerify(route, quick, RateLimits(), 0, 5.0)
    asyncio.run(app(scope, receive, send))
    return heard


def test_the_route_hears_everything_once_more() -> None:
    first = {"type": "http.request", "body": b"ab", "more_body": True}
    last = {"type": "http.request", "body": b"cd", "more_body": False}
    gone, late = {"type": "http.disconnect"}, Refused("input.too_large", "late")
    quick = Declines()
    assert heard_by_the_route([first, last, gone], quick) == [first, last, gone]
    assert quick.asked == [b"abcd"]
    assert heard_by_the_route([first, gone], quick) == [first, "http.malformed"]
    assert heard_by_the_route([first, late], quick) == [first, "input.too_large"]
    assert quick.asked == [b"abcd"]


@pytest.mark.parametrize(
    "odd",
    [
        (b"content-encoding", b"gzip"), (b"transfer-encoding", b"chunked"), (b"content-length", b"4"),
        (b"content-type", b"application/json"), (b"accept", b"text/html"),
    ],
    ids=lambda pair: pair[0].decode(),
)  # fmt: skip
def test_whatever_the_layers_behind_have_to_judge_goes_on_unread(odd: tuple[bytes, bytes]) -> None:
    quick, whole = Declines(), {"type": "http.request", "body": b"abcd", "more_body": False}
    assert heard_by_the_route([whole], quick, (*PLAIN, odd)) == [whole]
    assert quick.asked == []


@pytest.mark.parametrize("length", [b"", b"+4", b"-1", b"16385", b"9" * 5_000])
def test_a_length_that_is_none_or_large_goes_on_unread(length: bytes) -> None:
    quick, whole = Declines(), {"type": "http.request", "body": b"abcd", "more_body": False}
    assert heard_by_the_route([whole], quick, (PLAIN[0], (b"content-length", length))) == [whole]
    assert quick.asked == []


def test_a_body_that_does_not_come_is_waited_for_no_longer_than_elsewhere() -> None:
    async def never() -> dict[str, Any]:
        await asyncio.sleep(60)
        raise AssertionError

    heard: list[str] = []

    async def route(scope: Any, receive: Any, send: Any) -> None:
        with pytest.raises(Refused) as error:
            await receive()
        heard.append(error.value.code)

    async def send(message: Any) -> None:
        raise AssertionError("the route answers")

    scope = {"type": "http", "path": "/verify", "method": "POST", "query_string": b"", "headers": PLAIN}
    asyncio.run(QuickVerify(route, Declines(), RateLimits(), 0, 0.05)(scope, never, send))
    assert heard == ["input.too_large"]
