"""An issuer's own document of keys: read once, one method per id, asked for exactly one key.

Source: Controlled Identifiers 1.0 §3.3 "Retrieve Verification Method" and §2.2; did:web §2.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from issuer.errors import Invalid, Refused
from issuer.proofs.key_kinds import ed25519_key
from issuer.proofs.multibase import decode_base58btc
from issuer.proofs.public_keys import PublicKey, from_jwk, from_multibase
from issuer.proofs.strict_json import JsonObject, parse_object
from issuer.proofs.timestamps import parse_timestamp
from issuer.verification.names import without_fragment

MAX_METHODS = 512
ED25519_BYTES = 32
DOCUMENTS_KEPT = 128
_SECRETS = frozenset(
    f"{half}Key{form}" for half in ("private", "secret") for form in ("Base58", "Hex", "Jwk", "Multibase", "Pem")
)
_FORM_OF_TYPE = {
    "Multikey": False,
    "Ed25519VerificationKey2020": False,
    "JsonWebKey": True,
    "JsonWebKey2020": True,
}
"""Types of methods with one form of key: whether that is a JWK (CID 1.0 §2.2.2, §2.2.3). Others may have either."""
_BASE58 = ("Ed25519VerificationKey2018", "publicKeyBase58")
"""The type of older documents that writes an Ed25519 key as it is, and the member it stands in."""


@dataclass(frozen=True, slots=True)
class ControllerDocument:
    """A DID document or another controlled identifier document.

    methods: every verification method by its absolute id; None where two share one id.
    assertion: ids that may sign credentials, in order. delegates: identifiers the document lets act for it
    (`controller`, `capabilityDelegation`).
    """

    id: str
    methods: Mapping[str, JsonObject | None]
    assertion: tuple[str, ...]
    delegates: frozenset[str]
    _keys: dict[str, PublicKey] = field(default_factory=dict, repr=False, compare=False)


@lru_cache(maxsize=DOCUMENTS_KEPT)
def read_controller_document(body: bytes, expected_id: str) -> ControllerDocument:
    """The document in `body`, which has to call itself `expected_id`.

    Errors: Invalid ``did.malformed``, ``did.id_mismatch``.
    """
    document = _parsed(body)
    if document.get("id") != expected_id:
        raise Invalid("did.id_mismatch", "The issuer's document of keys is about somebody else.", "id")
    methods: dict[str, JsonObject | None] = {}
    for method in _objects(document.get("verificationMethod")):
        _add(methods, method, expected_id)
    assertion = _assertion(document, methods, expected_id)
    delegates = {without_fragment(name) for name in _texts(document.get("capabilityDelegation"))}
    delegates.update(_texts(document.get("controller")))
    return ControllerDocument(expected_id, MappingProxyType(methods), assertion, frozenset(delegates))


def key_in(document: ControllerDocument, method_id: str, now: datetime) -> PublicKey:
    """The key of one method that is allowed to sign credentials.

    Errors: Invalid ``key.not_found``, ``key.ambiguous``, ``key.controller_mismatch``,
    ``key.not_authorized``, ``key.malformed``, ``key.weak``, ``jose.jwk_private``, ``time.malformed``.
    """
    if method_id not in document.methods:
        raise Invalid("key.not_found", "The issuer's document does not list the key that signed this.")
    method = document.methods[method_id]
    if method is None:
        raise Invalid("key.ambiguous", "The issuer's document lists two keys under the name that signed this.")
    if method.get("controller") != document.id:
        raise Invalid("key.controller_mismatch", "The key that signed this is controlled by somebody else.")
    if method_id not in document.assertion:
        raise Invalid("key.not_authorized", "The issuer does not let this key sign credentials (assertionMethod).")
    _check_still_used(method, now)
    key = document._keys.get(method_id)
    if key is None:
        key = document._keys[method_id] = _key_of(method)
    return key


def only_key_of(document: ControllerDocument, now: datetime) -> PublicKey:
    """The one key that may sign credentials, for a token that names none. Errors: as `key_in`."""
    if len(set(document.assertion)) > 1:
        raise Invalid("key.ambiguous", "The token does not say which of the issuer's keys signed it.")
    if not document.assertion:
        raise Invalid("key.not_authorized", "The issuer's document lets no key sign credentials.")
    return key_in(document, document.assertion[0], now)


def key_with_thumbprint(document: ControllerDocument, thumbprint: str, now: datetime) -> PublicKey:
    """The listed key whose RFC 7638 thumbprint this is.

    Errors: Invalid ``jose.key_unbound`` when no key that may sign credentials is this one.
    """
    for method_id in document.assertion:
        try:
            key = key_in(document, method_id, now)
        except Invalid:
            continue  # a broken or retired neighbour says nothing about the key that is looked for
        if key.thumbprint() == thumbprint:
            return key
    raise Invalid("jose.key_unbound", "The key in the token is not one that the issuer publishes.")


def _parsed(body: bytes) -> JsonObject:
    try:
        return parse_object(body)
    except Refused as refused:
        raise Invalid("did.malformed", "The issuer's document of keys is no readable JSON object.") from refused


def _objects(value: Any) -> list[JsonObject]:
    methods = value if isinstance(value, list) else []
    if len(methods) > MAX_METHODS:
        raise Invalid("did.malformed", "The issuer's document lists more keys than are looked at.")
    return [method for method in methods if isinstance(method, dict)]


def _texts(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]


def _add(methods: dict[str, JsonObject | None], method: JsonObject, document_id: str) -> None:
    method_id = method.get("id")
    if isinstance(method_id, str):
        name = _absolute(method_id, document_id)
        methods[name] = None if name in methods else method


def _absolute(name: str, document_id: str) -> str:
    """A name as a URL; a bare fragment is one of the document it stands in (DID Core §3.2.2)."""
    return f"{document_id}{name}" if name.startswith("#") else name


def _assertion(document: JsonObject, methods: dict[str, JsonObject | None], document_id: str) -> tuple[str, ...]:
    """Ids under assertionMethod; a method written out there in full is added to `methods`."""
    listed = document.get("assertionMethod")
    for method in _objects(listed):
        _add(methods, method, document_id)
    names = [item.get("id") if isinstance(item, dict) else item for item in listed] if isinstance(listed, list) else []
    return tuple(_absolute(name, document_id) for name in names if isinstance(name, str))


def _check_still_used(method: JsonObject, now: datetime) -> None:
    """`revoked` and `expires` end the verifying of everything the key ever signed (CID 1.0 §2.2)."""
    for member in ("revoked", "expires"):
        if member in method and parse_timestamp(method[member], member) <= now:
            raise Invalid("key.not_authorized", f"The issuer's document says this key is {member}.")


def _key_of(method: JsonObject) -> PublicKey:
    if _SECRETS & method.keys():
        raise Invalid("jose.jwk_private", "The issuer's document gives away the private half of the key that signed.")
    multikey, jwk = method.get("publicKeyMultibase"), method.get("publicKeyJwk")
    if method.get("type") == _BASE58[0] and multikey is None and jwk is None:
        return _key_in_base58(method.get(_BASE58[1]))
    if (multikey is None) == (jwk is None):
        raise Invalid("key.malformed", "The method gives its key in no form that is read, or in two.")
    kind = method.get("type")
    if not isinstance(kind, str) or _FORM_OF_TYPE.get(kind, multikey is None) != (multikey is None):
        raise Invalid("key.malformed", "The method's type does not go with the form of its key.")
    if "KeyAgreement" in kind:
        raise Invalid("key.malformed", "The method is for agreeing on keys, not for signing.")
    return from_jwk(jwk) if multikey is None else from_multibase(multikey)  # type: ignore[arg-type]  # both check types


def _key_in_base58(text: Any) -> PublicKey:
    """An Ed25519 key without anything before it that says so (Ed25519 Signature 2018 §3)."""
    try:
        raw = decode_base58btc(text if isinstance(text, str) else "", max_bytes=ED25519_BYTES)
    except ValueError as error:
        raise Invalid("key.malformed", "The publicKeyBase58 is not base58btc, or far too long.") from error
    return ed25519_key(raw)
