"""The newer copy of a badge that its refresh service offers: fetched only when asked, once, after the proof.

A copy by another issuer makes the badge invalid. One that is older, or of another badge, recipient or achievement, is
not this badge made new: it is not shown, the report stays with the copy that was sent, and the row is open.

Source: OB 3.0 §9.1 step 3; 1EdTech Credential Refresh 1.0.
"""

from __future__ import annotations

from typing import Any

from issuer.errors import Invalid, Refused, Undecided
from issuer.verification.credential import proven_credential
from issuer.verification.documents import CREDENTIAL_MEDIA_TYPES
from issuer.verification.fetching import fetched
from issuer.verification.findings import Findings
from issuer.verification.intake import Intake, listed, listed_texts, read_json, read_token
from issuer.verification.learner_record import credential_in
from issuer.verification.names import issuer_id
from issuer.verification.proving import Proven
from issuer.verification.report import Check, Outcome
from issuer.verification.same_badge import differences, same_id
from issuer.verification.structure import Kind
from issuer.verification.tools import Visit

_SERVICE = "1EdTechCredentialRefresh"
_SOURCE = "OB 3.0 §9.1 step 3; 1EdTech Credential Refresh 1.0"
_NONE = Check("refresh", Outcome.NOT_APPLICABLE, None, "The badge offers no newer copy of itself.", _SOURCE)
_NOT_PERFORMED = Check(
    "refresh",
    Outcome.NOT_RUN,
    "refresh.not_performed",
    "The issuer may have a newer copy of this badge. Ask for it with refresh=true.",
    _SOURCE,
)
_REFRESHED = Check("refresh", Outcome.PASSED, None, "What follows is said of the issuer's newest copy.", _SOURCE)


def refreshed(badge: Proven, kind: Kind, wanted: bool, visit: Visit, findings: Findings) -> Proven:
    """Add the row `refresh`; the newer copy when it was wanted and is good, else `badge` itself.

    Codes: ``refresh.not_performed`` (also as a flag), ``refresh.issuer_changed``, ``fetch.*``.
    """
    services = listed(badge.presented.document.get("refreshService"))
    if not services:
        findings.add(_NONE)
        return badge
    if not wanted:
        findings.flag("refresh.not_performed")
        findings.add(_NOT_PERFORMED)
        return badge
    try:
        newer = _newer(services[0], badge, kind, visit)
    except (Invalid, Undecided) as problem:
        findings.add_problem("refresh", problem, _SOURCE)
        return badge
    findings.add(_REFRESHED)
    return newer


def _newer(service: Any, badge: Proven, kind: Kind, visit: Visit) -> Proven:
    url = service.get("id") if isinstance(service, dict) else None
    if not isinstance(url, str) or _SERVICE not in listed_texts(service.get("type")):
        raise _open("The badge offers a newer copy in a way that is not known here.")
    found = fetched(
        url, CREDENTIAL_MEDIA_TYPES, visit.documents, _left_open("The newer copy of the badge could not be fetched.")
    )
    try:
        intake = _taken_in(found.body, badge.presented.intake.carrier)
        _check_same(intake, badge)
        newer = proven_credential(intake, kind, visit, inner := Findings())
    except Refused as refused:
        raise _open(f"The newer copy of the badge cannot be read: {refused.message}") from refused
    if newer is None:
        raise _open(f"The newer copy is not good: {inner.problems[0].message}")
    _check_takes_its_place(newer, badge)
    return newer


def _check_takes_its_place(newer: Proven, badge: Proven) -> None:
    try:
        for difference in differences(newer.presented.document, badge.presented.document):
            raise _open(difference)
    except Invalid as malformed:
        raise _open(f"The newer copy is not good: {malformed.message}") from malformed


def _taken_in(body: bytes, carrier: str) -> Intake:
    trimmed = body.strip(b" \t\r\n")
    return read_json(body, carrier) if trimmed.startswith(b"{") else read_token(trimmed, carrier)


def _check_same(intake: Intake, badge: Proven) -> None:
    """By what it says before any proof, the copy is by the same issuer and of the same badge (OB 3.0 §Equality)."""
    document, claims = credential_in(intake), {} if intake.token is None else intake.presented
    if (issuer_id(document) or claims.get("iss")) != badge.issuer:
        raise Invalid("refresh.issuer_changed", "The newer copy of the badge is from another issuer.")
    identifier = badge.presented.document.get("id")
    if identifier is None or not same_id(document.get("id", claims.get("jti")), identifier):
        raise _open("The refresh service returned another badge.")


def _open(message: str) -> Undecided:
    return Undecided(*_left_open(message))


def _left_open(message: str) -> tuple[str, str]:
    return "refresh.not_performed", f"{message} What follows is said of the copy you have."
