"""Evidence as a form: filled in, saved, checked, handed in; by itself where the page's script asks."""

from __future__ import annotations

import copy
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.domain.drafts import VersionKind
from issuer.domain.evidence import Form
from issuer.domain.submission import EDITABLE
from issuer.errors import Forbidden, Unauthenticated
from issuer.services.draft_versions import KeptAsideError
from issuer.services.submission_folder import SubmissionFolder
from issuer.services.submit import EvidenceIncompleteError
from issuer.web import point_tables, posted_evidence
from issuer.web.api import to_json
from issuer.web.callers import require_same_origin
from issuer.web.desk import Desk
from issuer.web.draft_form import DraftForm, draft_form
from issuer.web.draft_page import draft_page, steps_of, target_of
from issuer.web.forms import PostedForm, go, html, posted_form, signed_in
from issuer.web.held_form import held
from issuer.web.routes.pages_versions import version_page
from issuer.web.uploads import CHUNK_BYTES

UPLOAD = "upload:"
MISSING = "missing"
REUSE = "reuse:"


@get("/submissions/{id:str}")
async def submission(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[str]:
    """The evidence: a form while it can change, afterwards as it was handed in."""
    caller = await signed_in(request, desk)
    folder = await desk.in_thread(desk.submit.folder, caller.id, id)
    lines = await desk.in_thread(desk.versions.lines, caller.id, id)
    offers = await desk.in_thread(desk.reuse.offers, caller.id, id)
    revision = await desk.in_thread(desk.background.for_teacher, caller.id, id)
    rows = {
        name.removeprefix("rows"): int(count)
        for name, count in request.query_params.items()
        if name.startswith("rows/") and count.isascii() and count.isdigit() and len(count) < 5
    }
    return html(
        "submission.html" if folder.submission.state in EDITABLE else "submission_read.html", request,
        folder=folder, page=draft_page(folder, rows), checked="check" in request.query_params, lines=lines,
        offers=offers,
        files={file.id: file for file in folder.files}, ai_policy=desk.catalogue.ai_policy,
        last_review=folder.reviews[-1] if folder.reviews else None, revision=revision,
    )  # fmt: skip


@post("/submissions/{id:str}")
async def save(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Save the draft, then do what the pressed button says: add or move rows, check, hand in."""
    require_same_origin(request, desk.origins)
    try:
        form = await posted_form(request, desk)
    except (Unauthenticated, Forbidden) as error:
        return await held(request, desk, error)
    folder = await desk.in_thread(desk.submit.folder, form.caller.id, id)
    tables = await desk.in_thread(point_tables.sent_tables, form)
    sent = draft_form(form, folder, tables)
    attached: list[str] = []
    for name, upload in form.files:
        if name.startswith(UPLOAD):
            file_id = await _attach(desk, form, id, upload)
            posted_evidence.put_file(sent.posted, name.removeprefix(UPLOAD), file_id, attached)
            attached.append(file_id)
    action = form.texts.get("action", "save")
    rearranged = posted_evidence.change_rows(sent.posted, action)
    try:
        saved = await desk.in_thread(_save, desk, form, id, sent)
    except KeptAsideError as error:
        return await version_page(request, desk, form.caller.id, id, error.number, error)
    unread = next((one for one in tables if one.table.problems), None)
    if unread is not None:
        return html("points.html", request, 422, sent=unread, id=id)
    if rearranged:
        rows = {f"rows{name}": str(count) for name, count in posted_evidence.row_counts(sent.posted).items()}
        return go(f"/submissions/{id}", anchor=_anchor(action), **rows)
    if action.startswith(REUSE):
        return await _take_up(desk, form, id, action.removeprefix(REUSE))
    if action == "submit":
        return await _hand_in(desk, form, saved, sent)
    if action == "check":
        return go(f"/submissions/{id}", check="1", anchor=MISSING)
    if action == "links":
        desk.rate_limits.spend("links", form.caller.id)
        await desk.in_thread(desk.check_links.check, form.caller.id, id)
        return go(f"/submissions/{id}", "links-checked", anchor="links")
    return go(f"/submissions/{id}", _notice_of(tables))


@post("/submissions/{id:str}/autosave", status_code=200)
async def autosave(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Save what the form says while it is being filled in; the answer is what `check` answers."""
    form = await posted_form(request, desk)
    desk.rate_limits.spend("draft", form.caller.id)
    folder = await desk.in_thread(desk.submit.folder, form.caller.id, id)
    sent = draft_form(form, folder)
    saved = await desk.in_thread(_save, desk, form, id, sent, VersionKind.AUTOSAVED)
    return _standing(saved, sent)


@post("/submissions/{id:str}/check", status_code=200)
async def check(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """What is missing in the form as it stands, and how far each requirement has come. Nothing is saved."""
    form = await posted_form(request, desk)
    desk.rate_limits.spend("draft", form.caller.id)
    folder = await desk.in_thread(desk.submit.folder, form.caller.id, id)
    sent = draft_form(form, folder)
    return _standing(await desk.in_thread(desk.submit.check, form.caller.id, id, sent.saved, sent.narratives), sent)


@post("/submissions/{id:str}/points")
async def add_points(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Add the points of a table that was put right; what still cannot be read comes back with its rows."""
    form = await posted_form(request, desk)
    text = form.texts.get
    sent = point_tables.sent_table(text("points", ""), text("table", ""), text("order", ""))
    if sent.table.problems:
        return html("points.html", request, 422, sent=sent, id=id)
    folder = await desk.in_thread(desk.submit.folder, form.caller.id, id)
    evidence = copy.deepcopy(folder.submission.evidence)
    point_tables.add_points(Form(folder.badge_class.evidence_schema or {}), evidence, sent.name, sent.table.points)
    await desk.in_thread(desk.submit.save, form.caller.id, id, evidence, None, folder.submission.revision)
    return go(f"/submissions/{id}", _notice_of([sent]), target_of(sent.name))


@post("/submissions/{id:str}/withdraw")
async def withdraw(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Take a submission back before it is decided."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.submit.withdraw, form.caller.id, id)
    return go("/badges", "withdrawn")


@post("/submissions/{id:str}/delete")
async def throw_away(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Delete a draft that was never handed in."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.submit.delete, form.caller.id, id)
    return go("/badges", "deleted")


@post("/submissions/{id:str}/files/{file_id:str}/digest")
async def name_file(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str], file_id: FromPath[str]
) -> Response[Any]:
    """Choose whether the badge will name the digest of an attached file."""
    form = await posted_form(request, desk)
    in_badge = form.texts.get("in_badge") == "yes"
    await desk.in_thread(desk.name_files.choose, form.caller.id, id, file_id, in_badge)
    return go(f"/submissions/{id}", "file-named" if in_badge else "file-not-named", f"file-{file_id}")


@post("/submissions/{id:str}/files/{file_id:str}/remove")
async def remove_file(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str], file_id: FromPath[str]
) -> Response[Any]:
    """Remove an attached file from a draft."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.attach.remove_file, form.caller.id, id, file_id)
    return go(f"/submissions/{id}", "removed")


def _save(
    desk: Desk, form: PostedForm, id: str, sent: DraftForm, kind: VersionKind = VersionKind.SAVED
) -> SubmissionFolder:
    return desk.submit.save(
        form.caller.id, id, sent.saved, sent.narratives, sent.revision, sent.attestations, ai=sent.ai, kind=kind
    )


def _standing(folder: SubmissionFolder, sent: DraftForm) -> Response[bytes]:
    """How the draft stands, for the page's script: findings with the places that the form shows them at."""
    found = [(one, posted_evidence.shown_at(sent.posted, one.pointer)) for one in folder.findings]
    body = {
        "revision": folder.submission.revision,
        "saved_at": folder.submission.updated_at,
        "findings": [
            {"pointer": place, "target": target_of(place), "code": one.code, "message": one.message,
             "detail": one.detail or one.message}
            for one, place in found
        ],
        "progress": [
            {"requirement": one.progress.requirement, "done": one.progress.done, "needed": one.progress.needed,
             "complete": one.progress.is_complete, "words": one.words}
            for one in steps_of(folder)
        ],
    }  # fmt: skip
    return Response(to_json(body), media_type="application/json")


def _notice_of(tables: list[point_tables.SentTable]) -> str:
    """What is told after saving: how a table was read, where there was one."""
    notes = [note for one in tables for note in one.table.notes]
    if not any(one.table.points for one in tables):
        return "saved"
    return f"points-{notes[0]}" if notes else "points"


async def _attach(desk: Desk, form: PostedForm, id: str, upload: UploadFile) -> str:
    desk.rate_limits.spend("upload", form.caller.id)

    def chunks() -> Any:
        upload.file.seek(0)
        while chunk := upload.file.read(CHUNK_BYTES):
            yield chunk

    file = await desk.in_thread(
        desk.attach.add_file, form.caller.id, id, upload.filename, upload.content_type or "", chunks()
    )
    return file.id


async def _hand_in(desk: Desk, form: PostedForm, saved: SubmissionFolder, sent: DraftForm) -> Response[Any]:
    """Hand in what was just saved; a form that asks about artificial intelligence wants an answer first."""
    id = saved.submission.id
    if sent.ai is not None and not sent.ai.is_complete:
        return go(f"/submissions/{id}", check="1", anchor="ai-use")
    try:
        await desk.in_thread(desk.submit.submit, form.caller.id, id)
    except EvidenceIncompleteError:
        return go(f"/submissions/{id}", check="1", anchor=MISSING)
    return go(f"/submissions/{id}", "submitted")


async def _take_up(desk: Desk, form: PostedForm, id: str, target: str) -> Response[Any]:
    """Copy what was chosen of one's earlier material."""
    source = form.texts.get(REUSE + target, "")
    if not source:
        return go(f"/submissions/{id}", anchor=target_of(target))
    await desk.in_thread(desk.reuse.copy, form.caller.id, id, target, source)
    return go(f"/submissions/{id}", "copied", target_of(target))


def _anchor(action: str) -> str:
    verb, _, name = action.partition(":")
    return target_of(name if verb == "add" else name.rpartition("/")[0])


ROUTES = [submission, save, autosave, check, add_points, withdraw, throw_away, name_file, remove_file]
