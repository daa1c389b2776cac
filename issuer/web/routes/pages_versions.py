"""The versions of a draft: the list, one of them beside the draft, and the way back to it."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.domain.evidence.changes import changes
from issuer.domain.submission import EDITABLE
from issuer.services.draft_versions import KeptAsideError
from issuer.web import evidence_form
from issuer.web.desk import Desk
from issuer.web.forms import go, html, posted_form, signed_in
from issuer.web.problems import status_of
from issuer.web.routes.api_drafts import version_number


@get("/submissions/{id:str}/versions")
async def versions(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[str]:
    """Everything that was saved of a draft."""
    caller = await signed_in(request, desk)
    folder = await desk.in_thread(desk.submit.folder, caller.id, id)
    lines = await desk.in_thread(desk.versions.lines, caller.id, id)
    return html("versions.html", request, folder=folder, lines=lines)


@get("/submissions/{id:str}/versions/{number:str}")
async def version(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str], number: FromPath[str]
) -> Response[str]:
    """One version, and what differs from the draft."""
    caller = await signed_in(request, desk)
    return await version_page(request, desk, caller.id, id, version_number(number))


@post("/submissions/{id:str}/versions/{number:str}/restore")
async def restore(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """Make a version the draft again."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.versions.restore, form.caller.id, id, version_number(number))
    return go(f"/submissions/{id}", "restored")


async def version_page(
    request: Request[Any, Any, Any], desk: Desk, by: str, id: str, number: int, conflict: KeptAsideError | None = None
) -> Response[str]:
    """A version beside the draft. conflict: why it was kept aside just now."""
    sheet = await desk.in_thread(desk.versions.sheet, by, id, number)
    folder = sheet.folder
    schema = folder.badge_class.evidence_schema or {}
    return html(
        "version.html", request, status_of(conflict) if conflict else 200, sheet=sheet, folder=folder,
        conflict=conflict, is_editable=folder.submission.state in EDITABLE,
        root=evidence_form.build(schema, sheet.version.evidence, settings=folder.badge_class.settings),
        differences=changes(schema, folder.submission.evidence, sheet.version.evidence),
        narratives_differ=folder.submission.public_narratives != sheet.version.public_narratives,
        files={file.id: file for file in folder.files},
    )  # fmt: skip


ROUTES = [versions, version, restore]
