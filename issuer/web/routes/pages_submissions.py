"""The teacher's pages: badges, progress, evidence as a form."""

from __future__ import annotations

import copy
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.domain.award import FOR_EVERYBODY
from issuer.domain.award import Form as BadgeForm
from issuer.domain.evidence import Form
from issuer.domain.evidence.blanks import without_blanks
from issuer.domain.people import Role
from issuer.domain.submission import EDITABLE, OPEN
from issuer.services.access import require_role
from issuer.services.submission_folder import SubmissionFolder
from issuer.services.submit import EvidenceIncompleteError
from issuer.web import evidence_form, point_tables, posted_evidence
from issuer.web.desk import Desk
from issuer.web.forms import PostedForm, go, html, posted_form, signed_in
from issuer.web.routes.api_forms import download
from issuer.web.routes.credentials import share_context
from issuer.web.uploads import CHUNK_BYTES

NARRATIVE = "narrative:"
UPLOAD = "upload:"
ATTEST = "attest:"


@get("/badges")
async def badges(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """One's own badges, work in progress and the way to the certification."""
    caller = await signed_in(request, desk)
    require_role(caller.person, Role.TEACHER)
    backpack = await desk.in_thread(desk.share.backpack, caller.id)
    submissions = await desk.in_thread(desk.submit.mine, caller.id)
    return html(
        "badges.html", request, backpack=backpack, catalogue=desk.catalogue,
        open_submissions=[one for one in submissions if one.state in OPEN],
        ended_submissions=[one for one in submissions if one.state not in OPEN],
    )  # fmt: skip


@get("/badges/{id:str}")
async def badge(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[str]:
    """One of one's own badges: what everybody would see, and whether they can."""
    caller = await signed_in(request, desk)
    own = await desk.in_thread(desk.share.own, caller.id, id)
    if own.award.state != "issued":
        return html("badge_pending.html", request, badge=own)
    forms = {one.form.value for one in own.award.forms if one.sealed is not None and one.form not in FOR_EVERYBODY}
    return html("badge.html", request, **await desk.in_thread(share_context, desk, own), own_forms=forms)


@get("/badges/{id:str}/selective.json")
async def selective(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[bytes]:
    """One's badge for a wallet that shows parts of it (ecdsa-sd-2023); nobody else gets it."""
    caller = await signed_in(request, desk)
    return await desk.in_thread(download, desk, caller.id, id, BadgeForm.ECDSA_SD_2023)


@get("/badges/{id:str}/selective.sd-jwt")
async def selective_token(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]
) -> Response[bytes]:
    """The same as an SD-JWT VC."""
    caller = await signed_in(request, desk)
    return await desk.in_thread(download, desk, caller.id, id, BadgeForm.SD_JWT_VC)


@post("/badges/{id:str}/open")
async def open_badge(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Open a badge to everybody who has its link."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.share.set_open, form.caller.id, id, True)
    return go(f"/badges/{id}", "opened")


@post("/badges/{id:str}/close")
async def close_badge(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Make it private again."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.share.set_open, form.caller.id, id, False)
    return go(f"/badges/{id}", "closed")


@post("/submissions")
async def start(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Start gathering evidence; an open draft for the same badge is continued instead."""
    form = await posted_form(request, desk)
    slug = form.texts.get("achievement", "")
    for one in await desk.in_thread(desk.submit.mine, form.caller.id):
        if one.achievement == slug and one.state in OPEN:
            return go(f"/submissions/{one.id}")
    submission = await desk.in_thread(desk.submit.start, form.caller.id, slug)
    return go(f"/submissions/{submission.id}")


@get("/submissions/{id:str}")
async def submission(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[str]:
    """The evidence: a form while it can change, afterwards as it was handed in."""
    caller = await signed_in(request, desk)
    folder = await desk.in_thread(desk.submit.folder, caller.id, id)
    return _page(request, folder, checked="check" in request.query_params)


@post("/submissions/{id:str}")
async def save(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Save the draft, then do what the pressed button says: add or move rows, check, hand in."""
    form = await posted_form(request, desk)
    folder = await desk.in_thread(desk.submit.folder, form.caller.id, id)
    schema = folder.badge_class.evidence_schema or {}
    tables = await desk.in_thread(point_tables.sent_tables, form)
    evidence = posted_evidence.read(schema, form.texts, point_tables.readable(tables))
    for name, upload in form.files.items():
        if name.startswith(UPLOAD):
            await _attach(desk, form, id, evidence, name.removeprefix(UPLOAD), upload)
    action = form.texts.get("action", "save")
    rearranged = posted_evidence.change_rows(evidence, action)
    narratives = {
        name.removeprefix(NARRATIVE): text.replace("\r\n", "\n").strip()
        for name, text in form.texts.items()
        if name.startswith(NARRATIVE) and text.strip()
    }
    revision = form.texts.get("revision", "")
    await desk.in_thread(
        desk.submit.save, form.caller.id, id, without_blanks(evidence), narratives,
        int(revision) if revision.isdigit() and len(revision) < 10 else None, _attested(form, folder, narratives),
    )  # fmt: skip
    unread = next((one for one in tables if one.table.problems), None)
    if unread is not None:
        return html("points.html", request, 422, sent=unread, id=id)
    if rearranged:
        rows = {f"rows{name}": str(count) for name, count in posted_evidence.row_counts(evidence).items()}
        return go(f"/submissions/{id}", anchor=_anchor(action), **rows)
    if action == "submit":
        return await _hand_in(request, desk, form, id)
    if action == "check":
        return go(f"/submissions/{id}", check="1", anchor="missing")
    return go(f"/submissions/{id}", _notice_of(tables))


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
    return go(f"/submissions/{id}", _notice_of([sent]), "f" + sent.name.replace("/", "-"))


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


def _notice_of(tables: list[point_tables.SentTable]) -> str:
    """What is told after saving: how a table was read, where there was one."""
    notes = [note for one in tables for note in one.table.notes]
    if not any(one.table.points for one in tables):
        return "saved"
    return f"points-{notes[0]}" if notes else "points"


async def _attach(desk: Desk, form: PostedForm, id: str, evidence: dict[str, Any], name: str, upload: Any) -> None:
    desk.rate_limits.spend("upload", form.caller.id)

    def chunks() -> Any:
        upload.file.seek(0)
        while chunk := upload.file.read(CHUNK_BYTES):
            yield chunk

    file = await desk.in_thread(
        desk.attach.add_file, form.caller.id, id, upload.filename, upload.content_type or "", chunks()
    )
    found = posted_evidence.place(evidence, name)
    if found is not None:
        container, key = found
        container[key] = file.id


def _attested(form: PostedForm, folder: SubmissionFolder, narratives: dict[str, str]) -> list[str] | None:
    """What the teacher ticked; a word about a text counts for that text alone. None where nothing was asked."""
    if "attestations" not in form.texts:
        return None
    before = folder.submission.public_narratives
    unchanged = {f"{NARRATIVE}{one}" for one, text in narratives.items() if before.get(one) == text}
    possible = unchanged | {f"file:{file.id}" for file in folder.files}
    ticked = (name.removeprefix(ATTEST) for name in form.texts if name.startswith(ATTEST))
    return [one for one in ticked if one in possible]


async def _hand_in(request: Request[Any, Any, Any], desk: Desk, form: PostedForm, id: str) -> Response[Any]:
    try:
        await desk.in_thread(desk.submit.submit, form.caller.id, id)
    except EvidenceIncompleteError:
        return go(f"/submissions/{id}", check="1", anchor="missing")
    return go(f"/submissions/{id}", "submitted")


def _page(request: Request[Any, Any, Any], folder: SubmissionFolder, checked: bool) -> Response[str]:
    schema = folder.badge_class.evidence_schema or {}
    rows = {
        name.removeprefix("rows"): int(count)
        for name, count in request.query_params.items()
        if name.startswith("rows/") and count.isascii() and count.isdigit() and len(count) < 5
    }
    root = evidence_form.build(schema, folder.submission.evidence, folder.findings, rows, folder.badge_class.settings)
    editable = folder.submission.state in EDITABLE
    return html(
        "submission.html" if editable else "submission_read.html", request, folder=folder, root=root,
        checked=checked, files={file.id: file for file in folder.files}, targets=_targets(root),
        last_review=folder.reviews[-1] if folder.reviews else None, privacy_targets=_privacy_targets(folder, root),
    )  # fmt: skip


def _targets(node: evidence_form.Node) -> dict[str, str]:
    """Pointer → id of the element to jump to."""
    targets = {node.name: node.id}
    for child in node.children:
        targets.update(_targets(child))
    return targets


def _privacy_targets(folder: SubmissionFolder, root: evidence_form.Node) -> dict[str, str]:
    """The same for pointers into the whole submission."""
    return {
        **{f"/evidence{pointer}": id for pointer, id in _targets(root).items()},
        **{f"/public_narratives/{one.id}": f"narrative-{one.id}" for one in folder.badge_class.requirements},
        **{f"/files/{file.id}": f"file-{file.id}" for file in folder.files},
    }


def _anchor(action: str) -> str:
    verb, _, name = action.partition(":")
    return "f" + (name if verb == "add" else name.rpartition("/")[0]).replace("/", "-")


ROUTES = [
    badges,
    badge,
    selective,
    selective_token,
    open_badge,
    close_badge,
    start,
    submission,
    save,
    add_points,
    withdraw,
    throw_away,
    name_file,
    remove_file,
]
