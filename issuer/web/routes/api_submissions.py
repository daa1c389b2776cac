"""The teacher's evidence as JSON: draft, files, hand in, withdraw."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.domain.submission import EvidenceFile, Submission
from issuer.errors import Unprocessable
from issuer.services.submit import SubmissionFolder
from issuer.web.api import Api, object_member, text_member
from issuer.web.desk import Desk
from issuer.web.problems import finding_json
from issuer.web.uploads import uploaded_file

SAVED = frozenset({"evidence", "public_narratives", "revision"})


@post("/api/submissions")
async def start(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Start a draft: `{"achievement": slug}`."""
    api = await Api.of(request, desk, frozenset({"achievement"}))
    return await api.answer(
        lambda: (201, submission_json(desk.submit.start(api.caller.id, text_member(api.body, "achievement"))))
    )


@get("/api/submissions")
async def mine(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """One's own submissions, the latest first."""
    api = await Api.of(request, desk)
    return await api.answer(
        lambda: (200, {"submissions": [submission_json(one) for one in desk.submit.mine(api.caller.id)]})
    )


@get("/api/submissions/{id:str}")
async def read(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """A submission with its files, its reviews and what is still missing."""
    api = await Api.of(request, desk)
    return await api.answer(lambda: (200, folder_json(desk.submit.folder(api.caller.id, id))))


@put("/api/submissions/{id:str}")
async def save(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Save a draft: `{"evidence": {…}, "public_narratives"?: {…}, "revision"?: n}`."""
    api = await Api.of(request, desk, SAVED)

    def work() -> tuple[int, Any]:
        evidence = object_member(api.body, "evidence")
        narratives = _narratives(api.body)
        folder = desk.submit.save(api.caller.id, id, evidence, narratives, _revision(api.body))
        return 200, folder_json(folder)

    return await api.answer(work)


@delete("/api/submissions/{id:str}", status_code=204)
async def throw_away(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[None]:
    """Delete a draft that was never handed in."""
    api = await Api.of(request, desk)

    def work() -> tuple[int, Any]:
        desk.submit.delete(api.caller.id, id)
        return 204, None

    return await api.answer(work)


@post("/api/submissions/{id:str}/files")
async def add_file(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Attach a file: multipart/form-data with the field `file`."""
    api = await Api.of(request, desk, reads_body=False)
    desk.rate_limits.spend("upload", api.caller.id)
    upload = await uploaded_file(request)
    return await api.answer(
        lambda: (
            201,
            file_json(desk.submit.add_file(api.caller.id, id, upload.name, upload.media_type, upload.chunks())),
        ),
        fingerprint=upload.fingerprint,
    )


@delete("/api/submissions/{id:str}/files/{file_id:str}", status_code=204)
async def remove_file(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str], file_id: FromPath[str]
) -> Response[None]:
    """Take a file out of a draft again."""
    api = await Api.of(request, desk)

    def work() -> tuple[int, Any]:
        desk.submit.remove_file(api.caller.id, id, file_id)
        return 204, None

    return await api.answer(work)


@post("/api/submissions/{id:str}/submit")
async def submit(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Hand the evidence in; 422 with `findings` when something is missing."""
    api = await Api.of(request, desk)
    return await api.answer(lambda: (200, submission_json(desk.submit.submit(api.caller.id, id))))


@post("/api/submissions/{id:str}/withdraw")
async def withdraw(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Take the submission back before it is decided."""
    api = await Api.of(request, desk)
    return await api.answer(lambda: (200, submission_json(desk.submit.withdraw(api.caller.id, id))))


def submission_json(submission: Submission) -> dict[str, Any]:
    """What the API says of a submission, without its evidence."""
    return {
        "id": submission.id,
        "achievement": submission.achievement,
        "version": submission.version,
        "state": submission.state,
        "revision": submission.revision,
        "attempt": submission.attempt,
        "created_at": submission.created_at,
        "updated_at": submission.updated_at,
        "submitted_at": submission.submitted_at,
    }


def folder_json(folder: SubmissionFolder) -> dict[str, Any]:
    """The same with evidence, files, findings and what reviewers let the teacher know."""
    return {
        **submission_json(folder.submission),
        "evidence": folder.submission.evidence,
        "public_narratives": folder.submission.public_narratives,
        "files": [file_json(file) for file in folder.files],
        "findings": [finding_json(finding) for finding in folder.findings],
        "reviews": [
            {
                "attempt": review.attempt,
                "decision": review.decision,
                "feedback": review.feedback,
                "decided_at": review.decided_at,
                "ratings": [
                    {"requirement": one.requirement, "level": one.level, "comment": one.comment}
                    for one in review.ratings
                ],
            }
            for review in folder.reviews
        ],
    }


def file_json(file: EvidenceFile) -> dict[str, Any]:
    """What the API says of an attached file."""
    return {
        "id": file.id,
        "name": file.name,
        "media_type": file.media_type,
        "size_bytes": file.size_bytes,
        "sha256": file.sha256,
        "created_at": file.created_at,
    }


def _narratives(body: dict[str, Any]) -> dict[str, str] | None:
    if "public_narratives" not in body:
        return None
    narratives = object_member(body, "public_narratives")
    for requirement, text in narratives.items():
        if not isinstance(text, str):
            raise Unprocessable("input.invalid", "A public narrative is a text.", f"/public_narratives/{requirement}")
    return {requirement: text for requirement, text in narratives.items() if text.strip()}


def _revision(body: dict[str, Any]) -> int | None:
    revision = body.get("revision")
    if revision is not None and (isinstance(revision, bool) or not isinstance(revision, int)):
        raise Unprocessable("input.invalid", "The revision is a whole number.", "/revision")
    return revision


ROUTES = [start, mine, read, save, throw_away, add_file, remove_file, submit, withdraw]
