"""Status lists with entries of one or more bits, kept in memory and made into credentials when asked for.

Source: Bitstring Status List 1.0 §2.1, §2.2 and §3.3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from issuer.errors import Unprocessable
from issuer.proofs import bitstring
from issuer.proofs.strict_json import JsonObject

ENTRIES = bitstring.MIN_ENTRIES
_CREDENTIALS_CONTEXT = "https://www.w3.org/ns/credentials/v2"


class StatusValues:
    """One list. url: where it is published. purpose: of its entries. size: bits of each."""

    def __init__(self, url: str, purpose: str, size: int, pick: Callable[[int], int]) -> None:
        """pick: a random number below its argument. Raises Invalid ``status.malformed`` for a bad size."""
        self.url = url
        self.purpose = purpose
        self.size = bitstring.parse_size(size)
        self._pick = pick
        self._values: dict[int, int] = {}

    def new_entry(self, more: Mapping[str, Any]) -> JsonObject:
        """A status entry for a credential, at an index nobody has. more: ``statusMessage`` and ``statusReference``."""
        index = self._pick(ENTRIES)
        while index in self._values:
            index = self._pick(ENTRIES)
        self._values[index] = 0
        entry: JsonObject = {
            "id": f"{self.url}#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": self.purpose,
            "statusListIndex": str(index),
            "statusListCredential": self.url,
        }
        return {**entry, **({"statusSize": self.size} if self.size > 1 else {}), **more}

    def set(self, index: int, value: int) -> None:
        """Raises Unprocessable ``status.index_range`` for an entry nobody has or a value that does not fit."""
        if index not in self._values or not 0 <= value < 1 << self.size:
            raise Unprocessable("status.index_range", "The list has no such entry, or no room for that value.")
        self._values[index] = value

    def unsigned(self, issuer: str, valid_from: str) -> JsonObject:
        """The list as a credential without a proof."""
        return {
            "@context": [_CREDENTIALS_CONTEXT],
            "id": self.url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": issuer,
            "validFrom": valid_from,
            "credentialSubject": {
                "id": f"{self.url}#list",
                "type": "BitstringStatusList",
                "statusPurpose": self.purpose,
                "encodedList": bitstring.encode(self._bits()),
            },
        }

    def _bits(self) -> bytes:
        bits = bytearray(ENTRIES * self.size // 8)
        for index, value in self._values.items():
            for place in range(self.size):
                if value >> (self.size - 1 - place) & 1:
                    bit = index * self.size + place
                    bits[bit // 8] |= 0x80 >> bit % 8
        return bytes(bits)
