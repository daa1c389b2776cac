"""What a `credentialStatus` entry says, checked before anything is fetched for it.

Source: Bitstring Status List 1.0 §2.1; for badges that still use them, Status List 2021 (W3C Credentials Community
Group, 2023) §4.1 and the deprecated 1EdTech Revocation List.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from issuer.errors import Invalid, Undecided
from issuer.proofs.bitstring import parse_index, parse_size
from issuer.proofs.strict_json import JsonObject

BITSTRING = "BitstringStatusListEntry"
STATUS_LIST_2021 = "StatusList2021Entry"
REVOCATION_LIST = "1EdTechRevocationList"
MAX_STATUS_BITS_WITH_MESSAGES = 8


class BitstringEntry(Struct, frozen=True):
    """purpose, list address, position and size in bits; messages: what each value means, by number.

    is_of_2021: it names a list of the form that Bitstring Status List 1.0 grew out of.
    """

    purpose: str
    list_url: str
    index: int
    size: int
    messages: dict[int, str]
    is_of_2021: bool = False


def type_of(entry: Any) -> str:
    """The entry's type. Errors: Invalid ``status.malformed``, Undecided ``status.type_unsupported``."""
    if not isinstance(entry, dict):
        raise Invalid("status.malformed", "A status entry is an object.", "/credentialStatus")
    named = entry.get("type")
    types = [named] if isinstance(named, str) else named if isinstance(named, list) else []
    for known in (BITSTRING, STATUS_LIST_2021, REVOCATION_LIST):
        if known in types:
            return known
    if not types:
        raise Invalid("status.malformed", "The status entry does not say of what type it is.", "/credentialStatus")
    raise Undecided(
        "status.type_unsupported",
        "The badge says where its status is kept in a way that is not known here, so revocation is unknown.",
    )


def read_bitstring_entry(entry: JsonObject) -> BitstringEntry:
    """The parts of a BitstringStatusListEntry, or of a StatusList2021Entry, which has one bit.

    Errors: Invalid ``status.malformed``, ``status.index_malformed``, ``status.index_range``.
    """
    purpose, list_url = entry.get("statusPurpose"), entry.get("statusListCredential")
    if not isinstance(purpose, str) or not purpose:
        raise Invalid("status.malformed", "The status entry does not say what it is about.", "statusPurpose")
    if not isinstance(list_url, str) or not list_url:
        raise Invalid("status.malformed", "The status entry names no list.", "statusListCredential")
    index = parse_index(entry.get("statusListIndex"))
    if type_of(entry) == STATUS_LIST_2021:
        return BitstringEntry(purpose, list_url, index, 1, {}, is_of_2021=True)
    size = parse_size(entry.get("statusSize", 1))
    return BitstringEntry(purpose, list_url, index, size, _messages(entry, size))


def revocation_list_url(entry: JsonObject) -> str:
    """The address of a 1EdTechRevocationList. Errors: Invalid ``status.malformed``."""
    url = entry.get("id")
    if not isinstance(url, str):
        raise Invalid("status.malformed", "The status entry names no list.", "id")
    return url


def _messages(entry: JsonObject, size: int) -> dict[int, str]:
    """`statusMessage`: one for every value where an entry has more than one bit."""
    listed = entry.get("statusMessage")
    if listed is None and size == 1:
        return {}
    if not isinstance(listed, list) or size > MAX_STATUS_BITS_WITH_MESSAGES or len(listed) != 2**size:
        raise _malformed_messages()
    messages = dict(_message(item) for item in listed)
    if messages.keys() != set(range(2**size)):
        raise _malformed_messages()
    return messages


def _message(item: Any) -> tuple[int, str]:
    status, message = (item.get("status"), item.get("message")) if isinstance(item, dict) else (None, None)
    if not isinstance(status, str) or not isinstance(message, str) or not status.startswith("0x"):
        raise _malformed_messages()
    try:
        return int(status[2:6], 16), message
    except ValueError as error:
        raise _malformed_messages() from error


def _malformed_messages() -> Invalid:
    return Invalid("status.malformed", "The status entry does not say what each value means.", "statusMessage")
