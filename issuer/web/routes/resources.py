"""What teachers share, for everybody: the list, one resource, its files, and questions to its author."""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from issuer.domain.resource import shared_schema
from issuer.errors import IssuerError, Refused, Unprocessable
from issuer.services.read_resources import PAGE as PAGE_SIZE
from issuer.services.read_resources import SharedWork
from issuer.web import evidence_form, resource_told
from issuer.web.addresses import address_of
from issuer.web.callers import find_caller, require_same_origin
from issuer.web.decoding import fields
from issuer.web.desk import Desk
from issuer.web.forms import go, html, posted_form, signed_in
from issuer.web.negotiation import HTML, best
from issuer.web.openapi import PAGE, Answer, described
from issuer.web.problem_codes import JSON_BODY, NOT_FOUND, READ, TEXT, WRITE
from issuer.web.rendering import page
from issuer.web.resource_schema import AskAuthor, Asked, ResourceList, SharedResource

JSON = "application/json"
QUERY: dict[str, dict[str, Any]] = {
    "q": {"type": "string", "maxLength": 200, "description": "Words that all stand in it."},
    "strand": {"type": "string", "description": "Id of a strand of the catalogue."},
    "sort": {"enum": ["newest", "oldest", "title"], "default": "newest", "description": "The order."},
    "page": {"type": "integer", "minimum": 1, "maximum": 500, "default": 1, "description": "Which page of 20."},
}
ID = {"id": "The resource’s id."}
KEPT = {"Vary": "Accept", "Cache-Control": "private, no-cache"}


@get(
    "/resources",
    sync_to_thread=True,
    **described(
        "listResources", "Published", {200: Answer({JSON: ResourceList, **PAGE})},
        (READ, TEXT, {400: ("input.invalid",)}), query=QUERY, has_pages=True,
    ),
)  # fmt: skip
def resources(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Search what teachers share."""
    asked = {name: request.query_params.get(name, "") for name in QUERY}
    unknown = next((name for name in request.query_params if name not in (*QUERY, "notice")), None)
    if unknown is not None:
        raise Refused("input.invalid", "This address does not know that parameter.", unknown[:100])
    number = _page_number(asked["page"])
    found = desk.read_resources.search(asked["q"], asked["strand"], asked["sort"], number)
    if best(request.headers.get("accept", ""), (JSON, HTML), JSON) == JSON:
        return Response(resource_told.page_of(desk.urls, found, number), media_type=JSON, headers=KEPT)
    find_caller(request, desk.sign_in)
    text = page(
        "resources.html", request, found=[_listed(one) for one in found], strands=desk.catalogue.strands,
        more=len(found) == PAGE_SIZE, **{**asked, "page": number, "sort": asked["sort"] or "newest"},
    )  # fmt: skip
    return Response(text, media_type=MediaType.HTML, headers=KEPT)


@get(
    "/resources/{id:str}",
    sync_to_thread=True,
    **described(
        "getResource", "Published", {200: Answer({JSON: SharedResource, **PAGE})}, (READ, TEXT, NOT_FOUND),
        path=ID, has_pages=True,
    ),
)  # fmt: skip
def resource(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Read what a teacher shares. Withdrawn is the same as unknown."""
    work = desk.read_resources.read(id)
    if best(request.headers.get("accept", ""), (JSON, HTML), JSON) == JSON:
        return Response(resource_told.resource(desk.urls, work), media_type=JSON, headers=KEPT)
    find_caller(request, desk.sign_in)
    return _page(request, work)


@get(
    "/resources/{id:str}/files/{file_id:str}",
    sync_to_thread=True,
    **described(
        "downloadSharedFile", "Published",
        {200: Answer({"*/*": {}}, "The file.", {"Content-Disposition": "Always `attachment`."})},
        (READ, TEXT, NOT_FOUND), path={**ID, "file_id": "The file’s id."}, has_pages=True,
    ),
)  # fmt: skip
def shared_file(desk: NamedDependency[Desk], id: FromPath[str], file_id: FromPath[str]) -> Stream:
    """Download a file of a resource."""
    file = desk.read_resources.file(id, file_id)
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-cache",
        "Content-Length": str(file.size_bytes),
    }
    return Stream(desk.blobs.read(file.id), media_type=file.media_type, headers=headers)


