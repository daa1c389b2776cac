"""The teacher's evidence as JSON: draft, files, hand in, withdraw."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET

from issuer.domain.ai_use import declared
from issuer.web import told
from issuer.web.api import Api
from issuer.web.api_schema import (
    EvidenceFile,
    HandIn,
    Nothing,
    SaveSubmission,
    StartSubmission,
    Submission,
    SubmissionFolder,
    Submissions,
)
from issuer.web.decoding import MULTIPART, json_object
from issuer.web.desk import Desk
from issuer.web.openapi import SESSION, Answer, answer, created, described, json_body
from issuer.web.problem_codes import JSON_BODY, NOT_FOUND, READ, REPEATABLE, SIGNED_IN, TEXT, WRITE, Codes
from issuer.web.shaped import shaped
from issuer.web.uploads import uploaded_file

ID = {"id": "The submission’s id."}
LOCKED: Codes = {409: ("evidence.locked",)}
EVIDENCE_ITSELF = {
    "title": "EvidenceDocument",
    "description": "The evidence document itself: an object with none of the members of SaveSubmission.",
    "type": "object",
    "minProperties": 1,
    "properties": dict.fromkeys(SaveSubmission.__struct_fields__, False),
}
SAVED = json_body({"oneOf": [{"$ref": "#/components/schemas/SaveSubmission"}, EVIDENCE_ITSELF]})
FILE_FORM = {
    MULTIPART: {
        "type": "object",
        "properties": {"file": {"description": "One file; its type is told by its content."}},
        "required": ["file"],
    }
}


@post(
    "/api/submissions",
    **described(
        "startSubmission", "Evidence", {201: created(Submission)},
        (SIGNED_IN, WRITE, JSON_BODY, TEXT, NOT_FOUND, REPEATABLE),
        body=json_body(StartSubmission), headers=("Idempotency-Key",), security=(SESSION,),
    ),
)  # fmt: skip
async def start(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Start a draft."""
    api = await Api.of(request, desk)
    sent = await api.sent(StartSubmission)
    return await api.created(
        "/api/submissions/",
        lambda: (201, told.submission(desk.urls, desk.submit.start(api.caller.id, sent.achievement))),
    )


