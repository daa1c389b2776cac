"""Use case: a report that its reader can hand on, signed by this service."""

from __future__ import annotations

from issuer.errors import Unavailable
from issuer.issuance.signing import SignerWithKid
from issuer.issuance.verification_report import MEDIA_TYPE, signed_report
from issuer.services.ports import Clock
from issuer.verification.report import Report

REPORT_MEDIA_TYPE = MEDIA_TYPE


class SignReports:
    """Signs reports with the key made for that; key: None where there is none any more."""

    def __init__(self, issuer: str, key: SignerWithKid | None, clock: Clock) -> None:
        self._issuer = issuer
        self._key = key
        self._clock = clock

    def signed(self, report: Report) -> str:
        """The report as a compact JWS. Raises Unavailable (`key.unavailable`)."""
        if self._key is None:
            raise Unavailable("key.unavailable", "This service has no key for signing reports at the moment.")
        return signed_report(report.as_json(), self._issuer, self._clock(), self._key)
