"""The rules of the W3C data model that no JSON-LD reader sees, for credentials and presentations of any kind.

For other software that asks over the W3C VC API. Sources: VCDM 2.0 §4 and §5; VCDM 1.1 §4 and §5; Bitstring
Status List 1.0 §2.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from issuer.errors import Invalid
from issuer.proofs.linked_data_names import is_iri
from issuer.proofs.registered_claims import V1_CONTEXT, is_v1
from issuer.proofs.strict_json import JsonObject
from issuer.verification.intake import listed, listed_texts
from issuer.verification.related_resource import related_resource_problems
from issuer.verification.status_entry import BITSTRING, read_bitstring_entry
from issuer.verification.structure import V2_CONTEXT
from issuer.verification.validity import bounds_of

_TYPED = ("credentialStatus", "credentialSchema", "refreshService", "termsOfUse", "evidence")
_TEXT_MEMBERS = frozenset({"@value", "@language", "@direction"})
_TEXTS = ("name", "description")
PRESENTATION = "VerifiablePresentation"
CREDENTIAL = "VerifiableCredential"


def credential_problems(document: JsonObject) -> Iterator[Invalid]:
    """Every rule for credentials that `document` breaks; `where` is the JSON pointer of the member.

    Codes: ``ld.context_order``, ``type.not_credential``, ``schema.violation``, ``issuer.unknown``,
    ``time.malformed``, ``time.window_inverted``, ``status.malformed``, ``status.index_malformed`` …
    """
    yield from _context_problems(document)
    yield from _type_problems(document, CREDENTIAL)
    yield from _id_problems(document, "")
    yield from _issuer_problems(document.get("issuer"))
    yield from _subject_problems(document)
    for member in _TYPED:
        yield from _typed_problems(document, member)
    for holder, where in ((document, ""), (document.get("issuer"), "/issuer")):
        yield from _text_problems(holder, where)
    yield from _time_problems(document)
    yield from related_resource_problems(document.get("relatedResource"))
    yield from _status_problems(document)


def presentation_problems(document: JsonObject) -> Iterator[Invalid]:
    """Every rule for presentations that `document` breaks; what it presents is judged by itself."""
    yield from _context_problems(document)
    yield from _type_problems(document, PRESENTATION)
    yield from _id_problems(document, "")
    if "holder" in document:
        holder = document["holder"]
        if not _is_url(holder.get("id") if isinstance(holder, dict) else holder):
            yield _wrong("The holder is a URL, or an object with one as its id.", "/holder")
    for number, credential in enumerate(listed(document.get("verifiableCredential"))):
        if not isinstance(credential, dict):
            yield _wrong("A presentation holds credentials as objects.", f"/verifiableCredential/{number}")


def _context_problems(document: JsonObject) -> Iterator[Invalid]:
    contexts = document.get("@context")
    names = listed(contexts)
    if not names or names[0] not in (V2_CONTEXT, V1_CONTEXT):
        yield Invalid("ld.context_order", "The first context is that of the credentials data model.", "/@context")
    if not all(isinstance(name, str | dict) for name in names):
        yield Invalid("ld.context_order", "Contexts are URLs or objects.", "/@context")


def _type_problems(document: JsonObject, required: str) -> Iterator[Invalid]:
    if required not in listed_texts(document.get("type")):
        yield Invalid("type.not_credential", f"The type does not say {required}.", "/type")


def _id_problems(document: JsonObject, where: str) -> Iterator[Invalid]:
    if "id" in document and not _is_url(document["id"]):
        yield _wrong("An id is a single URL.", f"{where}/id")
    elif not where and str(document.get("id", "")).startswith("data:"):
        yield _wrong("Only an envelope holds what it stands for in its id.", "/id")


def _issuer_problems(issuer: Any) -> Iterator[Invalid]:
    if not _is_url(issuer.get("id") if isinstance(issuer, dict) else issuer):
        yield Invalid("issuer.unknown", "The issuer is a URL, or an object with one as its id.", "/issuer")


def _subject_problems(document: JsonObject) -> Iterator[Invalid]:
    subjects = listed(document.get("credentialSubject"))
    if not subjects:
        yield _wrong("A credential has a subject.", "/credentialSubject")
    for subject in subjects:
        if not isinstance(subject, dict) or not subject:
            yield _wrong("A subject is an object that claims something.", "/credentialSubject")


def _typed_problems(document: JsonObject, member: str) -> Iterator[Invalid]:
    values = document.get(member, ())
    if member in document and not listed(values):
        yield _wrong("This member says nothing.", f"/{member}")
    for value in listed(values) if member in document else ():
        if not isinstance(value, dict) or not listed_texts(value.get("type")):
            yield _wrong("This is an object that names its type.", f"/{member}")
            continue
        yield from _id_problems(value, f"/{member}")
        if member == "credentialSchema" and "id" not in value:
            yield _wrong("A schema has an id, which is a URL.", f"/{member}/id")


def _text_problems(holder: Any, where: str) -> Iterator[Invalid]:
    """`name` and `description` are texts, in languages perhaps (VCDM 2.0 §4.6)."""
    for member in _TEXTS if isinstance(holder, dict) else ():
        for text in listed(holder.get(member)):
            if isinstance(text, dict) and text.keys() <= _TEXT_MEMBERS and isinstance(text.get("@value"), str):
                continue
            if not isinstance(text, str):
                yield _wrong("This is a text, or one with its language and direction.", f"{where}/{member}")


def _time_problems(document: JsonObject) -> Iterator[Invalid]:
    try:
        starts, ends = bounds_of(document)
    except Invalid as problem:
        yield problem
        return
    if starts and ends and ends < starts:
        yield Invalid("time.window_inverted", "The credential ends before it begins.", "/validUntil")
    if is_v1(document) and starts is None:
        yield _wrong("A credential of the data model 1.1 says when it was issued.", "/issuanceDate")


def _status_problems(value: Any) -> Iterator[Invalid]:
    """Entries of status lists, wherever they stand, have the form that the standard gives them."""
    if isinstance(value, list):
        for item in value:
            yield from _status_problems(item)
    if not isinstance(value, dict):
        return
    if BITSTRING in listed_texts(value.get("type")):
        yield from _entry_problems(value)
    for member in value.values():
        yield from _status_problems(member)


def _entry_problems(entry: JsonObject) -> Iterator[Invalid]:
    try:
        read = read_bitstring_entry(entry)
    except Invalid as problem:
        yield problem
        return
    if not isinstance(entry["statusListIndex"], str):
        yield Invalid("status.index_malformed", "The index is written as a text.", "statusListIndex")
    if not _is_url(read.list_url) or entry.get("id") == read.list_url:
        yield Invalid("status.malformed", "The list is a URL, and not the entry's own id.", "statusListCredential")
    if not all(_is_url(one) for one in listed(entry.get("statusReference"))):
        yield Invalid("status.malformed", "A statusReference is a URL, or a list of URLs.", "statusReference")


def _is_url(value: Any) -> bool:
    return isinstance(value, str) and is_iri(value) is not None


def _wrong(message: str, where: str) -> Invalid:
    return Invalid("schema.violation", message, where)
