"""SIG-09 and JWT-46: signatures and tokens at every edge that the Wycheproof sets test, made here with their answers.

A signature is judged twice: by the verifier, and by the textbook in a few lines below. Public keys are computed from
the wanted r, s and message, so that valid signatures exist at every edge. Sources of the rules: FIPS 186-5 §6.4,
SEC 1 §4.1.6 (recovering a key), IEEE P1363 (r‖s), RFC 7515 §3 and §5.2.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any

import pytest

from issuer.errors import Invalid, Refused
from issuer.proofs import base64url, jws
from issuer.proofs.key_kinds import PublicKey, elliptic_key

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
Point = tuple[int, int] | None
MESSAGE = b"The edge of a signature"
Z = int.from_bytes(sha256(MESSAGE).digest())


def added(a: Point, b: Point) -> Point:
    if a is None or b is None:
        return b if a is None else a
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    slope = (3 * a[0] ** 2 - 3) * pow(2 * a[1], -1, P) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope**2 - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(number: int, point: Point) -> Point:
    """By doubling and adding in Jacobian coordinates, x = X/Z², y = Y/Z³, with one division at the end."""
    if point is None or number % N == 0:
        return None
    x, y, z = point[0], point[1], 1
    for bit in bin(number % N)[3:]:
        yy, m = y * y % P, 3 * (x - z * z) * (x + z * z) % P
        s = 4 * x * yy % P
        x, z = (m * m - 2 * s) % P, 2 * y * z % P
        y = (m * (s - x) - 8 * yy * yy) % P
        if bit == "1":
            h, r = (point[0] * z * z - x) % P, (point[1] * z**3 - y) % P
            if h == 0:  # the sum of a point and itself or its negative: rare, and left to the plain formula
                inverse = pow(z, -1, P)
                plain = added((x * inverse**2 % P, y * inverse**3 % P), point)
                if plain is None:
                    return None
                x, y, z = plain[0], plain[1], 1
                continue
            hh = h * h % P
            v = x * hh % P
            x, z = (r * r - h * hh - 2 * v) % P, h * z % P
            y = (r * (v - x) - y * h * hh) % P
    inverse = pow(z, -1, P)
    return x * inverse**2 % P, y * inverse**3 % P


def with_x(x: int) -> Point:
    """A point with this x, None when there is none."""
    square = (x**3 - 3 * x + B) % P
    y = pow(square, (P + 1) // 4, P)
    return (x, y) if y * y % P == square else None


def key_for(r: int, s: int, at: Point, z: int = Z) -> Point:
    """The public key under which (r, s) is good when the signer's nonce led to the point `at`."""
    inverse = pow(r, -1, N)
    return added(times(s * inverse, at), times(-z * inverse, G))


def textbook(key: Point, r: int, s: int, z: int = Z) -> bool:
    if not (1 <= r < N and 1 <= s < N):
        return False
    w = pow(s, -1, N)
    found = added(times(z * w, G), times(r * w, key))
    return found is not None and found[0] % N == r


def loaded(point: Point) -> PublicKey:
    assert point is not None
    return elliptic_key("P-256", bytes([2 + point[1] % 2]) + point[0].to_bytes(32))


def raw(r: int, s: int) -> bytes:
    return (r % 2**256).to_bytes(32) + (s % 2**256).to_bytes(32)


def _first_point(start: int) -> tuple[int, Point]:
    x = start
    while with_x(x) is None:
        x += 1
    return x, with_x(x)


