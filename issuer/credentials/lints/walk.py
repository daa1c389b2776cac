"""Ways through a credential that may be broken anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from issuer.proofs.strict_json import JsonObject


def values(value: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Every value in `value`, itself first, with its JSON pointer."""
    yield where, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from values(inner, f"{where}/{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from values(inner, f"{where}/{place}")


def objects(value: Any) -> Iterator[tuple[str, JsonObject]]:
    """Every object in `value` with its JSON pointer."""
    return ((where, inner) for where, inner in values(value) if isinstance(inner, dict))


def texts(value: Any) -> Iterator[tuple[str, str]]:
    """Every text in `value` with its JSON pointer."""
    return ((where, inner) for where, inner in values(value) if isinstance(inner, str))


def object_at(credential: JsonObject, *names: str) -> JsonObject:
    """The object at a path of member names; an empty one when there is none."""
    value: Any = credential
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def objects_of(owner: JsonObject, name: str) -> list[JsonObject]:
    """The objects in the array `name` of `owner`; none when there is no such array."""
    found = owner.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def types_of(owner: JsonObject) -> set[str]:
    """The types of an object, however they are written."""
    found = owner.get("type", [])
    return {one for one in (found if isinstance(found, list) else [found]) if isinstance(one, str)}
