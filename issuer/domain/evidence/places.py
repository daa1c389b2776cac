"""Places in evidence: patterns of JSON pointers, and a walk that no depth can break."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from issuer.domain.evidence.finding import Path

MAX_DEPTH = 24
MAX_MEMBERS = 50_000
MAX_CHARACTERS = 2_000_000
MAX_NAME_CHARACTERS = 200
MAX_INTEGER_BITS = 4096


def places(document: object, pattern: str) -> Iterator[tuple[Path, Any]]:
    """Every value that `pattern` names, with its path, in document order.

    pattern: a JSON pointer in which ``*`` stands for every item of an array. What is not there is not named.
    """
    found: list[tuple[Path, Any]] = [((), document)]
    for part in pattern.split("/")[1:]:
        found = [next_ for path, value in found for next_ in _step(path, value, part)]
    yield from found


def _step(path: Path, value: object, part: str) -> list[tuple[Path, Any]]:
    if part == "*":
        items = value if isinstance(value, list) else []
        return [((*path, index), item) for index, item in enumerate(items)]
    if isinstance(value, dict) and part in value:
        return [((*path, part), value[part])]
    if isinstance(value, list) and part.isdecimal() and part.isascii() and int(part) < len(value):
        return [((*path, int(part)), value[int(part)])]
    return []


def place(document: object, pattern: str) -> tuple[Path, Any] | None:
    """The one value at `pattern`, or None when it is not there."""
    return next(places(document, pattern), None)


def walk(document: object) -> Iterator[tuple[Path, Any]]:
    """Every value in `document` with its path, containers before their members."""
    waiting: list[tuple[Path, Any]] = [((), document)]
    while waiting:
        path, value = waiting.pop()
        yield path, value
        if isinstance(value, dict):
            waiting.extend(((*path, name), member) for name, member in reversed(value.items()))
        elif isinstance(value, list):
            waiting.extend(((*path, index), item) for index, item in reversed(list(enumerate(value))))


def is_too_large(document: object) -> bool:
    """Whether `document` is deeper, wider or longer than any evidence (the bounds of this module)."""
    characters = 0
    for members, (path, value) in enumerate(walk(document)):
        characters += len(value) if isinstance(value, str) else 0
        name = path[-1] if path and isinstance(path[-1], str) else ""
        if len(path) > MAX_DEPTH or len(name) > MAX_NAME_CHARACTERS:
            return True
        if isinstance(value, int) and value.bit_length() > MAX_INTEGER_BITS:
            return True
        if members >= MAX_MEMBERS or characters > MAX_CHARACTERS:
            return True
    return False
