"""Badges seen through a share link: the page, and the signed bytes in every form."""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.services.share import Badge
from issuer.web.desk import Desk
from issuer.web.negotiation import HTML, SUFFIX_OF_TYPE, best
from issuer.web.openapi import PAGE, Answer, described
from issuer.web.problem_codes import NOT_FOUND, READ, TEXT, WRITE
from issuer.web.published_schema import SEALED
from issuer.web.rendering import page
from issuer.web.routes.credentials import share_context

PRIVATE = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex", "Vary": "Accept"}


@get(
    "/s/{name:str}",
    sync_to_thread=True,
    **described(
        "getSharedCredential", "Published",
        {
            200: Answer(
                {**PAGE, **SEALED},
                "The badge, never to be kept by caches.",
            )
        },
        (READ, TEXT, NOT_FOUND, {410: ("link.ended",), 503: ("state.conflict",), 507: WRITE[507]}),
        path={"name": "The link’s token; with `.json`, `.jwt`, `.png`, `.svg` or `.pdf` in that form."}, has_pages=True,
    ),
)  # fmt: skip
def shared(request: Request[Any, Any, Any], desk: NamedDependency[Desk], name: FromPath[str]) -> Response[Any]:
    """Read a badge through a share link: its page, or the signed credential.

    An unknown link is 404, one that was ended or has expired 410; a revoked badge is shown, and said to be revoked.
    """
    token, dot, suffix = name.partition(".")
    wanted = best(request.headers.get("accept", ""), (HTML, *SUFFIX_OF_TYPE), HTML)
    if dot or wanted != HTML:
        form = suffix if dot else SUFFIX_OF_TYPE[wanted]
        return _form(desk, desk.share_links.behind(token), token, form, None if dot else wanted)
    context = share_context(desk, desk.share_links.seen(token), desk.urls.shared(token))
    return Response(page("credential.html", request, **context), media_type=MediaType.HTML, headers=PRIVATE)


def _form(desk: Desk, badge: Badge, token: str, suffix: str, media_type: str | None) -> Response[bytes]:
    body, own_type = desk.forms.form(badge.award, badge.badge_class, suffix, desk.urls.shared(token))
    return Response(body, media_type=media_type or own_type, headers=PRIVATE)


ROUTES = [shared]
