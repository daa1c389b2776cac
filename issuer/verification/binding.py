"""The key that speaks for the issuer: bound by name first, then looked up in the issuer's own document.

did:web and https issuers publish a document, or a key set; did:key and did:jwk are their own key. A key that merely
comes along with the credential never counts. Sources: OB 3.0 §8.2 and §9, CID 1.0 §3.3, did:web, did:key, did:jwk.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from issuer.errors import Invalid, Refused, Undecided
from issuer.proofs import key_dids
from issuer.proofs.public_keys import PublicKey, from_jwk
from issuer.proofs.strict_json import JsonObject, parse_object
from issuer.verification import did_web
from issuer.verification.controller_document import (
    ControllerDocument,
    key_in,
    key_with_thumbprint,
    only_key_of,
    read_controller_document,
)
from issuer.verification.documents import KEY_MEDIA_TYPES, Answer, Documents, Found, Missing
from issuer.verification.fetching import FORBIDDEN_GROUND
from issuer.verification.key_sets import KEY_SET_PATH, key_from_set, key_set_in, metadata_url
from issuer.verification.names import (
    authority_of,
    authority_of_did_web,
    did_method,
    origin_of,
    without_fragment,
)

SELF_ASSERTED = "issuer.self_asserted"
BOUND_BY_ORIGIN = "issuer.bound_by_origin"
_AUTHORITY = re.compile(r"(?P<host>\[.+\]|[^:]+)(?::(?P<port>[0-9]+))?")
_USUAL_PORTS = ("443", "8443")


class KeyName(NamedTuple):
    """How a proof or token says which key signed it: a URL, a public JWK, or neither.

    own_document_only: the URL has to be of a method in the issuer's own document (Data Integrity); a token's
    `kid` may also be the address of a single JWK on the issuer's host. kid: a name within the key set of an https
    issuer. by_metadata: that issuer's metadata for SD-JWT VCs say where the set is, if there are any.
    """

    url: str | None
    jwk: JsonObject | None = None
    own_document_only: bool = False
    kid: str | None = None
    by_metadata: bool = False


class Bound(Struct, frozen=True):
    """A key that speaks for the issuer. flag: how weakly, None when the issuer's DID document says so.

    document: where it was listed, None for keys that name themselves or were found by origin.
    """

    key: PublicKey
    flag: str | None
    document: ControllerDocument | None = None
    fetched: tuple[Found, ...] = ()


def named_key(header: JsonObject, issuer: str, form: str) -> KeyName:
    """The key that a token's header names. A `kid` that is no URL is a name among the issuer's own keys: a fragment of
    its document, or a member of its key set (VC-JOSE-COSE §4.1.1, CID 1.0 §2.2)."""
    kid, jwk, by_metadata = header.get("kid"), header.get("jwk"), form == "sd-jwt"
    if kid is None or ":" in kid:
        return KeyName(kid, jwk, by_metadata=by_metadata)
    if kid.startswith("#") or did_method(issuer) is not None:
        return KeyName(f"{issuer}#{kid.removeprefix('#')}", jwk)
    return KeyName(None, jwk, kid=kid, by_metadata=by_metadata)


def check_names(issuer: str, name: KeyName) -> None:
    """Whether a key of that name may be this issuer's at all.

    Errors: Invalid ``issuer.mismatch``, ``did.malformed``, ``fetch.scheme``, ``issuer.unknown``;
    Undecided ``did.method_unsupported``.
    """
    if not _may_belong(issuer, name):
        problem = Invalid("issuer.mismatch", "The key that signed this does not belong to the issuer it names.")
        raise problem from _never_asked(name.url)
    method = did_method(issuer)
    if method == "web":
        did_web.document_url(issuer)
    elif method in ("key", "jwk"):
        pass
    elif method is not None:
        raise Undecided(
            "did.method_unsupported",
            "The issuer uses a kind of DID that cannot be checked here. That does not mean the badge is forged.",
        )
    elif authority_of(issuer) is None and not (issuer.startswith("https://") and name.url):
        raise Invalid("issuer.unknown", "The issuer's id is no DID and no https address, so no key can be its own.")
    elif not issuer.startswith("https://"):
        raise Invalid("fetch.scheme", "The issuer's id is not an https address, so its keys cannot be trusted.")


def bind(issuer: str, name: KeyName, documents: Documents, now: datetime) -> Bound:
    """The issuer's key of that name, for which `check_names` has passed.

    Errors: those of `controller_document`; Invalid ``did.malformed``, ``jose.key_ambiguous`` (`kid` and `jwk` are two
    keys), ``jose.key_unbound``, ``fetch.*``; Undecided ``did.unreachable`` (its cause says why).
    """
    bound = _bound(issuer, name, documents, now)
    if name.jwk is not None and (name.url or name.kid) and from_jwk(name.jwk) != bound.key:
        raise Invalid("jose.key_ambiguous", "The token names one key by kid and brings another along as jwk.")
    return bound


def _bound(issuer: str, name: KeyName, documents: Documents, now: datetime) -> Bound:
    method = did_method(issuer)
    if method in ("key", "jwk"):
        return Bound(_own_key(issuer, name, method), SELF_ASSERTED)
    if method == "web":
        return _bind_did_web(issuer, name, documents, now)
    return _bind_https(issuer, name, documents, now)


def _may_belong(issuer: str, name: KeyName) -> bool:
    """A method of the issuer's own document, or an https `kid` on the issuer's own host."""
    url = name.url
    if url is None or without_fragment(url) == issuer:
        return True
    if name.own_document_only:
        return False
    if issuer.startswith(did_web.DID_WEB):
        return authority_of(url) is not None and authority_of(url) == authority_of_did_web(issuer)
    return origin_of(url) is not None and origin_of(url) == origin_of(issuer)


def _never_asked(url: str | None) -> Invalid | None:
    """What else is wrong with a stranger's key that pretends to stand where no issuer's key can."""
    parts = _AUTHORITY.fullmatch(authority_of(url or "") or "")
    if parts is None:
        return None
    if not did_web.is_host_name(parts["host"]) or parts["host"].endswith("localhost"):
        return Invalid("fetch.blocked_address", "The key's address is no name of a public server; it is not asked.")
    if parts["port"] not in (None, *_USUAL_PORTS):
        return Invalid("fetch.port", "The key's address names a port on which no keys are published; it is not asked.")
    return None


def _own_key(issuer: str, name: KeyName, method: str) -> PublicKey:
    read = key_dids.from_did_key if method == "key" else key_dids.from_did_jwk
    key = read(name.url or issuer)
    if name.jwk is not None and name.url is None and from_jwk(name.jwk) != key:
        raise Invalid("jose.key_unbound", "The key in the token is not the one the issuer's name stands for.")
    return key


def _bind_did_web(issuer: str, name: KeyName, documents: Documents, now: datetime) -> Bound:
    found = _key_document(did_web.document_url(issuer), documents)
    document = read_controller_document(found.body, issuer)
    if name.url is not None and without_fragment(name.url) == issuer:
        return Bound(key_in(document, name.url, now), None, document, (found,))
    if name.url is not None:
        answer = _key_document(name.url, documents)
        thumbprint = _bare_jwk(answer).thumbprint()
        return Bound(key_with_thumbprint(document, thumbprint, now), None, document, (found, answer))
    return Bound(_selected(document, name, now), None, document, (found,))


def _bind_https(issuer: str, name: KeyName, documents: Documents, now: datetime) -> Bound:
    if name.url is None:
        key_set, fetched = _key_set(issuer, name, documents)
        return Bound(key_from_set(key_set, issuer, name.jwk, name.kid), BOUND_BY_ORIGIN, None, fetched)
    found = _key_document(without_fragment(name.url), documents)
    if without_fragment(name.url) != issuer:
        return Bound(_bare_jwk(found), BOUND_BY_ORIGIN, None, (found,))
    document = read_controller_document(found.body, issuer)
    return Bound(key_in(document, name.url, now), BOUND_BY_ORIGIN, document, (found,))


def _selected(document: ControllerDocument, name: KeyName, now: datetime) -> PublicKey:
    """The header's jwk only selects a key of the document; without one the document must have a single key."""
    if name.jwk is None:
        return only_key_of(document, now)
    return key_with_thumbprint(document, from_jwk(name.jwk).thumbprint(), now)


