"""An issuer with keys of its own, and a plan of a badge of every badge class."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import badge_classes
import schemas
from badge_classes import BadgeClass
from issuer.credentials.did_document import KeyState, KeyUse, PublishedKey, did_document
from issuer.credentials.identity import IssuerIdentity, identify
from issuer.domain.award import Award, Form, StatusEntry
from issuer.domain.review import Rating
from issuer.issuance.prepare import ChildRef, Preparer, Recipient
from issuer.issuance.seal import Sealer
from issuer.issuance.signing import SignerWithKid
from issuer.proofs.contexts import ContextBook
from issuer.proofs.key_kinds import PublicKey, ed25519_key, elliptic_key, rsa_key
from issuer.proofs.linked_data import Reader

VALID_FROM = datetime(2024, 6, 1, 18, 0, 0, tzinfo=UTC)
"""In the past by any clock: some of the implementations compared with look at the real one."""
DETERMINISTIC = ec.ECDSA(SHA256(), deterministic_signing=True)


@dataclass
class CountingSigner:
    """A key in memory that remembers what it was asked to sign."""

    alg: str
    verification_method: str
    private: Any
    asked: list[bytes] = field(default_factory=list)

    def sign(self, message: bytes) -> bytes:
        self.asked.append(message)
        if self.alg == "EdDSA":
            return bytes(self.private.sign(message))
        if self.alg == "RS256":
            return bytes(self.private.sign(message, padding.PKCS1v15(), SHA256()))
        r, s = decode_dss_signature(self.private.sign(message, DETERMINISTIC))
        return r.to_bytes(32) + s.to_bytes(32)


def make_key(identity: IssuerIdentity, kid: str, alg: str) -> SignerWithKid:
    private: Any
    public: PublicKey
    if alg == "EdDSA":
        private = ed25519.Ed25519PrivateKey.generate()
        public = ed25519_key(private.public_key().public_bytes_raw())
    elif alg == "RS256":
        private = rsa.generate_private_key(65537, 2048)
        public = rsa_key(private.public_key().public_numbers().n, 65537)
    else:
        private = ec.generate_private_key(ec.SECP256R1())
        public = elliptic_key("P-256", private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint))
    name = f"{identity.did}#{kid}"
    return SignerWithKid(CountingSigner(alg, name, private), public, name, lambda info: sha256(b"a" + info).digest())


@pytest.fixture(scope="session")
def identity() -> IssuerIdentity:
    return identify("https://badges.example.org", "Schools That Lead", description="Teachers lead.")


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader(ContextBook({one.url: one.document for one in schemas.contexts() if not one.edition}))


@pytest.fixture(scope="session")
def catalogue() -> list[BadgeClass]:
    """The newest version of every badge class, drafts too, in the catalogue's order; the stack last."""
    return list({one.slug: one for one in badge_classes.load().badge_classes}.values())


@pytest.fixture(scope="session")
def session_keys(identity: IssuerIdentity) -> dict[str, SignerWithKid]:
    """One key for each algorithm a form can be sealed with, by its JOSE name; P-256 for the one of Data Integrity."""
    keys = {alg: make_key(identity, f"{alg.lower()}-1", alg) for alg in ("EdDSA", "RS256", "ES256")}
    return {**keys, "P-256": make_key(identity, "p-256-1", "ES256")}


@pytest.fixture
def keys(session_keys: dict[str, SignerWithKid]) -> dict[str, SignerWithKid]:
    """The same keys, not yet asked anything in this test."""
    return {
        alg: replace(key, signer=replace(key.signer, asked=[]))  # type: ignore[type-var]
        for alg, key in session_keys.items()
    }


def by_form(keys: Mapping[str, SignerWithKid]) -> dict[Form, SignerWithKid]:
    return {
        Form.EDDSA_RDFC_2022: keys["EdDSA"],
        Form.VC_JWT: keys["RS256"],
        Form.ECDSA_SD_2023: keys["P-256"],
        Form.SD_JWT_VC: keys["ES256"],
    }


@pytest.fixture
def signers(keys: dict[str, SignerWithKid]) -> dict[Form, SignerWithKid]:
    return by_form(keys)


@pytest.fixture
def asked(signers: dict[Form, SignerWithKid]) -> Callable[[], int]:
    """How often the real keys were asked to sign in this test."""
    return lambda: sum(len(key.signer.asked) for key in signers.values())  # type: ignore[attr-defined]


