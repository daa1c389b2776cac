"""Badges that their earners have opened: a page for people, the signed bytes for software."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.credentials.references import reviewed_files
from issuer.credentials.share import linkedin_entry, linkedin_post_url
from issuer.errors import NotFound
from issuer.services.share import Badge
from issuer.verification.report import Report
from issuer.web.callers import find_caller
from issuer.web.desk import Desk
from issuer.web.negotiation import HTML, SUFFIX_OF_TYPE, best
from issuer.web.openapi import PAGE, cacheable, described
from issuer.web.problem_codes import NOT_FOUND, READ, TEXT
from issuer.web.public import conditional
from issuer.web.published_schema import SEALED
from issuer.web.rendering import page
from issuer.web.run_chart import run_chart

MAX_AGE_S = 60


@get(
    "/credentials/{name:str}",
    sync_to_thread=True,
    **described(
        "getCredential", "Published",
        cacheable(
            {**PAGE, **SEALED}
        ),
        (READ, TEXT, NOT_FOUND, {503: ("state.conflict",)}),
        path={"name": "The badge’s id; with `.json`, `.jwt`, `.png`, `.svg` or `.pdf` in that form."},
        headers=("If-None-Match",), has_pages=True,
    ),
)  # fmt: skip
def credential(request: Request[Any, Any, Any], desk: NamedDependency[Desk], name: FromPath[str]) -> Response[Any]:
    """Read a badge that its earner has opened: its page, or the signed credential.

    Anything that is not opened is 404, the same as unknown.
    """
    id, dot, suffix = name.partition(".")
    badge = desk.share.public(id)
    if dot:
        return _form(request, desk, badge, suffix)
    wanted = best(request.headers.get("accept", ""), (HTML, *SUFFIX_OF_TYPE), HTML)
    if wanted != HTML:
        return _form(request, desk, badge, SUFFIX_OF_TYPE[wanted], wanted)
    find_caller(request, desk.sign_in)
    return Response(
        page("credential.html", request, **share_context(desk, badge)),
        media_type=MediaType.HTML,
        headers={"Vary": "Accept", "Cache-Control": "private, no-cache"},
    )


@get(
    "/credentials/{id:str}/card.png",
    sync_to_thread=True,
    **described(
        "getShareCard", "Published", cacheable({"image/png": {}}),
        (READ, TEXT, NOT_FOUND, {503: ("state.conflict",)}), path={"id": "The badge’s id."}, headers=("If-None-Match",),
    ),
)  # fmt: skip
def card(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Read the picture that goes with links to a badge that its earner has opened: 1200 × 630 pixels."""
    badge = desk.share.public(id)
    body = desk.forms.card(badge.award, badge.badge_class, urlsplit(desk.identity.public_url).netloc)
    return conditional(request, body, "image/png", MAX_AGE_S)


def share_context(desk: Desk, badge: Badge, url: str | None = None) -> dict[str, Any]:
    """What the share page shows; the verdict comes from the verification that everybody gets.

    url: where it is shown, if not under the badge's own address.
    """
    sealed, media_type = desk.forms.form(badge.award, badge.badge_class, "json")
    report = desk.verify.verify(sealed, media_type)
    is_shared, url = url is not None, url or desk.urls.credential(badge.award.id)
    return {
        "is_shared": is_shared,
        "badge": badge,
        "report": report,
        "recipient_name": recipient_name(report, badge),
        "narratives": _narratives(desk, badge, report),
        "chart": run_chart(desk.show_chart.shown(badge.award), badge.badge_class.settings),
        "named_files": reviewed_files(report.document or {}),
        "url": url,
        "card_url": "" if is_shared else f"{url}/card.png",
        "image_url": desk.urls.achievement_image(badge.badge_class.slug, badge.badge_class.version),
        "achievement_url": desk.urls.achievement(badge.badge_class.slug, badge.badge_class.version),
        "linkedin": linkedin_entry(
            badge.badge_class.name, desk.identity.name, badge.award.awarded_at, None, url, badge.award.id
        ),
        "linkedin_post": linkedin_post_url(url),
        "identity": desk.identity,
    }


def _narratives(desk: Desk, badge: Badge, report: Report) -> dict[str, str]:
    """Requirement id → what the signed badge says about how it was met."""
    entries = (report.document or {}).get("evidence") or []
    told = {entry.get("id"): entry.get("narrative") for entry in entries if isinstance(entry, dict)}
    found = {one.id: told.get(desk.urls.evidence(badge.award.id, one.id)) for one in badge.badge_class.requirements}
    return {requirement: str(text) for requirement, text in found.items() if text}


def recipient_name(report: Report, badge: Badge) -> str:
    """The name in the signed badge; the account's name while the badge does not verify."""
    recipient = (report.credential or {}).get("recipient") or {}
    return str(recipient.get("name") or badge.earner_name)


def _form(
    request: Request[Any, Any, Any], desk: Desk, badge: Badge, suffix: str, media_type: str | None = None
) -> Response[bytes]:
    try:
        body, own_type = desk.forms.form(badge.award, badge.badge_class, suffix)
    except KeyError:
        raise NotFound("not_found", "This badge has no such form.") from None
    return conditional(request, body, media_type or own_type, MAX_AGE_S)


ROUTES = [credential, card]
