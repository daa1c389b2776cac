"""Files in pieces: announce, send from where the last piece ended, complete; and whether links open.

A lost connection costs one piece."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET

from issuer.errors import Refused
from issuer.services.receive import PIECE_BYTES
from issuer.web import told
from issuer.web.api import Api
from issuer.web.api_schema import EvidenceFile, Nothing
from issuer.web.bodies import too_large
from issuer.web.desk import Desk
from issuer.web.openapi import SESSION, Answer, answer, created, described, json_body
from issuer.web.problem_codes import JSON_BODY, NOT_FOUND, READ, REPEATABLE, SIGNED_IN, TEXT, WRITE, Codes
from issuer.web.upload_schema import CompleteUpload, LinkChecks, StartUpload, Upload, Uploads, upload

SUBMISSION = {"id": "The submission’s id."}
UPLOAD = {"id": "The upload’s id."}
LOCKED: Codes = {409: ("evidence.locked",)}
TAKEN: Codes = {
    400: ("input.empty",),
    413: ("input.too_large",),
    415: ("upload.type_mismatch", "upload.type_not_allowed", "upload.archive"),
    422: ("upload.image_dimensions", "upload.malware", "upload.quota", "evidence.integrity"),
    429: ("rate.limited",),
    503: ("upload.busy",),
}
PIECE = {"application/offset+octet-stream": {"type": "string", "format": "binary"}}


@post(
    "/api/submissions/{id:str}/uploads",
    **described(
        "startUpload", "Evidence", {201: created(Upload)},
        (SIGNED_IN, WRITE, JSON_BODY, TEXT, NOT_FOUND, LOCKED, REPEATABLE, TAKEN),
        body=json_body(StartUpload), path=SUBMISSION, headers=("Idempotency-Key",), security=(SESSION,),
    ),
)  # fmt: skip
async def start(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Announce a file that will be sent in pieces. Counts as one upload, however many pieces it has."""
    api = await Api.of(request, desk)
    desk.rate_limits.spend("upload", api.caller.id)
    sent = await api.sent(StartUpload)

    def work() -> tuple[int, Any]:
        return 201, upload(desk.receive.start(api.caller.id, id, sent.name, sent.media_type, sent.size_bytes))

    return await api.created("/api/uploads/", work)


@get(
    "/api/submissions/{id:str}/uploads",
    **described(
        "listUploads", "Evidence", {200: answer(Uploads)}, (SIGNED_IN, READ, TEXT, NOT_FOUND),
        path=SUBMISSION, security=(SESSION,),
    ),
)  # fmt: skip
async def arriving(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """List the files of a submission that have not arrived whole yet."""
    api = await Api.of(request, desk)
    return await api.answer(
        lambda: (200, Uploads(uploads=[upload(one) for one in desk.receive.arriving(api.caller.id, id)]))
    )


@get(
    "/api/uploads/{id:str}",
    **described(
        "getUpload", "Evidence", {200: answer(Upload)}, (SIGNED_IN, READ, TEXT, NOT_FOUND),
        path=UPLOAD, security=(SESSION,),
    ),
)  # fmt: skip
async def one(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Read how much of a file has arrived."""
    api = await Api.of(request, desk)
    return await api.answer(lambda: (200, upload(desk.receive.one(api.caller.id, id))))


@patch(
    "/api/uploads/{id:str}",
    **described(
        "sendPiece", "Evidence", {200: answer(Upload)},
        (SIGNED_IN, WRITE, TEXT, NOT_FOUND, TAKEN), body=PIECE, path=UPLOAD, headers=("Upload-Offset",),
        security=(SESSION,),
    ),
)  # fmt: skip
async def send_piece(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Send the piece that begins at `Upload-Offset`.

    When another number of bytes has arrived, the answer is 409; the upload says how many.
    """
    api = await Api.of(request, desk)
    offset = request.headers.get("upload-offset", "")
    if not (offset.isascii() and offset.isdigit() and len(offset) < 19):
        raise Refused("input.invalid", "Say in Upload-Offset at which byte the piece begins.", "Upload-Offset")
    data = await request.body()
    if len(data) > PIECE_BYTES:
        raise too_large()
    if not data:
        raise Refused("input.empty", "A piece has at least one byte.")
    return await api.answer(lambda: (200, upload(desk.receive.append(api.caller.id, id, int(offset), data))))


@post(
    "/api/uploads/{id:str}/complete",
    **described(
        "completeUpload", "Evidence", {201: created(EvidenceFile)},
        (SIGNED_IN, WRITE, JSON_BODY, TEXT, NOT_FOUND, LOCKED, REPEATABLE, TAKEN),
        body=json_body(CompleteUpload), body_required=False, path=UPLOAD, headers=("Idempotency-Key",),
        security=(SESSION,),
    ),
)  # fmt: skip
async def complete(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Make the file of what has arrived. Asked again, it answers with the same file."""
    api = await Api.of(request, desk)
    sent = await api.sent(CompleteUpload)
    digest = None if sent.sha256 is UNSET else sent.sha256
    return await api.created(
        "/evidence/", lambda: (201, told.file(desk.urls, desk.receive.complete(api.caller.id, id, digest)))
    )


@delete(
    "/api/uploads/{id:str}",
    status_code=204,
    **described(
        "cancelUpload", "Evidence", {204: Answer()}, (SIGNED_IN, WRITE, TEXT, NOT_FOUND),
        path=UPLOAD, security=(SESSION,),
    ),
)  # fmt: skip
async def cancel(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[None]:
    """Give an upload up."""
    api = await Api.of(request, desk)

    def work() -> tuple[int, Any]:
        desk.receive.cancel(api.caller.id, id)
        return 204, None

    return await api.answer(work)


@post(
    "/api/submissions/{id:str}/links/check",
    status_code=200,
    **described(
        "checkLinks", "Evidence", {200: answer(LinkChecks)},
        (SIGNED_IN, WRITE, JSON_BODY, TEXT, NOT_FOUND, REPEATABLE, {429: ("rate.limited",)}),
        body=json_body(Nothing), body_required=False, path=SUBMISSION, headers=("Idempotency-Key",),
        security=(SESSION,),
    ),
)  # fmt: skip
async def check_links(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Look whether the links in the evidence open without signing in. Advice: nothing depends on it."""
    api = await Api.of(request, desk)
    desk.rate_limits.spend("links", api.caller.id)
    await api.sent(Nothing)
    return await api.answer(lambda: (200, LinkChecks(links=told.links(desk.check_links.check(api.caller.id, id)))))


ROUTES = [check_links, start, arriving, one, send_piece, complete, cancel]
