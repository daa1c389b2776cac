"""The whole verification of one credential, in the published order of its checks.

Other servers are asked twice at most: for the issuer's keys once the names are bound, and for status, schema
and refresh once the proof has passed. Sources: OB 3.0 §9, VC-DI §4, Bitstring Status List 1.0 §3.2.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from msgspec import Struct

from issuer.errors import Invalid, Undecided
from issuer.proofs.key_binding import Expected
from issuer.proofs.strict_json import JsonObject
from issuer.verification.children import check_children
from issuer.verification.credential import proven_credential
from issuer.verification.credential_schema import check_schema
from issuer.verification.endorsements import check_endorsements
from issuer.verification.findings import Findings
from issuer.verification.holder import check_holder
from issuer.verification.intake import Intake
from issuer.verification.learner_record import FORMAT as RECORD_FORMAT
from issuer.verification.learner_record import check_inner, credential_in
from issuer.verification.ledger import check_ledger
from issuer.verification.occasion import EVERYBODY, Occasion
from issuer.verification.open_badges_2.assertion import is_assertion
from issuer.verification.open_badges_2.checks import verify_assertion
from issuer.verification.picture import NOT_SHOWN, is_kept_out
from issuer.verification.proving import Proven, check_occasion
from issuer.verification.recipient import check_recipient
from issuer.verification.refresh import refreshed
from issuer.verification.report import Report
from issuer.verification.status import check_status
from issuer.verification.structure import Kind, is_open_badge, kind_of
from issuer.verification.summary import TRUNCATED, is_cut, summary_of
from issuer.verification.tools import AskedOnce, Tools, Visit
from issuer.verification.trust import check_trust
from issuer.verification.validity import check_validity


class Wishes(Struct, frozen=True):
    """What the caller asks for beyond the badge itself.

    refresh: follow the refresh service once. recipient: an e-mail address or id the badge should belong to.
    any_credential: accept a credential that is no Open Badge, by the rules of the data model alone.
    audience, nonce: what the holder was asked to sign an SD-JWT for; with either, the holder has to have signed.
    occasion: the domain and challenge that an embedded proof has to be made for.
    """

    refresh: bool = False
    recipient: str | None = None
    any_credential: bool = False
    audience: str | None = None
    nonce: str | None = None
    occasion: Occasion = EVERYBODY


DEFAULT_WISHES = Wishes()


def verify(
    intake: Intake, tools: Tools, now: datetime, wishes: Wishes = DEFAULT_WISHES, input_sha256: str | None = None
) -> Report:
    """The report on what was taken in.

    input_sha256: of the bytes as they were sent, hex; by default of the JSON that was read.
    Errors: Refused ``ld.too_complex`` and what else is dearer than the limits.
    """
    visit = Visit(tools, AskedOnce(tools.documents), now, wishes.occasion)
    return _verify(intake, visit, wishes, input_sha256, depth=1)


def _verify(intake: Intake, visit: Visit, wishes: Wishes, input_sha256: str | None, depth: int) -> Report:
    """depth: 1 for what was sent, 2 for a credential inside a learner record."""
    expected = Expected(wishes.audience, wishes.nonce)
    if intake.link is not None or is_assertion(intake.presented):
        return verify_assertion(intake, visit, wishes.recipient, expected, input_sha256)
    findings = Findings()
    kind = _kind(intake, wishes)
    if intake.is_baked:
        findings.flag("image.pixels_not_signed")
    proven = proven_credential(intake, kind, visit, findings)
    if proven is not None:
        check_ledger(proven, visit, findings)
        check_holder(proven.presented.intake, visit.now, expected, findings)
        if wishes.occasion != EVERYBODY:
            check_occasion(proven, wishes.occasion, findings)
    document: JsonObject | None = None
    if proven is not None and not findings.has_failed:
        newest = _newest(proven, kind, wishes, visit, findings)
        document = newest.presented.document
        _check_content(newest, kind, wishes, visit, findings)
        if kind is Kind.RECORD:
            _check_record(newest, visit, depth, findings)
    digest = input_sha256 or sha256(intake.raw).hexdigest()
    format_ = RECORD_FORMAT if kind is Kind.RECORD else _format(intake, proven)
    return _report(intake.carrier, findings, document, format_, visit.now, digest)


def _check_record(record: Proven, visit: Visit, depth: int, findings: Findings) -> None:
    def verify_inner(intake: Intake) -> Report:
        is_badge = is_open_badge(credential_in(intake))
        return _verify(intake, visit, Wishes(any_credential=not is_badge), None, depth + 1)

    check_inner(record, depth, verify_inner, findings)


def refused_content(carrier: str, problem: Invalid | Undecided, data: bytes, now: datetime) -> Report:
    """The report on something of a known kind in which no credential was found."""
    findings = Findings()
    findings.add_problem("input", problem, "OB 3.0 §Document Formats")
    return _report(carrier, findings, None, None, now, sha256(data).hexdigest())


def _kind(intake: Intake, wishes: Wishes) -> Kind:
    kind = kind_of(credential_in(intake))
    return Kind.CREDENTIAL if wishes.any_credential and kind is Kind.BADGE else kind


def _newest(proven: Proven, kind: Kind, wishes: Wishes, visit: Visit, findings: Findings) -> Proven:
    """The copy that the refresh service gives, when it is asked for; held to the issuance record like the first."""
    newest = refreshed(proven, kind, wishes.refresh, visit, findings)
    if newest is not proven:
        check_ledger(newest, visit, findings)
    return newest


def _check_content(proven: Proven, kind: Kind, wishes: Wishes, visit: Visit, findings: Findings) -> None:
    """Every check after the proof."""
    document = proven.presented.document
    check_validity(proven.presented, visit.now, findings)
    check_status(proven, visit, findings)
    check_schema(document, kind, visit.documents, findings)
    check_endorsements(proven, visit, findings)
    check_recipient(document, wishes.recipient, findings)
    check_trust(proven.issuer, document, visit.tools.own, visit.tools.trust, findings)
    check_children(proven, visit.tools.own, findings)


def _format(intake: Intake, proven: Proven | None) -> str:
    if proven is not None:
        return proven.presented.format
    if intake.token is None:
        return "data-integrity"
    if intake.sd_jwt is not None:
        return "sd-jwt"
    typ = str(intake.token.header.get("typ", "")).lower()
    return "vc-jose" if typ.endswith("vc+jwt") else "vc-jwt"


def _report(
    carrier: str, findings: Findings, document: JsonObject | None, format_: str | None, now: datetime, digest: str
) -> Report:
    summary = None if document is None else summary_of(document)
    if summary is not None and is_cut(summary):
        findings.flag(TRUNCATED)
    if document is not None and is_kept_out(document):
        findings.flag(NOT_SHOWN)
    return Report(findings.rows, findings.flags, summary, format_, carrier, now, digest, document)
