"""Reading request bodies: forms and JSON objects, small and strict."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_to_bytes

from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.exceptions import ClientException

from issuer.errors import Refused
from issuer.services.read_json import read_json

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


async def fields(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The members of a form or JSON object that are strings; the first of each name.

    Raises Refused (`input.media_type`, `json.*`).
    """
    content_type = media_type(request)
    if content_type == "application/json":
        sent = await json_object(request)
        return {name: value for name, value in sent.items() if isinstance(value, str)}
    if content_type in (FORM, MULTIPART):
        form = await form_of(request)
        return {name: value for name, value in form.items() if isinstance(value, str)}
    raise Refused("input.media_type", "Send a form or a JSON object.")


async def form_of(request: Request[Any, Any, Any]) -> FormMultiDict:
    """The posted form. Raises Refused (`input.malformed`, `input.too_many_parts`, `input.not_utf8`)."""
    if media_type(request) == FORM:
        _check_utf8(await request.body())
    try:
        return await request.form()
    except ClientException as error:
        if "count" in str(error.__context__):
            raise Refused("input.too_many_parts", "This form has more parts than the service reads.") from None
        raise Refused("input.malformed", "This is not a form as browsers send it.") from None
    except (UnicodeDecodeError, LookupError):
        raise Refused("input.not_utf8", "The form’s texts are not in UTF-8.") from None


def _check_utf8(body: bytes) -> None:
    """Refuse what a lenient reader would replace: nobody may be told of another text than was sent."""
    try:
        unquote_to_bytes(body).decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("input.not_utf8", "The form’s texts are not in UTF-8.") from None


async def json_object(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The request's JSON object, read strictly. An empty body counts as an empty object."""
    body = await request.body()
    if not body:
        return {}
    if media_type(request) != "application/json":
        raise Refused("input.media_type", "Send a JSON object as application/json.")
    return read_json(body)


def media_type(request: Request[Any, Any, Any]) -> str:
    """The media type of the body, lower case, without parameters; "" where none is named."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
