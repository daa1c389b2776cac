"""The OpenAPI document: each route says beside itself what it takes and what it answers; here it is put together.

A route is described by `**described(…)` in its decorator. Its first sentence of documentation is the summary.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
import msgspec.yaml
from litestar import Request, Response, Router
from litestar.exceptions import NotFoundException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, YamlRenderPlugin
from litestar.openapi.spec import Components, Operation, Parameter, SecurityScheme, Tag

from issuer.web import api_schema
from issuer.web.api_headers import HEADERS
from issuer.web.callers import COOKIE
from issuer.web.described_shapes import SHAPES
from issuer.web.problem_codes import EVERYWHERE, Codes, joined

Schema = dict[str, Any]
EXAMPLES = Path(__file__).with_name("openapi_examples.json")
PAGE: dict[str, Schema] = {"text/html": {"type": "string"}}
SESSION = "session"
CLIENT = "client"
TAGS = {
    "Sign-in": "Opening and ending a session. The cookie it sets is sent with every later call.",
    "Accounts": "Inviting people, one’s own notices, everything about oneself in one archive.",
    "Evidence": "A teacher’s evidence for a badge: draft, files, hand in, withdraw.",
    "Review": "A reviewer’s desk: the queue, the evidence, the decision.",
    "Badges": "The badges that were issued: one’s own, their standing, opening and closing them.",
    "Verification": "Is this badge genuine, in force, and whose is it? Anyone may ask.",
    "VC API": "The W3C’s Verifiable Credential API: verifying and showing parts for everybody; issuing and status for "
    "registered clients, by bearer token.",
    "Published": "What everybody may read: the issuer, its keys, the catalogue, opened badges, status lists.",
    "Service": "Whether the service is alive, and the limits it keeps.",
}
DESCRIPTION = """\
Evidence, review, issuing and verification of teacher micro-credentials as Open Badges 3.0.

Bodies are JSON, read strictly: a member named twice, a member nobody asked for, or a parameter that is not known is \
refused; what is published takes no notice of parameters. \
Every refusal is a problem document (RFC 9457) whose `code` is stable. Browsers that ask for HTML get pages \
instead, except under `/api`. A `POST` under `/api` that carries an `Idempotency-Key` is done once; repeating it \
gives the first answer again, less a secret that is told once and kept nowhere (the address of a share link). \
Besides what each operation lists, a method that an address does not take is answered with 405."""


@dataclass(frozen=True)
class Answer:
    """What a route answers with one status. content: media type → a type, or a JSON Schema; {} for any bytes."""

    content: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Description:
    """All that the document says of a route, beyond what its path and documentation say."""

    answers: Mapping[int, Answer]
    problems: Codes
    body: Mapping[str, Any]
    body_required: bool
    parameters: Mapping[str, str]
    query: Mapping[str, Schema]
    headers: tuple[str, ...]
    has_pages: bool


def described(
    operation_id: str,
    tag: str,
    answers: Mapping[int, Answer],
    problems: Iterable[Codes] = (),
    *,
    body: Mapping[str, Any] | None = None,
    body_required: bool = True,
    path: Mapping[str, str] | None = None,
    query: Mapping[str, Schema] | None = None,
    headers: tuple[str, ...] = (),
    security: tuple[str, ...] = (),
    has_pages: bool = False,
) -> dict[str, Any]:
    """Arguments for a route's decorator.

    body: media type → type or JSON Schema. path: parameter → what it is. query: parameter → JSON Schema with a
    description. headers: names of `HEADERS` that it reads. security: schemes of which one is needed.
    has_pages: browsers get pages, also for problems.
    """
    description = Description(
        answers, joined(EVERYWHERE, *problems), body or {}, body_required, path or {}, query or {}, headers, has_pages
    )
    return {
        "operation_id": operation_id,
        "tags": [tag],
        "security": [{scheme: []} for scheme in (*security, *((CLIENT,) if SESSION in security else ()))],
        "operation_class": partial(DescribedOperation, told=description),
    }


def answer(shape: Any, description: str = "") -> Answer:
    """An answer in JSON."""
    return Answer({"application/json": shape}, description)


def created(shape: Any) -> Answer:
    """An answer in JSON about something new."""
    return Answer({"application/json": shape}, headers={"Location": "Where it is to be found."})


def cacheable(content: Mapping[str, Any]) -> dict[int, Answer]:
    """An answer that is the same for everybody, or 304."""
    headers = {"ETag": "Of exactly these bytes.", "Cache-Control": "How long it may be kept."}
    return {200: Answer(content, headers=headers), 304: Answer(description="The caller has it already.")}


def json_body(shape: Any) -> dict[str, Any]:
    """A body in JSON."""
    return {"application/json": shape}


@dataclass
class DescribedOperation(Operation):
    """An operation as its route describes it."""

    told: Description | None = None

    def to_schema(self) -> Schema:
        """The Operation Object (OpenAPI 3.1 §4.8.10)."""
        if self.told is None:
            return super().to_schema()
        summary, _, more = (self.description or "").partition("\n\n")
        body = _body(self.told, _examples(self.operation_id).get("request"))
        return {
            "operationId": self.operation_id,
            "tags": self.tags,
            "summary": " ".join(summary.split()),
            **({"description": " ".join(more.split())} if more else {}),
            "security": self.security or [],
            "parameters": list(self._parameters(self.told)),
            **({"requestBody": body} if body else {}),
            "responses": self._responses(self.told),
        }

    def _parameters(self, told: Description) -> Iterable[Schema]:
        for one in self.parameters or []:
            if isinstance(one, Parameter) and one.param_in == "path":
                text = {"type": "string"}
                yield {
                    "name": one.name, "in": "path", "required": True, "description": told.parameters[one.name],
                    "schema": text,
                }  # fmt: skip
        for name, schema in told.query.items():
            described = {key: value for key, value in schema.items() if key != "description"}
            yield {"name": name, "in": "query", "description": schema["description"], "schema": described}
        for name in told.headers:
            yield {"$ref": f"#/components/parameters/{name}"}

    def _responses(self, told: Description) -> Schema:
        examples = _examples(self.operation_id).get("answers", {})
        good = {str(status): _good(status, one, examples.get(str(status))) for status, one in told.answers.items()}
        unheard = {status: one for status, one in examples.items() if status not in good}
        bad = {
            str(status): _bad(status, codes, told.has_pages, unheard.get(str(status)))
            for status, codes in sorted(told.problems.items())
        }
        for status in good.keys() & bad.keys():
            bad[status]["content"] = {**good[status].get("content", {}), **bad[status]["content"]}
        return {**good, **bad}


@dataclass
class DescribedComponents(Components):
    """What operations share: the shapes, the headers that are read, how one is admitted."""

    def to_schema(self) -> Schema:
        """The Components Object (OpenAPI 3.1 §4.8.7)."""
        shared = super().to_schema()
        return {**shared, "schemas": _components(), "parameters": HEADERS}


class QuickYaml(YamlRenderPlugin):
    """The document as YAML, written once: that takes as long as many requests."""

    _written: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: Schema) -> bytes:
        if self._written is None:
            self._written = msgspec.yaml.encode(openapi_schema)
        return self._written


RETRY_AFTER = {"Retry-After": "Seconds to wait."}


def openapi_config() -> OpenAPIConfig:
    """The configuration of Litestar's OpenAPI part: the document alone, as JSON and as YAML, and no page of others."""
    session = SecurityScheme(
        type="apiKey", name=COOKIE, security_scheme_in="cookie", description="The session that `POST /login` opens."
    )
    client = SecurityScheme(type="http", scheme="bearer", description="The token of a registered client.")
    return OpenAPIConfig(
        title="Open Badges 3.0 issuer",
        version="1",
        description=DESCRIPTION,
        use_handler_docstrings=True,
        tags=[Tag(name, description) for name, description in TAGS.items()],
        components=DescribedComponents(security_schemes={SESSION: session, CLIENT: client}),
        render_plugins=[JsonRenderPlugin(), QuickYaml()],
        openapi_router=Router("/schema", route_handlers=[], include_in_schema=False, after_request=_no_page_of_others),
    )