@get(
    "/api/submissions",
    **described("listSubmissions", "Evidence", {200: answer(Submissions)}, (SIGNED_IN, READ), security=(SESSION,)),
)
async def mine(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """List one’s own submissions, the latest first."""
    api = await Api.of(request, desk)

    def work() -> tuple[int, Any]:
        led_to = desk.submit.led_to(api.caller.id)
        mine = desk.submit.mine(api.caller.id)
        return 200, Submissions(submissions=[told.submission(desk.urls, one, led_to.get(one.id)) for one in mine])

    return await api.answer(work)


@get(
    "/api/submissions/{id:str}",
    **described(
        "getSubmission", "Evidence", {200: answer(SubmissionFolder)}, (SIGNED_IN, READ, TEXT, NOT_FOUND),
        path=ID, security=(SESSION,),
    ),
)  # fmt: skip
async def read(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Read a submission with its files, its reviews, what is still missing and signs of students in it."""
    api = await Api.of(request, desk)
    return await api.answer(lambda: (200, told.folder(desk.urls, desk.submit.folder(api.caller.id, id))))


@put(
    "/api/submissions/{id:str}",
    **described(
        "saveSubmission", "Evidence", {200: answer(SubmissionFolder)},
        (SIGNED_IN, WRITE, JSON_BODY, TEXT, NOT_FOUND, LOCKED), body=SAVED,
        path=ID, security=(SESSION,),
    ),
)  # fmt: skip
async def save(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Save a draft as it is, complete or not.

    The body is either the evidence document itself, or an object with the document as its member `evidence`.
    """
    api = await Api.of(request, desk)
    sent = _saved(await json_object(request))
    revision = None if sent.revision is UNSET else sent.revision
    attestations = None if sent.attestations is UNSET else sent.attestations

    def work() -> tuple[int, Any]:
        saved = desk.submit.save(api.caller.id, id, sent.evidence, _narratives(sent), revision, attestations)
        return 200, told.folder(desk.urls, saved)

    return await api.answer(work)


@delete(
    "/api/submissions/{id:str}",
    status_code=204,
    **described(
        "deleteSubmission", "Evidence", {204: Answer()}, (SIGNED_IN, WRITE, TEXT, NOT_FOUND, LOCKED),
        path=ID, security=(SESSION,),
    ),
)  # fmt: skip
async def throw_away(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[None]:
    """Delete a draft that was never handed in."""
    api = await Api.of(request, desk)

    def work() -> tuple[int, Any]:
        desk.submit.delete(api.caller.id, id)
        return 204, None

    return await api.answer(work)


@post(
    "/api/submissions/{id:str}/files",
    **described(
        "addFile", "Evidence", {201: created(EvidenceFile)},
        (
            SIGNED_IN, WRITE, TEXT, NOT_FOUND, LOCKED, REPEATABLE,
            {
                400: ("input.empty", "input.malformed", "input.not_utf8", "input.too_many_parts"),
                415: ("input.media_type", "upload.archive", "upload.type_mismatch", "upload.type_not_allowed"),
                422: ("upload.image_dimensions", "upload.malware", "upload.quota", "upload.svg_active"),
                429: ("rate.limited",),
            },
        ),
        body=FILE_FORM, path=ID, headers=("Idempotency-Key",), security=(SESSION,),
    ),
)  # fmt: skip
async def add_file(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Attach a file to a draft."""
    api = await Api.of(request, desk)
    desk.rate_limits.spend("upload", api.caller.id)
    upload = await uploaded_file(request)

    def work() -> tuple[int, Any]:
        stored = desk.attach.add_file(api.caller.id, id, upload.name, upload.media_type, upload.chunks())
        return 201, told.file(desk.urls, stored)

    return await api.created("/evidence/", work, fingerprint=upload.fingerprint)


@delete(
    "/api/submissions/{id:str}/files/{file_id:str}",
    status_code=204,
    **described(
        "removeFile", "Evidence", {204: Answer()}, (SIGNED_IN, WRITE, TEXT, NOT_FOUND, LOCKED),
        path={**ID, "file_id": "The file’s id."}, security=(SESSION,),
    ),
)  # fmt: skip
async def remove_file(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str], file_id: FromPath[str]
) -> Response[None]:
    """Take a file out of a draft again."""
    api = await Api.of(request, desk)

    def work() -> tuple[int, Any]:
        desk.attach.remove_file(api.caller.id, id, file_id)
        return 204, None

    return await api.answer(work)


@post(
    "/api/submissions/{id:str}/submit",
    status_code=200,
    **described(
        "submitSubmission", "Evidence", {200: answer(Submission)},
        (SIGNED_IN, WRITE, JSON_BODY, TEXT, NOT_FOUND, LOCKED, REPEATABLE, {422: ("evidence.incomplete",)}),
        body=json_body(HandIn), body_required=False, path=ID, headers=("Idempotency-Key",), security=(SESSION,),
    ),
)  # fmt: skip
async def submit(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Hand the evidence in.

    When something is missing, the answer is 422 `evidence.incomplete` with `findings`.
    """
    api = await Api.of(request, desk)
    sent = await api.sent(HandIn)
    ai = None if sent.ai_use is UNSET else declared(sent.ai_use.use, sent.ai_use.how)
    return await api.answer(lambda: (200, told.submission(desk.urls, desk.submit.submit(api.caller.id, id, ai))))


@post(
    "/api/submissions/{id:str}/withdraw",
    status_code=200,
    **described(
        "withdrawSubmission", "Evidence", {200: answer(Submission)},
        (SIGNED_IN, WRITE, JSON_BODY, TEXT, NOT_FOUND, REPEATABLE),
        body=json_body(Nothing), body_required=False, path=ID, headers=("Idempotency-Key",), security=(SESSION,),
    ),
)  # fmt: skip
async def withdraw(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Take a submission back before it is decided."""
    api = await Api.of(request, desk)
    await api.sent(Nothing)
    return await api.answer(lambda: (200, told.submission(desk.urls, desk.submit.withdraw(api.caller.id, id))))


def _saved(sent: dict[str, Any]) -> SaveSubmission:
    """What to save: the object as described, or all of it as the evidence."""
    if sent and not any(name in sent for name in SaveSubmission.__struct_fields__):
        return SaveSubmission(evidence=sent)
    return shaped(sent, SaveSubmission)


def _narratives(sent: SaveSubmission) -> dict[str, str] | None:
    if sent.public_narratives is UNSET:
        return None
    return {requirement: text for requirement, text in sent.public_narratives.items() if text.strip()}


ROUTES = [start, mine, read, save, throw_away, add_file, remove_file, submit, withdraw]
