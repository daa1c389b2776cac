"""A status list: fetched, verified like any credential, unpacked.

Only the badge's issuer may publish it, or somebody its DID document names; its signature, dates, type and
purpose are checked, it may not be older than one seen before, and it may not call itself by another address: that
would be another list of the issuer. Sources: Bitstring Status List 1.0 §3.2, §2.2; Status List 2021 (W3C Credentials
Community Group, 2023) §3, §4.2 for lists of the older form.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from issuer.errors import Invalid, IssuerError, Refused, Undecided
from issuer.proofs import bitstring
from issuer.proofs.strict_json import JsonObject
from issuer.verification.credential import proven_credential
from issuer.verification.documents import CREDENTIAL_MEDIA_TYPES, Found
from issuer.verification.fetching import FORBIDDEN_GROUND, fetched
from issuer.verification.findings import Findings
from issuer.verification.intake import Intake, listed_texts, read_json, read_token
from issuer.verification.kept_lists import VerifiedList
from issuer.verification.names import issuer_id, same_address
from issuer.verification.proving import Proven
from issuer.verification.report import Outcome
from issuer.verification.structure import Kind
from issuer.verification.tools import Visit
from issuer.verification.validity import bounds_of, check_validity, time_problem

_DEFINITE = FORBIDDEN_GROUND | {"fetch.content_type", "fetch.too_large"}
_UNREACHABLE = (
    "status.unreachable",
    "The issuer's status list could not be fetched, so revocation is unknown. Try again later.",
)
_OUTDATED = (
    "status.unreachable",
    "The issuer's status list could not be fetched anew, and the copy read before is older than the issuer allows. "
    "So revocation is unknown. Try again later.",
)


_WEB = ("https:", "http:")
_MEDIA_TYPES = (*CREDENTIAL_MEDIA_TYPES, "application/octet-stream")
"""What a list may be sent as. File servers know no type for a name without an ending; its signature is what counts."""
_KINDS = (("BitstringStatusListCredential", "BitstringStatusList"), ("StatusList2021Credential", "StatusList2021"))


class Reading(NamedTuple):
    """A list that is good now. is_kept: it was fetched for an earlier verification, which its server allows."""

    listing: VerifiedList
    is_kept: bool


def verified_list(url: str, size: int, badge: Proven, visit: Visit) -> Reading:
    """The list at `url`, with `size` bits an entry, good for `badge` now.

    A copy kept for longer than the list itself allows (`ttl`) is asked for anew, and counts no more if that fails.

    Errors: Invalid ``status.issuer_untrusted``, ``.list_invalid``, ``.list_expired``, ``.list_rollback``,
    ``.list_too_short``, ``.list_too_large``, ``.encoding`` or ``fetch.*``; Undecided ``status.unreachable``.
    """
    found = fetched(url, _MEDIA_TYPES, visit.documents, _UNREACHABLE, _DEFINITE)
    verified = _read(url, found, size, badge, visit)
    if verified.ttl_ms is not None and found.age_s * 1000 > verified.ttl_ms:
        found = fetched(url, _MEDIA_TYPES, visit.documents, _OUTDATED, _DEFINITE, max_age_s=0.0)
        verified = _read(url, found, size, badge, visit)
    _check_in_force(url, verified, visit)
    return Reading(verified, found.age_s > 0)


def _read(url: str, found: Found, size: int, badge: Proven, visit: Visit) -> VerifiedList:
    """The list in `found`, of somebody who may publish it for `badge`."""
    verified = _known(url, found, size, visit)
    if verified is None:
        verified = _verify(url, found, size, badge, visit)
        visit.tools.kept_lists.put(url, found.body, size, verified)
    _check_trusted(verified.issuer, badge)
    return verified


def _known(url: str, found: Found, size: int, visit: Visit) -> VerifiedList | None:
    """The list, if these bytes were verified before with the very key documents that stand there now."""
    kept = visit.tools.kept_lists.get(url, found.body, size)
    for document in () if kept is None else kept.verified_from:
        if not _stands(document, visit):
            return None
    return kept


def _stands(document: Found, visit: Visit) -> bool:
    answer = visit.documents.fetch(document.url, document.accept)
    return isinstance(answer, Found) and answer.body == document.body


def _verify(url: str, found: Found, size: int, badge: Proven, visit: Visit) -> VerifiedList:
    try:
        intake = _taken_in(found)
        named = issuer_id(_credential_in(intake))
        if named is None:
            raise Invalid("status.list_invalid", "What stands at the list's address does not say who issued it.")
        _check_trusted(named, badge)
        proven = _proven(intake, visit)
    except Refused as refused:
        raise Invalid("status.list_invalid", f"The status list is unreadable: {refused.message}") from refused
    subject, is_of_2021 = _list_in(proven.presented.document)
    check_own_address(proven.presented.document, url)
    decode = bitstring.decode_2021 if is_of_2021 else bitstring.decode
    bits = decode(subject.get("encodedList"), size=size)  # type: ignore[arg-type]  # it checks the type
    starts, ends = bounds_of(proven.presented.document)
    ttl = subject.get("ttl")
    ttl_ms = float(ttl) if isinstance(ttl, int | float) and not isinstance(ttl, bool) else None
    purposes = frozenset(listed_texts(subject.get("statusPurpose")))
    return VerifiedList(proven.issuer, bits, purposes, starts, ends, ttl_ms, proven.verified_from, is_of_2021)


def _taken_in(found: Found) -> Intake:
    is_json = found.body.lstrip(b" \t\r\n").startswith(b"{")
    return read_json(found.body, "json") if is_json else read_token(found.body.strip(b" \t\r\n"), "token")


def _credential_in(intake: Intake) -> JsonObject:
    inner: Any = intake.presented.get("vc")
    return inner if isinstance(inner, dict) else intake.presented


def _check_trusted(list_issuer: str | None, badge: Proven) -> None:
    delegates = badge.key_document.delegates if badge.key_document else frozenset()
    if list_issuer != badge.issuer and list_issuer not in delegates:
        raise Invalid(
            "status.issuer_untrusted",
            "The status list is somebody else's: neither the badge's issuer nor one the issuer has named.",
        )


def _proven(intake: Intake, visit: Visit) -> Proven:
    """The list with its signature and dates good. What is wrong inside becomes one error of the list."""
    findings = Findings()
    proven = proven_credential(intake, Kind.STATUS_LIST, visit, findings)
    if proven is not None:
        check_validity(proven.presented, visit.now, findings)
    for row in findings.problems:
        if row.outcome is Outcome.INCONCLUSIVE:
            raise Undecided("status.unreachable", f"The status list could not be checked: {row.message}")
        if row.code == "time.expired":
            raise _expired()
        raise Invalid("status.list_invalid", f"The status list is not good: {row.message}")
    assert proven is not None
    return proven


def _list_in(document: JsonObject) -> tuple[JsonObject, bool]:
    """The list itself, and whether it is one of the older form."""
    subject = document.get("credentialSubject")
    if isinstance(subject, list) and len(subject) == 1:
        subject = subject[0]
    members = subject if isinstance(subject, dict) else {}
    for of_credential, of_list in _KINDS:
        if of_credential in listed_texts(document.get("type")) and of_list in listed_texts(members.get("type")):
            return members, of_list == "StatusList2021"
    raise Invalid("status.list_invalid", "What stands at the list's address is no status list.")


def check_own_address(listing: JsonObject, url: str) -> None:
    """Whether a list that names its own address stands there: the badge's index means nothing in another list.

    The id may be left out, or be no address at all (§2.2). Errors: Invalid ``status.list_invalid``.
    """
    name = listing.get("id")
    if isinstance(name, str) and name.lower().startswith(_WEB) and not same_address(name, url):
        raise Invalid("status.list_invalid", "What stands at the list's address is another list, by its own id.")


def _check_in_force(url: str, verified: VerifiedList, visit: Visit) -> None:
    """The dates of the list now, and that no newer one was seen."""
    problem: IssuerError | None = time_problem(verified.starts, verified.ends, None, visit.now)
    if problem is not None and problem.code == "time.expired":
        raise _expired()
    if problem is not None:
        raise Invalid("status.list_invalid", f"The status list is not good: {problem.message}")
    if verified.starts is not None and visit.tools.seen_lists.went_back(verified.issuer, url, verified.starts):
        raise Invalid("status.list_rollback", "A newer status list was seen before; this is an old one.")


def _expired() -> Invalid:
    return Invalid("status.list_expired", "The issuer's status list has expired, so it proves nothing.")
