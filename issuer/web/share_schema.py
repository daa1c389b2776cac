"""What the API is sent and answers about share links."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from issuer.domain.share_link import MAX_LABEL_CHARACTERS
from issuer.services.share_links import MAX_DAYS
from issuer.web.api_schema import Moment, Sent, Told, Url


class MakeShareLink(Sent):
    """A new link to a badge."""

    label: Annotated[
        str,
        Meta(max_length=MAX_LABEL_CHARACTERS, description="What to call it in one’s own list; nobody else sees it."),
    ] = ""
    days: Annotated[int, Meta(ge=1, le=MAX_DAYS)] | None = None


class ShareLink(Told):
    """A link to a badge, as its maker sees it."""

    id: str
    url: Annotated[
        Url | None, Meta(description="Told once, to the call that makes the link; kept nowhere, so null ever after.")
    ]
    label: str
    created_at: Moment
    expires_at: Moment | None
    ended_at: Moment | None
    works: Annotated[bool, Meta(description="Whether it shows the badge now.")]
    views: Annotated[int, Meta(description="How often its page was shown.")]


class MadeShareLink(ShareLink):
    """A link to a badge, as the call that makes it is answered."""

    note: (
        Annotated[str, Meta(description="Why `url` is null and what to do: only where a call is repeated.")] | UnsetType
    ) = UNSET


class ShareLinkList(Told):
    """The links of one badge, the newest first."""

    links: list[ShareLink]
