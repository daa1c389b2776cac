"""Evidence files: only for their owner and those who judge them, never shown as part of our pages.

`/evidence/{id}` asks for a session and sends on to `/files/{token}`, an address that works for an hour without a
cookie, on an origin of its own where one is set. There every answer is sandboxed; what a player shows is sent in
parts as it asks for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from issuer.domain.evidence_file import EvidenceFile
from issuer.errors import Conflict
from issuer.web.byte_ranges import UnsatisfiableError, byte_range
from issuer.web.callers import require_api_caller
from issuer.web.desk import Desk
from issuer.web.forms import signed_in
from issuer.web.openapi import SESSION, Answer, described
from issuer.web.problem_codes import NOT_FOUND, READ, TEXT
from issuer.web.rendering import page

SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
HELD_BACK = {409: ("upload.held_back",)}
PARTS = {"Accept-Ranges": "`bytes`: one range of it can be asked for.", "ETag": "The file’s SHA-256."}


@get(
    "/evidence/{id:str}",
    sync_to_thread=True,
    **described(
        "downloadFile", "Evidence",
        {
            200: Answer({"*/*": {}}, "The file.", {"Content-Disposition": "Always `attachment`.", **PARTS}),
            206: Answer({"*/*": {}}, "The part of it that was asked for.", {"Content-Range": "Which part."}),
            303: Answer(description="The file is at another origin, under an address that works for an hour."),
            416: Answer(description="The part that was asked for lies beyond its end."),
        },
        (READ, {401: ("auth.session",), 403: ("forbidden",)}, TEXT, NOT_FOUND, HELD_BACK),
        path={"id": "The file’s id."}, security=(SESSION,), has_pages=True,
    ),
)  # fmt: skip
def evidence_file(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Download an evidence file of one’s own, or of a submission one may judge."""
    caller = require_api_caller(request, desk.sign_in, desk.clients)
    file = desk.attach.file(caller.id, id)
    if file.is_held_back and file.owner_id != caller.id:
        raise _held_back()
    if desk.evidence_links.origin:
        return Redirect(desk.evidence_links.url(file.id), status_code=303)
    return _sent(request, desk, file, is_shown=False)


@get("/files/{token:str}", sync_to_thread=True, include_in_schema=False)
def by_address(request: Request[Any, Any, Any], desk: NamedDependency[Desk], token: FromPath[str]) -> Response[Any]:
    """The same by an address that `EvidenceLinks` made; no cookie is read."""
    file_id, is_shown = desk.evidence_links.read(token)
    file = desk.attach.known_file(file_id)
    return _sent(request, desk, file, is_shown=is_shown and file.plays_in_a_page)


@get("/evidence/{id:str}/view", include_in_schema=False)
async def view(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[str]:
    """A picture or video by itself, in a page that may do nothing."""
    caller = await signed_in(request, desk)
    file = await desk.in_thread(desk.attach.file, caller.id, id)
    if file.is_held_back and file.owner_id != caller.id:
        raise _held_back()
    origin = desk.evidence_links.origin or desk.identity.public_url
    policy = (
        f"default-src 'none'; img-src {origin}; media-src {origin}; style-src {desk.identity.public_url}; "
        "sandbox allow-same-origin allow-downloads; frame-ancestors 'none'"
    )
    shown = page("evidence_view.html", request, file=file, source=desk.evidence_links.url(file.id, is_shown=True))
    return Response(shown, media_type="text/html", headers={"Content-Security-Policy": policy})


def _held_back() -> Conflict:
    return Conflict("upload.held_back", "This file has not been found free of viruses yet. Try again in a few minutes.")


def _sent(request: Request[Any, Any, Any], desk: Desk, file: EvidenceFile, *, is_shown: bool) -> Response[Any]:
    etag = f'"{file.sha256}"'
    headers = {
        "Content-Disposition": disposition(file.name, "inline" if is_shown else "attachment"),
        "Content-Security-Policy": SANDBOX,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": "private, no-store",
        "Accept-Ranges": "bytes",
        "ETag": etag,
    }
    try:
        part = byte_range(request.headers.get("range"), request.headers.get("if-range"), etag, file.size_bytes)
    except UnsatisfiableError:
        return Response(
            b"",
            status_code=416,
            media_type="text/plain",
            headers={**headers, "Content-Range": f"bytes */{file.size_bytes}"},
        )
    start, end = part or (0, file.size_bytes)
    more: Mapping[str, str] = {"Content-Range": f"bytes {start}-{end - 1}/{file.size_bytes}"} if part else {}
    return Stream(
        desk.blobs.read(file.id, start, end), status_code=206 if part else 200, media_type=file.media_type,
        headers={**headers, **more, "Content-Length": str(end - start)},
    )  # fmt: skip


def disposition(name: str, how: str = "attachment") -> str:
    """A Content-Disposition (RFC 6266) with an ASCII name and the real one beside it."""
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "-_. ") else "_" for one in name)
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


ROUTES = [evidence_file, by_address, view]
