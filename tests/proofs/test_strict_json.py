"""One strict reading of JSON: each hostile case names its single defect."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import Refused
from issuer.proofs.strict_json import JsonLimits, parse_object, parse_value

GOOD = b'{"type": ["VerifiableCredential"], "issuer": {"id": "did:web:issuer.test"}, "statusSize": 1}'


def nested(depth: int) -> bytes:
    return b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1)


def with_value(value: bytes) -> bytes:
    return b'{"result": [{"value": ' + value + b"}]}"


CASES = [
    pytest.param(b"\xef\xbb\xbf" + GOOD, "input.bom", id="ENC-04"),
    pytest.param(GOOD.decode().encode("utf-16-le"), "input.not_utf8", id="ENC-05"),
    pytest.param(GOOD.decode().encode("utf-16"), "input.not_utf8", id="ENC-05 with a mark"),
    pytest.param(GOOD.decode().encode("utf-16-be"), "input.not_utf8", id="ENC-05 big-endian"),
    pytest.param(GOOD.decode().encode("utf-32"), "input.not_utf8", id="ENC-06"),
    pytest.param(GOOD.decode().encode("utf-32-be"), "input.not_utf8", id="ENC-06 big-endian"),
    pytest.param(b'{"name":"\xc0\xaf"}', "input.not_utf8", id="ENC-08"),
    pytest.param(b'{"name":"\xed\xa0\x80"}', "input.not_utf8", id="ENC-09"),
    pytest.param(b'{"name":"\\ud800"}', "json.lone_surrogate", id="ENC-10"),
    pytest.param(b'{"name":"\\uDC00\\uD800"}', "json.lone_surrogate", id="ENC-10 halves swapped"),
    pytest.param(b'{"a":[{"\\udfff":0}]}', "json.lone_surrogate", id="ENC-10 in a name"),
    pytest.param(b'{"issuer":{"id":"did:web:evil.test"},' + GOOD[1:], "json.duplicate_member", id="ENC-11"),
    pytest.param(b'{"issuer":1,"\\u0069ssuer":2}', "json.duplicate_member", id="ENC-12"),
    pytest.param(
        b'{"credentialStatus":[{"statusListIndex":"1","statusListIndex":"1"}]}',
        "json.duplicate_member",
        id="ENC-13",
    ),
    pytest.param(b'{"\\ud800":1,"\\ud800":2}', "json.duplicate_member", id="duplicate lone surrogates"),
    pytest.param(with_value(b"NaN"), "json.non_finite_number", id="ENC-14 NaN"),
    pytest.param(with_value(b"Infinity"), "json.non_finite_number", id="ENC-14 Infinity"),
    pytest.param(with_value(b"-Infinity"), "json.non_finite_number", id="ENC-14 -Infinity"),
    pytest.param(with_value(b"1e999"), "json.number_out_of_range", id="ENC-15"),
    pytest.param(with_value(b"-1e999"), "json.number_out_of_range", id="ENC-15 negative"),
    pytest.param(with_value(b"1e-999"), "json.number_out_of_range", id="ENC-15 vanishes"),
    pytest.param(with_value(b"9007199254740993"), "json.number_out_of_range", id="ENC-17"),
    pytest.param(with_value(b"-9007199254740993"), "json.number_out_of_range", id="ENC-17 negative"),
    pytest.param(with_value(b"1" * 5000), "json.number_out_of_range", id="ENC-17 beyond int's own limit"),
    pytest.param(nested(65), "json.too_deep", id="ENC-19"),
    pytest.param(b"[" * 65 + b"]" * 65, "json.too_deep", id="ENC-19 arrays"),
    pytest.param(b'{"a":"\\"","b":' + nested(64) + b"}", "json.too_deep", id="ENC-19 after an escaped quote"),
    pytest.param(b'{"a":"]]]]\\\\","b":' + nested(64) + b"}", "json.too_deep", id="ENC-19 brackets in text"),
    pytest.param(b"[" * 200_000, "json.too_deep", id="ENC-19 far beyond the interpreter's stack"),
    pytest.param(
        b"{" + b",".join(b'"k%d":0' % index for index in range(100_000)) + b"}",
        "json.too_many_members",
        id="ENC-21",
    ),
    pytest.param(
        b"{" + b",".join(b'"%d":0' % index for index in range(1_001)) + b"}",
        "json.too_many_members",
        id="ENC-21 just over the limit of one object",
    ),
    pytest.param(
        b"[" + b",".join([b'{"a":0,"b":0}'] * 10_001) + b"]",
        "json.too_many_members",
        id="ENC-21 spread over many objects",
    ),
    pytest.param(GOOD + b" x", "json.malformed", id="ENC-22"),
    pytest.param(GOOD + GOOD, "json.malformed", id="ENC-22 a second document"),
    pytest.param(b"[" + GOOD + b"]", "json.not_object", id="ENC-23 array"),
    pytest.param(b'"x"', "json.not_object", id="ENC-23 string"),
    pytest.param(b"null", "json.not_object", id="ENC-23 null"),
    pytest.param(b"5", "json.not_object", id="ENC-23 number"),
    pytest.param(b"", "input.empty", id="empty"),
    pytest.param(b" \r\n\t", "input.empty", id="white space only"),
    pytest.param(b'{"name":"' + b"a" * 262_144 + b'"}', "input.too_large", id="too large"),
    pytest.param(b'{"a":1,}', "json.malformed", id="trailing comma"),
    pytest.param(b"{'a':1}", "json.malformed", id="single quotes"),
    pytest.param(b'{"a":01}', "json.malformed", id="leading zero"),
    pytest.param(b'{"a":"tab\there"}', "json.malformed", id="raw control character"),
    pytest.param(b'{"a":"nul \x00"}', "json.malformed", id="raw NUL"),
    pytest.param(b'{"a":1', "json.malformed", id="cut off"),
    pytest.param(b"\xc2\xa0{}", "json.malformed", id="no-break space is not JSON white space"),
]


@pytest.mark.parametrize(("data", "code"), CASES)
def test_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_object(data)
    assert caught.value.code == code


def test_depth_64_is_read() -> None:
    assert parse_object(nested(64)) == json.loads(nested(64))


def test_many_short_objects_are_no_depth() -> None:
    many = b'{"a":[' + b",".join([b'{"b":["]}"]}'] * 500) + b"]}"
    assert parse_object(many) == json.loads(many)


def test_what_is_read_equals_the_standard_parser() -> None:
    text = '{"a": [1, -0, 2.5, 1e0, 42.0, true, false, null, "\\u00e9\\ud83d\\ude00\\\\ud800\\n"], "é": {}}'
    assert parse_object(text.encode()) == json.loads(text)
    assert parse_value(b"9007199254740992") == 2**53
    assert parse_value(b"-9007199254740992") == -(2**53)
    assert parse_value(b"0.0e0") == 0


def test_an_object_has_integers_and_doubles_apart() -> None:
    numbers = parse_value(b"[1, 1.0, -7]")
    assert [type(number) for number in numbers] == [int, float, int]
    assert numbers[2] == -7


def test_limits_are_parameters() -> None:
    limits = JsonLimits(max_bytes=30, max_depth=2, max_members=2, max_members_per_object=1)
    assert parse_object(b'{"a":{"b":1}}', limits) == {"a": {"b": 1}}
    for data, code in [
        (b'{"a":[[1]]}', "json.too_deep"),
        (b'{"a":1,"b":1}', "json.too_many_members"),
        (b'[{"a":1},{"a":1},{"a":1}]', "json.too_many_members"),
        (b'{"a":"' + b"a" * 30 + b'"}', "input.too_large"),
    ]:
        with pytest.raises(Refused) as caught:
            parse_value(data, limits)
        assert caught.value.code == code


def test_the_duplicate_is_named_without_its_control_characters() -> None:
    with pytest.raises(Refused) as caught:
        parse_object(b'{"x":0,"a\\u001b[2J":1,"a\\u001b[2J":2}')
    assert "'a\\x1b[2J'" in caught.value.message


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)  # fmt: skip


@given(json_values, st.booleans())
def test_every_ordinary_value_is_read_as_it_was_written(value: Any, ascii_only: bool) -> None:
    assert parse_value(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


json_like = st.lists(
    st.sampled_from([b"{", b"}", b"[", b"]", b'"', b"\\", b"u", b"d8", b",", b":", b"1", b"e", b"-", b"NaN"])
    | st.binary(max_size=3),
    max_size=60,
).map(b"".join)


@given(st.binary(max_size=200) | json_like)
def test_no_bytes_raise_anything_but_refused(data: bytes) -> None:
    try:
        value = parse_value(data, JsonLimits(max_depth=8))
    except Refused:
        return
    assert value == json.loads(data)
    assert depth_of(value) <= 8


def depth_of(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0