def _key_set(issuer: str, name: KeyName, documents: Documents) -> tuple[JsonObject, tuple[Found, ...]]:
    """The key set of an https issuer, with the documents it comes from."""
    answer = documents.fetch(metadata_url(issuer), KEY_MEDIA_TYPES) if name.by_metadata else None
    if answer is None or (isinstance(answer, Missing) and answer.code not in FORBIDDEN_GROUND):
        found = _key_document(f"{origin_of(issuer)}{KEY_SET_PATH}", documents)
        return _json_object(found), (found,)
    metadata = _found(answer)
    key_set = key_set_in(_json_object(metadata), issuer)
    if isinstance(key_set, dict):
        return key_set, (metadata,)
    found = _key_document(key_set, documents)
    return _json_object(found), (metadata, found)


def _bare_jwk(found: Found) -> PublicKey:
    return from_jwk(_json_object(found))


def _json_object(found: Found) -> JsonObject:
    try:
        return parse_object(found.body)
    except Refused as refused:
        raise Invalid("key.malformed", "What the key's address serves is no JSON object.") from refused


def _key_document(url: str, documents: Documents) -> Found:
    """The document at `url`, or the error that its absence is."""
    return _found(documents.fetch(url, KEY_MEDIA_TYPES))


def _found(answer: Answer) -> Found:
    if isinstance(answer, Found):
        return answer
    if not isinstance(answer, Missing):
        raise Undecided(
            "did.unreachable", "The issuer's keys could not be fetched, so nothing is known yet. Try again later."
        ) from Undecided(answer.code, answer.message)
    if answer.code in FORBIDDEN_GROUND:
        raise Invalid(answer.code, f"The issuer's keys are not to be had: {answer.message}")
    raise Invalid("did.malformed", "There is no usable document of keys where the issuer's should be.") from Invalid(
        answer.code, answer.message
    )
