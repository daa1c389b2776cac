"""Evidence files: only for their owner and those who judge them, never shown as part of our pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from issuer.web.callers import require_api_caller
from issuer.web.desk import Desk
from issuer.web.openapi import SESSION, Answer, described
from issuer.web.problem_codes import NOT_FOUND, READ, TEXT


@get(
    "/evidence/{id:str}",
    sync_to_thread=True,
    **described(
        "downloadFile", "Evidence",
        {200: Answer({"*/*": {}}, "The file.", {"Content-Disposition": "Always `attachment`, with the file’s name."})},
        (READ, {401: ("auth.session",), 403: ("forbidden",)}, TEXT, NOT_FOUND),
        path={"id": "The file’s id."}, security=(SESSION,), has_pages=True,
    ),
)  # fmt: skip
def evidence_file(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Stream:
    """Download an evidence file of one’s own, or of a submission one may judge."""
    caller = require_api_caller(request, desk.sign_in, desk.clients)
    file = desk.attach.file(caller.id, id)
    headers = {
        "Content-Disposition": disposition(file.name),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
        "Content-Length": str(file.size_bytes),
    }
    return Stream(desk.blobs.read(file.id), media_type=file.media_type, headers=headers)


def disposition(name: str) -> str:
    """A Content-Disposition that always downloads (RFC 6266), with an ASCII name and the real one beside it."""
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "-_. ") else "_" for one in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


ROUTES = [evidence_file]
