"""Endorsements inside a badge: each is a credential of its own and verified as one.

Somebody else's word about a badge decides nothing about the badge: an endorsement that is not good, or that could not
be checked, is said and flagged, and counts for nothing. Official samples hold such ones.

Source: OB 3.0 §9.1 step 6, §EndorsementCredential; embedded proofs in `endorsement`, tokens in `endorsementJwt`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from issuer.errors import Invalid, IssuerError, Undecided
from issuer.proofs.strict_json import JsonObject
from issuer.verification.credential import proven_credential
from issuer.verification.credential_schema import check_schema
from issuer.verification.findings import Findings, bounded
from issuer.verification.intake import Intake, check_bounds, listed, read_token
from issuer.verification.proving import Proven
from issuer.verification.report import Check, Outcome
from issuer.verification.status import check_status
from issuer.verification.structure import Kind
from issuer.verification.tools import Visit
from issuer.verification.validity import check_validity

MAX_ENDORSEMENTS = 8
MAX_FOREIGN_ENDORSERS = 2
_SOURCE = "OB 3.0 §9.1 step 6"
_NONE = Check("endorsement", Outcome.NOT_APPLICABLE, None, "Nobody has endorsed this badge inside it.", _SOURCE)
_GOOD = Check("endorsement", Outcome.PASSED, None, "An endorsement inside the badge is genuine.", _SOURCE)
NOT_GOOD, NOT_CHECKED = "endorsement.invalid", "endorsement.not_checked"
_MEMBERS = ("endorsement", "endorsementJwt")
_CREDENTIALS = "verifiableCredential"


@dataclass(frozen=True, slots=True)
class _Endorsement:
    """One endorsement as it stands in the badge, and the id of the thing it hangs on."""

    written: Any
    endorsed: Any


def check_endorsements(badge: Proven, visit: Visit, findings: Findings) -> None:
    """Add one row for each endorsement, none of which fails the badge.

    Flags: ``endorsement.invalid``, ``endorsement.not_checked``; the row of one left open has the code of the reason.
    """
    found = list(_endorsements_in(badge.presented.document)) if mentions_any(badge.presented.intake.raw) else []
    if not found:
        findings.add(_NONE)
    asked = {badge.issuer}
    for endorsement in found[:MAX_ENDORSEMENTS]:
        _check_one(endorsement, asked, visit, findings)
    if len(found) > MAX_ENDORSEMENTS:
        _leave_open(NOT_CHECKED, "The badge holds more endorsements than are looked at.", findings)


def mentions_any(raw: bytes) -> bool:
    """Whether there may be an endorsement in a JSON text; escapes may spell the name's letters."""
    return b"endorsement" in raw or (b"\\" in raw and b"\\u00" in raw)


def _endorsements_in(document: JsonObject) -> Iterator[_Endorsement]:
    """Endorsements of every object in the badge; not those of endorsements or of other credentials in it."""
    waiting: list[Any] = [document]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            for name, value in item.items():
                if name in _MEMBERS:
                    yield from (_Endorsement(written, item.get("id")) for written in listed(value))
                elif name != _CREDENTIALS:
                    waiting.append(value)


def _check_one(endorsement: _Endorsement, asked: set[str], visit: Visit, findings: Findings) -> None:
    try:
        intake = _taken_in(endorsement.written)
        _check_effort(intake, asked)
        inner = _inner(intake, endorsement.endorsed, visit)
    except Undecided as problem:
        _leave_open(problem.code, problem.message, findings)
        return
    except IssuerError as problem:
        _discount(problem.message, findings)
        return
    failed = next((row for row in inner.problems if row.outcome is Outcome.FAILED), None)
    if failed is not None:
        _discount(failed.message, findings)
    elif inner.problems:
        _leave_open(str(inner.problems[0].code), inner.problems[0].message, findings)
    else:
        findings.add(_GOOD)


def _discount(why: str, findings: Findings) -> None:
    findings.flag(NOT_GOOD)
    message = f"An endorsement inside the badge is not good and does not count: {why}"
    findings.add(Check("endorsement", Outcome.NOT_APPLICABLE, NOT_GOOD, bounded(message), _SOURCE))


def _leave_open(code: str, why: str, findings: Findings) -> None:
    findings.flag(NOT_CHECKED)
    message = f"An endorsement inside the badge was not checked and does not count: {why}"
    findings.add(Check("endorsement", Outcome.NOT_RUN, code, bounded(message), _SOURCE))


def _taken_in(written: Any) -> Intake:
    """Errors: Invalid, Refused."""
    if isinstance(written, str):
        return read_token(written.encode(), "token")
    if not isinstance(written, dict):
        raise Invalid("endorsement.invalid", "it is no credential.")
    check_bounds(written)
    return Intake("json", json.dumps(written, ensure_ascii=False).encode(), written, None)


def _check_effort(intake: Intake, asked: set[str]) -> None:
    """Every further endorser is a further server to be asked for a key; after a few it is left open."""
    issuer = intake.presented.get("issuer", intake.presented.get("iss"))
    name = issuer.get("id") if isinstance(issuer, dict) else issuer
    asked.add(str(name))
    if len(asked) > 1 + MAX_FOREIGN_ENDORSERS:
        raise Undecided(NOT_CHECKED, "The badge is endorsed by more organisations than are asked for keys.")


def _inner(intake: Intake, endorsed: Any, visit: Visit) -> Findings:
    """What is found in the endorsement itself. Errors: Refused, Invalid."""
    inner = Findings()
    proven = proven_credential(intake, Kind.ENDORSEMENT, visit, inner)
    if proven is None:
        return inner
    document = proven.presented.document
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict) or not isinstance(endorsed, str) or subject.get("id") != endorsed:
        raise Invalid("endorsement.invalid", "it is about something else than what it hangs on.")
    check_validity(proven.presented, visit.now, inner)
    check_status(proven, visit, inner)
    check_schema(document, Kind.ENDORSEMENT, visit.documents, inner)
    return inner
