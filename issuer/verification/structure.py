"""What a credential has to look like before its signature is worth checking.

The published JSON Schema is lax where the text of the standard is not (any type, any order of contexts),
so those rules stand here. Sources: OB 3.0 §AchievementCredential and §EndorsementCredential, VCDM 2.0 §4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from issuer.errors import Invalid
from issuer.proofs.registered_claims import V1_CONTEXT
from issuer.proofs.strict_json import JsonObject
from issuer.verification.intake import listed
from issuer.verification.names import issuer_id

V2_CONTEXT = "https://www.w3.org/ns/credentials/v2"
_OPEN_BADGES_CONTEXT = re.compile(r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(?:-3\.\d\.\d)?\.json")
_RECORD_CONTEXT = re.compile(r"https://purl\.imsglobal\.org/spec/clr/v2p0/context(?:-2\.\d\.\d)?\.json")
_NEVER_IN_AN_ADDRESS = re.compile(r"[\x00-\x20\x7f\\]")


class Kind(StrEnum):
    """What a credential is read as."""

    BADGE = "badge"
    ENDORSEMENT = "endorsement"
    STATUS_LIST = "status list"
    RECORD = "learner record"
    CREDENTIAL = "credential"


def kind_of(document: JsonObject) -> Kind:
    """A badge, unless it says it is an endorsement or a learner record."""
    if is_open_badge(document):
        return Kind.BADGE
    if "EndorsementCredential" in listed(document.get("type")):
        return Kind.ENDORSEMENT
    return Kind.RECORD if is_record(document) else Kind.BADGE


def is_credential(document: JsonObject) -> bool:
    """Whether it calls itself a verifiable credential."""
    return "VerifiableCredential" in listed(document.get("type"))


def is_open_badge(document: JsonObject) -> bool:
    """Whether the credential calls itself an Open Badge."""
    types = listed(document.get("type"))
    return "OpenBadgeCredential" in types or "AchievementCredential" in types


def is_record(document: JsonObject) -> bool:
    """Whether the credential calls itself a comprehensive learner record."""
    return "ClrCredential" in listed(document.get("type"))


def structure_problems(document: JsonObject, kind: Kind) -> Iterator[Invalid]:
    """Every rule of the credential's kind that it breaks.

    Codes: ``type.not_credential``, ``type.not_open_badge``, ``ld.context_order``, ``issuer.unknown``,
    ``schema.violation``, ``status.malformed``, ``status.index_malformed``.
    """
    yield from _type_problems(document, kind)
    if not is_credential(document):
        return  # whatever else it lacks, it need not have
    if kind is Kind.BADGE and not is_open_badge(document):
        kind = Kind.CREDENTIAL  # what a badge has to have besides is nothing that it lacks
    yield from _context_problems(document.get("@context"), kind)
    if issuer_id(document) is None:
        yield Invalid("issuer.unknown", "The credential does not say who issued it.", "/issuer")
    if kind is Kind.BADGE:
        yield from _subject_problems(document.get("credentialSubject"))
    if kind is Kind.RECORD:
        yield from _record_problems(document.get("credentialSubject"))
    yield from _status_problems(listed(document.get("credentialStatus")))
    if kind in (Kind.BADGE, Kind.ENDORSEMENT, Kind.RECORD) and not isinstance(document.get("id"), str):
        yield Invalid("schema.violation", "The credential has no id.", "/id")


def _status_problems(entries: list[Any]) -> Iterator[Invalid]:
    """What linked data would only call lost: of a status it is said by name."""
    for entry in entries:
        members = entry if isinstance(entry, dict) else {}
        url = members.get("statusListCredential")
        if url is not None and not isinstance(url, str):
            yield Invalid("status.malformed", "The status entry names its list by something else than an address.")
        elif url is not None and _NEVER_IN_AN_ADDRESS.search(url):
            yield Invalid("fetch.url_malformed", "The address of the status list is no URL.", "/credentialStatus")
        for name in members if None in members.values() else ():
            if entry[name] is None:
                code = "status.index_malformed" if name == "statusListIndex" else "status.malformed"
                yield Invalid(code, f"The status entry leaves {name[:40]!a} empty.", "/credentialStatus")


def _type_problems(document: JsonObject, kind: Kind) -> Iterator[Invalid]:
    if not is_credential(document):
        yield Invalid(
            "type.not_credential", "This is not a credential. Send the badge itself, not what wraps it.", "/type"
        )
    elif kind is Kind.BADGE and not is_open_badge(document):
        yield Invalid("type.not_open_badge", "This is a credential, but not an Open Badge.", "/type")


def _context_problems(contexts: Any, kind: Kind) -> Iterator[Invalid]:
    """The order of contexts; what else may be wrong with them the reader of linked data says."""
    if kind not in (Kind.BADGE, Kind.ENDORSEMENT, Kind.RECORD):
        return
    names = listed(contexts)
    if not names:
        yield Invalid("ld.context_order", "The credential names no contexts, so its words mean nothing.", "/@context")
    if names[:1] not in ([V1_CONTEXT], [V2_CONTEXT]) or (len(names) > 1 and not isinstance(names[1], str)):
        return
    wanted, what = (_RECORD_CONTEXT, "CLR") if kind is Kind.RECORD else (_OPEN_BADGES_CONTEXT, "Open Badges")
    if len(names) < 2 or not wanted.fullmatch(names[1]):
        message = f"The {what} context does not come second, as its standard asks."
        yield Invalid("ld.context_order", message, "/@context")


def _subject_problems(subject: Any) -> Iterator[Invalid]:
    where = "/credentialSubject"
    if not isinstance(subject, dict) or not subject:
        yield Invalid("schema.violation", "A badge has exactly one subject, written as an object.", where)
    elif not isinstance(subject.get("id"), str) and not listed(subject.get("identifier")):
        yield Invalid("schema.violation", "The badge names its recipient by neither an id nor an identifier.", where)
    yield from _untyped(subject, where)
    yield from _untyped(subject.get("achievement") if isinstance(subject, dict) else None, f"{where}/achievement")


def _untyped(node: Any, where: str) -> Iterator[Invalid]:
    """Its type lends an object its terms: without one, more is missing than the definition of some member."""
    if isinstance(node, dict) and node and str not in map(type, listed(node.get("type"))):
        yield Invalid("schema.violation", "This does not say of what type it is.", f"{where}/type")


def _record_problems(subject: Any) -> Iterator[Invalid]:
    """A record without a credential in it would be valid without anybody's word."""
    if not isinstance(subject, dict) or not listed(subject.get("verifiableCredential")):
        where = "/credentialSubject/verifiableCredential"
        yield Invalid("schema.violation", "A learner record holds at least one credential.", where)
