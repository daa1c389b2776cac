"""JSON Canonicalization Scheme: one spelling for each JSON value.

Source: RFC 8785; numbers are written as ECMAScript does (section 7.1.12.1 of ECMA-262, 10th edition).
"""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any

from issuer.errors import Refused

_MAX_DEPTH = 64
_encode_string = json.JSONEncoder(ensure_ascii=False).encode


def canonicalise(value: Any) -> str:
    """The canonical text of a JSON value made of dict, list, str, int, float, bool and None.

    Raises Refused ``json.too_deep`` beyond 64 levels, ``json.number_out_of_range`` for integers a double does
    not hold exactly and for NaN and infinities, ``json.lone_surrogate``, and ``json.malformed`` for anything
    that is no JSON value.
    """
    text = _text(value, _MAX_DEPTH)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("json.lone_surrogate", "A string has half of a surrogate pair.") from None
    return text


def _text(value: Any, levels: int) -> str:
    if isinstance(value, str):
        return _encode_string(str(value))
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return _number(value)
    if levels == 0:
        raise Refused("json.too_deep", f"Arrays and objects are nested more than {_MAX_DEPTH} deep.")
    if isinstance(value, list):
        return "[" + ",".join([_text(item, levels - 1) for item in value]) + "]"
    if isinstance(value, dict) and all(isinstance(name, str) for name in value):
        members = [f"{_encode_string(name)}:{_text(value[name], levels - 1)}" for name in sorted(value, key=_utf16)]
        return "{" + ",".join(members) + "}"
    raise Refused("json.malformed", f"A {type(value).__name__} is no JSON value.")


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def _number(value: int | float) -> str:
    if isinstance(value, int) and abs(value) <= 2**53:
        return str(value)
    if isinstance(value, int) or not math.isfinite(value):
        raise Refused("json.number_out_of_range", "A number is one that JSON readers disagree on.")
    if value == 0:
        return "0"
    _, figures, exponent = Decimal(repr(abs(value))).normalize().as_tuple()
    text = _placed("".join(map(str, figures)), len(figures) + int(exponent))
    return text if value > 0 else "-" + text


def _placed(digits: str, point: int) -> str:
    """`digits` as a fraction 0.digits times 10 to the power of `point`, in ECMAScript's form."""
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    exponent = f"{'+' if point > 0 else '-'}{abs(point - 1)}"
    return f"{digits[0]}{'.' if len(digits) > 1 else ''}{digits[1:]}e{exponent}"
