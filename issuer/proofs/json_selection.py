"""A part of a document, named by JSON pointers, that says of its nodes what the whole says of them.

Of every object on the way to what a pointer names, the ``@context``, ``id`` and ``type`` come along: they
decide what the other members mean. Items of an array stay in their order and close up.

Source: RFC 6901 "JSON Pointer"; VC-DI ECDSA 1.0, section 3.4 "Selective Disclosure Functions" (selectJsonLd).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from issuer.errors import Unprocessable
from issuer.proofs.strict_json import JsonObject

MAX_POINTERS = 1_000

_KEPT = frozenset({"@context", "id", "type"})
_is_pointer = re.compile(r"(?:/(?:[^~/]|~[01])*)*", re.DOTALL).fullmatch


@dataclass(slots=True)
class Selection:
    """document: the part. origins: `id()` of each object made for it, and of the object it was taken from."""

    document: JsonObject
    origins: dict[int, int]


@dataclass(slots=True)
class _Branch:
    """What is wanted below one place: everything, or the members (or items, by number) named here."""

    pointer: str
    whole: bool = False
    below: dict[str, _Branch] = field(default_factory=dict)


def select(document: JsonObject, pointers: Sequence[str]) -> Selection:
    """The part of `document` that the pointers name; what is wanted whole is shared with `document`.

    Raises Unprocessable ``input.invalid`` (`where`: the pointer) for what is no JSON pointer, for one that leads
    nowhere, and when there is none.
    """
    if not pointers:
        raise Unprocessable("input.invalid", "No part of the document is named.")
    if len(pointers) > MAX_POINTERS:
        raise Unprocessable("input.invalid", f"More than {MAX_POINTERS} parts are named.")
    root = _Branch("")
    for pointer in pointers:
        _want(root, pointer)
    origins: dict[int, int] = {}
    return Selection(_picked(document, root, origins), origins)


def _want(branch: _Branch, pointer: str) -> None:
    if not isinstance(pointer, str) or not _is_pointer(pointer):
        raise _nowhere(str(pointer))
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        branch = branch.below.setdefault(name, _Branch(pointer))
    branch.whole = True


def _picked(value: Any, branch: _Branch, origins: dict[int, int]) -> Any:
    if isinstance(value, dict):
        picked: Any = _members(value, branch, origins)
    elif isinstance(value, list):
        picked = _items(value, branch, origins)
    else:
        picked = value
        if branch.below:
            raise _nowhere(next(iter(branch.below.values())).pointer)
    return value if branch.whole else picked


def _members(value: JsonObject, branch: _Branch, origins: dict[int, int]) -> JsonObject:
    for name, lower in branch.below.items():
        if name not in value:
            raise _nowhere(lower.pointer)
    picked: JsonObject = {}
    for name, member in value.items():
        wanted = branch.below.get(name)
        if wanted is not None:
            part = _picked(member, wanted, origins)
            picked[name] = member if name in _KEPT else part
        elif name in _KEPT:
            picked[name] = member
    origins[id(picked)] = id(value)
    return picked


def _items(value: list[Any], branch: _Branch, origins: dict[int, int]) -> list[Any]:
    numbers = {str(number): number for number in range(len(value))}
    for name, lower in branch.below.items():
        if name not in numbers:
            raise _nowhere(lower.pointer)
    return [
        _picked(item, branch.below[name], origins)
        for name, item in zip(numbers, value, strict=True)
        if name in branch.below
    ]


def _nowhere(pointer: str) -> Unprocessable:
    return Unprocessable("input.invalid", "This names no part of the document.", pointer)
