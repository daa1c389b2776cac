from __future__ import annotations

import base64
import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import Invalid
from issuer.proofs import bitstring

MIN_BYTES = bitstring.MIN_ENTRIES // 8
ZEROS = bytes(MIN_BYTES)


def packed(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).decode().rstrip("=")


def code_of_decoding(encoded: object, **limits: int) -> str | None:
    try:
        bitstring.decode(encoded, **limits)  # type: ignore[arg-type]  # hostile types on purpose
    except Invalid as refusal:
        return refusal.code
    return None


def test_round_trip_and_equal_bits_give_equal_text() -> None:
    bits = bytearray(ZEROS)
    bits[94567 // 8] |= 0x80 >> 94567 % 8
    encoded = bitstring.encode(bits)
    assert encoded == bitstring.encode(bytes(bits))
    assert bitstring.decode(encoded) == bits


def test_the_example_of_the_specification_is_read() -> None:
    # Bitstring Status List 1.0, example 4 "Example StatusListCredential": all bits unset.
    encoded = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    assert bitstring.decode(encoded) == ZEROS


def test_stl_03_the_left_most_bit_is_number_0() -> None:
    bits = bytearray(ZEROS)
    index = 94567
    bits[index // 8] = 1 << index % 8  # the bit a reader from the right would take
    assert bitstring.read(bits, index) == 0
    bits[index // 8] = 0x80 >> index % 8
    assert bitstring.read(bits, index) == 1
    assert bitstring.read(b"\x80", 0) == 1


@given(st.binary(min_size=1, max_size=40), st.integers(1, 16))
def test_entries_of_any_size_are_read_as_from_a_row_of_digits(bits: bytes, size: int) -> None:
    digits = "".join(f"{byte:08b}" for byte in bits)
    for index in range(len(digits) // size):
        assert bitstring.read(bits, index, size) == int(digits[index * size : (index + 1) * size], 2)
    with pytest.raises(Invalid, match=r"status\.index_range"):
        bitstring.read(bits, len(digits) // size, size)


@pytest.mark.parametrize("index", [131072, 2**63, -1])
def test_stl_06_an_index_beyond_the_list(index: int) -> None:
    with pytest.raises(Invalid, match=r"status\.index_range"):
        bitstring.read(ZEROS, index)


@pytest.mark.parametrize("text", ["1" + "0" * 400, 10**400, "1" + "0" * 100_000], ids=["text", "number", "long"])
def test_stl_06_an_index_of_400_digits(text: object) -> None:
    with pytest.raises(Invalid, match=r"status\.index_range"):
        bitstring.parse_index(text)


@pytest.mark.parametrize(
    "value",
    [
        "-1",
        -1,
        -(10**400),
        " 5 ",
        "5.0",
        5.9,
        5.0,
        True,
        False,
        "٥",
        "+5",
        "0x5",
        "1_0",
        None,
        "",
        "05",
        "5\n",
        ["5"],
    ],
    ids=repr,
)
def test_stl_07_a_malformed_index(value: object) -> None:
    with pytest.raises(Invalid) as caught:
        bitstring.parse_index(value)
    assert caught.value.code == "status.index_malformed"


@pytest.mark.parametrize(("value", "expected"), [("0", 0), ("94567", 94567), (94567, 94567), (0, 0)])
def test_an_index_as_text_or_integer(value: object, expected: int) -> None:
    assert bitstring.parse_index(value) == expected


def test_stl_08_a_list_of_8_bits() -> None:
    assert code_of_decoding(packed(gzip.compress(b"\0"))) == "status.list_too_short"
    assert code_of_decoding(packed(gzip.compress(ZEROS[1:]))) == "status.list_too_short"
    assert code_of_decoding(bitstring.encode(ZEROS)) is None
    with pytest.raises(Invalid, match=r"status\.list_too_short"):
        bitstring.encode(b"\0")


def test_stl_08_the_minimum_counts_entries_not_bits() -> None:
    assert code_of_decoding(packed(gzip.compress(ZEROS)), size=2) == "status.list_too_short"
    assert code_of_decoding(packed(gzip.compress(ZEROS * 2)), size=2) is None


def test_stl_09_a_gzip_bomb_is_left_at_the_limit() -> None:
    compressor = zlib.compressobj(9, wbits=31)
    megabyte = bytes(2**20)
    bomb = b"".join([*(compressor.compress(megabyte) for _ in range(128)), compressor.flush()])
    assert code_of_decoding(packed(bomb)) == "status.list_too_large"


def test_stl_09_the_limit_itself_is_allowed() -> None:
    encoded = packed(gzip.compress(ZEROS))
    assert code_of_decoding(encoded, max_inflated_bytes=MIN_BYTES) is None
    assert code_of_decoding(encoded, max_inflated_bytes=MIN_BYTES - 1) == "status.list_too_large"


@pytest.mark.parametrize(
    "encoded",
    [
        pytest.param(packed(gzip.compress(ZEROS) + gzip.compress(b"\xff" * MIN_BYTES)), id="STL-10 second member"),
        pytest.param(packed(gzip.compress(ZEROS) + b"x"), id="STL-10 trailing byte"),
        pytest.param(packed(gzip.compress(ZEROS)[:-1]), id="cut off"),
        pytest.param(packed(gzip.compress(ZEROS)[:-8] + bytes(8)), id="wrong checksum"),
        pytest.param(packed(zlib.compress(ZEROS)), id="zlib wrapper"),
        pytest.param(packed(ZEROS), id="not compressed"),
        pytest.param(packed(gzip.compress(ZEROS))[1:], id="no multibase prefix"),
        pytest.param("z" + packed(gzip.compress(ZEROS))[1:], id="base58 prefix"),
        pytest.param(packed(gzip.compress(ZEROS)) + "=", id="padding"),
        pytest.param("u", id="nothing"),
        pytest.param("", id="empty"),
        pytest.param("u\u00e9", id="not ASCII"),
        pytest.param(None, id="null"),
        pytest.param(["u"], id="a list"),
    ],
)
def test_stl_10_and_other_broken_encodings(encoded: object) -> None:
    assert code_of_decoding(encoded) == "status.encoding"


@pytest.mark.parametrize("size", [0, -1, "1", 1.5, True, None, 10**6], ids=repr)
def test_stl_25_a_malformed_status_size(size: object) -> None:
    with pytest.raises(Invalid, match=r"status\.malformed"):
        bitstring.parse_size(size)


def test_status_sizes() -> None:
    assert [bitstring.parse_size(size) for size in (1, 2, 16)] == [1, 2, 16]


@given(st.text(max_size=60) | st.text("uABCabc_-", max_size=60))
def test_no_text_raises_anything_else(text: str) -> None:
    assert code_of_decoding(text) in {"status.encoding", "status.list_too_short"}
