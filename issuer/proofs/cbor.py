"""The part of CBOR that proof values are made of: numbers from 0, byte and text strings, arrays and maps.

Every value has one spelling here: lengths in their shortest form and given in advance, no tags, no duplicate
keys, nothing after the end.

Source: RFC 8949, sections 3 "Specification of the CBOR Encoding" and 4.2 "Deterministically Encoded CBOR".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_NUMBER, _BYTES, _TEXT, _ARRAY, _MAP = 0, 2, 3, 4, 5
_SHORT_BYTES = _BYTES << 5 | 24
_MAX_DEPTH = 8
_LEAST_WITH = (24, 0x100, 0x1_0000, 0x1_0000_0000)
"""The least argument that may take one, two, four and eight bytes."""


def encode(value: Any) -> bytes:
    """The bytes for numbers, bytes, text, sequences and mappings of these.

    Raises ValueError for any other value and for numbers outside 0…2^64-1.
    """
    if isinstance(value, bytes):
        if 24 <= len(value) < 0x100:  # keys and signatures, of which most of a proof consists
            return bytes((_SHORT_BYTES, len(value))) + value
        return _head(_BYTES, len(value)) + value
    if isinstance(value, int) and not isinstance(value, bool):
        return _head(_NUMBER, value)
    if isinstance(value, str):
        text = value.encode("utf-8")
        return _head(_TEXT, len(text)) + text
    if isinstance(value, Sequence):
        return _head(_ARRAY, len(value)) + b"".join(map(encode, value))
    if isinstance(value, Mapping):
        members = sorted((encode(key), encode(member)) for key, member in value.items())
        return _head(_MAP, len(members)) + b"".join(key + member for key, member in members)
    raise ValueError(f"a {type(value).__name__} has no form in this part of CBOR")


def _head(major: int, argument: int) -> bytes:
    if 0 <= argument < 24:
        return bytes([major << 5 | argument])
    for power in range(4):
        if 0 <= argument < 1 << (8 << power):
            return bytes([major << 5 | 24 + power]) + argument.to_bytes(1 << power)
    raise ValueError("a number outside 0…2^64-1")


def decode(data: bytes) -> Any:
    """The one value that `data` holds, as int, bytes, str, list or dict.

    Raises ValueError for anything that `encode` would not write, but for the order of a map's keys.
    """
    decoder = _Decoder(data)
    value = decoder.value(_MAX_DEPTH)
    if decoder.bytes_left:
        raise ValueError("something follows the value")
    return value


class _Decoder:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def bytes_left(self) -> int:
        return len(self._data) - self._at

    def value(self, levels: int) -> Any:
        if levels == 0:
            raise ValueError("arrays and maps nested too deep")
        major, argument = self._read_head()
        if major == _NUMBER:
            return argument
        if major == _BYTES:
            return self._take(argument)
        if major == _TEXT:
            return self._take(argument).decode("utf-8")
        if major == _ARRAY:
            return self._array(self._at_most(argument), levels)
        if major == _MAP:
            return self._map(self._at_most(argument), levels)
        raise ValueError("a negative number, a tag or a simple value")

    def _array(self, items: int, levels: int) -> list[Any]:
        found: list[Any] = []
        while len(found) < items:
            short = self._short_bytes()
            found.append(self.value(levels - 1) if short is None else short)
        return found

    def _short_bytes(self) -> bytes | None:
        """A byte string of 24 to 255 bytes, if one comes next: keys and signatures, most of a proof."""
        data, start = self._data, self._at + 2
        if data[start - 2 : start - 1] != b"\x58" or len(data) < start or data[start - 1] < 24:
            return None
        end = start + data[start - 1]
        if end > len(data):
            return None
        self._at = end
        return data[start:end]

    def _map(self, members: int, levels: int) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for _ in range(members):
            key = self.value(1)
            if isinstance(key, list | dict) or key in found:
                raise ValueError("a key that is there twice, or is an array or a map")
            found[key] = self.value(levels - 1)
        return found

    def _read_head(self) -> tuple[int, int]:
        (first,) = self._take(1)
        major, info = first >> 5, first & 0x1F
        if info < 24:
            return major, info
        if info > 27:
            raise ValueError("a length that is not given in advance")
        argument = int.from_bytes(self._take(1 << info - 24))
        if argument < _LEAST_WITH[info - 24]:
            raise ValueError("a number or length that is not in its shortest form")
        return major, argument

    def _at_most(self, items: int) -> int:
        if items > self.bytes_left:
            raise ValueError("more items than there are bytes")
        return items

    def _take(self, size: int) -> bytes:
        if size > self.bytes_left:
            raise ValueError("the value ends too early")
        self._at += size
        return self._data[self._at - size : self._at]
