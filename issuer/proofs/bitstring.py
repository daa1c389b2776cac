"""The bit string of a status list: packed, unpacked within bounds, read from the left-most bit.

Sources: Bitstring Status List 1.0 §3.3, §3.4 ("Bitstring Encoding", "Bitstring Expansion") and §3.2; Status List 2021
(W3C Credentials Community Group, 2023) §4.2 and §5.2.
"""

from __future__ import annotations

import gzip
import re
import zlib

from issuer.errors import Invalid
from issuer.proofs import base64url

MIN_ENTRIES = 131_072
MAX_INFLATED_BYTES = 16 * 2**20
MAX_STATUS_SIZE_BITS = 16
_GZIP_WINDOW = 31  # zlib's number for a gzip wrapper
_MULTIBASE_BASE64URL = "u"
_TO_BASE64URL = str.maketrans("+/", "-_")
_INDEX = re.compile(r"0|[1-9][0-9]*")
_MAX_INDEX_DIGITS = 18


def encode(bits: bytes | bytearray) -> str:
    """`encodedList` for `bits`: multibase base64url of the GZIP of them; equal bits give equal text.

    Errors: Invalid ``status.list_too_short`` below 131,072 bits.
    """
    _check_length(len(bits), size=1)
    return _MULTIBASE_BASE64URL + base64url.encode(gzip.compress(bytes(bits), mtime=0)).decode("ascii")


def decode(encoded: str, max_inflated_bytes: int = MAX_INFLATED_BYTES, size: int = 1) -> bytes:
    """The bits behind an `encodedList`, unpacked no further than `max_inflated_bytes`.

    size: bits per entry, by which the minimum of 131,072 entries is counted.
    Errors: Invalid ``status.encoding`` (multibase, GZIP, checksum, a second member, trailing bytes),
    ``status.list_too_large``, ``status.list_too_short``.
    """
    if not isinstance(encoded, str) or not encoded.startswith(_MULTIBASE_BASE64URL):
        raise Invalid("status.encoding", "The encodedList is not multibase base64url.", "encodedList")
    return _bits(encoded[1:], max_inflated_bytes, size)


def decode_2021(encoded: str, max_inflated_bytes: int = MAX_INFLATED_BYTES, size: int = 1) -> bytes:
    """The bits behind the `encodedList` of a StatusList2021: GZIP in base64 without a multibase prefix.

    The standard says base64 and shows base64url without padding; issuers write either. Errors: as `decode`.
    """
    if not isinstance(encoded, str):
        raise Invalid("status.encoding", "The encodedList is no text.", "encodedList")
    return _bits(encoded.rstrip("=").translate(_TO_BASE64URL), max_inflated_bytes, size)


def _bits(packed: str, max_inflated_bytes: int, size: int) -> bytes:
    try:
        bits = _inflated(base64url.decode(packed.encode("ascii")), max_inflated_bytes)
    except (ValueError, zlib.error) as error:
        raise Invalid("status.encoding", "The encodedList is not GZIP in base64url.", "encodedList") from error
    _check_length(len(bits), size)
    return bits


def read(bits: bytes, index: int, size: int = 1) -> int:
    """The status of entry `index`, whose `size` bits begin at ``index * size`` from the left.

    Errors: Invalid ``status.index_range``.
    """
    first_bit = index * size
    if index < 0 or first_bit + size > len(bits) * 8:
        raise Invalid("status.index_range", "The status index lies beyond the list.", "statusListIndex")
    end = first_bit + size
    window = int.from_bytes(bits[first_bit // 8 : (end + 7) // 8])
    return window >> -end % 8 & ((1 << size) - 1)


def parse_index(value: object) -> int:
    """The number in a `statusListIndex`: ASCII digits in their shortest form, or a JSON integer.

    The standard wants text; 1EdTech's own examples write integers, so both are read.
    Errors: Invalid ``status.index_malformed``; ``status.index_range`` for one no list can reach.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(max(-1, min(value, 10**_MAX_INDEX_DIGITS)))
    if not isinstance(value, str) or not _INDEX.fullmatch(value):
        raise Invalid("status.index_malformed", "The status index is no whole number.", "statusListIndex")
    if len(value) > _MAX_INDEX_DIGITS:
        raise Invalid("status.index_range", "The status index lies beyond any list.", "statusListIndex")
    return int(value)


def parse_size(value: object) -> int:
    """The number of bits in a `statusSize`. Errors: Invalid ``status.malformed``."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_STATUS_SIZE_BITS:
        raise Invalid("status.malformed", "The statusSize is no whole number of bits from 1 to 16.", "statusSize")
    return value


def _inflated(packed: bytes, max_inflated_bytes: int) -> bytes:
    inflater = zlib.decompressobj(wbits=_GZIP_WINDOW)
    bits = inflater.decompress(packed, max_inflated_bytes + 1)
    if len(bits) > max_inflated_bytes:
        raise Invalid("status.list_too_large", "The status list unpacks to more than is read.", "encodedList")
    if not inflater.eof or inflater.unused_data:
        raise Invalid("status.encoding", "The encodedList is cut off, or more follows it.", "encodedList")
    return bits


def _check_length(length_bytes: int, size: int) -> None:
    if length_bytes * 8 // size < MIN_ENTRIES:
        raise Invalid("status.list_too_short", f"A status list has at least {MIN_ENTRIES} entries.", "encodedList")
