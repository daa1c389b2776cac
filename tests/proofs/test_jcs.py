"""JSON Canonicalization Scheme, RFC 8785."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.errors import Refused
from issuer.proofs import jcs

# RFC 8785, appendix B "Number Serialization Samples"
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize(("bits", "text"), NUMBERS.items())
def test_numbers_of_rfc_8785(bits: str, text: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert jcs.canonicalise(number) == text


def test_members_and_strings_of_rfc_8785() -> None:
    """Sections 3.2.2 and 3.2.3."""
    value = json.loads(
        r'{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],'
        r'"string":"\u20ac$\u000F\u000aA\u0027\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}'
    )
    assert jcs.canonicalise(value) == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        r'"string":"€$\u000f\nA'
        "'"
        r'B\"\\\\\"/"}'
    )
    names = ["€", "\r", "\ufb33", "1", "😀", "\x80", "ö"]
    ordered = ["\r", "1", "\x80", "ö", "€", "😀", "\ufb33"]
    assert list(json.loads(jcs.canonicalise(dict.fromkeys(names, 0)))) == ordered


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53))
def test_a_number_is_read_back_as_it_was(number: float) -> None:
    assert float(jcs.canonicalise(number)) == float(number)


# Between 2**53 and 1e21 a number is written like an integer that is refused when it is read.
FLOATS = st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not 2**53 < abs(number) < 1e21)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | FLOATS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=60)
@given(JSON_VALUES)
def test_every_value_has_one_spelling(value: Any) -> None:
    """What is written is JSON for the same value, is written again the same, and whatever the members' order."""
    text = jcs.canonicalise(value)
    assert json.loads(text) == value
    assert jcs.canonicalise(json.loads(text)) == text
    assert jcs.canonicalise(_turned(value)) == text
    json.loads(text, object_pairs_hook=_in_order)


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _turned(value[name]) for name in reversed(value)}
    return [_turned(item) for item in value] if isinstance(value, list) else value


def _in_order(members: list[tuple[str, Any]]) -> None:
    """RFC 8785, section 3.2.3: sorted by UTF-16 code units."""
    names = [name.encode("utf-16-be") for name, _ in members]
    assert names == sorted(names)
    assert len(set(names)) == len(names)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_string_escapes_what_it_must_and_nothing_else(string: str) -> None:
    """RFC 8785, section 3.2.2.2: quotation mark, reverse solidus and the controls below U+0020."""
    text = jcs.canonicalise(string)[1:-1]
    short = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
    assert text == "".join(short.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in string)


@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: number != 0))
def test_numbers_have_the_form_of_ecmascript(number: float) -> None:
    """ECMA-262, Number::toString: plain from 1e-6 up to below 1e21, else one figure before the point."""
    text = jcs.canonicalise(number).removeprefix("-")
    figures, _, exponent = text.partition("e")
    assert bool(exponent) is not (1e-6 <= abs(number) < 1e21)
    assert "." not in figures or not figures.endswith(("0", "."))
    if exponent:
        assert exponent[0] in "+-"
        assert exponent[1] != "0"
        assert figures[0] != "0"
        assert len(figures.partition(".")[0]) == 1


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (float("nan"), "json.number_out_of_range"),
        (float("-inf"), "json.number_out_of_range"),
        (2**53 + 1, "json.number_out_of_range"),
        (10**400, "json.number_out_of_range"),
        ("\ud800", "json.lone_surrogate"),
        ({"\udfff": 0}, "json.lone_surrogate"),
        ({1: 0}, "json.malformed"),
        ((1,), "json.malformed"),
        (b"x", "json.malformed"),
    ],
)
def test_what_is_no_json(value: Any, code: str) -> None:
    with pytest.raises(Refused) as caught:
        jcs.canonicalise([value])
    assert caught.value.code == code


def test_depth_is_bounded() -> None:
    value: Any = 0
    for _ in range(64):
        value = [value]
    assert jcs.canonicalise(value) == "[" * 64 + "0" + "]" * 64
    with pytest.raises(Refused, match=r"json\.too_deep"):
        jcs.canonicalise({"a": value})
