"""Which 32 bytes are a sound Ed25519 public key: a canonical point of the prime-order group.

RFC 8032 §5.1.3 says how a point is decoded; it does not forbid points of small order, for which one
signature fits every message, nor encodings that two verifiers may read differently. Both are refused
when a key is loaded (VC-DI EdDSA, "Security Properties of Ed25519").
"""

from __future__ import annotations

from issuer.errors import Invalid

_P = 2**255 - 19
_GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_SQRT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)

_Point = tuple[int, int, int, int]  # extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z
_NEUTRAL: _Point = (0, 1, 1, 0)


def check_public_point(encoded: bytes) -> None:
    """Refuse 32 bytes that are no sound Ed25519 public key.

    Errors: Invalid ``key.malformed`` (wrong length, no point of the curve), ``key.weak`` (an encoding
    that is not canonical, or a point with a component of small order).
    """
    if len(encoded) != 32:
        raise Invalid("key.malformed", f"An Ed25519 public key has 32 bytes, not {len(encoded)}.")
    y = int.from_bytes(encoded, "little") & (2**255 - 1)
    if y >= _P:
        raise Invalid("key.weak", "The Ed25519 public key is not in its canonical encoding.")
    x = _x_of(y, odd=encoded[31] >> 7)
    if not _is_neutral(_times(_GROUP_ORDER, (x, y, 1, x * y % _P))) or (x, y) == (0, 1):
        raise Invalid("key.weak", "The Ed25519 public key lies outside the group of prime order.")


def _x_of(y: int, odd: int) -> int:
    """The x of the curve's point with this y and parity (RFC 8032 §5.1.3 steps 2 to 4)."""
    numerator, denominator = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = numerator * pow(denominator, 3, _P) * pow(numerator * pow(denominator, 7, _P), (_P - 5) // 8, _P) % _P
    if denominator * x * x % _P == -numerator % _P:
        x = x * _SQRT_OF_MINUS_ONE % _P
    if denominator * x * x % _P != numerator:
        raise Invalid("key.malformed", "The Ed25519 public key is no point of the curve.")
    if x == 0 and odd:
        raise Invalid("key.weak", "The Ed25519 public key is not in its canonical encoding.")
    return x if x & 1 == odd else _P - x


def _add(a: _Point, b: _Point) -> _Point:
    """Sum of two points of the twisted Edwards curve (RFC 8032 §5.1.4)."""
    s, t = (a[1] - a[0]) * (b[1] - b[0]) % _P, (a[1] + a[0]) * (b[1] + b[0]) % _P
    u, v = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _double(a: _Point) -> _Point:
    """A point added to itself, by the shorter formula of RFC 8032 §5.1.4."""
    s, t, u = a[0] * a[0] % _P, a[1] * a[1] % _P, 2 * a[2] * a[2] % _P
    h = s + t
    e, g = h - (a[0] + a[1]) ** 2, s - t
    f = u + g
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(factor: int, point: _Point) -> _Point:
    total = _NEUTRAL
    for bit in bin(factor)[2:]:
        total = _double(total)
        if bit == "1":
            total = _add(total, point)
    return total


def _is_neutral(point: _Point) -> bool:
    return point[0] % _P == 0 and (point[1] - point[2]) % _P == 0
