"""What can be earned: the public catalogue and every published version of a badge class."""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from badge_classes import BadgeClass, UnknownBadgeClassError
from issuer.credentials.achievement import achievement_document
from issuer.credentials.encode import to_bytes
from issuer.errors import NotFound
from issuer.services.reflection_forms import MEDIA_TYPES, kinds_of, reflection_form
from issuer.web.callers import find_caller
from issuer.web.desk import Desk
from issuer.web.negotiation import HTML, best
from issuer.web.openapi import PAGE, Answer, cacheable, described
from issuer.web.problem_codes import NOT_FOUND, READ
from issuer.web.public import conditional
from issuer.web.published_schema import Achievement
from issuer.web.rendering import page

VERSION_MAX_AGE_S = 86_400
SLUG = {"slug": "The badge class."}
VERSION = {**SLUG, "version": "`v` and the number of the version, such as `v1`."}
PARTS = "`evidence-schema.json`, `reflection-form.pdf`, `.docx` or `.md`, `image.svg` or `image.png`."
REFLECTION_FORM = "reflection-form"
OFFERED = ("application/ld+json", "application/json", HTML)


@get(
    "/catalogue",
    sync_to_thread=True,
    **described("getCatalogue", "Published", {200: Answer(PAGE)}, (READ,), has_pages=True),
)
def catalogue(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Read the catalogue page, strand by strand."""
    find_caller(request, desk.sign_in)
    html = page("catalogue.html", request, catalogue=desk.catalogue)
    return Response(html, media_type=MediaType.HTML, headers={"Cache-Control": "private, no-cache"})


@get(
    "/achievements/{slug:str}",
    sync_to_thread=False,
    **described(
        "findAchievement", "Published", {302: Answer(headers={"Location": "Its current version."})},
        (READ, NOT_FOUND), path=SLUG, has_pages=True,
    ),
)  # fmt: skip
def current(desk: NamedDependency[Desk], slug: FromPath[str]) -> Redirect:
    """Go to the current version of a badge class."""
    try:
        badge_class = desk.catalogue.current(slug)
    except UnknownBadgeClassError:
        raise _unknown() from None
    return Redirect(f"/achievements/{slug}/v{badge_class.version}", status_code=302)


@get(
    "/achievements/{slug:str}/{version:str}",
    sync_to_thread=True,
    **described(
        "getAchievement", "Published", cacheable({"application/ld+json": Achievement, **PAGE}), (READ, NOT_FOUND),
        path=VERSION, headers=("If-None-Match",), has_pages=True,
    ),
)  # fmt: skip
def achievement(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], slug: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Read one version of a badge class: Achievement JSON-LD, or a page for browsers."""
    badge_class = published(desk, slug, version)
    if best(request.headers.get("accept", ""), OFFERED, "application/ld+json") == HTML:
        find_caller(request, desk.sign_in)
        strand = next((one for one in desk.catalogue.strands if one.id == badge_class.strand), None)
        stage = next((one for one in desk.catalogue.stages if one.id == badge_class.stage), None)
        html = page(
            "achievement.html", request, badge_class=badge_class, strand=strand, stage=stage, catalogue=desk.catalogue,
            url=desk.urls.achievement(badge_class.slug, badge_class.version), identity=desk.identity,
            image_url=desk.urls.achievement_image(badge_class.slug, badge_class.version),
        )  # fmt: skip
        headers = {"Vary": "Accept", "Cache-Control": "private, no-cache"}
        return Response(html, media_type=MediaType.HTML, headers=headers)
    body = to_bytes(achievement_document(badge_class, desk.identity))
    return conditional(request, body, "application/ld+json", VERSION_MAX_AGE_S)


@get(
    "/achievements/{slug:str}/{version:str}/{part:str}",
    sync_to_thread=False,
    **described(
        "getAchievementPart", "Published",
        cacheable(
            {
                "application/schema+json": {"type": "object"}, "text/markdown": {"type": "string"},
                MEDIA_TYPES["pdf"]: {}, MEDIA_TYPES["docx"]: {},
                "image/png": {}, "image/svg+xml": {},
            }
        ),
        (READ, NOT_FOUND), path={**VERSION, "part": PARTS}, headers=("If-None-Match",), has_pages=True,
    ),
)  # fmt: skip
def achievement_part(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    slug: FromPath[str],
    version: FromPath[str],
    part: FromPath[str],
) -> Response[Any]:
    """Read the evidence schema, the reflection form or the art of a badge class."""
    badge_class = published(desk, slug, version)
    if part == "image.png":
        return conditional(request, badge_class.art_png, "image/png", VERSION_MAX_AGE_S)
    if part == "image.svg":
        return conditional(request, badge_class.art_svg, "image/svg+xml", VERSION_MAX_AGE_S)
    if part == "evidence-schema.json" and badge_class.evidence_schema is not None:
        body = to_bytes(badge_class.evidence_schema)
        return conditional(request, body, "application/schema+json", VERSION_MAX_AGE_S)
    name, _, kind = part.partition(".")
    if name == REFLECTION_FORM and kind in kinds_of(badge_class):
        return conditional(request, reflection_form(badge_class, kind), MEDIA_TYPES[kind], VERSION_MAX_AGE_S)
    raise _unknown()


def published(desk: Desk, slug: str, version: str) -> BadgeClass:
    """The published version named by ``v1``, ``v2`` … Raises NotFound."""
    number = version.removeprefix("v")
    if not (version.startswith("v") and number.isascii() and number.isdigit() and len(number) < 6):
        raise _unknown()
    try:
        badge_class = desk.catalogue.version(slug, int(number))
    except UnknownBadgeClassError:
        raise _unknown() from None
    if not badge_class.published or number != str(badge_class.version):
        raise _unknown()
    return badge_class


def _unknown() -> NotFound:
    return NotFound("not_found", "The catalogue has no such badge class.")


ROUTES = [catalogue, current, achievement, achievement_part]
