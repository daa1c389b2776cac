"""Accounts for other software: inviting people, one's own notices, everything about oneself."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from issuer.domain.claims import Claim
from issuer.services.notices import Notice
from issuer.web.account_schema import Invitation, InvitationList, Invite, NewInvitation, NoticeEntry, NoticeList
from issuer.web.api import Api
from issuer.web.desk import Desk
from issuer.web.openapi import SESSION, Answer, answer, described, json_body
from issuer.web.problem_codes import JSON_BODY, NOT_FOUND, READ, REPEATABLE, SIGNED_IN, TEXT, WRITE
from issuer.web.routes.pages_privacy import archive_response

GONE = {410: ("claim.used",)}
LIMITED = {429: ("rate.limited",)}


@post(
    "/api/invitations",
    status_code=201,
    **described(
        "invite", "Accounts", {201: answer(NewInvitation, "Invited.")},
        (SIGNED_IN, JSON_BODY, TEXT, WRITE, REPEATABLE, LIMITED),
        body=json_body(Invite), headers=("Idempotency-Key",), security=(SESSION,),
    ),
)  # fmt: skip
async def invite(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Invite somebody to open an account. Administrators only; the link is mailed where a mail server is named."""
    api = await Api.of(request, desk)
    sent = await api.sent(Invite)
    desk.rate_limits.spend("invite", api.caller.id)

    def work() -> tuple[int, Any]:
        made = desk.join.invite(api.caller.id, sent.email, sent.roles, sent.organisation)
        told = _invitation(made.claim)
        return 201, NewInvitation(
            told.id, told.email, told.roles, told.organisation, told.created_at, told.expires_at,
            f"{desk.identity.public_url}{made.path}",
        )  # fmt: skip

    return await api.answer(work)


@get(
    "/api/invitations",
    **described(
        "listInvitations", "Accounts", {200: answer(InvitationList)}, (SIGNED_IN, READ), security=(SESSION,)
    ),
)  # fmt: skip
async def invitations(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """List invitations and registrations that were not used yet, the latest first. Administrators only."""
    api = await Api.of(request, desk)

    def work() -> tuple[int, Any]:
        return 200, InvitationList([_invitation(one.claim) for one in desk.join.waiting(api.caller.id)])

    return await api.answer(work)


@delete(
    "/api/invitations/{id:str}",
    status_code=204,
    **described(
        "withdrawInvitation", "Accounts", {204: Answer(description="Withdrawn.")},
        (SIGNED_IN, TEXT, WRITE, NOT_FOUND, GONE), path={"id": "The invitation’s id."}, security=(SESSION,),
    ),
)  # fmt: skip
async def withdraw(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[None]:
    """Withdraw an invitation: its links are good for nothing any more."""
    api = await Api.of(request, desk)

    def work() -> tuple[int, Any]:
        desk.join.withdraw(api.caller.id, id)
        return 204, None

    return await api.answer(work)


@get(
    "/api/notices",
    **described("listNotices", "Accounts", {200: answer(NoticeList)}, (SIGNED_IN, READ), security=(SESSION,)),
)
async def notices(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Read one’s own notices, the newest first."""
    api = await Api.of(request, desk)

    def work() -> tuple[int, Any]:
        return 200, NoticeList([_notice(one, desk.identity.public_url) for one in desk.notices.mine(api.caller.id)])

    return await api.answer(work)


@get(
    "/api/account/export",
    **described(
        "exportAccount", "Accounts",
        {
            200: Answer(
                {"application/zip": {}}, "One archive: data as JSON, files, badges.",
                {"Content-Disposition": "Always `attachment`."},
            )
        },
        (SIGNED_IN, READ), security=(SESSION,),
    ),
)  # fmt: skip
async def export(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Stream:
    """Take along everything that is kept about oneself, in one call."""
    api = await Api.of(request, desk)
    desk.rate_limits.spend("export", api.caller.id)
    return archive_response(await desk.in_thread(desk.export.own, api.caller.id))


def _invitation(claim: Claim) -> Invitation:
    return Invitation(
        claim.id, claim.email, sorted(claim.roles), claim.organisation_id or "", claim.created_at, claim.expires_at
    )


def _notice(one: Notice, public_url: str) -> NoticeEntry:
    return NoticeEntry(one.kind.code, one.subject, one.sentence, public_url + one.path, one.created_at, one.read_at)


ROUTES = [invite, invitations, withdraw, notices, export]