@pytest.fixture
def preparer(identity: IssuerIdentity, reader: Reader, signers: Mapping[Form, SignerWithKid]) -> Preparer:
    """Plans every form with the approval."""
    return Preparer(identity, reader, signers, first=tuple(Form))


@pytest.fixture
def checked() -> list[tuple[bytes, str]]:
    """What the public verification was asked to look at."""
    return []


@pytest.fixture
def sealer(signers: Mapping[Form, SignerWithKid], reader: Reader, checked: list[tuple[bytes, str]]) -> Sealer:
    return Sealer(signers.values(), reader, lambda body, media_type: checked.append((body, media_type)))


@pytest.fixture(scope="session")
def parts_of() -> Callable[..., dict[str, Any]]:
    """The arguments of `Preparer.prepare` for a badge class, with changes."""

    def build(badge_class: BadgeClass, **changes: Any) -> dict[str, Any]:
        parts = {
            "award_id": str(UUID(int=7)),
            "badge_class": badge_class,
            "recipient": Recipient("Zoë “Zo” O’Neill-Åström ®", "Zoe.ONeill@School.example.org"),
            "ratings": tuple(Rating(one.id, one.required_level, "private") for one in badge_class.requirements),
            "public_narratives": {one.id: "What I *learned*." for one in badge_class.requirements[:1]},
            "status": StatusEntry(list_number=1, index=94567),
            "valid_from": VALID_FROM,
            "awarded_at": VALID_FROM,
            "salt": bytes(range(16)),
            "subject_id": UUID(int=9).urn,
            "children": tuple(
                ChildRef(str(UUID(int=100 + place)), f"Child {place}", f"{place:064x}")
                for place, _ in enumerate(badge_class.requires)
            ),
        }
        return {**parts, **changes}

    return build


def planned(preparer: Preparer, badge_class: BadgeClass, parts: dict[str, Any]) -> Award:
    prepared = preparer.prepare(**parts)
    return Award(
        id=parts["award_id"],
        person_id=str(UUID(int=1)),
        submission_id=None,
        achievement=badge_class.slug,
        version=badge_class.version,
        status=parts["status"],
        content=prepared.content,
        content_sha256=prepared.content_sha256,
        lint_token=prepared.lint_token,
        forms=prepared.forms,
        valid_from=parts["valid_from"],
        awarded_at=parts["awarded_at"],
        planned_at=parts["valid_from"],
    )


@pytest.fixture
def plan(preparer: Preparer, parts_of: Callable[..., dict[str, Any]]) -> Callable[..., Award]:
    """A planned award of a badge class."""

    def build(badge_class: BadgeClass, **changes: Any) -> Award:
        return planned(preparer, badge_class, parts_of(badge_class, **changes))

    return build


@pytest.fixture(scope="session")
def sealed_catalogue(
    catalogue: list[BadgeClass],
    identity: IssuerIdentity,
    session_keys: dict[str, SignerWithKid],
    reader: Reader,
    parts_of: Callable[..., dict[str, Any]],
) -> tuple[tuple[Award, Mapping[Form, bytes]], ...]:
    """A badge of every badge class, planned and sealed once for all tests: (plan, sealed bytes by form)."""
    signers = by_form(session_keys)
    preparer = Preparer(identity, reader, signers, first=tuple(Form))
    sealer = Sealer(signers.values(), reader, lambda body, media_type: None)
    awards = [planned(preparer, one, parts_of(one)) for one in catalogue]
    return tuple((award, MappingProxyType(sealer.seal(award))) for award in awards)


@pytest.fixture
def did_json(identity: IssuerIdentity, keys: dict[str, SignerWithKid]) -> bytes:
    """The issuer's DID document as it is served."""
    published = [
        PublishedKey(
            key.kid.partition("#")[2],
            key.public,
            KeyUse.DATA_INTEGRITY if alg in ("EdDSA", "P-256") else KeyUse.JOSE,
            KeyState.ACTIVE,
        )
        for alg, key in keys.items()
    ]
    return json.dumps(did_document(identity, published)).encode()


@pytest.fixture(scope="session")
def standards() -> Callable[[str], dict[str, Any]]:
    """Reads a JSON file of the published standards, which the project does not carry."""
    folder = Path(os.environ.get("STANDARDS_DIR", Path(__file__).parents[3] / "shared" / "standards"))
    if not folder.is_dir():
        pytest.skip("the published standards are not at STANDARDS_DIR")

    def read(path: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((folder / path).read_text("utf-8"))
        return document

    return read
