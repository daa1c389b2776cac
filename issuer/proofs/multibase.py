"""Multibase text for keys, signatures and bit strings: ``z`` (base58btc) and ``u`` (unpadded base64url).

Every byte string has exactly one spelling here, so two texts are equal when their bytes are: white space,
padding, foreign characters and stray bits in the last character are all refused.

Source: Controlled Identifiers 1.0, section 2.4 "Multibase". base58btc is big-endian in Bitcoin's alphabet,
with one leading ``1`` for each leading zero byte.
"""

from __future__ import annotations

from gmpy2 import mpz

from issuer.proofs import base64url

BASE58BTC = "z"
BASE64URL = "u"

_ALPHABET = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ALPHABET_OF_GMP = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
_FROM_GMP = bytes.maketrans(_ALPHABET_OF_GMP, _ALPHABET)
_TO_GMP = bytes.maketrans(_ALPHABET, _ALPHABET_OF_GMP)


def encode_base58btc(data: bytes) -> str:
    """The base58btc spelling of `data`, without the multibase prefix."""
    body = data.lstrip(b"\0")
    digits = mpz.from_bytes(body).digits(58).encode("ascii").translate(_FROM_GMP).decode("ascii") if body else ""
    return digits if len(body) == len(data) else "1" * (len(data) - len(body)) + digits


def decode_base58btc(text: str, max_bytes: int = 256) -> bytes:
    """The bytes that base58btc `text` (no multibase prefix) stands for.

    Raises ValueError for a foreign character, and for text that stands for more than `max_bytes` bytes
    before any work is done (the work grows with the square of the length).
    """
    digits = text.lstrip("1")
    leading_zero_bytes = len(text) - len(digits)
    if leading_zero_bytes + len(digits) * 8 // 11 > max_bytes:  # log(58)/log(256) = 0.732…, 8/11 = 0.727…
        raise ValueError(f"base58btc text of {len(text)} characters stands for more than {max_bytes} bytes")
    body = _body(digits.encode("ascii", "replace")) if digits else b""
    if leading_zero_bytes + len(body) > max_bytes:
        raise ValueError(f"base58btc text stands for more than {max_bytes} bytes")
    return bytes(leading_zero_bytes) + body


def _body(digits: bytes) -> bytes:
    if digits.translate(None, _ALPHABET):
        raise ValueError("a character that is not in the base58btc alphabet")
    number = mpz(digits.translate(_TO_GMP), 58)
    body: bytes = number.to_bytes((number.bit_length() + 7) // 8)
    return body


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
