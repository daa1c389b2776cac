"""The part of CBOR that proof values are made of, RFC 8949."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.proofs import cbor

# RFC 8949, appendix A "Examples of Encoded CBOR Data Items", as far as they are of this part
PUBLISHED: list[tuple[str, Any]] = [
    ("00", 0),
    ("17", 23),
    ("1818", 24),
    ("1864", 100),
    ("1903e8", 1000),
    ("1a000f4240", 1_000_000),
    ("1b000000e8d4a51000", 1_000_000_000_000),
    ("1bffffffffffffffff", 2**64 - 1),
    ("40", b""),
    ("4401020304", b"\1\2\3\4"),
    ("60", ""),
    ("6449455446", "IETF"),
    ("62225c", '"\\'),
    ("62c3bc", "ü"),
    ("64f0908591", "\U00010151"),
    ("80", []),
    ("83010203", [1, 2, 3]),
    ("8301820203820405", [1, [2, 3], [4, 5]]),
    ("98190102030405060708090a0b0c0d0e0f101112131415161718181819", list(range(1, 26))),
    ("a0", {}),
    ("a201020304", {1: 2, 3: 4}),
    ("a26161016162820203", {"a": 1, "b": [2, 3]}),
]

SPOILED = {
    "nothing": "",
    "something after the end": "0000",
    "number not in its shortest form": "1817",
    "length of two bytes where one does": "1900ff",
    "length of four bytes where two do": "1a0000ffff",
    "length of eight bytes where four do": "1b00000000ffffffff",
    "byte string of 23 with a length byte": "5817" + "00" * 23,
    "byte string that ends early": "42ff",
    "long byte string that ends early": "5840" + "00" * 63,
    "its length missing": "58",
    "array that ends early": "8201",
    "array of more items than bytes": "9b7fffffffffffffff00",
    "map of more members than bytes": "bb7fffffffffffffff00",
    "map with half a member": "a101",
    "a key twice": "a201000100",
    "array as a key": "a18000",
    "array of no given length": "9fff",
    "byte string of no given length": "5f4100ff",
    "negative number": "20",
    "tag": "d9d9f700",
    "true": "f5",
    "null": "f6",
    "float": "fb3ff199999999999a",
    "reserved length": "1c",
    "text that is not UTF-8": "61ff",
    "nested too deep": "81" * 9 + "00",
}

VALUES = st.recursive(
    st.integers(0, 2**64 - 1) | st.binary(max_size=300) | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.integers(0, 300), inner, max_size=4),
    max_leaves=8,
).filter(lambda value: _depth(value) < 8)


def _depth(value: Any) -> int:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return 1 + max(map(_depth, inner), default=0)


@pytest.mark.parametrize(("encoded", "value"), PUBLISHED)
def test_published_examples(encoded: str, value: Any) -> None:
    assert cbor.encode(value).hex() == encoded
    assert cbor.decode(bytes.fromhex(encoded)) == value


@pytest.mark.parametrize("name", SPOILED)
def test_other_spellings_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        cbor.decode(bytes.fromhex(SPOILED[name]))


@given(VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert cbor.decode(cbor.encode(value)) == value


@given(st.binary(max_size=80))
def test_any_bytes_have_one_meaning_or_none(data: bytes) -> None:
    """Whatever is accepted is written back the same, but for the order of a map's keys."""
    try:
        value = cbor.decode(data)
    except ValueError:
        return
    again = cbor.encode(value)
    assert sorted(again) == sorted(data)
    assert cbor.decode(again) == value


def test_order_of_keys() -> None:
    assert cbor.encode({300: 0, 2: 0, 24: 0}).hex() == "a30200181800" + "19012c00"


@pytest.mark.parametrize("value", [-1, 2**64, 1.0, True, None, pytest.param(object(), id="object")], ids=str)
def test_what_has_no_form(value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        cbor.encode([value])
