"""Shapes of the catalogue's JSON files: read, held against their JSON Schema, faults by line."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, ValidationError

from badge_classes.errors import Faults
from badge_classes.positions import JsonSyntaxError, LocatedJson, read_json

_HERE = Path(__file__).parent


def read_text(root: Path, file: str, faults: Faults) -> str | None:
    """The text of `file` inside the catalogue folder `root`, or None after noting why not."""
    try:
        return (root / file).read_bytes().decode("utf-8")
    except FileNotFoundError:
        faults.add(file, 1, "the file is missing")
    except UnicodeDecodeError:
        faults.add(file, 1, "the file is not UTF-8 text")
    return None


def read_located(root: Path, file: str, faults: Faults) -> LocatedJson | None:
    """The JSON of `file` with its lines, or None after noting why not."""
    text = read_text(root, file, faults)
    if text is None:
        return None
    try:
        return read_json(text)
    except JsonSyntaxError as error:
        faults.add(file, error.line, error.reason)
        return None


def read_shaped(root: Path, file: str, schema: str, faults: Faults) -> LocatedJson | None:
    """Like `read_located`, and held against the packaged schema named `schema`."""
    located = read_located(root, file, faults)
    if located is None:
        return None
    if _compiled(schema).is_valid(located.value):
        return located
    before = faults.count
    for error in _validator(schema).iter_errors(located.value):
        _note(error, located, file, faults)
    return located if faults.count == before else None


@cache
def _compiled(schema: str) -> jsonschema_rs.Validator:
    """Says quickly that nothing is wrong; what is, `_validator` says better."""
    return jsonschema_rs.Draft202012Validator(json.loads((_HERE / schema).read_text("utf-8")), offline=True)


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((_HERE / schema).read_text("utf-8")))


def _note(error: ValidationError, located: LocatedJson, file: str, faults: Faults) -> None:
    path = tuple(error.absolute_path)
    instance: Any = error.instance
    rule: Any = error.validator_value
    if error.validator == "additionalProperties" and rule is False:
        known: Any = error.schema
        for name in instance.keys() - known["properties"].keys():
            faults.add(file, located.line(*path, name), f"unknown field {_dotted((*path, name))}")
    elif error.validator == "required":
        # jsonschema reports each missing name by itself, and names it only at the start of its message
        name = next(name for name in rule if error.message.startswith(repr(name)))
        faults.add(file, located.line(*path), f"the field {_dotted((*path, name))} is missing")
    else:
        faults.add(file, located.line(*path), f"{_dotted(path)}: {error.message}")


def _dotted(path: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in path) or "the file"
