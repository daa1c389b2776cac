"""One secured credential, badge, endorsement or status list: from its bytes to its proof."""

from __future__ import annotations

from msgspec.structs import replace

from issuer.proofs.data_integrity import HashedDocument
from issuer.proofs.linked_data import Reader
from issuer.verification.findings import Findings
from issuer.verification.intake import Intake, listed_texts
from issuer.verification.presented import Presented, present
from issuer.verification.proving import Proven, prove
from issuer.verification.structure import Kind
from issuer.verification.tools import Visit

_SIGNATURE_CODES = frozenset({"sig.invalid", "proof.set_member_invalid"})


def proven_credential(intake: Intake, kind: Kind, visit: Visit, findings: Findings) -> Proven | None:
    """Add the rows from `input` to `proof`; the credential when its proof has passed.

    Errors: Refused ``ld.too_complex`` and what else is dearer than the limits.
    """
    presented = present(intake, kind, visit, findings)
    if presented is None:
        return None
    if presented.intake.token is not None or not visit.tools.older_readers:
        return prove(presented, visit, findings)
    first = Findings()
    proven = prove(presented, visit, first)
    if proven is None and _SIGNATURE_CODES & {row.code for row in first.problems}:
        proven, first = _with_older(presented, _older_readers(presented, visit), visit, first)
    findings.take(first)
    return proven


def _older_readers(presented: Presented, visit: Visit) -> list[Reader]:
    """Readers over what used to stand under one of the credential's contexts."""
    names = listed_texts(presented.document.get("@context"))
    return [reader for name in names for reader in visit.tools.older_readers.get(name, ())]


def _with_older(
    presented: Presented, older: list[Reader], visit: Visit, first: Findings
) -> tuple[Proven | None, Findings]:
    """The first older edition under which the signature is good; else what was found under the current one."""
    for reader in older:
        findings = Findings()
        hashed = HashedDocument(presented.hashed.document, reader)
        proven = prove(replace(presented, hashed=hashed), visit, findings)
        if proven is not None:
            return proven, findings
    return None, first
