"""What the issuer publishes of its keys: the DID document, the JWK set and single JWKs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from issuer.credentials.identity import IssuerIdentity
from issuer.proofs.key_kinds import PublicKey
from issuer.proofs.strict_json import JsonObject

DID_CONTEXTS = (
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1",
)


class KeyUse(StrEnum):
    """What a key signs, and so how it is written: Multikey for Data Integrity, JsonWebKey for JOSE.

    REPORT: a JOSE key that signs reports of verifications, and may sign no credential.
    """

    DATA_INTEGRITY = "data-integrity"
    JOSE = "jose"
    REPORT = "report"


class KeyState(StrEnum):
    """Where a key stands in its life. All but compromised ones verify; only active ones sign."""

    ANNOUNCED = "announced"
    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"


@dataclass(frozen=True)
class PublishedKey:
    """The public half of one key. kid: its name, the fragment of its DID URL."""

    kid: str
    public: PublicKey
    use: KeyUse
    state: KeyState


def method_id(identity: IssuerIdentity, kid: str) -> str:
    """The DID URL of a key, absolute."""
    return f"{identity.did}#{kid}"


def did_document(identity: IssuerIdentity, keys: Collection[PublishedKey]) -> JsonObject:
    """The did:web document (CID 1.0 §2.2): one method for each key, those for credentials in `assertionMethod`.

    Retired keys stay, or the badges they signed could no longer be verified; compromised ones are left out.
    """
    believed = [key for key in keys if key.state is not KeyState.COMPROMISED]
    return {
        "@context": list(DID_CONTEXTS),
        "id": identity.did,
        "verificationMethod": [_method(identity, key) for key in believed],
        "assertionMethod": [method_id(identity, key.kid) for key in believed if key.use is not KeyUse.REPORT],
    }


def jwk_set(identity: IssuerIdentity, keys: Collection[PublishedKey]) -> JsonObject:
    """The JWK set (RFC 7517 §5) of the JOSE keys; each `kid` is what our tokens carry, the DID URL."""
    return {"keys": [bare_jwk(key, method_id(identity, key.kid)) for key in keys if _is_in_jwk_set(key)]}


def bare_jwk(key: PublishedKey, kid: str | None = None) -> JsonObject:
    """One public JWK alone, as OB 3.0 §8.2 wants it behind an http `kid`."""
    return {"kid": kid or key.kid, "use": "sig", "alg": key.public.alg, **key.public.jwk()}


def _is_in_jwk_set(key: PublishedKey) -> bool:
    return key.use is KeyUse.JOSE and key.state is not KeyState.COMPROMISED


def _method(identity: IssuerIdentity, key: PublishedKey) -> JsonObject:
    named = {"id": method_id(identity, key.kid)}
    if key.use is KeyUse.DATA_INTEGRITY:
        written: JsonObject = {"type": "Multikey", "publicKeyMultibase": key.public.multibase()}
    else:
        written = {"type": "JsonWebKey", "publicKeyJwk": bare_jwk(key)}
    return {**named, "type": written.pop("type"), "controller": identity.did, **written}
