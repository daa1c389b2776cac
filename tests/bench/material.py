"""What is measured with: one issuer, many badges of one real badge class, about 3.4 KB each once signed.

No badge and no proof time repeats within a pool, so that nothing is fast for having been seen before, except
where a row says so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

import badge_classes
import schemas
from issuer.credentials.did_document import KeyState, KeyUse, PublishedKey, did_document, method_id
from issuer.credentials.identity import IssuerIdentity, identify
from issuer.credentials.open_badge import BadgeContent, unsigned_badge
from issuer.credentials.recipient import Recipient
from issuer.credentials.status_list import unsigned_status_list
from issuer.domain.award import StatusEntry
from issuer.domain.review import Rating
from issuer.proofs import data_integrity, public_keys, vc_jwt
from issuer.proofs.linked_data import Reader
from issuer.proofs.strict_json import JsonObject
from issuer.verification.readers import current_reader
from keys.software import PrivateKey, SoftwareSigner

NOW = datetime(2026, 11, 21, 18, 0, 0, tzinfo=UTC)
POOL_SIZE = 1_500
"""More than any cache of proof options holds."""

BADGE_CLASS = "using-improvement-methods"
"""Without its rubric its badge has the size of a common Open Badge; whole, it is one of our smaller ones."""


@dataclass
class Material:
    """The issuer's key and everything made with it; pools are made when first asked for."""

    identity: IssuerIdentity
    private: Ed25519PrivateKey
    size: int = POOL_SIZE
    with_rubric: bool = False

    @cached_property
    def reader(self) -> Reader:
        return current_reader()

    @cached_property
    def method(self) -> str:
        return method_id(self.identity, "bench")

    @cached_property
    def signer(self) -> SoftwareSigner:
        return SoftwareSigner(PrivateKey("EdDSA", self.private), self.method)

    @cached_property
    def jwk(self) -> dict[str, Any]:
        return self.public.jwk()

    @cached_property
    def public(self) -> public_keys.PublicKey:
        return public_keys.from_jwk(_jwk_of(self.private))

    @cached_property
    def private_pem(self) -> bytes:
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @cached_property
    def public_pem(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @cached_property
    def unsigned(self) -> list[JsonObject]:
        badge_class = next(one for one in badge_classes.load().badge_classes if one.slug == BADGE_CLASS)
        if not self.with_rubric:
            badge_class = replace(badge_class, requirements=())
        return [unsigned_badge(_content(badge_class, number), self.identity) for number in range(self.size)]

    @cached_property
    def whole(self) -> Material:
        """The same with the rubric and its results in every badge, as we issue them."""
        return Material(self.identity, self.private, self.size, with_rubric=True)

    @property
    def description(self) -> dict[str, int]:
        """Bytes and RDF statements of a signed badge."""
        return {"bytes": len(self.bodies[0]), "statements": len(self.reader.read(self.unsigned[0]))}

    @cached_property
    def created(self) -> list[datetime]:
        """A second of its own for each badge of the pool."""
        return [NOW - timedelta(seconds=number) for number in range(self.size)]

    @cached_property
    def signed(self) -> list[JsonObject]:
        return [
            data_integrity.secure(one, self.signer, self.created[number], self.reader)
            for number, one in enumerate(self.unsigned)
        ]

    @cached_property
    def signed_in_one_second(self) -> list[JsonObject]:
        return [data_integrity.secure(one, self.signer, NOW, self.reader) for one in self.unsigned[:64]]

    @cached_property
    def bodies(self) -> list[bytes]:
        return [json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode() for one in self.signed]

    @cached_property
    def tokens(self) -> list[str]:
        return [vc_jwt.secure(one, self.signer) for one in self.unsigned]

    @cached_property
    def did_json(self) -> bytes:
        key = PublishedKey("bench", self.public, KeyUse.DATA_INTEGRITY, KeyState.ACTIVE)
        return json.dumps(did_document(self.identity, [key])).encode()

    @cached_property
    def status_list(self) -> tuple[str, bytes]:
        """Address and body of the list that every badge of the pool names."""
        begun = NOW - timedelta(days=1)
        document = unsigned_status_list(
            self.identity, 1, "revocation", [7], begun, begun + timedelta(days=30), ttl_ms=300_000
        )
        signed = data_integrity.secure(document, self.signer, begun, self.reader)
        return str(document["id"]), json.dumps(signed).encode()


def make() -> Material:
    """A new issuer at https://badges.example.org, with a new key."""
    return Material(identify("https://badges.example.org", "Schools That Lead"), Ed25519PrivateKey.generate())


def contexts_of(material: Material) -> dict[str, dict[str, Any]]:
    """The contexts that the badges name, for a peer that does not bundle them."""
    named = material.unsigned[0]["@context"]
    return {one.url: dict(one.document) for one in schemas.contexts() if one.url in named and not one.edition}


def verify_embedded(signed: dict[str, Any], public: Any, reader: Any) -> None:
    unsecured = {name: value for name, value in signed.items() if name != "proof"}
    data_integrity.verify_proof(unsecured, signed["proof"], public, reader)


def _content(badge_class: badge_classes.BadgeClass, number: int) -> BadgeContent:
    moment = NOW - timedelta(days=2)
    return BadgeContent(
        str(UUID(int=number + 1)), badge_class, Recipient(f"Teacher {number}", f"teacher{number}@school.example.org"),
        tuple(Rating(one.id, one.required_level, "") for one in badge_class.requirements), {},
        StatusEntry(list_number=1, index=1_000 + number), moment, moment, bytes(16), UUID(int=number + 1).urn, (), None,
    )  # fmt: skip


def _jwk_of(private: Ed25519PrivateKey) -> dict[str, str]:
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": public_keys.base64url.encode(private.public_key().public_bytes_raw()).decode(),
    }
