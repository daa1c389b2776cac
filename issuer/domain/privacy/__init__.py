"""The student-privacy guard: signs, in what a teacher hands in, that a student may be recognised.

One module for each kind of sign; `inspection` puts them together. Every search takes linear time, and all of it
is a function of values. A sign is a likelihood, not a proof: evidence is private and never held up by one; only
the public narratives are.
"""

from __future__ import annotations

from issuer.domain.privacy.attestation import (
    ATTESTED,
    TAKEN_BACK,
    Attestations,
    of_file,
    of_narrative,
    standing,
    ways_of,
)
from issuer.domain.privacy.file_text import text_signs
from issuer.domain.privacy.flag import PrivacyFlag, SignKind
from issuer.domain.privacy.inspection import evidence_flags, file_flags, narrative_flags

__all__ = [
    "ATTESTED",
    "TAKEN_BACK",
    "Attestations",
    "PrivacyFlag",
    "SignKind",
    "evidence_flags",
    "file_flags",
    "narrative_flags",
    "of_file",
    "of_narrative",
    "standing",
    "text_signs",
    "ways_of",
]
