"""Lines of JSON members, and strictness of the reading."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badge_classes.positions import JsonSyntaxError, read_json

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


def test_every_member_has_its_line() -> None:
    located = read_json('{\n  "a": 1,\n  "b": [\n    {"c":\n 2}\n  ]\n}\n')
    assert located.value == {"a": 1, "b": [{"c": 2}]}
    assert [located.line(*path) for path in ((), ("a",), ("b",), ("b", 0), ("b", 0, "c"))] == [1, 2, 3, 4, 4]


def test_a_missing_member_has_the_line_of_what_surrounds_it() -> None:
    assert read_json('\n{"a":\n{}}').line("a", "nothing", "here") == 2


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        pytest.param('{"a": 1,\n"a": 2}', 2, "stands here twice", id="duplicate-member"),
        pytest.param('{"a":\n\nNaN}', 3, "NaN is not", id="nan"),
        pytest.param("[1,\n-Infinity]", 2, "-Infinity is not", id="infinity"),
        pytest.param("[1]\n[2]", 2, "more text", id="two-values"),
        pytest.param("[1,\n]", 2, "not JSON", id="comma-before-end"),
        pytest.param("[1\n2]", 2, "',' was expected", id="no-comma"),
        pytest.param("{1: 2}", 1, "member name", id="bare-name"),
        pytest.param('{"a" 2}', 1, "':' was expected", id="no-colon"),
        pytest.param("[" * 80, 1, "nested deeper", id="depth"),
        pytest.param("\ufeff{}", 1, "not JSON", id="byte-order-mark"),
        pytest.param("", 1, "not JSON", id="empty"),
        pytest.param('{"a": "b', 1, "unterminated", id="open-string"),
        pytest.param('{"a": 1', 1, "was expected", id="open-object"),
    ],
)
def test_what_is_not_strict_json_is_refused_at_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(JsonSyntaxError) as caught:
        read_json(text)
    assert caught.value.line == line
    assert reason in caught.value.reason


@given(VALUES, st.sampled_from([None, 0, 2]))
def test_reads_what_the_standard_library_writes(value: object, indent: int | None) -> None:
    located = read_json(json.dumps(value, indent=indent))
    assert located.value == value
    assert located.line() == 1


@given(st.text(alphabet='{}[]",:0-1.eE \n\\utfnN', max_size=40))
def test_any_text_is_read_or_refused_with_a_line_of_it(text: str) -> None:
    try:
        read_json(text)
    except JsonSyntaxError as error:
        line = error.line
    else:
        json.loads(text)
        line = 1
    assert 1 <= line <= text.count("\n") + 1