def edges() -> Iterator[tuple[str, Point, int, int]]:
    """Name, public key, r and s: good ones at every edge."""
    big_x, above = _first_point(N)  # its x is no r by itself: it has to be taken modulo the order
    small_x, low = _first_point(1)
    nonce = 0x1D0C0FFEE
    at = times(nonce, G)
    assert at is not None
    for name, s in {"s is 1": 1, "s is 2": 2, "s is n-1": N - 1, "s is n//2": N // 2, "s is z": Z % N}.items():
        yield name, key_for(at[0] % N, s, at), at[0] % N, s
        yield f"{name}, r small", key_for(small_x, s, low), small_x, s
        yield f"{name}, x beyond the order", key_for(big_x % N, s, above), big_x % N, s
    for name, private in {"key is the generator": 1, "key is its negative": N - 1, "key is twice it": 2}.items():
        s = pow(nonce, -1, N) * (Z + at[0] * private) % N
        yield name, times(private, G), at[0] % N, s
    for name, nonce in {
        "nonce is 1": 1,
        "nonce is 2": 2,
        "nonce is n-1": N - 1,
        "nonce halves n": (N + 1) // 2,
    }.items():
        point = times(nonce, G)
        assert point is not None
        yield name, times(7, G), point[0] % N, pow(nonce, -1, N) * (Z + point[0] * 7) % N
    same = Z * pow(Z, -1, N) % N  # u1 and u2 alike: both halves of the sum are the same point for the generator
    yield "both factors alike", key_for(Z % N, same, with_x(Z % N) or low), Z % N if with_x(Z % N) else small_x, same


CHANGES: Mapping[str, Callable[[int, int], tuple[int, int]]] = {
    "as it is": lambda r, s: (r, s),
    "the twin": lambda r, s: (r, N - s),
    "r is 0": lambda r, s: (0, s),
    "s is 0": lambda r, s: (r, 0),
    "both 0": lambda r, s: (0, 0),
    "r is n": lambda r, s: (N, s),
    "s is n": lambda r, s: (r, N),
    "r is p": lambda r, s: (P, s),
    "r plus n": lambda r, s: (r + N, s),
    "s plus n": lambda r, s: (r, s + N),
    "r negative": lambda r, s: (N - r, s),
    "r plus 1": lambda r, s: (r + 1, s),
    "s plus 1": lambda r, s: (r, s + 1),
    "exchanged": lambda r, s: (s, r),
    "all ones": lambda r, s: (2**256 - 1, 2**256 - 1),
    "1 and 1": lambda r, s: (1, 1),
}


def test_sig_09_p1363_signatures_at_every_edge() -> None:
    seen, good = 0, 0
    for name, point, r, s in edges():
        if point is None:
            continue
        key = loaded(point)
        for change, apply in CHANGES.items():
            changed = apply(r, s)
            wanted = changed in ((r, s), (r, N - s))
            assert max(changed) >= 2**256 or key.verify(raw(*changed), MESSAGE, "ES256") is wanted, (name, change)
            seen, good = seen + 1, good + wanted
        assert textbook(point, r, s), name
        assert not textbook(point, r, s, Z + 1), name
    assert seen >= 262
    assert good >= 40


@pytest.mark.parametrize("length", [0, 1, 32, 63, 65, 70, 71, 72, 96, 128])
def test_sig_09_any_other_length(length: int) -> None:
    """DER among them, which is 70 to 72 bytes long."""
    with pytest.raises(Invalid) as found:
        loaded(times(7, G)).verify(bytes([1]) * length, MESSAGE, "ES256")
    assert found.value.code == "sig.encoding"


# -- tokens

HEADER, PAYLOAD, SIGNATURE = range(3)
FORMS: Mapping[str, Callable[[str], bytes]] = {
    "plain": lambda alg: json.dumps({"alg": alg, "typ": "JWT"}).encode(),
    "typ first": lambda alg: json.dumps({"typ": "JWT", "alg": alg}).encode(),
    "no typ": lambda alg: json.dumps({"alg": alg}).encode(),
    "spaces": lambda alg: json.dumps({"alg": alg, "typ": "JWT"}, indent=3).encode(),
    "line ends": lambda alg: b'{\r\n"alg":"' + alg.encode() + b'"}\r\n',
    "escaped": lambda alg: b'{"\\u0061lg":"' + alg.encode() + b'"}',
    "other members": lambda alg: json.dumps({"alg": alg, "kid": "did:web:issuer.test#k1"}).encode(),
}
PAYLOADS = [b"{}", b'{"iss":"joe"}', b'{"a":"' + b"x" * 3000 + b'"}']


def _with(number: int, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    def changed(token: bytes) -> bytes:
        parts = token.split(b".")
        parts[number] = change(parts[number])
        return b".".join(parts)

    return changed


SPOILED: Mapping[str, Callable[[bytes], bytes]] = {
    **{
        f"{what} in segment {number}": _with(number, change)
        for number in range(3)
        for what, change in {
            "padding": lambda part: part + b"=", "a space": lambda part: b" " + part,
            "a line": lambda part: part + b"\n",
            "the other alphabet": lambda part: part[:-4] + b"+/+/", "a NUL": lambda part: part + b"\0",
            "one character more": lambda part: part + b"A" * (1 + (1 - len(part)) % 4),
            "something else": lambda part: part[:1] + (b"A" if part[1:2] != b"A" else b"B") + part[2:],
            "percent signs": lambda part: part + b"%3D", "half of it": lambda part: part[: len(part) // 2],
            "nothing": lambda part: b"", "the next segment": lambda part: part + b"." + part,
        }.items()
    },
    "no signature": lambda token: token.rpartition(b".")[0],
    "no dots": lambda token: token.replace(b".", b""),
    "a fourth segment": lambda token: token + b".e30",
    "a dot before": lambda token: b"." + token,
    "two in a row": lambda token: token + b" " + token,
    "zeros for a signature": lambda token: token.rpartition(b".")[0] + b"." + base64url.encode(
        bytes(len(base64url.decode(token.rpartition(b".")[2])))
    ),
}  # fmt: skip


def _signed(signer: Any, header: bytes, payload: bytes) -> bytes:
    signing_input = base64url.encode(header) + b"." + base64url.encode(payload)
    return signing_input + b"." + base64url.encode(signer.sign(signing_input))


def _accepted(token: bytes, key: PublicKey) -> bool:
    try:
        jws.verify_signature(jws.read_compact(token), key)
    except (Invalid, Refused):
        return False
    return True


@pytest.mark.parametrize("alg", ["EdDSA", "ES256", "RS256"])
def test_jwt_46_tokens_good_and_spoiled(memory_signers: Mapping[str, Any], alg: str) -> None:
    signer = memory_signers[alg]
    for form, header in FORMS.items():
        for payload in PAYLOADS if form == "plain" else PAYLOADS[1:2]:
            token = _signed(signer, header(alg), payload)
            assert _accepted(token, signer.public), form
            for name, spoil in SPOILED.items():
                spoiled = spoil(token)
                assert spoiled == token or not _accepted(spoiled, signer.public), (form, name)


@pytest.mark.parametrize("alg", ["EdDSA", "ES256", "RS256"])
@pytest.mark.parametrize(
    "named", ["none", "HS256", "HS384", "HS512", "RS384", "RS512", "PS256", "PS384", "PS512", "ES512", "ES256K",
              "eddsa", "es256", "rs256", "EdDSA", "ES256", "ES384", "RS256", ""],
)  # fmt: skip
def test_jwt_46_an_algorithm_that_is_not_the_keys(memory_signers: Mapping[str, Any], alg: str, named: str) -> None:
    signer = memory_signers[alg]
    token = _signed(signer, FORMS["plain"](named), b"{}")
    assert _accepted(token, signer.public) is (named == alg)
    assert not _accepted(token.rpartition(b".")[0] + b".", signer.public)


@pytest.mark.parametrize("alg", ["EdDSA", "ES256", "RS256"])
def test_jwt_46_the_key_of_somebody_else(memory_signers: Mapping[str, Any], alg: str) -> None:
    token = _signed(memory_signers[alg], FORMS["plain"](alg), b"{}")
    for other, signer in memory_signers.items():
        assert _accepted(token, signer.public) is (other == alg)
