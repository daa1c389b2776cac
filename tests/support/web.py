"""The service's HTTP face without sockets: visitors ask the ASGI application of a house."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from contract import Contract
from house import PASSWORD, House

from issuer.domain.award import Award
from issuer.domain.people import Person
from issuer.web.application import create_application
from issuer.web.desk import Desk
from issuer.web.rate_limits import RateLimits

PAGE = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
SLUG = "building-will"
_CONTRACTS: list[Contract] = []
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor:
    """One client with its own cookies. `address` is where its requests come from."""

    def __init__(self, web: Web, address: str, headers: dict[str, str]) -> None:
        self._web = web
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(web.app, raise_app_exceptions=False, client=(address, 40_000)),
            base_url=web.url, headers=headers,
        )  # fmt: skip

    @property
    def cookies(self) -> httpx.Cookies:
        return self._client.cookies

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        answer = self._web.portal.call(self._request, method, path, more)
        self._web.contract.check(answer)
        return answer

    async def _request(self, method: str, path: str, more: dict[str, Any]) -> httpx.Response:
        return await self._client.request(method, path, **more)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> httpx.Response:
        return self.request("POST", path, **({"json": json} if json is not None else {}), **more)

    def put(self, path: str, json: Any, **more: Any) -> httpx.Response:
        return self.request("PUT", path, json=json, **more)

    def delete(self, path: str) -> httpx.Response:
        return self.request("DELETE", path)

    def sign_in(self, person: Person) -> Visitor:
        answer = self.post(
            "/login", {"email": person.email, "password": PASSWORD}, headers={"accept": "application/json"}
        )
        assert answer.status_code == 200, answer.text
        return self

    def page(self, path: str) -> httpx.Response:
        """As a browser asks for it."""
        return self.get(path, headers={"accept": PAGE})

    def csrf_token(self) -> str:
        found = CSRF.search(self.page("/account").text)
        assert found is not None
        return found[1]

    def form(self, path: str, **more: Any) -> httpx.Response:
        """A form with the session's token, as a page of ours sends it. `data` and `files` as httpx takes them."""
        data = {"csrf_token": self.csrf_token(), **more.pop("data", {})}
        headers = {"accept": PAGE, "origin": self._web.url, "sec-fetch-site": "same-origin", **more.pop("headers", {})}
        return self.post(path, data=data, headers=headers, **more)

    def close(self) -> None:
        self._web.portal.call(self._client.aclose)


class Web:
    """The application over a house's services, or over another `desk`."""

    def __init__(self, house: House, portal: BlockingPortal, desk: Desk | None = None) -> None:
        self.house = house
        self.portal = portal
        self.desk = desk or house.service.desk
        self.url = house.service.identity.public_url
        self.app = create_application(self.desk)
        self._visitors: list[Visitor] = []

    @property
    def contract(self) -> Contract:
        """What the OpenAPI document promises; every answer in these tests is held to it."""
        if not _CONTRACTS:
            document = self.portal.call(self._document)
            _CONTRACTS.append(Contract(document))
        return _CONTRACTS[0]

    async def _document(self) -> dict[str, Any]:
        transport = httpx.ASGITransport(self.app, client=("192.0.2.1", 40_000))
        async with httpx.AsyncClient(transport=transport, base_url=self.url) as client:
            document: dict[str, Any] = (await client.get("/schema/openapi.json")).json()
            return document

    def visitor(self, person: Person | None = None, address: str = "203.0.113.7", **headers: str) -> Visitor:
        visitor = Visitor(self, address, headers)
        self._visitors.append(visitor)
        return visitor.sign_in(person) if person else visitor

    def close(self) -> None:
        for visitor in self._visitors:
            visitor.close()


@contextmanager
def web_of(house: House, desk: Desk | None = None) -> Iterator[Web]:
    """The application, with an event loop of its own in another thread."""
    with start_blocking_portal() as portal:
        web = Web(house, portal, desk)
        yield web
        web.close()


@dataclass
class Town:
    """A house with people, and its application without rate limits."""

    web: Web
    teacher: Person
    colleague: Person
    reviewer: Person
    administrator: Person
    stranger: Person

    @property
    def house(self) -> House:
        return self.web.house

    def anybody(self, address: str = "203.0.113.7", **headers: str) -> Visitor:
        return self.web.visitor(None, address, **headers)

    def as_(self, person: Person) -> Visitor:
        return self.web.visitor(person)

    def earned(self, slug: str = SLUG, is_open: bool = True) -> Award:
        """A badge of a teacher made for the purpose."""
        earner = self.house.teacher(f"Earner {len(self.house.administer.people('operator', 100))}")
        award = self.house.earn(earner, self.reviewer, slug)
        if is_open:
            self.house.share.set_open(earner.id, award.id, True)
        return award


def people_of(house: House) -> dict[str, Person]:
    return {
        "teacher": house.teacher("Renée Whitfield", email="renee@school.example"),
        "colleague": house.teacher("Samuel Okafor"),
        "reviewer": house.reviewer("Jordan Avery"),
        "administrator": house.administrator("Priya Nair"),
        "stranger": house.reviewer("Noor Haddad", school="Riverside School"),
    }


def without_limits(house: House) -> Desk:
    return replace(house.service.desk, rate_limits=RateLimits(is_on=False))


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of problem details; fails for anything that is none."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text[:300]
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["type"] == f"urn:problem:{body['code']}"
    assert body["title"]
    return answer.status_code, body["code"]
