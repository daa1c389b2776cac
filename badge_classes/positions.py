"""JSON that remembers on which line each member stands, so that a fault can point at it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from json import JSONDecodeError, JSONDecoder
from typing import Any, NoReturn

Path = tuple[str | int, ...]

_SPACE = re.compile(r"[ \t\r\n]*")
_MAX_DEPTH = 64


class JsonSyntaxError(ValueError):
    """Text that is not strict JSON; `line` starts at 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class LocatedJson:
    """A JSON value and the text it stands in, which is read once more where somebody asks for lines."""

    value: Any
    text: str

    @cached_property
    def lines(self) -> Mapping[Path, int]:
        """The line of each member by its path: names and indexes from the root."""
        return _located(self.text)[1]

    def line(self, *path: str | int) -> int:
        """The line of the member at `path`, or of the nearest thing around it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_json(text: str) -> LocatedJson:
    """Read strict JSON (RFC 8259): no member twice, no NaN, no byte order mark. Raises JsonSyntaxError."""
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)
        if _depth(value) > _MAX_DEPTH:
            raise ValueError("too deep")
    except (ValueError, RecursionError):
        value = _located(text)[0]
    return LocatedJson(value, text)


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise ValueError("a member stands there twice")
    return found


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)


def _located(text: str) -> tuple[Any, Mapping[Path, int]]:
    """The value and its lines, or the JsonSyntaxError that says on which line it is none."""
    reader = _Reader(text)
    return reader.document(), reader.lines


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._counted, self._newlines = 0, 0
        self._scalars = JSONDecoder(parse_constant=self._refuse_constant)
        self.lines: dict[Path, int] = {}

    def document(self) -> Any:
        self._skip_space()
        value = self._value((), 0)
        self._skip_space()
        if self._at != len(self._text):
            raise self._error("there is more text after the end of the JSON value")
        return value

    def _value(self, path: Path, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise self._error(f"nested deeper than {_MAX_DEPTH} levels")
        self.lines.setdefault(path, self._line())
        if self._peek("{"):
            return self._object(path, depth)
        if self._peek("["):
            return self._array(path, depth)
        return self._scalar()

    def _object(self, path: Path, depth: int) -> dict[str, Any]:
        members: dict[str, Any] = {}
        self._at += 1
        self._skip_space()
        while not self._peek("}"):
            if members:
                self._expect(",")
            if not self._peek('"'):
                raise self._error("a member name in double quotes was expected")
            line = self._line()
            name = self._scalar()
            if name in members:
                raise JsonSyntaxError(line, f"the member {name!r} stands here twice")
            self.lines[(*path, name)] = line
            self._expect(":")
            members[name] = self._value((*path, name), depth + 1)
            self._skip_space()
        self._at += 1
        return members

    def _array(self, path: Path, depth: int) -> list[Any]:
        items: list[Any] = []
        self._at += 1
        self._skip_space()
        while not self._peek("]"):
            if items:
                self._expect(",")
            items.append(self._value((*path, len(items)), depth + 1))
            self._skip_space()
        self._at += 1
        return items

    def _scalar(self) -> Any:
        try:
            value, self._at = self._scalars.raw_decode(self._text, self._at)
        except JSONDecodeError as error:
            raise JsonSyntaxError(error.lineno, f"not JSON: {error.msg.lower()}") from error
        return value

    def _refuse_constant(self, name: str) -> Any:
        raise self._error(f"{name} is not a JSON number")

    def _expect(self, mark: str) -> None:
        self._skip_space()
        if not self._peek(mark):
            raise self._error(f"{mark!r} was expected")
        self._at += 1
        self._skip_space()

    def _peek(self, mark: str) -> bool:
        return self._text.startswith(mark, self._at)

    def _skip_space(self) -> None:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _line(self) -> int:
        self._newlines += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._newlines + 1

    def _error(self, reason: str) -> JsonSyntaxError:
        return JsonSyntaxError(self._line(), reason)
