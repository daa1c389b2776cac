"""Compact JSON is read by a shorter way; it has to give what the long way gives, for every text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from issuer.errors import Refused
from issuer.proofs.strict_json import JsonLimits, parse_value

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**54), 2**54) | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
LIMITS = JsonLimits(max_bytes=2000, max_depth=4, max_members=9, max_members_per_object=3)


def outcome(data: bytes) -> str:
    """What reading gives, told apart by type too (1, 1.0 and True are equal in Python)."""
    try:
        return repr(parse_value(data, LIMITS))
    except Refused as refusal:
        return refusal.code


@settings(deadline=None)
@given(VALUES)
@example(9007199254740993)
@example({"a": 2**53, "b": 10**16})
@example([[[[[1]]]]])
@example({"a": {"b": {"c": {"d": {}}}}})
@example({"1": 1, "2": 2, "3": 3, "4": 4})
@example([{"1": 1, "2": 2, "3": 3}] * 4)
@example("1234567890123456")
@example(-(2**53) - 1)
@example({"a": [1, 9007199254740993]})
@example(1e300)
@example('":"":"":')
def test_spaces_change_nothing(value: Any) -> None:
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    spaced = json.dumps(value, ensure_ascii=False, separators=(" , ", " : ")).encode("utf-8", "surrogatepass")
    assert outcome(compact) == outcome(spaced)


@pytest.mark.parametrize("depth", [1, 11, 12, 13, 63, 64])
def test_every_allowed_depth_is_read(depth: int) -> None:
    compact = b'{"a":[' * (depth // 2) + b"{}" * (depth % 2) + b"]}" * (depth // 2)
    assert parse_value(compact) == json.loads(compact)


@settings(deadline=None)
@given(VALUES)
@example(9007199254740993)
@example(-9007199254740993.0)
@example({"a": {"b": [[[[[[[[[[[2**53 + 1]]]]]]]]]]]}})
def test_compact_text_reads_as_the_standard_library_reads_it(value: Any) -> None:
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    try:
        read = repr(parse_value(compact))
    except Refused as refusal:
        read = refusal.code
    assert read in {repr(json.loads(compact)), "json.number_out_of_range", "json.non_finite_number"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"a":1,"a":1}', "json.duplicate_member"),
        (b'{"a":1,"\\u0061":1}', "json.duplicate_member"),
        (b'{"a":1,"a" :"\\":"}', "json.duplicate_member"),
        (b"[9007199254740993]", "json.number_out_of_range"),
        (b"[-9007199254740993]", "json.number_out_of_range"),
        (b"[18446744073709551616]", "json.number_out_of_range"),
        (b"[1e999]", "json.number_out_of_range"),
        (b'["\\ud800"]', "json.lone_surrogate"),
        (b'["\xed\xa0\x80"]', "input.not_utf8"),
        (b"[NaN]", "json.non_finite_number"),
        (b"[[[[[]]]]]", "json.too_deep"),
        (b"[" * 1900, "json.too_deep"),
        (b'{"1":1,"2":2,"3":3,"4":4}', "json.too_many_members"),
        (b"[1]x", "json.malformed"),
        (b"\xef\xbb\xbf[]", "input.bom"),
    ],
)
def test_compact_text_is_refused_as_any_other(data: bytes, code: str) -> None:
    assert outcome(data) == code
