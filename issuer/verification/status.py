"""Whether a badge has been revoked or suspended since it was issued.

Sources: Bitstring Status List 1.0 §3.2, OB 3.0 §9.1 step 4.
"""

from __future__ import annotations

from functools import cache

from issuer.domain.award import Standing
from issuer.errors import Invalid, Undecided
from issuer.proofs import bitstring
from issuer.proofs.strict_json import JsonObject
from issuer.verification.findings import Findings, bounded
from issuer.verification.intake import listed
from issuer.verification.proving import Proven
from issuer.verification.report import Check, Outcome
from issuer.verification.revocation_list import fetched_list, is_revoked
from issuer.verification.status_entry import (
    REVOCATION_LIST,
    BitstringEntry,
    read_bitstring_entry,
    revocation_list_url,
    type_of,
)
from issuer.verification.status_list import verified_list
from issuer.verification.tools import Visit

REVOCATION = "revocation"
SUSPENSION = "suspension"
_INFORMATIVE = frozenset({"message", "refresh"})
_SOURCE = "Bitstring Status List 1.0 §3.2; OB 3.0 §9.1 step 4"
_NO_STATUS = Check(
    "status", Outcome.NOT_APPLICABLE, None, "The signed badge names no status list, so it cannot be revoked.", _SOURCE
)
_REVOKED = Invalid("status.revoked", "The issuer has revoked this badge.")
_SUSPENDED = Invalid("status.suspended", "The issuer has suspended this badge for the time being.")


def check_status(badge: Proven, visit: Visit, findings: Findings) -> None:
    """Add one row for each status entry of the proven badge.

    Flag ``status.cached``: a list was not asked for now but for an earlier badge, as its server allows.
    """
    entries = listed(badge.presented.document.get("credentialStatus"))
    if not entries:
        findings.add(_NO_STATUS)
    for entry in entries:
        try:
            _check_entry(entry, badge, visit, findings)
        except (Invalid, Undecided) as problem:
            findings.add_problem("status", problem, _SOURCE)
    _mention_successor(badge, visit, findings)


def _check_entry(entry: JsonObject, badge: Proven, visit: Visit, findings: Findings) -> None:
    if type_of(entry) != REVOCATION_LIST:
        read = read_bitstring_entry(entry)
        _judge(read, _value(read, badge, visit, findings), findings)
        _check_companion(read, badge, visit, findings)
        findings.add(_clear_row(bounded(read.purpose, 40)))
        return
    url, credential_id = revocation_list_url(entry), badge.presented.document.get("id")
    found = fetched_list(url, visit.documents)
    _mention_age(found.age_s > 0, findings)
    if is_revoked(found, str(credential_id), badge.issuer):
        raise _again(_REVOKED)
    findings.add(_clear_row(REVOCATION))


def _value(entry: BitstringEntry, badge: Proven, visit: Visit, findings: Findings) -> int:
    listing, is_kept = verified_list(entry.list_url, entry.size, badge, visit)
    _mention_age(is_kept, findings)
    if entry.is_of_2021 != listing.is_of_2021:
        raise Invalid("status.list_invalid", "What stands at the list's address is another kind of list.")
    if entry.purpose not in listing.purposes:
        raise Invalid("status.purpose_mismatch", "The status list is about something else than the badge says.")
    return bitstring.read(listing.bits, entry.index, entry.size)


def _mention_age(is_kept: bool, findings: Findings) -> None:
    if is_kept:
        findings.flag("status.cached")


def _judge(entry: BitstringEntry, value: int, findings: Findings) -> None:
    if not value:
        return
    if entry.purpose == REVOCATION:
        raise _again(_REVOKED)
    if entry.purpose == SUSPENSION:
        raise _again(_SUSPENDED)
    if entry.purpose not in _INFORMATIVE:
        raise Undecided("status.type_unsupported", "The badge has a status whose meaning is not known here.")
    findings.flag("status.message")
    said = entry.messages.get(value, "the issuer has something to add")
    message = f"The issuer's status list says about this badge: {said!a}."
    findings.add(Check("status", Outcome.PASSED, "status.message", bounded(message), _SOURCE))


def _check_companion(entry: BitstringEntry, badge: Proven, visit: Visit, findings: Findings) -> None:
    """Our own badges name one list, for revocation; whether they are suspended stands in the list beside it."""
    own = visit.tools.own
    if own is None or badge.issuer != own.did or entry.purpose != REVOCATION:
        return
    url = own.suspension_list_for(entry.list_url)
    if url is None:
        return
    if _value(BitstringEntry(SUSPENSION, url, entry.index, 1, {}), badge, visit, findings):
        raise _again(_SUSPENDED)


def _mention_successor(badge: Proven, visit: Visit, findings: Findings) -> None:
    own, credential_id = visit.tools.own, badge.presented.document.get("id")
    if own is None or badge.issuer != own.did or not isinstance(credential_id, str):
        return
    record = visit.own_record(credential_id)
    if record is not None and record.standing is Standing.SUPERSEDED:
        findings.flag("credential.superseded")
        findings.add(_superseded(record.superseded_by))


def _superseded(by: str | None) -> Check:
    message = "A corrected badge takes the place of this one" + (f": {by}" if by else ".")
    return Check("status", Outcome.PASSED, "credential.superseded", bounded(message), "OB 3.0 §Equality", by)


def _again(problem: Invalid) -> Invalid:
    """A fresh error of the same content, so that no traceback is kept on a shared one."""
    return Invalid(problem.code, problem.message)


@cache
def _clear(purpose: str) -> Check:
    return Check(
        "status", Outcome.PASSED, None, f"The issuer's status list ({purpose}) has nothing against it.", _SOURCE
    )


def _clear_row(purpose: str) -> Check:
    return _clear(purpose if purpose in (REVOCATION, SUSPENSION, *_INFORMATIVE) else "other")
