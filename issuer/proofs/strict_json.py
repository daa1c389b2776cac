"""One strict reading of JSON bytes: what a signature covers must mean the same to every reader.

The parser is the standard library's; what it lets pass is refused here: duplicate members (also by way of
escapes), NaN and Infinity, numbers a double cannot hold, lone surrogates, byte order marks, other encodings,
and whatever is larger, deeper or has more members than the limits. No input raises anything but `Refused`.

Source: RFC 8259; I-JSON (RFC 7493, section 2) for members, numbers and surrogates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from types import GenericAlias
from typing import Annotated, Any, NewType, NoReturn

import msgspec

from issuer.errors import Refused

JsonObject = dict[str, Any]

_GREATEST_INTEGER = 2**53
_MIN_MEMBER_BYTES = 5  # "":0 and a comma or brace
_EXACT_DEPTH = 12
_Integer = Annotated[int, msgspec.Meta(ge=-_GREATEST_INTEGER, le=_GREATEST_INTEGER)]
_Scalar = str | _Integer | float | bool | None


def _value_type(depth: int) -> Any:
    """The type of JSON values of at most `depth` arrays and objects within each other."""
    if depth == 0:
        return _Scalar
    inner = _told_apart_by_identity(_value_type(depth - 1))
    return _Scalar | GenericAlias(list, (inner,)) | GenericAlias(dict, (str, inner))


def _told_apart_by_identity(kind: Any) -> Any:
    """The same type: unions compare their members, and comparing these would take 2**depth steps."""
    return NewType("inner", kind)


@cache
def _decode_as_far() -> Callable[[bytes], Any]:
    """Made when first needed: for each level of depth it takes twice as long."""
    return msgspec.json.Decoder(_value_type(_EXACT_DEPTH)).decode


_encode = msgspec.json.Encoder().encode
_UTF8_BOM = b"\xef\xbb\xbf"
_NEITHER_BRACKET_NOR_QUOTE = bytes(set(range(256)) - set(b'[]{}"'))
_STEP_OF_BRACKET = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")  # as signed bytes: 1 deeper, -1 back
_surrogate_escape = re.compile(r"\\u[dD][89a-fA-F]").search
_nonzero_digit_before_exponent = re.compile(r"[^eE]*[1-9]").match


@dataclass(frozen=True)
class JsonLimits:
    """What a document may cost at most; depth counts arrays and objects, the outermost being 1."""

    max_bytes: int = 256 * 1024
    max_depth: int = 64
    max_members: int = 20_000
    max_members_per_object: int = 1_000


DEFAULT_LIMITS = JsonLimits()


def parse_object(data: bytes, limits: JsonLimits = DEFAULT_LIMITS) -> JsonObject:
    """The object that the JSON text `data` (UTF-8) holds.

    Raises Refused: ``input.empty``, ``input.bom``, ``input.not_utf8``, ``input.too_large``,
    ``json.malformed``, ``json.not_object``, ``json.duplicate_member``, ``json.non_finite_number``,
    ``json.number_out_of_range``, ``json.lone_surrogate``, ``json.too_deep``, ``json.too_many_members``.
    """
    value = parse_value(data, limits)
    if not isinstance(value, dict):
        raise Refused("json.not_object", "The document is JSON, but not an object.")
    return value


def parse_value(data: bytes, limits: JsonLimits = DEFAULT_LIMITS) -> Any:
    """The value that the JSON text `data` (UTF-8) holds; raises as `parse_object` does."""
    _check_size(data, limits)
    exact = _read_exact(data, limits)
    if exact is not None:
        return exact
    text = _text_of(data)
    _check_depth(data, limits.max_depth)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_MemberCounter(limits).object_of,
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Refused("json.malformed", f"The document is not JSON: {error.msg}.", where) from None
    if _surrogate_escape(text):
        _check_surrogates(value)
    return value


def _read_exact(data: bytes, limits: JsonLimits) -> Any:
    """The value of a text that is, byte for byte, what writing its value again gives; None for any other.

    Such a text can hold no duplicate member, no second spelling of anything and nothing invalid, so that only
    its size is left to judge. Compact JSON, as in nearly every token, is read in half the time this way;
    what is None here (also for large integers and whatever is more than 12 deep, which the type of the values
    leaves out) is read the long way.
    """
    try:
        value = _decode_as_far()(data)
        is_exact = _encode(value) == data
    except (ValueError, RecursionError):
        return None
    if not is_exact:
        return None
    if limits.max_depth < _EXACT_DEPTH:
        _check_depth(data, limits.max_depth)
    fewest = min(limits.max_members_per_object, limits.max_members)
    has_few = len(data) < _MIN_MEMBER_BYTES * fewest or data.count(b'":') <= fewest
    return value if has_few else None


class _MemberCounter:
    """Builds objects for the parser, refusing duplicate members and counting all of them."""

    def __init__(self, limits: JsonLimits) -> None:
        self._per_object = limits.max_members_per_object
        self._left = limits.max_members

    def object_of(self, pairs: list[tuple[str, Any]]) -> JsonObject:
        count = len(pairs)
        self._left -= count
        if self._left < 0 or count > self._per_object:
            raise _too_many_members()
        members = dict(pairs)
        if len(members) != count:
            _refuse_duplicate(pairs)
        return members


def _too_many_members() -> Refused:
    return Refused("json.too_many_members", "The document has more members than a credential needs.")


def _refuse_duplicate(pairs: list[tuple[str, Any]]) -> NoReturn:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            break
        seen.add(name)
    raise Refused("json.duplicate_member", f"An object has the member {ascii(name)[:80]} twice.")


def _check_size(data: bytes, limits: JsonLimits) -> None:
    if not data.strip(b" \t\r\n"):
        raise Refused("input.empty", "There is nothing here to read.")
    if len(data) <= limits.max_bytes:
        return
    _check_depth(data[: limits.max_bytes], limits.max_depth)
    if data.count(b'":') > limits.max_members:
        raise _too_many_members()
    raise Refused("input.too_large", f"The document is larger than {limits.max_bytes} bytes.")


def _text_of(data: bytes) -> str:
    if data.startswith(_UTF8_BOM):
        raise Refused("input.bom", "The document begins with a byte order mark; JSON is sent without one.")
    if b"\0" in data[:4]:
        raise Refused("input.not_utf8", "The document is in UTF-16 or UTF-32; JSON is sent as UTF-8.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("input.not_utf8", "The document is not UTF-8.", f"byte {error.start}") from None


def _check_depth(data: bytes, max_depth: int) -> None:
    if len(data) - len(data.replace(b"{", b"").replace(b"[", b"")) <= max_depth:  # counts faster than `count`
        return
    quotes_delimit = data.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _NEITHER_BRACKET_NOR_QUOTE)
    outside_strings = b"".join(quotes_delimit.replace(b'""', b"").split(b'"')[::2])
    steps = outside_strings.translate(_STEP_OF_BRACKET)
    if max(accumulate(memoryview(steps).cast("b")), default=0) > max_depth:
        raise Refused("json.too_deep", f"Arrays and objects are nested more than {max_depth} deep.")


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(value := int(digits)) > _GREATEST_INTEGER:
        raise _out_of_range(digits)
    return value


def _number(digits: str) -> float:
    value = float(digits)
    if abs(value) == float("inf") or (value == 0 and _nonzero_digit_before_exponent(digits)):
        raise _out_of_range(digits)
    return value


def _out_of_range(digits: str) -> Refused:
    return Refused("json.number_out_of_range", f"The number {digits[:30]} is one that readers disagree on.")


def _refuse_constant(name: str) -> NoReturn:
    raise Refused("json.non_finite_number", f"{name} is not a JSON number.")


def _check_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("json.lone_surrogate", "A string has half of a surrogate pair.") from None
