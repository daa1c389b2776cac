"""A status list credential, before it is signed."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from issuer.credentials.identity import IssuerIdentity
from issuer.credentials.moments import written_exactly
from issuer.credentials.urls import PublicUrls
from issuer.credentials.vocabulary import CREDENTIALS_CONTEXT
from issuer.errors import Unprocessable
from issuer.proofs import bitstring
from issuer.proofs.strict_json import JsonObject, parse_object
from issuer.proofs.timestamps import parse_timestamp

ENTRIES = bitstring.MIN_ENTRIES
"""Entries of each list; the least the standard allows, so that a badge hides among many."""
_ANY_SET = re.compile(rb"[^\x00]")


def unsigned_status_list(
    identity: IssuerIdentity,
    number: int,
    purpose: str,
    indexes: Collection[int],
    valid_from: datetime,
    valid_until: datetime,
    ttl_ms: int,
) -> JsonObject:
    """A BitstringStatusListCredential of one purpose (Bitstring Status List 1.0 §2.2).

    indexes: the entries that are set. ttl_ms: how long it may be cached.
    The order of publications is that of `validFrom`, which must rise from one to the next.
    Raises Unprocessable (`time.malformed`, `status.index_range`).
    """
    address = PublicUrls(identity.public_url).status_list(purpose, number)
    return {
        "@context": [CREDENTIALS_CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": identity.did,
        "validFrom": written_exactly(valid_from),
        "validUntil": written_exactly(valid_until),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": bitstring.encode(bits_of(indexes)),
            "ttl": ttl_ms,
        },
    }


def bits_of(indexes: Collection[int]) -> bytes:
    """A bit string with these entries set, the first being the left-most bit of the first byte."""
    if any(not 0 <= index < ENTRIES for index in indexes):
        raise Unprocessable("status.index_range", f"A status list has the entries 0 to {ENTRIES - 1}.")
    bits = bytearray(ENTRIES // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> index % 8
    return bytes(bits)


def indexes_of(published: bytes) -> set[int]:
    """The entries that are set in a list we published (its JSON). Raises Refused or Invalid if it is damaged."""
    bits = bitstring.decode(parse_object(published)["credentialSubject"]["encodedList"])
    places = (found.start() for found in _ANY_SET.finditer(bits))
    return {8 * place + bit for place in places for bit in range(8) if bits[place] & 0x80 >> bit}


def published_at(published: bytes) -> datetime:
    """The `validFrom` of a list we published (its JSON). Raises Refused or Invalid if it is damaged."""
    return parse_timestamp(parse_object(published)["validFrom"])
