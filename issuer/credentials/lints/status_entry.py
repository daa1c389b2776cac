"""The status entry is one object of the form every verifier reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked
from issuer.credentials.status_list import ENTRIES
from issuer.credentials.vocabulary import REVOCATION

SOURCE = "Bitstring Status List 1.0 §2.1; OB 3.0 §AchievementCredential (one status)"

_INDEX = re.compile(r"0|[1-9][0-9]{0,5}")


def check(badge: Walked) -> Iterator[Fault]:
    """One entry of purpose revocation: index as text, id made of list and index."""
    entry = badge.credential.get("credentialStatus")
    if not isinstance(entry, dict):
        yield Fault("/credentialStatus", "A badge has exactly one status entry, an object.")
        return
    index, address = entry.get("statusListIndex"), entry.get("statusListCredential")
    if not (isinstance(index, str) and _INDEX.fullmatch(index) and int(index) < ENTRIES):
        yield Fault("/credentialStatus/statusListIndex", f"The index is text, a number below {ENTRIES}.")
    if entry.get("statusPurpose") != REVOCATION:
        yield Fault("/credentialStatus/statusPurpose", "The entry's purpose is revocation.")
    if entry.get("id") != f"{address}#{index}":
        yield Fault("/credentialStatus/id", "The entry's id is the list's address, # and the index.")
