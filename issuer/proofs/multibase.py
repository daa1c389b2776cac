"""Multibase text for keys, signatures and bit strings: ``z`` (base58btc) and ``u`` (unpadded base64url).

Every byte string has exactly one spelling here, so two texts are equal when their bytes are: white space,
padding, foreign characters and stray bits in the last character are all refused.

Source: Controlled Identifiers 1.0, section 2.4 "Multibase". base58btc is big-endian in Bitcoin's alphabet,
with one leading ``1`` for each leading zero byte.
"""

from __future__ import annotations

from issuer.proofs import base64url

BASE58BTC = "z"
BASE64URL = "u"

_ALPHABET = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGIT_OF_CHARACTER = bytes.maketrans(_ALPHABET, bytes(range(58)))
_PAIR = 58 * 58
_PAIR_TEXT = tuple(chr(high) + chr(low) for high in _ALPHABET for low in _ALPHABET)
_FOUR_DIGITS = 58**4  # arithmetic on long integers is quickest by divisors below 2**30
_MERGED_DIGITS = 128  # a signature has 88
_MERGES: tuple[tuple[int, int, int], ...] = tuple(
    (8 * width, int.from_bytes((bytes(width) + b"\xff" * width) * (_MERGED_DIGITS // width // 2)), 58**width)
    for width in (1, 2, 4, 8, 16, 32, 64)
)
"""How neighbours become one number: their width in bits, the mask of every second one, what the other one counts."""


def encode_base58btc(data: bytes) -> str:
    """The base58btc spelling of `data`, without the multibase prefix."""
    number = int.from_bytes(data, "big")
    pieces: list[str] = []
    while number:
        number, piece = divmod(number, _FOUR_DIGITS)
        pieces.append(_PAIR_TEXT[piece // _PAIR] + _PAIR_TEXT[piece % _PAIR])
    pieces.reverse()
    leading_zero_bytes = len(data) - len(data.lstrip(b"\0"))
    return "1" * leading_zero_bytes + "".join(pieces).lstrip("1")


def decode_base58btc(text: str, max_bytes: int = 256) -> bytes:
    """The bytes that base58btc `text` (no multibase prefix) stands for.

    Raises ValueError for a foreign character, and for text that stands for more than `max_bytes` bytes
    before any work is done (the work grows with the square of the length).
    """
    digits = text.lstrip("1")
    leading_zero_bytes = len(text) - len(digits)
    if leading_zero_bytes + len(digits) * 8 // 11 > max_bytes:  # log(58)/log(256) = 0.732…, 8/11 = 0.727…
        raise ValueError(f"base58btc text of {len(text)} characters stands for more than {max_bytes} bytes")
    number = _number_of(digits.encode("ascii", "replace"))
    body = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if leading_zero_bytes + len(body) > max_bytes:
        raise ValueError(f"base58btc text stands for more than {max_bytes} bytes")
    return bytes(leading_zero_bytes) + body


def _number_of(digits: bytes) -> int:
    if digits.translate(None, _ALPHABET):
        raise ValueError("a character that is not in the base58btc alphabet")
    number = 0
    for start in range(0, len(digits), _MERGED_DIGITS):
        piece = digits[start : start + _MERGED_DIGITS]
        number = number * 58 ** len(piece) + _merged(int.from_bytes(piece.translate(_DIGIT_OF_CHARACTER)))
    return number


def _merged(lanes: int) -> int:
    """The number whose base-58 digits are the bytes of `lanes`: all pairs are merged at once, then pairs of pairs."""
    for bits, mask, factor in _MERGES:
        lanes = (lanes >> bits & mask) * factor + (lanes & mask)
    return lanes


def encode(data: bytes, base: str = BASE58BTC) -> str:
    """Multibase text of `data`: ``z…`` by default, ``u…`` with ``base=BASE64URL``."""
    if base == BASE58BTC:
        return BASE58BTC + encode_base58btc(data)
    if base == BASE64URL:
        return BASE64URL + base64url.encode(data).decode("ascii")
    raise ValueError("the base is z (base58btc) or u (base64url)")


def decode(text: str, max_bytes: int = 256) -> bytes:
    """The bytes behind multibase `text` in either base.

    Raises ValueError for any other prefix, a malformed body or more than `max_bytes` bytes.
    """
    prefix, body = text[:1], text[1:]
    if prefix == BASE58BTC:
        return decode_base58btc(body, max_bytes)
    if prefix == BASE64URL:
        if len(body) * 3 // 4 > max_bytes:
            raise ValueError(f"base64url text stands for more than {max_bytes} bytes")
        return base64url.decode(body.encode("ascii"))
    raise ValueError("multibase text begins with z (base58btc) or u (base64url)")
