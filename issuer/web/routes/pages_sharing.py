"""The author's page of shared work: wording, files, preview, publishing, withdrawing, answering."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.domain.resource import Piece, shared_schema
from issuer.errors import Conflict, IssuerError, Unprocessable
from issuer.services.share_work import Prepared
from issuer.web import evidence_form
from issuer.web.desk import Desk
from issuer.web.forms import PostedForm, go, html, posted_form, signed_in

TEXT, LEAVE, ATTEST = "text:", "leave:", "attest:"


@get("/submissions/{id:str}/resource")
async def prepare(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[str]:
    """What would be published, and what hinders it."""
    caller = await signed_in(request, desk)
    return await _page(request, desk, caller.id, id)


@post("/submissions/{id:str}/resource")
async def save(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Keep wording and choices, then look at the whole."""
    form = await posted_form(request, desk)
    texts = {name: text.replace("\r\n", "\n").strip() for name, text in _named(form, TEXT).items()}
    try:
        await desk.in_thread(
            desk.share_work.save, form.caller.id, id, form.texts.get("title", ""), texts, list(_named(form, LEAVE)),
            await _possible(desk, form, id, texts),
        )  # fmt: skip
    except Unprocessable as error:
        return await _page(request, desk, form.caller.id, id, error, form.texts.get("title", ""))
    return go(f"/submissions/{id}/resource", "saved", "preview-heading")


@post("/submissions/{id:str}/resource/publish")
async def publish(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Publish exactly what was looked at."""
    form = await posted_form(request, desk)
    try:
        done = await desk.in_thread(desk.share_work.publish, form.caller.id, id, form.texts.get("digest", ""))
    except (Unprocessable, Conflict) as error:
        return await _page(request, desk, form.caller.id, id, error)
    return go(f"/resources/{done.id}", "published")


@post("/submissions/{id:str}/resource/withdraw")
async def withdraw(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Withdraw it at once."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.share_work.withdraw, form.caller.id, id)
    return go(f"/submissions/{id}/resource", "resource-withdrawn")


@post("/submissions/{id:str}/questions/{question_id:str}/answer")
async def answer(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str], question_id: FromPath[str]
) -> Response[Any]:
    """Answer a reader."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.read_resources.answer, form.caller.id, id, question_id, form.texts.get("answer", ""))
    return go(f"/submissions/{id}/resource", "answered", "questions")


async def _possible(desk: Desk, form: PostedForm, id: str, texts: dict[str, str]) -> list[str]:
    """What was ticked and still counts: a word about a text, only where the text is as it was shown."""
    prepared = await desk.in_thread(desk.share_work.prepare, form.caller.id, id)
    shown = {one.pointer: one.text for one in prepared.kept}
    gone = set(_named(form, LEAVE))
    title = " ".join(form.texts.get("title", "").split())
    return [
        where
        for where in _named(form, ATTEST)
        if (where == "/title" and title == prepared.resource.title)
        or (where in shown and where not in gone and texts.get(where, shown[where]) == shown[where])
    ]


async def _page(
    request: Request[Any, Any, Any],
    desk: Desk,
    by: str,
    id: str,
    error: IssuerError | None = None,
    sent_title: str | None = None,
) -> Response[str]:
    prepared = await desk.in_thread(desk.share_work.prepare, by, id)
    folder = await desk.in_thread(desk.submit.folder, by, id)
    questions = await desk.in_thread(desk.read_resources.questions, by, id) if prepared.resource.revision > 1 else []
    flagged, others = _sorted(prepared)
    return html(
        "share_work.html", request, 200 if error is None else 422, prepared=prepared, error=error,
        sent_title=sent_title, labels={one.pointer: one.label for one in prepared.pieces},
        attachments=[one for one in prepared.pieces if one.kind != "text"], flagged=flagged, others=others,
        root=evidence_form.build(
            shared_schema(prepared.badge_class.evidence_schema or {}), prepared.preview.content,
            settings=prepared.badge_class.settings,
        ),
        files={one.id: one for one in prepared.preview.files}, own_files={one.id: one for one in folder.files},
        questions=questions,
    )  # fmt: skip


def _sorted(prepared: Prepared) -> tuple[list[Piece], list[Piece]]:
    """Texts with signs, or with the author's word on them; and all others."""
    known = {one.pointer for one in prepared.hindrances} | prepared.attested.keys()
    texts = [one for one in prepared.pieces if one.kind == "text"]
    return [one for one in texts if one.pointer in known], [one for one in texts if one.pointer not in known]


def _named(form: PostedForm, prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): text for name, text in form.texts.items() if name.startswith(prefix)}


ROUTES = [prepare, save, publish, withdraw, answer]
