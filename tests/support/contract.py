"""Holding requests and answers to the OpenAPI document: what it does not say must not happen."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

import httpx
import jsonschema_rs

OPEN = {
    "Achievement", "DidDocument", "Jwk", "JwkSet", "Profile", "SignedCredential",
}  # fmt: skip
"""Documents of standards, which hold more than the document names."""
JSON = re.compile(r"application/((.+\+)?json|vc)")


def is_json(answer: httpx.Response) -> bool:
    """Whether the answer says that it is JSON."""
    return JSON.fullmatch(media_type(answer)) is not None


def media_type(message: httpx.Response | httpx.Request) -> str:
    """The media type of a body, without parameters; "" where none is named."""
    return str(message.headers.get("content-type", "")).partition(";")[0]


class Contract:
    """One document. Answers are read with every shape closed, so that an undescribed member is found."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._validators: dict[tuple[str, ...], jsonschema_rs.Validator] = {}

    @cached_property
    def _paths(self) -> list[tuple[re.Pattern[str], dict[str, Any]]]:
        by_length = sorted(self.document["paths"].items(), key=lambda one: one[0].count("{"))
        return [(re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path) + r"\Z"), item) for path, item in by_length]

    @cached_property
    def _closed(self) -> dict[str, Any]:
        return {
            name: schema if name in OPEN or "properties" not in schema else {"additionalProperties": False, **schema}
            for name, schema in self.document["components"]["schemas"].items()
        }

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """The operation behind an address; None for pages and for what is not there."""
        for pattern, item in self._paths:
            if pattern.match(path) and method.lower() in item:
                found: dict[str, Any] = item[method.lower()]
                return found
        return None

    def check(self, answer: httpx.Response) -> None:
        """Fails when the document does not describe this answer, or the request that it granted."""
        request = answer.request
        operation = self.operation(request.method, request.url.path)
        if operation is None:
            return
        name, status = operation["operationId"], str(answer.status_code)
        described = operation["responses"].get(status)
        assert described is not None, f"{name} may not answer {status}: {answer.text[:300]}"
        kind = media_type(answer)
        if not answer.content and "content" not in described:
            return
        content = described.get("content", {})
        assert kind in content or "*/*" in content or status == "304", f"{name} may not answer {status} with {kind}"
        if is_json(answer) and status != "304":
            self._hold(answer.json(), content[kind].get("schema", {}), name, status, kind)
        if answer.status_code < 300:
            self._check_sent(operation, request)

    def _check_sent(self, operation: dict[str, Any], request: httpx.Request) -> None:
        body, kind = request.read(), media_type(request)
        if not body:
            assert not operation.get("requestBody", {}).get("required"), f"{operation['operationId']} takes no body"
        elif kind == "application/json" and "requestBody" in operation:
            schema = operation["requestBody"]["content"][kind].get("schema", {})
            self._hold(httpx.Response(200, content=body).json(), schema, operation["operationId"], "request", kind)

    def _hold(self, value: Any, schema: dict[str, Any], *place: str) -> None:
        if place not in self._validators:
            components = self.document["components"]["schemas"] if "request" in place else self._closed
            whole = {**schema, "components": {"schemas": components}}
            self._validators[place] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        fault = next(self._validators[place].iter_errors(value), None)
        assert fault is None, f"{' '.join(place)} at {list(fault.instance_path)}: {fault.message[:500]}"
