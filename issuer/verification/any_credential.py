"""Any credential or presentation by the rules of the W3C data model: for other software that tests itself.

What stands in the document counts as JSON-LD, its own contexts included; the key may be anybody's. Nothing here
says who stands behind a credential: the public verification (`pipeline`) does that for badges.
Sources: VCDM 2.0 §7.1, §4.13; VC-DI §4.4; VC-JOSE-COSE §4; Bitstring Status List 1.0 §3.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from issuer.errors import Invalid, Refused, Undecided
from issuer.proofs import bitstring
from issuer.proofs.linked_data import Reader
from issuer.proofs.strict_json import JsonObject, parse_object
from issuer.verification.any_controller import AUTHENTICATION, Asked, check_embedded
from issuer.verification.any_token import CREDENTIAL, PRESENTATION, enveloped, opened
from issuer.verification.data_model import credential_problems, presentation_problems
from issuer.verification.documents import CREDENTIAL_MEDIA_TYPES, Documents, Found
from issuer.verification.intake import listed, listed_texts
from issuer.verification.names import issuer_id
from issuer.verification.status_entry import BITSTRING, read_bitstring_entry
from issuer.verification.status_list import check_own_address
from issuer.verification.validity import bounds_of, time_problem

ENVELOPED_CREDENTIAL = "EnvelopedVerifiableCredential"
ENVELOPED_PRESENTATION = "EnvelopedVerifiablePresentation"
MAX_CREDENTIALS = 16
_BAD_STANDINGS = {"revocation": "status.revoked", "suspension": "status.suspended"}


@dataclass(frozen=True, slots=True)
class AnyTools:
    """reader: of the general profile. documents: other servers'. own_list: a status list of ours by its URL."""

    reader: Reader
    documents: Documents
    own_list: Callable[[str], bytes | None]


def verify_any_credential(presented: JsonObject | str, asked: Asked, tools: AnyTools, now: datetime) -> JsonObject:
    """The credential behind what was sent, once it is verified.

    presented: a credential with proofs, an enveloped one, or a token. Raises the first Invalid, Undecided or
    Refused that there is.
    """
    credential, _ = _proven(presented, asked, tools, now)
    problem = time_problem(*bounds_of(credential), None, now)
    if problem is not None:
        raise problem
    for entry in listed(credential.get("credentialStatus")):
        _check_standing(entry, tools, now)
    return credential


def verify_any_presentation(presented: JsonObject | str, asked: Asked, tools: AnyTools, now: datetime) -> JsonObject:
    """The presentation behind what was sent, once it and all that it presents are verified.

    One that nobody signed is accepted with credentials that are signed themselves, unless a domain or a challenge
    is asked for. Raises as `verify_any_credential` does.
    """
    presentation, controller = _opened_presentation(presented, asked, tools, now)
    credentials = listed(presentation.get("verifiableCredential"))
    if len(credentials) > MAX_CREDENTIALS:
        raise Invalid("input.invalid", f"A presentation holds at most {MAX_CREDENTIALS} credentials.")
    for credential in credentials:
        _check_presented(credential, presentation, controller, tools, now)
    return presentation


# -- credentials


def _proven(presented: JsonObject | str, asked: Asked, tools: AnyTools, now: datetime) -> tuple[JsonObject, str]:
    """The credential and the controller of the key that signed it; its form is in order."""
    token = presented if isinstance(presented, str) else enveloped(presented, ENVELOPED_CREDENTIAL)
    if token is None and isinstance(presented, dict):
        credential = presented
        _raise_first(credential_problems(credential))
        return credential, check_embedded(credential, asked, tools.reader, tools.documents, now)
    credential, controller = opened(str(token), CREDENTIAL, asked, tools.documents, now)
    _raise_first(credential_problems(credential))
    tools.reader.read({name: value for name, value in credential.items() if name != "proof"})
    return credential, controller


# -- presentations


def _opened_presentation(
    presented: JsonObject | str, asked: Asked, tools: AnyTools, now: datetime
) -> tuple[JsonObject, str | None]:
    token = presented if isinstance(presented, str) else enveloped(presented, ENVELOPED_PRESENTATION)
    if token is None and isinstance(presented, dict):
        _raise_first(presentation_problems(presented))
        return presented, _presenter(presented, asked, tools, now)
    presentation, controller = opened(str(token), PRESENTATION, asked, tools.documents, now)
    _raise_first(presentation_problems(presentation))
    tools.reader.read({name: value for name, value in presentation.items() if name != "proof"})
    return presentation, controller


