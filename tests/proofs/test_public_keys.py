from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import Invalid
from issuer.proofs import multibase
from issuer.proofs.key_kinds import GROUP_ORDERS
from issuer.proofs.public_keys import PublicKey, from_jwk, from_multibase

ALGORITHMS = ["EdDSA", "ES256", "ES384", "RS256"]
# RFC 8037 appendix A.2 and A.3: an Ed25519 JWK and its thumbprint.
RFC_8037_JWK = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
RFC_8037_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
# RFC 7515 appendix A.3.1: a P-256 JWK.
RFC_7515_P256_JWK = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
# Open Badges 3.0 implementation guide, key of the test vectors: hex begins 4bdeafde, ends c5a5.
OB_VECTOR_KEY = "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def b64_number(number: int) -> str:
    return b64(number.to_bytes((number.bit_length() + 7) // 8))


def code_of(load: Any, value: Any) -> str | None:
    try:
        load(value)
    except Invalid as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_key_survives_its_jwk_and_multikey(memory_signers: Any, alg: str) -> None:
    key: PublicKey = memory_signers[alg].public
    assert from_jwk(key.jwk()) == key
    assert key.alg == alg
    if alg != "RS256":
        assert from_multibase(key.multibase()) == key


# RFC 7520 §3.1: a P-521 JWK.
RFC_7520_P521_JWK = {
    "kty": "EC",
    "crv": "P-521",
    "x": "AHKZLLOsCOzz5cY97ewNUajB957y-C-U88c3v13nmGZx6sYl_oJXu9A5RkTKqjqvjyekWF-7ytDyRXYgCF5cj0Kt",
    "y": "AdymlHvOiLxXkEhayXQnNCvDX4h9htZaCJN34kfmC6pV5OhQHiraVySsUdaQkAgDPrwQrJmbnX9cwlGfP-HqHZR1",
}


def test_a_p521_key_verifies_by_its_own_algorithm_alone() -> None:
    private = ec.generate_private_key(ec.SECP521R1())
    point = private.public_key().public_numbers()
    x, y = (b64(number.to_bytes(66)) for number in (point.x, point.y))
    key = from_jwk({"kty": "EC", "crv": "P-521", "x": x, "y": y})
    r, s = decode_dss_signature(private.sign(b"message", ec.ECDSA(SHA512())))
    signature, order = r.to_bytes(66) + s.to_bytes(66), GROUP_ORDERS["P-521"]
    assert (key.kind, key.alg, from_jwk(key.jwk())) == ("P-521", "ES512", key)
    assert key.verify(signature, b"message", "ES512")
    assert key.verify(r.to_bytes(66) + (order - s).to_bytes(66), b"message", "ES512")
    for spoilt in (bytes(132), r.to_bytes(66) + (order + s).to_bytes(66), signature[:66] + order.to_bytes(66)):
        assert not key.verify(spoilt, b"message", "ES512")
    assert code_of(lambda alg: key.verify(signature, b"message", alg), "ES384") == "jose.key_alg_mismatch"
    assert code_of(lambda one: key.verify(one, b"message", "ES512"), signature[:-1]) == "sig.encoding"
    with pytest.raises(ValueError, match="Multikey"):
        key.multibase()


@pytest.mark.parametrize("changes", [{}, {"x": "AA"}, {"y": RFC_7520_P521_JWK["x"]}, {"crv": "P-256"}])
def test_p521_jwks(changes: dict[str, str]) -> None:
    assert code_of(from_jwk, {**RFC_7520_P521_JWK, **changes}) == ("key.malformed" if changes else None)


def test_an_rsa_key_has_no_multikey(memory_signers: Any) -> None:
    with pytest.raises(ValueError, match="Multikey"):
        memory_signers["RS256"].public.multibase()


def test_published_examples() -> None:
    assert from_jwk(RFC_8037_JWK).thumbprint() == RFC_8037_THUMBPRINT
    assert from_jwk(RFC_7515_P256_JWK).multibase().startswith("zDna")
    raw = from_multibase(OB_VECTOR_KEY).raw
    assert (raw[:4].hex(), raw[-2:].hex()) == ("4bdeafde", "c5a5")


@pytest.mark.parametrize(
    ("curve", "public", "secret"),
    [
        (
            ec.SECP256R1(),
            "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP",
            "z42twTcNeSYcnqg1FLuSFs2bsGH3ZqbRHFmvS9XMsYhjxvHN",
        ),
        (
            ec.SECP384R1(),
            "z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ",
            "z2fanyY7zgwNpZGxX5fXXibvScNaUWNprHU9dKx7qpVj7mws9J8LLt4mDB5TyH2GLHWkUc",
        ),
    ],
    ids=["P-256", "P-384"],
)
def test_key_pairs_of_vc_di_ecdsa(curve: ec.EllipticCurve, public: str, secret: str) -> None:
    # VC-DI ECDSA 1.0, appendix A test vectors.
    private = ec.derive_private_key(int.from_bytes(multibase.decode(secret)[2:]), curve)
    numbers = private.public_key().public_numbers()
    key = from_multibase(public)
    assert int.from_bytes(base64.urlsafe_b64decode(key.jwk()["x"] + "==")) == numbers.x
    assert int.from_bytes(base64.urlsafe_b64decode(key.jwk()["y"] + "==")) == numbers.y


def test_a_key_is_loaded_once() -> None:
    assert from_multibase(OB_VECTOR_KEY) is from_multibase(OB_VECTOR_KEY)
    assert from_jwk(RFC_8037_JWK) is from_jwk({**RFC_8037_JWK, "kid": "another"})


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_signatures_verify_and_altered_ones_do_not(memory_signers: Any, alg: str) -> None:
    signer = memory_signers[alg]
    signature = signer.sign(b"message")
    assert signer.public.verify(signature, b"message", alg) is True
    assert signer.public.verify(signature, b"messagf", alg) is False
    for position in range(0, len(signature), 7):
        altered = bytearray(signature)
        altered[position] ^= 1
        assert signer.public.verify(bytes(altered), b"message", alg) is False


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_sig_05_a_signature_of_another_length(memory_signers: Any, alg: str) -> None:
    signer = memory_signers[alg]
    signature = signer.sign(b"message")
    for wrong in (b"", signature[:-1], signature + b"\0", b"\0" + signature):
        with pytest.raises(Invalid, match=r"sig\.encoding"):
            signer.public.verify(wrong, b"message", alg)


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_jwt_04_a_key_of_another_kind(memory_signers: Any, alg: str) -> None:
    for other in set(ALGORITHMS) - {alg}:
        with pytest.raises(Invalid, match=r"jose\.key_alg_mismatch"):
            memory_signers[alg].public.verify(bytes(64), b"message", other)


def test_sig_01_s_plus_the_group_order(memory_signers: Any) -> None:
    signer = memory_signers["EdDSA"]
    signature = signer.sign(b"message")
    order = 2**252 + 27742317777372353535851937790883648493
    s = int.from_bytes(signature[32:], "little") + order
    assert signer.public.verify(signature[:32] + s.to_bytes(32, "little"), b"message", "EdDSA") is False


def test_sig_07_the_ecdsa_twin_is_the_same_statement(memory_signers: Any) -> None:
    signer = memory_signers["ES256"]
    signature = signer.sign(b"message")
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    twin = signature[:32] + (order - int.from_bytes(signature[32:])).to_bytes(32)
    assert signer.public.verify(twin, b"message", "ES256") is True


@pytest.mark.parametrize(("alg", "size"), [("ES256", 32), ("ES384", 48)])
def test_sig_08_r_or_s_out_of_range(memory_signers: Any, alg: str, size: int) -> None:
    signer = memory_signers[alg]
    orders = {
        "ES256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        "ES384": int("f" * 48 + "c7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16),
    }
    order = orders[alg]
    signature = signer.sign(b"message")
    good = [int.from_bytes(signature[:size]), int.from_bytes(signature[size:])]
    top = 2 ** (8 * size) - 1
    for place in (0, 1):
        for wrong in (0, order, min(good[place] + order, top), top):
            pair = [*good]
            pair[place] = wrong
            altered = b"".join(number.to_bytes(size) for number in pair)
            assert signer.public.verify(altered, b"message", alg) is False


@pytest.mark.parametrize(
    "y", [0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18], ids=["SIG-03 y=0", "SIG-02", "y=-1", "y=p", "y=p+1"]
)
def test_sig_02_and_03_small_order_keys_in_every_form(y: int) -> None:
    raw = y.to_bytes(32, "little")
    assert code_of(from_multibase, multibase.encode(b"\xed\x01" + raw)) == "key.weak"
    assert code_of(from_jwk, {"kty": "OKP", "crv": "Ed25519", "x": b64(raw)}) == "key.weak"


def point(curve: ec.EllipticCurve, form: PublicFormat) -> bytes:
    return ec.derive_private_key(7, curve).public_key().public_bytes(Encoding.X962, form)


P256_COMPRESSED = point(ec.SECP256R1(), PublicFormat.CompressedPoint)
P256_WHOLE = point(ec.SECP256R1(), PublicFormat.UncompressedPoint)
P384_COMPRESSED = point(ec.SECP384R1(), PublicFormat.CompressedPoint)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\xec\x01" + bytes(31) + b"\x09", id="SIG-12 x25519"),
        pytest.param(b"\xe7\x01" + P256_COMPRESSED, id="SIG-12 secp256k1"),
        pytest.param(b"\x80\x26" + bytes(32), id="SIG-12 secret Ed25519 or P-256"),
        pytest.param(b"\xed\x01" + bytes(31), id="Ed25519 of 31 bytes"),
        pytest.param(b"\xed\x01" + bytes(33), id="Ed25519 of 33 bytes"),
        pytest.param(b"\x80\x24" + b"\x05" + P256_COMPRESSED[1:], id="SIG-10 form 05"),
        pytest.param(b"\x80\x24" + b"\x04" + P256_COMPRESSED[1:], id="SIG-10 form 04 with one coordinate"),
        pytest.param(b"\x80\x24" + b"\0", id="SIG-10 infinity"),
        pytest.param(b"\x80\x24" + bytes(33), id="SIG-10 infinity of full length"),
        pytest.param(b"\x80\x24" + P256_WHOLE, id="SIG-10 not compressed"),
        pytest.param(b"\x80\x24" + b"\x02" + b"\xff" * 32, id="SIG-10 x beyond the field"),
        pytest.param(b"\x80\x24" + b"\x02" + bytes(31) + b"\x01", id="SIG-10 x off the curve"),
        pytest.param(b"\x80\x24" + P384_COMPRESSED, id="SIG-10 P-384 key called P-256"),
        pytest.param(b"\x81\x24" + P256_COMPRESSED, id="SIG-10 P-256 key called P-384"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xed", id="half a multicodec"),
    ],
)
def test_a_malformed_multikey(data: bytes) -> None:
    assert code_of(from_multibase, multibase.encode(data)) == "key.malformed"


