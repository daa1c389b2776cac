"""Multibase: one spelling per byte string, in both bases, and a bound on the work."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.proofs import multibase

# draft-msporny-base58, section 5 "Test Vectors"
BASE58_VECTORS = [
    (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
    (
        b"The quick brown fox jumps over the lazy dog.",
        "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
    ),
    (bytes.fromhex("0000287fb4cd"), "11233QC4"),
]


@pytest.mark.parametrize(("data", "text"), BASE58_VECTORS)
def test_base58_vectors_of_the_draft(data: bytes, text: str) -> None:
    assert multibase.encode_base58btc(data) == text
    assert multibase.decode_base58btc(text) == data


@given(st.binary(max_size=120))
def test_base58_round_trip_agrees_with_plain_long_division(data: bytes) -> None:
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[digit] + digits
    expected = "1" * (len(data) - len(data.lstrip(b"\0"))) + digits
    assert multibase.encode(data) == "z" + expected
    assert multibase.decode("z" + expected) == data


@given(st.binary(max_size=120))
def test_base64url_round_trip(data: bytes) -> None:
    text = multibase.encode(data, multibase.BASE64URL)
    assert text == "u" + base64.urlsafe_b64encode(data).decode().rstrip("=")
    assert multibase.decode(text) == data


@given(st.text(max_size=40))
def test_whatever_decodes_is_the_one_spelling_of_its_bytes(body: str) -> None:
    for prefix in "zu":
        try:
            data = multibase.decode(prefix + body)
        except ValueError:
            continue
        assert multibase.encode(data, prefix) == prefix + body


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("m3x", id="another base"),
        pytest.param("z2NEpo7TZRRrLZSi2U ", id="trailing space"),
        pytest.param("z\n2NEpo7TZRRrLZSi2U", id="leading newline"),
        pytest.param("z0", id="zero is not in the alphabet"),
        pytest.param("zl", id="lower-case L is not in the alphabet"),
        pytest.param("zé", id="not ASCII"),
        pytest.param("z\x00", id="NUL"),
        pytest.param("uQQ==", id="padding"),
        pytest.param("uQR", id="stray bits"),
        pytest.param("uQQQQQ", id="impossible length"),
        pytest.param("uQ+/=", id="plain base64"),
        pytest.param("uQQ\n", id="newline"),
        pytest.param("ué", id="base64url not ASCII"),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the class is the whole contract
        multibase.decode(text)


def test_length_is_bounded_before_the_work() -> None:
    assert multibase.decode(multibase.encode(b"\xff" * 64), max_bytes=64) == b"\xff" * 64
    assert multibase.decode(multibase.encode(b"\xff" * 64, "u"), max_bytes=64) == b"\xff" * 64
    for text in (
        multibase.encode(b"\xff" * 65),
        multibase.encode(b"\x01" + b"\0" * 64),
        multibase.encode(b"\0" * 65),
        multibase.encode(b"\xff" * 65, "u"),
        "z" * 1_000_000,
    ):
        with pytest.raises(ValueError, match="more than 64 bytes"):
            multibase.decode(text, max_bytes=64)


def test_an_unknown_base_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="base is"):
        multibase.encode(b"", "m")
