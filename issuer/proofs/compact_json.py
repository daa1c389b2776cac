"""JSON as it is signed in tokens: compact, in UTF-8, and exactly what was given."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from issuer.errors import Invalid

_encode = msgspec.json.Encoder().encode
_exact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def write_compact(value: Any) -> bytes:
    """`value` as compact JSON. msgspec writes NaN as null: a text with null in it takes the exact encoder.

    Errors: Invalid ``json.lone_surrogate``, ``json.non_finite_number``.
    """
    try:
        text = _encode(value)
        return _exact(value).encode() if b"null" in text else text
    except OverflowError:
        return _exact(value).encode()
    except UnicodeEncodeError as error:
        raise Invalid("json.lone_surrogate", "A text in the credential holds half a character.") from error
    except ValueError as error:
        raise Invalid("json.non_finite_number", "A number in the credential is not finite.") from error