@pytest.mark.parametrize(
    "text",
    ["", "z", "u7QG", "6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi", OB_VECTOR_KEY + " ", "z0OIl", "z" * 100_000],
    ids=lambda text: text[:8] or "empty",
)
def test_a_multikey_that_is_not_base58btc(text: str) -> None:
    assert code_of(from_multibase, text) == "key.malformed"


def p256_jwk(**changed: Any) -> dict[str, Any]:
    return {"kty": "EC", "crv": "P-256", "x": b64(P256_WHOLE[1:33]), "y": b64(P256_WHOLE[33:]), **changed}


@pytest.mark.parametrize(
    "jwk",
    [
        pytest.param(p256_jwk(y=b64(bytes(32))), id="SIG-10 off the curve"),
        pytest.param(p256_jwk(x=b64(bytes(32)), y=b64(bytes(32))), id="SIG-10 both zero"),
        pytest.param(p256_jwk(x=b64(b"\0" + P256_WHOLE[1:33])), id="SIG-10 x too long"),
        pytest.param(p256_jwk(x=b64(P256_WHOLE[1:32])), id="SIG-10 x too short"),
        pytest.param(p256_jwk(crv="P-384"), id="SIG-10 another curve's name"),
        pytest.param(p256_jwk(crv="secp256k1"), id="SIG-12 secp256k1"),
        pytest.param(p256_jwk(y=None), id="no y"),
        pytest.param(p256_jwk(x=5), id="x is a number"),
        pytest.param(p256_jwk(x=b64(P256_WHOLE[1:33]) + "="), id="padding"),
        pytest.param(p256_jwk(x="é" * 43), id="x not ASCII"),
        pytest.param(p256_jwk(x="A" * 60_000), id="x of 60,000 characters"),
        pytest.param(p256_jwk(use="enc"), id="for encryption"),
        pytest.param(p256_jwk(key_ops=["deriveKey"]), id="for key agreement"),
        pytest.param(p256_jwk(key_ops="verify"), id="key_ops is text"),
        pytest.param({"kty": "OKP", "crv": "X25519", "x": b64(bytes(32))}, id="SIG-12 X25519"),
        pytest.param({"kty": "OKP", "crv": "Ed25519"}, id="no x"),
        pytest.param({"kty": "oct"}, id="symmetric"),
        pytest.param({"kty": ["EC"]}, id="kty is a list"),
        pytest.param({}, id="empty"),
        pytest.param([], id="no object"),
        pytest.param("{}", id="text"),
    ],
)
def test_a_malformed_jwk(jwk: Any) -> None:
    assert code_of(from_jwk, jwk) == "key.malformed"


