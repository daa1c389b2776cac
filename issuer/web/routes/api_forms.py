"""The sealed forms of one's own badge, those from which parts can be shown among them."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.domain.award import Form
from issuer.web.api import Api
from issuer.web.desk import Desk
from issuer.web.openapi import SESSION, Answer, described
from issuer.web.problem_codes import NOT_FOUND, READ, SIGNED_IN, TEXT
from issuer.web.published_schema import SignedCredential
from issuer.web.routes.evidence import disposition

TOKEN = {"type": "string"}


@get(
    "/api/credentials/{id:str}/forms/{form:str}",
    **described(
        "getCredentialForm", "Badges",
        {
            200: Answer(
                {
                    "application/vc+ld+json": SignedCredential, "application/vc+jwt": TOKEN,
                    "application/dc+sd-jwt": TOKEN,
                },
                "The form, byte for byte as it was sealed.",
                {"Content-Disposition": "Always `attachment`."},
            )
        },
        (SIGNED_IN, READ, TEXT, NOT_FOUND, {503: ("state.conflict",)}),
        path={
            "id": "The badge’s id, the last part of its address.",
            "form": "`" + "`, `".join(Form) + "`",
        },
        security=(SESSION,),
    ),
)  # fmt: skip
async def form(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str], form: FromPath[str]
) -> Response[bytes]:
    """Take one’s badge to a wallet, in one of the forms it was sealed in.

    `ecdsa-sd-2023` and `sd-jwt-vc` are for the earner alone: a wallet derives from them what it shows. A form that is
    added to older badges in the background is 503 until it is there.
    """
    api = await Api.of(request, desk)
    return await desk.in_thread(download, desk, api.caller.id, id, form)


def download(desk: Desk, by: str, id: str, name: str) -> Response[bytes]:
    """A form of one's own badge as a file. Raises NotFound, Unavailable."""
    own = desk.share.own(by, id)
    body, media_type, suffix = desk.forms.own_form(own.award, name)
    headers = {
        "Content-Disposition": disposition(f"{own.badge_class.slug}.{suffix}"),
        "Cache-Control": "private, no-store",
    }
    return Response(body, media_type=media_type, headers=headers)


ROUTES = [form]
