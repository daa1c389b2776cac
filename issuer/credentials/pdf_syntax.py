"""As much of PDF as is needed to find what is attached to a file: objects by a single scan, dictionaries by rule.

Cross-reference tables are not followed, so that none can lead in circles; the last definition of an object counts, as
after an incremental update. Every step is bounded. Source: ISO 32000-2 §7.3 "Objects", §7.5.7 "Object streams".
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from issuer.errors import Refused

MAX_OBJECTS = 20_000
MAX_DEPTH = 16
MAX_DICTIONARY_BYTES = 16_384
MAX_OBJECT_STREAMS = 8
MAX_OBJECT_STREAM_BYTES = 1_048_576
_OBJECT = re.compile(rb"obj(?![A-Za-z])")
_NUMBERS = re.compile(rb"(?<![0-9])([0-9]{1,10})[ \t\r\n\0\f]{1,8}[0-9]{1,5}[ \t\r\n\0\f]{1,8}\Z")
_NUMBERS_BYTES = 32
_TOKEN = re.compile(
    rb"[ \t\r\n\0\f]*+(?:%[^\r\n]*+[ \t\r\n\0\f]*+)*+"
    rb"(?:(?P<open><<|\[)|(?P<close>>>|\])|/(?P<name>[^ \t\r\n\0\f()<>\[\]{}/%]*+)|<(?P<hex>[0-9A-Fa-f \t\r\n\0\f]*+)>"
    rb"|(?P<text>\()|(?P<ref>[0-9]{1,10}[ \t\r\n\0\f]{1,8}[0-9]{1,5}[ \t\r\n\0\f]{1,8}R(?![A-Za-z0-9]))"
    rb"|(?P<word>[^ \t\r\n\0\f()<>\[\]{}/%]++))"
)
_STREAM = re.compile(rb"[ \t\r\n\0\f]*stream(?:\r\n|\n|\r)")
_ESCAPED_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")

Value = Any
"""A dictionary, a list, a `Reference`, or bytes: a name (with its slash), a number or a word; a text is b"(…)"."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Another object, by its number."""

    number: int


@dataclass(frozen=True, slots=True)
class Held:
    """An object: its value, where that ends, and where the bytes of its stream begin; None where it has none."""

    value: Value
    ends_at: int
    stream_at: int | None


def malformed(message: str = "The PDF is not well-formed.") -> Refused:
    return Refused("image.malformed", message)


def object_places(data: bytes) -> dict[int, tuple[int, int]]:
    """Number → where its definition begins and ends; the last one counts. Raises Refused ``image.too_many_chunks``."""
    places: dict[int, tuple[int, int]] = {}
    previous: tuple[int, int] | None = None
    for count, match in enumerate(_OBJECT.finditer(data), 1):
        if count > 2 * MAX_OBJECTS:  # each begins with obj and ends with endobj
            raise Refused("image.too_many_chunks", f"The PDF has more than {MAX_OBJECTS} parts.")
        numbers = _NUMBERS.search(data[max(0, match.start() - _NUMBERS_BYTES) : match.start()])
        if numbers is None:
            continue
        if previous is not None:
            places[previous[0]] = (previous[1], match.start())
        previous = (int(numbers[1]), match.end())
    if previous is not None:
        places[previous[0]] = (previous[1], len(data))
    return places


def read_object(data: bytes, place: tuple[int, int]) -> Held:
    """The object at a place. Raises Refused ``image.malformed``."""
    start, end = place
    value, at = read_value(data, start, min(end, start + MAX_DICTIONARY_BYTES))
    stream = _STREAM.match(data, at, min(end, at + 64))
    return Held(value, at, None if stream is None else stream.end())


def read_value(data: bytes, at: int, end: int) -> tuple[Value, int]:
    """One value and the place after it. Raises Refused ``image.malformed``."""
    return _value(data, _TOKEN.match(data, at, end), end, 0)


def _value(data: bytes, token: re.Match[bytes] | None, end: int, depth: int) -> tuple[Value, int]:
    if token is None or depth > MAX_DEPTH or token.lastgroup == "close":
        raise malformed()
    kind, text = token.lastgroup, token[token.lastgroup or 0]
    if kind == "open":
        items, at = _items(data, token.end(), end, depth + 1, b">>" if text == b"<<" else b"]")
        return (_dictionary(items) if text == b"<<" else items), at
    if kind == "text":
        return _text(data, token.end(), end)
    if kind == "ref":
        return Reference(int(text.split()[0])), token.end()
    if kind == "name":
        return b"/" + _ESCAPED_NAME.sub(lambda found: bytes((int(found[1], 16),)), text), token.end()
    return (b"(hex)" if kind == "hex" else text), token.end()


def _items(data: bytes, at: int, end: int, depth: int, closing: bytes) -> tuple[list[Value], int]:
    items: list[Value] = []
    while True:
        token = _TOKEN.match(data, at, end)
        if token is not None and token.lastgroup == "close":
            if token["close"] != closing:
                raise malformed()
            return items, token.end()
        value, at = _value(data, token, end, depth)
        items.append(value)


def _dictionary(items: list[Value]) -> dict[bytes, Value]:
    names, values = items[::2], items[1::2]
    if len(names) != len(values) or not all(isinstance(name, bytes) and name[:1] == b"/" for name in names):
        raise malformed()
    return dict(zip(names, values, strict=True))


def _text(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    """A text in parentheses, which may hold others in pairs."""
    start, open_count = at, 1
    while at < end:
        letter = data[at]
        at += 2 if letter == 0x5C else 1
        open_count += (letter == 0x28) - (letter == 0x29)
        if not open_count:
            return b"(" + data[start:at], at
    raise malformed()


def inflated(data: bytes, max_bytes: int, too_large: Refused) -> bytes:
    """Bytes out of Flate, no more than `max_bytes`. Raises `too_large`, Refused ``image.malformed``."""
    inflater = zlib.decompressobj()
    try:
        out = inflater.decompress(data, max_bytes + 1)
    except zlib.error:
        raise malformed("A part of the PDF is not compressed as it says.") from None
    if len(out) > max_bytes:
        raise too_large
    if not inflater.eof:
        raise Refused("image.truncated", "A part of the PDF is cut off.")
    return out


def values_in_stream(body: bytes, held: dict[bytes, Value], telling: bytes) -> Iterator[Value]:
    """The objects with the word `telling` inside an object stream that is not compressed any more.

    Raises Refused ``image.malformed``.
    """
    try:
        count, first = int(held[b"/N"]), int(held[b"/First"])
        numbers = [int(word) for word in body[: max(first, 0)].split()]
    except (KeyError, TypeError, ValueError):
        raise malformed() from None
    places = [first + offset for offset in numbers[1 : 2 * max(count, 0) : 2]]
    if not 0 <= count <= MAX_OBJECTS or len(places) != count or places != sorted(places) or first < 0:
        raise malformed()
    for start, end in zip(places, [*places, len(body)][1:], strict=True):
        if telling in body[start:end]:
            yield read_value(body, start, min(end, start + MAX_DICTIONARY_BYTES))[0]