@pytest.mark.parametrize("alg", ["ES384", "EdDSA", "P-256"])
def test_jwt_04_a_jwk_for_another_algorithm(alg: str) -> None:
    for jwk in (p256_jwk(), RFC_7520_P521_JWK):
        assert code_of(from_jwk, {**jwk, "alg": alg}) == "jose.key_alg_mismatch"


@pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
def test_did_09_a_jwk_with_a_private_member(member: str) -> None:
    assert code_of(from_jwk, p256_jwk(**{member: "AQAB"})) == "jose.jwk_private"
    assert code_of(from_jwk, p256_jwk(**{member: None})) == "jose.jwk_private"


def test_annotations_that_fit_are_accepted() -> None:
    assert from_jwk(p256_jwk(use="sig", key_ops=["verify"], alg="ES256", kid="k1")).kind == "P-256"
    assert from_jwk({**RFC_8037_JWK, "alg": "Ed25519"}).kind == "Ed25519"


@pytest.fixture(scope="module")
def modulus() -> int:
    return rsa.generate_private_key(65537, 2048).public_key().public_numbers().n


@pytest.mark.parametrize("exponent", [1, 2, 3, 4, 17, 65535, 65536, 2**32 + 1, 2**100 + 1])
def test_jwt_43_a_weak_exponent(modulus: int, exponent: int) -> None:
    jwk = {"kty": "RSA", "n": b64_number(modulus), "e": b64_number(exponent)}
    assert code_of(from_jwk, jwk) == "key.weak"


