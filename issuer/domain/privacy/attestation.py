"""What a teacher says about signs: this text names no student; in this picture nobody is recognised, or all consent.

The audit trail is the record: who said it, when, of what, and when it was taken back. It names ids and digests
alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from issuer.domain.audit import AuditEvent

Attestations = Mapping[str, datetime]
"""What stands attested (`ways_of` a file, `of_narrative`), and since when."""

ATTESTED = "privacy.attested"
TAKEN_BACK = "privacy.attestation_taken_back"
FILE = "file:"
HIDDEN = "hidden:"
CONSENT = "consent:"
NARRATIVE = "narrative:"


def of_file(file_id: str) -> str:
    """“Nobody can be recognised in this file, or consent is on file.”"""
    return FILE + file_id


def of_hidden(file_id: str) -> str:
    """“Nobody can be recognised in this file”: faces, voices and names are not in it, or were made unrecognisable."""
    return HIDDEN + file_id


def of_consent(file_id: str) -> str:
    """“Consent of everybody who can be recognised in this file is on file.”"""
    return CONSENT + file_id


def ways_of(file_id: str) -> frozenset[str]:
    """What may be said of a picture; each of it is enough."""
    return frozenset((of_file(file_id), of_hidden(file_id), of_consent(file_id)))


def of_narrative(requirement: str, text: str) -> str:
    """“This text names no student and no colleague.” It speaks of exactly this text and of no later one."""
    return f"{NARRATIVE}{requirement}:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def standing(events: Iterable[AuditEvent]) -> dict[str, datetime]:
    """What stands attested after `events` of one submission, in their order."""
    attested: dict[str, datetime] = {}
    for event in events:
        if event.kind == ATTESTED:
            attested[event.details["of"]] = event.at
        elif event.kind == TAKEN_BACK:
            attested.pop(event.details["of"], None)
    return attested
