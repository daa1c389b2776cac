"""The reviewer's pages: the queue, and one submission with its rating form."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.domain.review import Decision, Rating
from issuer.domain.submission import SubmissionState
from issuer.errors import IssuerError, Unprocessable
from issuer.services.review import Taken
from issuer.web import evidence_form
from issuer.web.desk import Desk
from issuer.web.forms import PostedForm, go, html, posted_form, signed_in

NOTICE = {Decision.APPROVE: "approved", Decision.RETURN: "returned", Decision.DECLINE: "declined"}


@get("/reviews")
async def queue(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """What waits for review, and what one decided lately."""
    caller = await signed_in(request, desk)
    asked = request.query_params.get
    taken = next((one for one in Taken if one.value == asked("taken", "")), Taken.ANY)
    is_returned = asked("state", "") == SubmissionState.RETURNED
    state = SubmissionState.RETURNED if is_returned else SubmissionState.SUBMITTED
    found = await desk.in_thread(desk.review.queue, caller.id, 100, asked("badge") or None, taken, state)
    return html(
        "reviews.html", request, waiting=[(one, desk.background.review_by(one.submission)) for one in found],
        decided=await desk.in_thread(desk.review.decided, caller.id), now=desk.clock(), catalogue=desk.catalogue,
        appeals=await desk.in_thread(desk.appeals.waiting, caller.id), badge=asked("badge", ""), taken=taken.value,
        state=state.value if is_returned else "",
    )  # fmt: skip


@get("/reviews/{id:str}")
async def sheet(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[str]:
    """The evidence beside the rating form."""
    caller = await signed_in(request, desk)
    return await _sheet_page(request, desk, caller.id, id)


@post("/reviews/{id:str}/claim")
async def claim(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Take it from the queue."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.review.claim, form.caller.id, id)
    return go(f"/reviews/{id}", "claimed")


@post("/reviews/{id:str}/release")
async def release(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Put it back."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.review.release, form.caller.id, id)
    return go("/reviews", "released")


@post("/reviews/{id:str}/decision")
async def decide(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Decide; what cannot be decided so comes back as the filled-in page with the reason."""
    form = await posted_form(request, desk)
    decision = _decision(form)
    ratings = _ratings(form)
    try:
        await desk.in_thread(
            desk.review.decide, form.caller.id, id, decision, ratings,
            form.texts.get("feedback", "").strip(), form.texts.get("private_note", "").strip(),
        )  # fmt: skip
    except Unprocessable as error:
        return await _sheet_page(request, desk, form.caller.id, id, form, error)
    return go("/reviews", NOTICE[decision])


async def _sheet_page(
    request: Request[Any, Any, Any],
    desk: Desk,
    by: str,
    id: str,
    form: PostedForm | None = None,
    error: IssuerError | None = None,
) -> Response[str]:
    found = await desk.in_thread(desk.review.sheet, by, id)
    root = evidence_form.build(
        found.badge_class.evidence_schema or {}, found.attempt.evidence, settings=found.badge_class.settings
    )
    return html(
        "review.html", request, 200 if error is None else 422, sheet=found, root=root,
        files={file.id: file for file in found.files}, sent=form.texts if form else {}, error=error,
        background=await desk.in_thread(desk.background.for_reviewer, by, id),
        is_waiting=found.submission.state is SubmissionState.SUBMITTED, by=by,
    )  # fmt: skip


def _decision(form: PostedForm) -> Decision:
    try:
        return Decision(form.texts.get("decision", ""))
    except ValueError:
        raise Unprocessable("input.invalid", "Choose approve, return or decline.", "/decision") from None


def _ratings(form: PostedForm) -> list[Rating]:
    rated = {name.removeprefix("level:"): level for name, level in form.texts.items() if name.startswith("level:")}
    return [
        Rating(requirement, level, form.texts.get(f"comment:{requirement}", "").strip())
        for requirement, level in rated.items()
        if level
    ]


ROUTES = [queue, sheet, claim, release, decide]