@pytest.mark.parametrize(
    "weaken",
    [
        pytest.param(lambda n: n >> 1024 | 1, id="1024 bits"),
        pytest.param(lambda n: n >> 1 | 1, id="2047 bits"),
        pytest.param(lambda n: n - 1, id="even"),
    ],
)
def test_jwt_43_a_weak_modulus(modulus: int, weaken: Callable[[int], int]) -> None:
    jwk = {"kty": "RSA", "n": b64_number(weaken(modulus)), "e": "AQAB"}
    assert code_of(from_jwk, jwk) == "key.weak"


def test_a_modulus_divisible_by_a_small_prime_is_weak(modulus: int) -> None:
    divisible = modulus - modulus % 67
    divisible += 0 if divisible % 2 else 67
    assert code_of(from_jwk, {"kty": "RSA", "n": b64_number(divisible), "e": "AQAB"}) == "key.weak"


@pytest.mark.parametrize("exponent", [65537, 65539])
def test_accepted_exponents(modulus: int, exponent: int) -> None:
    jwk = {"kty": "RSA", "n": b64_number(modulus), "e": b64_number(exponent)}
    assert from_jwk(jwk).signature_bytes == 256


@pytest.mark.parametrize("changed", [{"n": ""}, {"e": ""}, {"n": b64(bytes(256))}, {"e": b64(b"\0\x01\0\x01")}])
def test_rsa_numbers_come_in_their_shortest_form(modulus: int, changed: dict[str, str]) -> None:
    jwk = {"kty": "RSA", "n": b64_number(modulus), "e": "AQAB", **changed}
    assert code_of(from_jwk, jwk) == "key.malformed"


def test_an_rsa_modulus_beyond_8192_bits_is_not_read() -> None:
    assert code_of(from_jwk, {"kty": "RSA", "n": b64_number(2**8192 + 1), "e": "AQAB"}) == "key.malformed"


@given(st.text(max_size=80) | st.text("z6MkDn123abc", max_size=80).map("z".__add__))
def test_no_text_raises_anything_else(text: str) -> None:
    assert code_of(from_multibase, text) in {None, "key.malformed", "key.weak"}


@given(
    st.dictionaries(
        st.sampled_from(["kty", "crv", "x", "y", "n", "e", "use", "alg", "key_ops"]),
        st.sampled_from(["EC", "OKP", "RSA", "P-256", "Ed25519", "sig"])
        | st.text(max_size=44)
        | st.integers()
        | st.none(),
    )
)
def test_no_jwk_raises_anything_else(jwk: dict[str, Any]) -> None:
    assert code_of(from_jwk, jwk) in {None, "key.malformed", "key.weak"}
