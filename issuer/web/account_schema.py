"""What the API of accounts is sent and what it answers, beside `api_schema`."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from issuer.domain.people import Role
from issuer.web.api_schema import Moment, Sent, Told, Url, Words


class Invite(Sent):
    """Whom to invite."""

    email: Words
    roles: Annotated[list[Role], Meta(min_length=1)]
    organisation: Annotated[str, Meta(description="Id of the school.")]


class Invitation(Told):
    """An invitation or registration that was not used yet."""

    id: str
    email: str
    roles: list[Role]
    organisation: str
    created_at: Moment
    expires_at: Moment


class NewInvitation(Invitation):
    """A fresh invitation; `link` is told now and never again."""

    link: Url


class InvitationList(Told):
    invitations: list[Invitation]


class NoticeEntry(Told):
    """A notice in words; `read_at` is null while it is new."""

    kind: str
    subject: str
    text: str
    url: Url
    created_at: Moment
    read_at: Moment | None


class NoticeList(Told):
    notices: list[NoticeEntry]