def _no_page_of_others(response: Response[Any]) -> Response[Any]:
    """What is not there is said in our own words, not in the framework's."""
    if response.status_code == HTTPStatus.NOT_FOUND:
        raise NotFoundException
    return response


def _body(told: Description, example: Any) -> Schema | None:
    if not told.body:
        return None
    content = {kind: _media(kind, shape, example) for kind, shape in told.body.items()}
    return {"required": told.body_required, "content": content}


def _good(status: int, one: Answer, example: Any) -> Schema:
    content = {kind: _media(kind, shape, example) for kind, shape in one.content.items()}
    headers = {name: {"description": text, "schema": {"type": "string"}} for name, text in one.headers.items()}
    return {
        "description": one.description or HTTPStatus(status).phrase,
        **({"headers": headers} if headers else {}),
        **({"content": content} if content else {}),
    }


def _bad(status: int, codes: tuple[str, ...], has_page: bool, example: Any) -> Schema:
    problem = {**_schema(api_schema.Problem), "properties": {"code": {"enum": sorted(codes)}}}
    media = {"schema": problem, **({"example": example} if example else {})}
    waits = RETRY_AFTER if status in (429, 503) else {}
    page = {"text/html": {"schema": PAGE["text/html"]}} if has_page else {}
    return {
        **_good(status, Answer(headers=waits), None),
        "content": {"application/problem+json": media, **page},
    }


def _media(kind: str, shape: Any, example: Any) -> Schema:
    schema = shape if isinstance(shape, dict) else _schema(shape)
    is_json = kind.endswith(("json", "/vc"))
    return {**({"schema": schema} if schema else {}), **({"example": example} if example and is_json else {})}


@cache
def _schema(shape: Any) -> Schema:
    (schema,), _ = msgspec.json.schema_components([shape], ref_template="#/components/schemas/{name}")
    return schema


@cache
def _components() -> Schema:
    shapes = [
        one
        for module in SHAPES
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, msgspec.Struct) and one.__module__ == module.__name__
    ]
    _, components = msgspec.json.schema_components(shapes, ref_template="#/components/schemas/{name}")
    bases = {"Sent", "Told", "Published", "Called", "Answered"}
    return {name: schema for name, schema in sorted(components.items()) if name not in bases}


@cache
def _all_examples() -> dict[str, Any]:
    examples: dict[str, Any] = json.loads(EXAMPLES.read_bytes())
    return examples


def _examples(operation_id: str | None) -> dict[str, Any]:
    found: dict[str, Any] = _all_examples().get(operation_id or "", {})
    return found
