"""One uploaded file out of a multipart body, streamed to disk by the framework, never held whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile

from issuer.errors import Refused
from issuer.web.decoding import form_of

CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True)
class Upload:
    """A received file. `name` and `media_type` are what the sender claims."""

    name: str
    media_type: str
    file: Any
    fingerprint: str

    def chunks(self) -> Iterator[bytes]:
        self.file.seek(0)
        while chunk := self.file.read(CHUNK_BYTES):
            yield chunk


async def uploaded_file(request: Request[Any, Any, Any], field: str = "file") -> Upload:
    """The file in `field`. Raises Refused (`input.invalid`) when there is none."""
    form = await form_of(request)
    found = form.get(field)
    if not isinstance(found, UploadFile):
        raise Refused("input.invalid", "Send the file in the form field “file”.", f"/{field}")
    name = found.filename or "file"
    return Upload(name, found.content_type or "", found.file, _fingerprint(request.url.path, name, found.file))


def _fingerprint(path: str, name: str, file: Any) -> str:
    digest = hashlib.sha256(f"{path}\n{name}\n".encode("utf-8", "replace"))
    file.seek(0)
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()
