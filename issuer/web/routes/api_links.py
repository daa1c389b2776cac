"""Share links as JSON: making, listing and ending them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET
from msgspec.structs import asdict

from issuer.domain import share_link
from issuer.web.api import Api, to_json
from issuer.web.api_schema import Nothing
from issuer.web.desk import Desk
from issuer.web.openapi import SESSION, answer, described, json_body
from issuer.web.problem_codes import NOT_FOUND, READ, SIGNED_IN, TEXT
from issuer.web.routes.api_credentials import ID, SHOWS
from issuer.web.share_schema import MadeShareLink, MakeShareLink, ShareLink, ShareLinkList

TOLD_ONCE = (
    "The address of this link was told when it was made, and is kept nowhere. If that answer did not reach you, end "
    "this link and make another with a new Idempotency-Key."
)
CHANGING: dict[str, Any] = {"headers": ("Idempotency-Key",), "security": (SESSION,)}


@get(
    "/api/credentials/{id:str}/links",
    **described(
        "listShareLinks", "Badges", {200: answer(ShareLinkList)}, (SIGNED_IN, READ, TEXT, NOT_FOUND),
        path=ID, security=(SESSION,),
    ),
)  # fmt: skip
async def links(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """List the share links of one’s badge, ended ones too."""
    api = await Api.of(request, desk)

    def work() -> tuple[int, Any]:
        found = desk.share_links.of_badge(api.caller.id, id)
        return 200, ShareLinkList(links=[told(one, desk.clock()) for one in found])

    return await api.answer(work)


@post(
    "/api/credentials/{id:str}/links",
    **described(
        "makeShareLink", "Badges", {201: answer(MadeShareLink)}, SHOWS, path=ID, body=json_body(MakeShareLink),
        body_required=False, **CHANGING,
    ),
)  # fmt: skip
async def make(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Make a link that shows one’s badge to whoever has it, opened or not.

    Its `url` is in the first answer alone, for it is kept nowhere: a call repeated with the same `Idempotency-Key`
    makes no second link and is answered with `url` null and a `note`. If the first answer was lost, end the link by
    its `id` and make another with a new key.
    """
    api = await Api.of(request, desk)
    sent = await api.sent(MakeShareLink)
    tokens: list[str] = []

    def work() -> tuple[int, Any]:
        made = desk.share_links.make(api.caller.id, id, sent.label, sent.days)
        tokens.append(made.token)
        return 201, MadeShareLink(**asdict(told(made.link, desk.clock())), note=TOLD_ONCE)

    response = await api.answer(work)
    if tokens:
        remembered = api.decoded(response, MadeShareLink)
        remembered.url, remembered.note = desk.urls.shared(tokens[0]), UNSET
        response.content = to_json(remembered)
    return response


@post(
    "/api/credentials/{id:str}/links/{link_id:str}/end",
    status_code=200,
    **described(
        "endShareLink", "Badges", {200: answer(ShareLink)}, SHOWS,
        path={**ID, "link_id": "The link’s id."}, body=json_body(Nothing), body_required=False, **CHANGING,
    ),
)  # fmt: skip
async def end(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str], link_id: FromPath[str]
) -> Response[Any]:
    """End a share link for good."""
    api = await Api.of(request, desk)
    await api.sent(Nothing)
    return await api.answer(lambda: (200, told(desk.share_links.end(api.caller.id, id, link_id), desk.clock())))


def told(link: share_link.ShareLink, now: datetime) -> ShareLink:
    """A link as its maker sees it, without its address."""
    return ShareLink(
        id=link.id, url=None, label=link.label, created_at=link.created_at, expires_at=link.expires_at,
        ended_at=link.ended_at, works=link.works(now), views=link.views,
    )  # fmt: skip


ROUTES = [links, make, end]
