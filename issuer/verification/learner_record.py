"""A comprehensive learner record (CLR): every credential in it is verified as one of its own.

The record's signature says who put it together; whether each credential inside is genuine is for its own issuer's
signature to say. Source: CLR Standard 2.0, "ClrCredential", "Verification".
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from issuer.errors import Invalid, Refused, Undecided
from issuer.proofs.strict_json import JsonObject
from issuer.verification.did_web import DID_WEB
from issuer.verification.findings import Findings, bounded
from issuer.verification.intake import Intake, check_bounds, listed, read_token
from issuer.verification.names import issuer_id
from issuer.verification.proving import Proven
from issuer.verification.report import Check, Outcome, Report, Verdict

FORMAT = "clr"
MAX_DEPTH = 2
MAX_CREDENTIALS = 64
MAX_OTHER_ISSUERS = 4
RECIPIENT_DIFFERS = "recipient.differs"
_SOURCE = "CLR 2.0"
_MAX_NAME_CHARS = 120
_TOO_DEEP = Undecided("input.too_many_parts", "Records inside records are not opened further than this.")
VerifyInner = Callable[[Intake], Report]


@dataclass(slots=True)
class _Effort:
    """How much has been asked of the network for one record: every further issuer is a further server."""

    issuers: set[str]

    def require_room(self, issuer: str | None) -> None:
        """Errors: Undecided ``input.too_many_parts``."""
        if issuer is not None and issuer.startswith((DID_WEB, "https://")):
            self.issuers.add(issuer)
        if len(self.issuers) > 1 + MAX_OTHER_ISSUERS:
            raise Undecided("input.too_many_parts", "The record is of more issuers than are asked for keys.")


def check_inner(record: Proven, depth: int, verify_inner: VerifyInner, findings: Findings) -> None:
    """Add one row `child` for each credential in the record, with the gravest of what was found in it.

    depth: 1 for a record that stands alone. Flags of what is inside become flags of the record. Codes: those of
    the credentials, ``input.too_many_parts``, ``schema.violation``; ``recipient.differs`` as a flag.
    """
    document = record.presented.document
    subject = document.get("credentialSubject")
    written = listed(subject.get("verifiableCredential")) if isinstance(subject, dict) else []
    effort = _Effort({record.issuer})
    for item in written[:MAX_CREDENTIALS]:
        try:
            if depth >= MAX_DEPTH:
                raise Undecided(_TOO_DEEP.code, _TOO_DEEP.message)
            intake = _taken_in(item)
            effort.require_room(issuer_id(credential_in(intake)))
            report = verify_inner(intake)
        except (Undecided, Refused) as problem:
            message = f"A credential in the record was not looked at: {problem.message}"
            findings.inconclusive("child", problem.code, message, _SOURCE)
        except Invalid as problem:
            message = f"A credential in the record is not good: {problem.message}"
            findings.failed("child", problem.code, message, _SOURCE)
        else:
            _add(report, _id(subject), findings)
    if len(written) > MAX_CREDENTIALS:
        findings.inconclusive("child", "input.too_many_parts", "It holds more credentials than are looked at.", _SOURCE)
    if document.get("partial") is True:
        message = "The issuer says that this is a part of the record, not all of it."
        findings.add(Check("child", Outcome.NOT_APPLICABLE, None, message, _SOURCE))


def _taken_in(written: Any) -> Intake:
    """Errors: Invalid, Refused."""
    if isinstance(written, str):
        return read_token(written.encode(), "token")
    if not isinstance(written, dict):
        raise Invalid("schema.violation", "It is no object.")
    check_bounds(written)
    return Intake("json", json.dumps(written, ensure_ascii=False).encode(), written, None)


def _add(report: Report, recipient: str | None, findings: Findings) -> None:
    for flag in report.flags:
        findings.flag(flag)
    found = report.credential or {}
    inner = (found.get("recipient") or {}).get("id")
    if recipient is not None and inner is not None and inner != recipient:
        findings.flag(RECIPIENT_DIFFERS)
    name = _name(report)
    if report.verdict is Verdict.VALID:
        findings.add(Check("child", Outcome.PASSED, None, f"{name} is genuine and in force.", _SOURCE))
        return
    outcome = Outcome.FAILED if report.verdict is Verdict.INVALID else Outcome.INCONCLUSIVE
    row = next((row for row in report.checks if row.outcome is outcome), None)
    code, why = ("input.invalid", "not everything was checked") if row is None else (row.code, row.message)
    if outcome is Outcome.FAILED:
        findings.failed("child", str(code), f"{name} is not valid: {why}", _SOURCE)
    else:
        findings.inconclusive("child", str(code), f"{name} could not be decided: {why}", _SOURCE)


def _name(report: Report) -> str:
    """What the credential calls itself; nothing is repeated of one that nobody signed."""
    found = report.credential or {}
    achievement = found.get("achievement") or {}
    name = achievement.get("name") or found.get("id")
    return f"“{bounded(name, _MAX_NAME_CHARS)}”" if name else "A credential in the record"


def credential_in(intake: Intake) -> JsonObject:
    """The credential as it stands in what was taken in, before anything is proven of it."""
    inner = intake.presented.get("vc")
    return inner if isinstance(inner, dict) else intake.presented


def _id(subject: Any) -> str | None:
    named = subject.get("id") if isinstance(subject, dict) else None
    return named if isinstance(named, str) else None
