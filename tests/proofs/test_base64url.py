from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.proofs import base64url


@given(st.binary(max_size=200))
def test_round_trip_and_agreement_with_the_standard_library(data: bytes) -> None:
    text = base64url.encode(data)
    assert text == base64.urlsafe_b64encode(data).rstrip(b"=")
    assert base64url.decode(text) == data


@given(st.binary(max_size=12))
def test_only_the_canonical_spelling_is_read(text: bytes) -> None:
    try:
        data = base64url.decode(text)
    except ValueError:
        return
    assert base64url.encode(data) == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"QQ==", id="padding"),
        pytest.param(b"QUI=", id="one pad"),
        pytest.param(b"QR", id="stray bits after one byte"),
        pytest.param(b"QUJ", id="stray bits after two bytes"),
        pytest.param(b"Q", id="impossible length"),
        pytest.param(b"-+__", id="plus"),
        pytest.param(b"-/__", id="slash"),
        pytest.param(b"QU\nJD", id="line feed inside"),
        pytest.param(b"QUJD\n", id="line feed after"),
        pytest.param(b"QU JD", id="space"),
        pytest.param(b"QUJ\xc3", id="not ASCII"),
    ],
)
def test_another_spelling_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"base64|JSON"):
        base64url.decode(text)
