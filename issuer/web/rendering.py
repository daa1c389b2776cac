"""Pages from templates: autoescaped, no inline script or style, the same frame everywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import nh3
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from litestar import Request
from markdown_it import MarkdownIt
from markupsafe import Markup

from issuer.domain.evidence.placed import placed
from issuer.domain.media_types import EXTENSIONS
from issuer.services.attach import UploadLimits
from issuer.services.reflection_forms import READABLE, kinds_of

HERE = Path(__file__).parent
STATIC_DIR = HERE / "static"
ALLOWED_TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "h2", "h3", "h4", "blockquote", "code", "pre", "a", "hr"}
UPLOAD_KINDS = ",".join(f".{one}" for one in EXTENSIONS)
ALLOWED_SCHEMES = {"https", "mailto"}

_markdown = MarkdownIt("commonmark", {"html": False}).disable("image")


NOTICES = {
    "saved": "Saved.",
    "restored": "This version is the draft again. The others are still in the list.",
    "answers": "The answers stand in the form now. Read them over once more.",
    "copied": "Copied from your earlier submission. Change it freely; the earlier one stays as it is.",
    "submitted": "Your evidence is handed in. A reviewer of your school will look at it.",
    "withdrawn": "Your submission is withdrawn.",
    "deleted": "The draft is deleted.",
    "opened": "Your badge is open: everybody who has its link can see it.",
    "closed": "Your badge is private again.",
    "link-ended": "The link has ended. Whoever opens it is told so.",
    "approved": "Approved. The badge is issued.",
    "returned": "Returned to the teacher for revision.",
    "declined": "Declined.",
    "claimed": "This submission is yours to review.",
    "released": "The submission is back in the queue.",
    "revoked": "The badge is revoked.",
    "suspended": "The badge is suspended.",
    "reinstated": "The badge is active again.",
    "corrected": "The corrected badge is issued; the old one says that it was superseded.",
    "person-added": "The account is open.",
    "roles": "The roles are changed.",
    "disabled": "The account is closed.",
    "organisation-added": "The school is added.",
    "renamed": "Your name is changed. It appears on badges you earn from now on.",
    "password": "Your password is changed. Every other session has ended.",
    "new-password": "Your new password is set. Sign in with it.",
    "joined": "Your account is open. Sign in with your address and password.",
    "address-added": "The address is added. Follow the link that was sent to it, then it can be used.",
    "address-sent": "Another link was sent to the address.",
    "address-verified": "The address is verified: you can sign in with it.",
    "address-primary": "Mails and new badges go to this address from now on.",
    "address-removed": "The address is removed.",
    "session-ended": "The session has ended.",
    "sessions-ended": "All other sessions have ended.",
    "withdrawn-invitation": "The link is withdrawn.",
    "factor-off": "You sign in without codes from now on.",
    "factor-taken": "The second factor is taken away; they sign in with the password alone.",
    "erased": "Your account is erased.",
    "erased-person": "The account is erased.",
    "new-code": "The school has a new code.",
    "attached": "The file is attached.",
    "removed": "The file is removed.",
    "links-checked": "The links were looked at; what was found stands below.",
    "file-named": "The badge will name the digest of this file; the file itself stays private.",
    "file-not-named": "The badge will not name this file.",
    "appealed": "Your appeal is filed. A reviewer who took no part in the decision answers it.",
    "appeal-withdrawn": "Your appeal is withdrawn.",
    "appeal-upheld": "Answered: the decision stands. The teacher and the first reviewer read your reason.",
    "appeal-overturned": "Answered. The same evidence is now yours to rate, requirement by requirement.",
    "extended": "The teacher has more time, and is told so.",
    "chart-shown": "The run chart stands beside your badge now.",
    "chart-hidden": "The run chart is private again.",
    "published": "Published. Everybody can read this page now.",
    "resource-withdrawn": "Withdrawn. Nobody can read it any more.",
    "asked": "Your question is with the author. Keep the address of this page.",
    "answered": "Your answer stands under the reader’s link.",
    "points": "Saved. The points of your table are added.",
    "points-day-first": "Saved. The points are added; dates such as 03/04/2026 were read as day, month, year.",
    "points-month-first": "Saved. The points are added; dates such as 03/04/2026 were read as month, day, year.",
    "points-decimal-comma": "Saved. The points are added; commas inside numbers were read as decimal commas.",
    "points-heading": "Saved. The points are added; the first row was taken for a heading.",
    "switched": "Your choice of mails is saved.",
}
"""Sentences a page may open with, by the key in its `notice` parameter; other keys say nothing."""


FLAGS = {
    "content.bidi_control": "A text contains signs that turn the direction of writing; do not trust its looks.",
    "content.image_not_shown": "The badge’s picture is of a kind that is not shown here.",
    "content.truncated_for_display": "Some texts are long and shown in part.",
    "credential.superseded": "A corrected badge replaces this one.",
    "endorsement.invalid": "Somebody’s recommendation inside the badge does not hold. It does not count.",
    "endorsement.not_checked": "Somebody’s recommendation inside the badge could not be checked. It does not count.",
    "image.pixels_not_signed": "The picture itself is not signed. Believe what is written here, not what it shows.",
    "issuer.bound_by_origin": "The key belongs to the web address of the issuer.",
    "issuer.mixed_script": "A name mixes letters of different alphabets. It may be made to look like somebody else’s.",
    "issuer.name_differs": "The issuer calls itself by a web address that is not its own.",
    "issuer.punycode": "The issuer’s web address holds letters that may look like others. Both spellings stand below.",
    "issuer.self_asserted": "The issuer’s identity is not established: anybody can make such an issuer.",
    "issuer.unknown": "The issuer is not among those known here. Find out who they are before you rely on the badge.",
    "key.compromised_logged_before": (
        "The key that signed this was lost later on. The badge was issued before that, by this service’s own record."
    ),
    "proof.domain": "The holder signed this presentation for somebody. Whether that is you was not compared.",
    "proof.member_invalid": "The badge carries another signature that does not hold.",
    "proof.member_not_checked": "The badge carries another signature of a kind that is not checked here.",
    "proof.member_other_controller": "The badge carries another signature by somebody else.",
    "recipient.differs": "A credential inside was awarded under another id than the record itself. Ask whose it is.",
    "refresh.not_performed": "The issuer may have a newer version of this badge; it was not asked for.",
    "status.cached": (
        "The issuer’s status list was read within the last ten minutes. A revocation since then would not show yet."
    ),
    "status.message": "The issuer has left a note on the status of this badge.",
    "vcdm.1_1": "The badge is written in the older edition 1.1 of the data model.",
}
"""What flags of a report mean to people, by code."""


FRAME = "issuer.frame"
"""Where an ASGI scope has the frame of its pages."""


@dataclass(frozen=True)
class Frame:
    """What pages show of the service they belong to. shown_at: id of a file → its address."""

    site_name: str
    shown_at: Callable[[str], str]
    upload_limits: UploadLimits


def page(template: str, request: Request[Any, Any, Any], **context: Any) -> str:
    """The HTML of a page. The frame learns from the request who is signed in and where the page stands."""
    signed_in = request.scope.get("state", {}).get("signed_in")
    frame: Frame = request.scope[FRAME]  # type: ignore[literal-required]
    return (
        _environment()
        .get_template(template)
        .render(
            path=request.url.path,
            caller=signed_in.person if signed_in else None,
            unread=signed_in.unread if signed_in else 0,
            csrf_token=signed_in.csrf_token if signed_in else "",
            notice=request.query_params.get("notice", ""),
            notices=NOTICES,
            site_name=frame.site_name,
            shown_at=frame.shown_at,
            upload_limits=frame.upload_limits,
            upload_kinds=UPLOAD_KINDS,
            **context,
        )
    )


def refusal(problem: dict[str, Any]) -> str:
    """A page without the frame, for what is refused before anybody knows who asks."""
    return _environment().get_template("refused.html").render(problem=problem)


def without_title(text: str) -> str:
    """Markdown without the heading it opens with, for pages that show that title already."""
    first, _, rest = text.lstrip().partition("\n")
    return rest if first.startswith("# ") else text


def markdown(text: str) -> Markup:
    """Markdown that people wrote, as HTML of a short allow-list; links open without referrer, images never load."""
    html = _markdown.render(text)
    clean = nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes={"a": {"href"}},
        url_schemes=ALLOWED_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean)


@cache
def static_url(name: str) -> str:
    """URL of a static file with a digest of its content, so that it may be cached for good."""
    digest = hashlib.sha256((STATIC_DIR / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def day(moment: datetime | date) -> str:
    """A date for people: 21 November 2026."""
    return f"{moment.day} {moment:%B %Y}"


def minute(moment: datetime) -> str:
    """A moment for people, in UTC: 21 November 2026, 18:00 UTC."""
    return f"{day(moment)}, {moment:%H:%M} UTC"


def written_moment(text: str | None) -> str | None:
    """A moment as a badge writes it, for people where it can be read, else as it stands."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return text
    return minute(moment.astimezone(UTC)) if moment.tzinfo else text


def file_size(size_bytes: int) -> str:
    """A size for people: 12 KiB, 3.4 MiB."""
    if size_bytes < 1_000_000:
        return f"{max(1, round(size_bytes / 1024))} KiB"
    return f"{size_bytes / 2**20:.1f} MiB"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(markdown=markdown, without_title=without_title, day=day, minute=minute)
    environment.filters.update(placements=placed, file_size=file_size, written_moment=written_moment)
    environment.globals.update(
        reflection_kinds=kinds_of, reads_reflections=READABLE, static_url=static_url, flag_words=FLAGS
    )
    return environment
