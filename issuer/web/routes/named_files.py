"""The teacher's choice whether a badge will name the digest of an attached file."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from issuer.web import told
from issuer.web.api import Api
from issuer.web.api_schema import EvidenceFile, NameFile
from issuer.web.decoding import json_object
from issuer.web.desk import Desk
from issuer.web.openapi import SESSION, answer, described, json_body
from issuer.web.problem_codes import JSON_BODY, NOT_FOUND, SIGNED_IN, TEXT, WRITE
from issuer.web.routes.api_submissions import ID, LOCKED
from issuer.web.shaped import shaped


@put(
    "/api/submissions/{id:str}/files/{file_id:str}/digest",
    **described(
        "nameFile", "Evidence", {200: answer(EvidenceFile)}, (SIGNED_IN, WRITE, JSON_BODY, TEXT, NOT_FOUND, LOCKED),
        body=json_body(NameFile), path={**ID, "file_id": "The file’s id."}, security=(SESSION,),
    ),
)  # fmt: skip
async def name_file(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str], file_id: FromPath[str]
) -> Response[Any]:
    """Choose whether the badge will name the digest of an attached file."""
    api = await Api.of(request, desk)
    sent = shaped(await json_object(request), NameFile)

    def work() -> tuple[int, Any]:
        return 200, told.file(desk.urls, desk.name_files.choose(api.caller.id, id, file_id, sent.in_badge))

    return await api.answer(work)


ROUTES = [name_file]