def _presenter(presentation: JsonObject, asked: Asked, tools: AnyTools, now: datetime) -> str | None:
    """Who signed the presentation; None for nobody."""
    if "proof" in presentation:
        return check_embedded(presentation, asked, tools.reader, tools.documents, now)
    if asked.domain is not None or asked.challenge is not None:
        raise Invalid("proof.missing", "Nobody has signed this presentation for you.", "/proof")
    tools.reader.read(presentation)
    return None


def _check_presented(
    credential: JsonObject, presentation: JsonObject, controller: str | None, tools: AnyTools, now: datetime
) -> None:
    """One credential of a presentation; what its holder says of themselves needs no proof but that of the whole.

    A presentation need not name its holder; one that names somebody else than its signer is refused with what that
    signer issued.
    """
    holder = presentation.get("holder")
    holder_id = holder.get("id") if isinstance(holder, dict) else holder
    whose = issuer_id(credential)
    if holder_id is not None and whose is not None and whose == controller and whose != holder_id:
        raise Invalid("issuer.mismatch", "Who presents their own credential is its holder.", "/holder")
    is_bare = "proof" not in credential and ENVELOPED_CREDENTIAL not in listed_texts(credential.get("type"))
    if is_bare and controller is not None and whose is not None and whose == holder_id:
        _raise_first(credential_problems(credential))
        return
    verify_any_credential(credential, Asked(), tools, now)


PRESENTING = (AUTHENTICATION, "assertionMethod")
"""The purposes for which a presentation may be signed."""


# -- status


def _check_standing(entry: Any, tools: AnyTools, now: datetime) -> None:
    if not isinstance(entry, dict) or BITSTRING not in listed_texts(entry.get("type")):
        raise Undecided("status.type_unsupported", "The credential's status is kept in a way that is not known here.")
    read = read_bitstring_entry(entry)
    subject = _list_subject(read.list_url, tools, now)
    if read.purpose not in listed(subject.get("statusPurpose")):
        raise Invalid("status.purpose_mismatch", "The status list is about something else than the credential says.")
    bits = bitstring.decode(subject.get("encodedList"), size=read.size)  # type: ignore[arg-type]  # it checks the type
    value = bitstring.read(bits, read.index, read.size)
    if value and read.purpose in _BAD_STANDINGS:
        raise Invalid(_BAD_STANDINGS[read.purpose], f"The credential's status is {read.purpose}.")


def _list_subject(url: str, tools: AnyTools, now: datetime) -> JsonObject:
    body = tools.own_list(url)
    if body is None:
        answer = tools.documents.fetch(url, CREDENTIAL_MEDIA_TYPES)
        if not isinstance(answer, Found):
            raise Undecided("status.unreachable", f"The status list could not be had: {answer.message}")
        body = answer.body
    credential = _proven_list(body, tools, now)
    problem = time_problem(*bounds_of(credential), None, now)
    subject = credential.get("credentialSubject")
    is_list = "BitstringStatusListCredential" in listed_texts(credential.get("type"))
    if problem is not None or not is_list or not isinstance(subject, dict):
        raise Invalid("status.list_invalid", "What stands at the list's address is no status list that counts now.")
    check_own_address(credential, url)
    return subject


def _proven_list(body: bytes, tools: AnyTools, now: datetime) -> JsonObject:
    """Whatever is wrong with the list is an error of the list, not of the credential (§3.2, step 4)."""
    try:
        is_json = body.lstrip(b" \t\r\n").startswith(b"{")
        listing: JsonObject | str = parse_object(body) if is_json else body.decode("utf-8", "replace").strip()
        return _proven(listing, Asked(), tools, now)[0]
    except Undecided as problem:
        raise Undecided("status.unreachable", f"The status list could not be checked: {problem.message}") from problem
    except (Invalid, Refused) as problem:
        raise Invalid("status.list_invalid", f"The status list is not good: {problem.message}") from problem


def _raise_first(problems: Iterable[Invalid]) -> None:
    for problem in problems:
        raise problem
