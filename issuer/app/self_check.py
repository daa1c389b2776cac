"""Our own verification, as it is before anything we sign is stored: the one that the public gets."""

from __future__ import annotations

from issuer.errors import Invalid, Unavailable
from issuer.services.verify import VerifyService
from issuer.verification.report import Outcome, Report, Verdict


class SelfCheck:
    """Holds what was just signed against the public verification.

    Made before the verification it uses, because that reads the status lists which this one checks.
    """

    def __init__(self) -> None:
        self._verify: VerifyService | None = None

    def use(self, verify: VerifyService) -> None:
        self._verify = verify

    def badge(self, body: bytes, media_type: str) -> None:
        """Raises Invalid with the first failed check, Unavailable when one could not be decided now."""
        report = self._service().verify(body, media_type)
        if report.verdict is not Verdict.VALID:
            raise _first_fault(report)

    def status_list(self, body: bytes, media_type: str) -> None:
        """The same for a status list, which is a credential but no badge. Raises Invalid, Unavailable."""
        report = self._service().verify(body, media_type, any_credential=True)
        if report.verdict is Verdict.INVALID or report.outcome("proof") is not Outcome.PASSED:
            raise _first_fault(report)
        if any(row.outcome is Outcome.INCONCLUSIVE for row in report.checks):
            raise _first_fault(report)

    def _service(self) -> VerifyService:
        if self._verify is None:
            raise Unavailable("verifier.unavailable", "The verification is not ready yet.")
        return self._verify


def _first_fault(report: Report) -> Invalid | Unavailable:
    for row in report.checks:
        if row.outcome is Outcome.FAILED:
            return Invalid(row.code or "issue.self_check", row.message)
    for row in report.checks:
        if row.outcome in (Outcome.INCONCLUSIVE, Outcome.NOT_RUN):
            return Unavailable(row.code or "issue.self_check", row.message)
    return Invalid("issue.self_check", "The verification did not call this badge valid.")
