"""The policy for Ed25519 public keys, compared with libsodium's (PyNaCl)."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_is_valid_point,
    crypto_scalarmult_ed25519_base_noclamp,
)

from issuer.errors import Invalid
from issuer.proofs.ed25519_points import check_public_point
from issuer.proofs.key_kinds import ed25519_key

P = 2**255 - 19
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
# Orders 1, 2, 4 and 8: "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko 2020), table 1.
ORDER_8_Y = (
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7,
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
)
SMALL_ORDER_Y = (0, 1, P - 1, P, P + 1, *ORDER_8_Y)


def encoded(y: int, sign: int) -> bytes:
    return (y | sign << 255).to_bytes(32, "little")


SMALL_ORDER = [
    pytest.param(encoded(y, sign), id=f"SIG-{'02' if (y, sign) == (1, 0) else '03'}-{number}-sign{sign}")
    for number, y in enumerate(SMALL_ORDER_Y)
    for sign in (0, 1)
]


def code_of(point: bytes) -> str | None:
    try:
        check_public_point(point)
    except Invalid as refusal:
        return refusal.code
    return None


def real_key(number: int) -> bytes:
    return crypto_scalarmult_ed25519_base_noclamp(number.to_bytes(32, "little"))


@pytest.mark.parametrize("point", SMALL_ORDER)
def test_all_fourteen_points_of_small_order_are_weak(point: bytes) -> None:
    assert not crypto_core_ed25519_is_valid_point(point)
    assert code_of(point) == "key.weak"


@pytest.mark.parametrize("y", range(P, 2**255))
def test_every_encoding_that_is_not_reduced_is_weak(y: int) -> None:
    assert code_of(encoded(y, 0)) == code_of(encoded(y, 1)) == "key.weak"


@settings(max_examples=40, deadline=None)
@given(st.integers(min_value=1, max_value=2**252))
def test_real_keys_pass(number: int) -> None:
    assert code_of(real_key(number)) is None


@settings(max_examples=20, deadline=None)
@given(st.integers(min_value=1, max_value=2**252), st.sampled_from(ORDER_8_Y), st.sampled_from([0, 1]))
def test_a_real_key_with_a_component_of_small_order_is_weak(number: int, y: int, sign: int) -> None:
    mixed = crypto_core_ed25519_add(real_key(number), encoded(y, sign))
    assert code_of(mixed) == "key.weak"


@settings(max_examples=150, deadline=None)
@given(st.binary(min_size=32, max_size=32))
@example(encoded(2, 0))
@example(b"\xff" * 32)
def test_any_32_bytes_are_judged_as_libsodium_judges_them(point: bytes) -> None:
    assert (code_of(point) is None) == crypto_core_ed25519_is_valid_point(point)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_another_length_is_malformed(length: int) -> None:
    assert code_of(bytes(length)) == "key.malformed"


def test_a_y_without_a_point_is_malformed() -> None:
    assert code_of(encoded(2, 0)) == "key.malformed"


def test_both_libraries_say_the_same_of_signatures() -> None:
    """libsodium decides at run time; OpenSSL is the other reading (RFC 8032 §5.1.7)."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key()
    key = ed25519_key(public.public_bytes_raw())
    for message in (b"", b"badge", bytes(5_000)):
        signature = private.sign(message)
        s_beyond_the_order = (int.from_bytes(signature[32:], "little") + GROUP_ORDER).to_bytes(32, "little")
        forged = [bytes(64), signature[:32] + s_beyond_the_order, signature[32:] + signature[:32]]
        forged += [bytes(byte ^ (place == at) for place, byte in enumerate(signature)) for at in range(0, 64, 7)]
        assert key.verify(signature, message, "EdDSA")
        for one in forged:
            with pytest.raises(InvalidSignature):
                public.verify(one, message)
            assert not key.verify(one, message, "EdDSA")
