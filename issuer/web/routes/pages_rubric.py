"""The scored rubric of an approved submission: a page that its teacher prints or saves for a district."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.domain.review import Decision
from issuer.errors import NotFound
from issuer.web.desk import Desk
from issuer.web.forms import html, signed_in


@get("/submissions/{id:str}/rubric")
async def rubric(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[str]:
    """Every requirement with all its levels, the one given and the one asked for, and what the reviewer wrote."""
    caller = await signed_in(request, desk)
    folder = await desk.in_thread(desk.submit.folder, caller.id, id)
    approval = next((one for one in reversed(folder.reviews) if one.decision is Decision.APPROVE), None)
    if approval is None or folder.award is None:
        raise NotFound("not_found", "There is no scored rubric before the approval.")
    return html(
        "rubric.html", request, folder=folder, approval=approval, identity=desk.identity,
        teacher=caller.person.display_name, ratings={one.requirement: one for one in approval.ratings},
        url=desk.urls.credential(folder.award.id),
        achievement_url=desk.urls.achievement(folder.badge_class.slug, folder.badge_class.version),
    )  # fmt: skip


ROUTES = [rubric]
