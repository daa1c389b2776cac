"""The verification of an Open Badges 2.0 assertion, in the published order of checks.

A signed one is good when the issuer's key made its signature; a hosted one when the issuer's server says the
same today. Before that at most three documents are asked for, and afterwards the revocation list. Source: Open
Badges Specification 2.0, "Badge Verification".
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from issuer.errors import Invalid, Refused, Undecided
from issuer.proofs.jws import verify_signature
from issuer.proofs.key_binding import Expected
from issuer.proofs.strict_json import JsonLimits, JsonObject, parse_object
from issuer.proofs.timestamps import parse_timestamp
from issuer.verification.content import check_characters
from issuer.verification.documents import Missing
from issuer.verification.fetching import fetched
from issuer.verification.findings import Findings
from issuer.verification.holder import check_holder
from issuer.verification.intake import Intake
from issuer.verification.names import origin_of
from issuer.verification.occasion import require_answer
from issuer.verification.open_badges_2.assertion import as_credential, is_assertion, is_signed, structure_problems
from issuer.verification.open_badges_2.issuing import ACCEPT, Issuing, issuing_of, key_of
from issuer.verification.recipient import check_recipient
from issuer.verification.report import Check, Outcome, Report
from issuer.verification.summary import TRUNCATED, is_cut, summary_of
from issuer.verification.tools import Visit
from issuer.verification.trust import check_trust
from issuer.verification.validity import time_problem

FORMAT = "open-badges-2"
BOUND_BY_ORIGIN = "issuer.bound_by_origin"
_SOURCE = "Open Badges 2.0"
_LIST_LIMITS = JsonLimits(max_bytes=2**20, max_members=100_000)


def verify_assertion(
    intake: Intake, visit: Visit, recipient: str | None, expected: Expected, input_sha256: str | None
) -> Report:
    """The report on an assertion that was taken in; none is made for one occasion or one verifier."""
    findings = Findings()
    if intake.carrier in ("png", "svg"):
        findings.flag("image.pixels_not_signed")
    _passed(findings, "input", "The input was read completely.")
    document = _hosted_document(intake, visit, findings) if intake.link else intake.presented
    credential = None if document is None else _checked(document, intake, visit, recipient, findings)
    if credential is not None:
        check_holder(intake, visit.now, expected, findings)
        require_answer([], visit.occasion, findings)
    summary = None if credential is None else summary_of(credential)
    if summary is not None and is_cut(summary):
        findings.flag(TRUNCATED)
    digest = input_sha256 or sha256(intake.raw).hexdigest()
    proven = document if credential is not None else None
    return Report(findings.rows, findings.flags, summary, FORMAT, intake.carrier, visit.now, digest, proven)


def _checked(
    document: JsonObject, intake: Intake, visit: Visit, recipient: str | None, findings: Findings
) -> JsonObject | None:
    """The assertion as a credential once it is proven; None when it is not."""
    if not _has_structure(document, intake, findings):
        return None
    try:
        issuing = _proven(document, intake, visit, findings)
    except (Invalid, Undecided) as problem:
        is_bound = any(row.check == "binding" and row.outcome is Outcome.PASSED for row in findings.rows)
        _add_problem("proof" if is_bound else "binding", problem, findings)
        return None
    credential = as_credential(document, issuing.badge_class, issuing.issuer)
    _check_validity(document, visit, findings)
    _check_status(document, issuing, visit, findings)
    _passed(findings, "schema", "Assertion, badge class and issuer have the parts that Open Badges 2.0 asks for.")
    for check in ("endorsement", "refresh"):
        message = "Badges of this edition are not looked at for it here."
        findings.add(Check(check, Outcome.NOT_APPLICABLE, None, message, _SOURCE))
    check_recipient(credential, recipient, findings)
    check_trust(issuing.issuer_id, credential, None, visit.tools.trust, findings)
    return credential


def _has_structure(document: JsonObject, intake: Intake, findings: Findings) -> bool:
    for problem in structure_problems(document):
        findings.add_problem("structure", problem, _SOURCE)
    try:
        if check_characters(intake.raw, document):
            findings.flag("content.bidi_control")
    except Invalid as problem:
        findings.add_problem("structure", problem, "UAX #9")
    if not findings.has_failed:
        _passed(findings, "structure", "The badge has the parts of an Open Badges 2.0 assertion.")
    return not findings.has_failed


def _proven(document: JsonObject, intake: Intake, visit: Visit, findings: Findings) -> Issuing:
    """Add the rows `binding` and `proof`. Errors: Invalid, Undecided, with `binding` there once it has passed."""
    if is_signed(document):
        return _proven_signed(document, intake, visit, findings)
    return _proven_hosted(document, visit, findings)


def _proven_signed(document: JsonObject, intake: Intake, visit: Visit, findings: Findings) -> Issuing:
    if intake.token is None:
        raise Invalid("proof.missing", "The badge says that it is signed, but it comes without its signature.")
    if "crit" in intake.token.header:
        raise Invalid("jose.crit_unsupported", "The token demands header extensions that are not known here.", "crit")
    creator = document["verification"].get("creator")
    named = origin_of(creator) if isinstance(creator, str) else None
    issuing = issuing_of(document, named, visit.documents)
    key = key_of(document, issuing, visit.documents)
    _bound(findings, "The key that signed this is published on the issuer's own web address, in the issuer's name.")
    verify_signature(intake.token, key)
    _passed(findings, "proof", f"The {key.kind} signature covers every field of this assertion.")
    return issuing


def _proven_hosted(document: JsonObject, visit: Visit, findings: Findings) -> Issuing:
    url = document["id"]
    if origin_of(url) is None:
        raise Invalid("issuer.mismatch", "The badge says that it is hosted, but its id is no web address.")
    hosted = _hosted(url, visit)
    issuing = issuing_of(document, origin_of(url), visit.documents)
    _bound(findings, "The badge stands on the web address of the issuer it names.")
    if hosted != document:
        raise Invalid("sig.invalid", "The issuer's server says something else than this badge does.")
    _passed(findings, "proof", "It carries no signature; the issuer's own server says exactly the same today.")
    return issuing


def _hosted_document(intake: Intake, visit: Visit, findings: Findings) -> JsonObject | None:
    """The assertion that an image names only by its address."""
    try:
        return _hosted(str(intake.link), visit)
    except (Invalid, Undecided) as problem:
        _add_problem("structure", problem, findings)
        return None


def _hosted(url: str, visit: Visit) -> JsonObject:
    """What the issuer's server says today. That it has the badge is the proof; that it has it not is an answer too."""
    answer = visit.documents.fetch(url, ACCEPT)
    if isinstance(answer, Missing) and answer.is_gone:
        raise Invalid("status.revoked", "The issuer's server says that this badge was withdrawn.")
    if isinstance(answer, Missing) and answer.code == "not_found":
        raise Invalid(
            "proof.missing", "A badge of this kind counts while its issuer's server has it; that one has not."
        )
    unreachable = ("status.unreachable", "The issuer's server could not be asked about this badge.")
    try:
        hosted = parse_object(fetched(url, ACCEPT, visit.documents, unreachable).body)
    except Refused as refused:
        raise Invalid("type.not_open_badge", "What stands at the badge's address is no readable badge.") from refused
    if hosted.get("id") == url and hosted.get("revoked") is True:
        raise Invalid("status.revoked", "The issuer has revoked this badge.")
    if not is_assertion(hosted) or hosted.get("id") != url:
        raise Invalid("type.not_open_badge", "What stands at the badge's address is not this badge.")
    return hosted


