"""The issuers this installation knows, and how it knows them: one JSON file that its operator keeps.

{"issuers": [{"id": "did:web:badges.example.org", "name": "Example District",
              "how": "Its registrar gave us the address by telephone.", "since": "2026-03-01"}]}
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

import jsonschema_rs

from issuer.errors import Misconfigured
from issuer.verification.schema_validation import violations_of

_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["issuers"],
    "additionalProperties": False,
    "properties": {
        "issuers": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "name", "how", "since"],
                "additionalProperties": False,
                "properties": {
                    "id": {"type": "string", "pattern": "^(did:[a-z0-9]+:|https://)[!-~]+$", "maxLength": 2000},
                    "name": {"type": "string", "minLength": 1, "maxLength": 200},
                    "how": {"type": "string", "minLength": 1, "maxLength": 200},
                    "since": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
                },
            },
        }
    },
}
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]')
_ENTRY_DEPTH = 2


@dataclass(frozen=True, slots=True)
class KnownIssuer:
    """An issuer the operator vouches for. how: in the operator's words. since: when that became known."""

    id: str
    name: str
    how: str
    since: date


TrustRegistry = Mapping[str, KnownIssuer]
"""Known issuers by id."""


def parse_registry(data: bytes, file_name: str) -> TrustRegistry:
    """The registry that `data` holds.

    Raises Misconfigured (``trust.registry``), whose `where` is file and line.
    """
    text, document = _read(data, file_name)
    for found in violations_of(_validator(), document, at_most=1):
        entry_named = re.match(r"/issuers/(\d+)", found.pointer)
        line = _line_of_entry(text, int(entry_named[1])) if entry_named else 1
        raise _wrong(f"{found.sentence} (At: {found.pointer or 'the whole'})", file_name, line)
    known: dict[str, KnownIssuer] = {}
    for place, entry in enumerate(document["issuers"]):
        if entry["id"] in known:
            raise _wrong("This issuer stands in the file twice.", file_name, _line_of_entry(text, place))
        known[entry["id"]] = KnownIssuer(entry["id"], entry["name"], entry["how"], _day(entry, text, place, file_name))
    return MappingProxyType(known)


def _read(data: bytes, file_name: str) -> tuple[str, Any]:
    try:
        text = data.decode("utf-8")
        return text, json.loads(text, object_pairs_hook=_object_of)
    except json.JSONDecodeError as error:
        raise _wrong(f"This is no JSON: {error.msg}.", file_name, error.lineno) from None
    except UnicodeDecodeError as error:
        raise _wrong("This is not UTF-8.", file_name, data.count(b"\n", 0, error.start) + 1) from None
    except (ValueError, RecursionError):
        raise _wrong("A member stands twice in one object, or the objects are nested deeply.", file_name, 1) from None


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate member")
    return members


def _day(entry: dict[str, str], text: str, place: int, file_name: str) -> date:
    try:
        return date.fromisoformat(entry["since"])
    except ValueError:
        raise _wrong("There is no such day as `since` names.", file_name, _line_of_entry(text, place)) from None


def _line_of_entry(text: str, place: int) -> int:
    """The line on which the issuer at `place` begins: the schema allows nothing else at its depth."""
    depth = seen = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "{[":
            if token[0] == "{" and depth == _ENTRY_DEPTH:
                if seen == place:
                    return text.count("\n", 0, token.start()) + 1
                seen += 1
            depth += 1
        elif token[0] in "}]":
            depth -= 1
    return 1


def _wrong(message: str, file_name: str, line: int) -> Misconfigured:
    where = f"{file_name}:{line}"
    sentence = f"The registry of trusted issuers cannot be used ({where}). {message}"
    return Misconfigured("trust.registry", sentence, where)


@cache
def _validator() -> jsonschema_rs.Validator:
    return jsonschema_rs.Draft202012Validator(_SCHEMA, offline=True)
