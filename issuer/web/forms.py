"""Posted forms of pages: who sent them, from where, with which token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from litestar import MediaType, Request, Response
from litestar.datastructures import UploadFile
from litestar.response import Redirect

from issuer.errors import Refused
from issuer.web.callers import Caller, require_caller, require_csrf_token, require_same_origin
from issuer.web.decoding import FORM, MULTIPART, form_of, media_type
from issuer.web.desk import Desk
from issuer.web.rendering import page


@dataclass(frozen=True)
class PostedForm:
    """One form: the signed-in sender, its texts (the first of each name; all in `lists`) and its files."""

    caller: Caller
    texts: dict[str, str]
    lists: dict[str, list[str]]
    files: tuple[tuple[str, UploadFile], ...]


@dataclass(frozen=True)
class OpenForm:
    """A form that needs nobody signed in: its texts, the first of each name."""

    texts: dict[str, str]


async def open_form(request: Request[Any, Any, Any], desk: Desk) -> OpenForm:
    """Read a form of somebody who is not signed in. Raises Forbidden (`csrf`), Refused (`input.media_type`)."""
    require_same_origin(request, desk.origins)
    lists, _ = await _parts(request)
    return OpenForm({name: values[0] for name, values in lists.items()})


async def posted_form(request: Request[Any, Any, Any], desk: Desk, setting_up: bool = False) -> PostedForm:
    """Read a form; setting_up as for `require_caller`.

    Raises Forbidden (`csrf`), Unauthenticated, Refused (`input.media_type`).
    """
    require_same_origin(request, desk.origins)
    caller = await desk.in_thread(require_caller, request, desk.sign_in, setting_up)
    lists, files = await _parts(request)
    texts = {name: values[0] for name, values in lists.items()}
    require_csrf_token(caller, texts.get("csrf_token", ""))
    return PostedForm(caller, texts, lists, tuple(files))


async def _parts(request: Request[Any, Any, Any]) -> tuple[dict[str, list[str]], list[tuple[str, UploadFile]]]:
    if media_type(request) not in (FORM, MULTIPART):
        raise Refused("input.media_type", "This address takes the form of its page.")
    form = await form_of(request)
    lists: dict[str, list[str]] = {}
    files: list[tuple[str, UploadFile]] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                files.append((name, value))
        else:
            lists.setdefault(name, []).append(str(value))
    return lists, files


async def signed_in(request: Request[Any, Any, Any], desk: Desk, setting_up: bool = False) -> Caller:
    """The signed-in person behind a page request; setting_up as for `require_caller`. Raises Unauthenticated."""
    return await desk.in_thread(require_caller, request, desk.sign_in, setting_up)


def html(template: str, request: Request[Any, Any, Any], status: int = 200, **context: Any) -> Response[str]:
    """A private page."""
    return Response(page(template, request, **context), status_code=status, media_type=MediaType.HTML)


def go(path: str, notice: str = "", anchor: str = "", **query: str) -> Redirect:
    """On to another page after a form was done (303), with a notice that it shows."""
    parameters = {**({"notice": notice} if notice else {}), **query}
    asked = f"?{urlencode(parameters)}" if parameters else ""
    return Redirect(f"{path}{asked}{'#' + anchor if anchor else ''}", status_code=303)