def _check_validity(document: JsonObject, visit: Visit, findings: Findings) -> None:
    try:
        starts = parse_timestamp(document["issuedOn"], "/issuedOn")
        ends = parse_timestamp(document["expires"], "/expires") if "expires" in document else None
        problem = time_problem(starts, ends, None, visit.now)
    except Invalid as malformed:
        problem = malformed
    if problem is None:
        _passed(findings, "validity", "The badge is in force today by its own dates.")
    else:
        findings.add_problem("validity", problem, _SOURCE)


def _check_status(document: JsonObject, issuing: Issuing, visit: Visit, findings: Findings) -> None:
    if not is_signed(document):
        _passed(findings, "status", "The issuer's server still has the badge and does not call it revoked.")
        return
    url = issuing.issuer.get("revocationList")
    if not isinstance(url, str):
        message = "The issuer keeps no revocation list, so the badge cannot be revoked."
        findings.add(Check("status", Outcome.NOT_APPLICABLE, None, message, _SOURCE))
        return
    try:
        revoked = _revoked(url, issuing.issuer_id, visit)
    except (Invalid, Undecided) as problem:
        findings.add_problem("status", problem, _SOURCE)
        return
    if document["id"] in revoked:
        findings.failed("status", "status.revoked", "The issuer has revoked this badge.", _SOURCE)
    else:
        _passed(findings, "status", "The issuer's revocation list has nothing against it.")


def _revoked(url: str, issuer_id: str, visit: Visit) -> set[str]:
    unreachable = ("status.unreachable", "The issuer's revocation list could not be fetched. Try again later.")
    found = fetched(url, ACCEPT, visit.documents, unreachable)
    try:
        listing = parse_object(found.body, _LIST_LIMITS)
    except Refused as refused:
        raise Invalid("status.list_invalid", "The revocation list is no readable JSON object.") from refused
    named = listing.get("issuer")
    if (named.get("id") if isinstance(named, dict) else named) != issuer_id:
        raise Invalid("status.issuer_untrusted", "The revocation list is somebody else's.")
    if not isinstance(listing.get("revokedAssertions"), list):
        raise Invalid("status.list_invalid", "The revocation list names no badges, not even none.")
    return {name for name in map(_revoked_id, listing["revokedAssertions"]) if name is not None}


def _revoked_id(entry: Any) -> str | None:
    named = entry.get("id") if isinstance(entry, dict) else entry
    return named if isinstance(named, str) else None


def _add_problem(check: str, problem: Invalid | Undecided, findings: Findings) -> None:
    findings.add_problem("status" if problem.code == "status.revoked" else check, problem, _SOURCE)


def _bound(findings: Findings, message: str) -> None:
    findings.flag(BOUND_BY_ORIGIN)
    findings.add(Check("binding", Outcome.PASSED, BOUND_BY_ORIGIN, message, _SOURCE))


def _passed(findings: Findings, check: str, message: str) -> None:
    findings.add(Check(check, Outcome.PASSED, None, message, _SOURCE))
