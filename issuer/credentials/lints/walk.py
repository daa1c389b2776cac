"""A credential, perhaps broken anywhere, walked through once for all lints."""

from __future__ import annotations

from typing import Any

from issuer.proofs.strict_json import JsonObject


class Walked:
    """A credential and every value in it with its JSON pointer, the credential itself first."""

    def __init__(self, credential: JsonObject) -> None:
        self.credential = credential
        self.values: list[tuple[str, Any]] = []
        self._walk("", credential)
        self.objects = [(where, value) for where, value in self.values if isinstance(value, dict)]
        self.texts = [(where, value) for where, value in self.values if isinstance(value, str)]

    def _walk(self, where: str, value: Any) -> None:
        self.values.append((where, value))
        if isinstance(value, dict):
            for name, inner in value.items():
                self._walk(f"{where}/{name}", inner)
        elif isinstance(value, list):
            for place, inner in enumerate(value):
                self._walk(f"{where}/{place}", inner)


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