@post(
    "/resources/{id:str}/questions",
    **described(
        "askAuthor", "Published",
        {201: Answer({JSON: Asked}), 303: Answer(headers={"Location": "The question’s page."})},
        (READ, WRITE, JSON_BODY, TEXT, NOT_FOUND),
        body={JSON: AskAuthor, "application/x-www-form-urlencoded": AskAuthor}, path=ID, has_pages=True,
    ),
)  # fmt: skip
async def ask(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Response[Any]:
    """Ask the author of a resource; neither learns the other’s address."""
    require_same_origin(request, desk.origins)
    sent = await fields(request)
    desk.rate_limits.spend("question", address_of(request.scope, desk.proxy_hops))
    is_page = best(request.headers.get("accept", ""), (JSON, HTML), JSON) == HTML
    try:
        _require_person(sent)
        caller = await desk.in_thread(find_caller, request, desk.sign_in)
        token = await desk.in_thread(
            desk.read_resources.ask, id, sent.get("name", ""), sent.get("text", ""), caller.id if caller else None
        )
    except Unprocessable as error:
        if not is_page:
            raise
        return _page(request, await desk.in_thread(desk.read_resources.read, id), sent, error)
    if is_page:
        return go(f"/questions/{token}", "asked")
    return Response(Asked(url=desk.urls.question(token)), status_code=201, media_type=JSON)


@get("/questions/{token:str}", include_in_schema=False, sync_to_thread=True)
def question(request: Request[Any, Any, Any], desk: NamedDependency[Desk], token: FromPath[str]) -> Response[str]:
    """A question and its answer, for who has the link."""
    asked = desk.read_resources.asked(token)
    find_caller(request, desk.sign_in)
    return html("question.html", request, asked=asked)


@get("/asked/{id:str}", include_in_schema=False)
async def own_question(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]
) -> Response[str]:
    """A question that one asked while signed in."""
    caller = await signed_in(request, desk)
    return html("question.html", request, asked=await desk.in_thread(desk.read_resources.asked_by, caller.id, id))


@post("/resources/{id:str}/withdraw", include_in_schema=False)
async def take_down(request: Request[Any, Any, Any], desk: NamedDependency[Desk], id: FromPath[str]) -> Redirect:
    """An administrator takes a resource of their school down."""
    form = await posted_form(request, desk)
    await desk.in_thread(desk.share_work.take_down, form.caller.id, id)
    return go("/resources", "resource-withdrawn")


def _page(
    request: Request[Any, Any, Any],
    work: SharedWork,
    sent: dict[str, str] | None = None,
    error: IssuerError | None = None,
) -> Response[str]:
    schema = shared_schema(work.badge_class.evidence_schema or {})
    root = evidence_form.build(schema, work.shown.content, settings=work.badge_class.settings)
    text = page(
        "resource.html", request, work=work, root=root, files={one.id: one for one in work.shown.files},
        sent=sent or {}, error=error,
    )  # fmt: skip
    status = 200 if error is None else 422
    return Response(text, status_code=status, media_type=MediaType.HTML, headers=KEPT)


def _listed(work: SharedWork) -> dict[str, Any]:
    """What the list shows of one: the question its cycle asks, where it has one."""
    cycle = work.shown.content.get("pdsa")
    asked = cycle.get("question", "") if isinstance(cycle, dict) else ""
    return {"resource": work.resource, "shown": work.shown, "question": asked}


def _page_number(text: str) -> int:
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Refused("input.invalid", "There is no such page.", "page")
    return int(text)


def _require_person(sent: dict[str, str]) -> None:
    """A field that people do not see stays empty; programs fill it in."""
    if sent.get("website"):
        raise Unprocessable("input.invalid", "Leave the hidden field empty.", "/website")


ROUTES = [resources, resource, shared_file, ask, question, own_question, take_down]
