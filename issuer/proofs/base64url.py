"""base64url without padding, in its one canonical spelling (RFC 4648 §5, RFC 7515 §2)."""

from __future__ import annotations

import binascii


def encode(data: bytes) -> bytes:
    """The unpadded base64url form of `data`, as ASCII bytes."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=").replace(b"+", b"-").replace(b"/", b"_")


def decode(text: bytes) -> bytes:
    """The bytes behind `text`.

    Errors: ValueError for anything but the spelling `encode` gives: padding, white space, the
    alphabet of plain base64, an impossible length, or stray bits in the last character.
    """
    if b"+" in text or b"/" in text or b"=" in text:
        raise ValueError("not the alphabet of base64url")
    padded = text.replace(b"-", b"+").replace(b"_", b"/") + b"=" * (-len(text) % 4)
    data = binascii.a2b_base64(padded, strict_mode=True)
    if encode(data[len(data) // 3 * 3 :]) != text[len(text) // 4 * 4 :]:
        raise ValueError("not canonical base64url")
    return data
