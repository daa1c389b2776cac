"""Who the issuer is to this installation: itself, somebody its operator knows, or a stranger.

A stranger's badge may be as good as any, so being unknown is said and is no failure. Source: local policy.
"""

from __future__ import annotations

from issuer.proofs.strict_json import JsonObject
from issuer.verification.documents import OwnIssuer
from issuer.verification.findings import Findings, bounded
from issuer.verification.look_alikes import check_look_alikes
from issuer.verification.report import Check, Outcome
from issuer.verification.trust_registry import KnownIssuer, TrustRegistry

_SOURCE = "Local policy"
_OURSELVES = Check("trust", Outcome.PASSED, None, "The issuer is this service itself.", _SOURCE)
_NO_REGISTRY = Check("trust", Outcome.NOT_APPLICABLE, None, "No registry of trusted issuers is set up here.", _SOURCE)
_UNKNOWN = Check(
    "trust",
    Outcome.NOT_APPLICABLE,
    "issuer.unknown",
    "The issuer is not among those known here. That does not make the badge false; find out who they are.",
    _SOURCE,
)


def check_trust(
    issuer: str, document: JsonObject, own: OwnIssuer | None, registry: TrustRegistry | None, findings: Findings
) -> None:
    """Add the row `trust`, and what may deceive about a stranger's name.

    issuer: the id that the proof is bound to. Codes: ``issuer.unknown`` (also as a flag) and those of
    `check_look_alikes`; none of them is a failure.
    """
    if own is not None and issuer == own.did:
        findings.add(_OURSELVES)
        return
    known = None if registry is None else registry.get(issuer)
    if known is not None:
        findings.add(_known_row(known))
        return
    if registry is None:
        findings.add(_NO_REGISTRY)
    else:
        findings.flag("issuer.unknown")
        findings.add(_UNKNOWN)
    check_look_alikes(issuer, document, findings)


def _known_row(known: KnownIssuer) -> Check:
    message = f"The issuer is known here as “{known.name}” since {known.since.isoformat()}: {known.how}"
    return Check("trust", Outcome.PASSED, None, bounded(message, 600), _SOURCE)
