"""The contexts, keys and folders of the W3C's vectors for cryptosuites.

The vectors name two contexts that no credential of ours may use: the examples' one, which is read from the
standards' folder, and a draft of the citizenship vocabulary, of which the few terms that the vectors use stand
here. Their canonical forms, which are part of the vectors, tell whether these are right.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

import schemas
from issuer.proofs import multibase
from issuer.proofs.contexts import ContextBook
from issuer.proofs.linked_data import Reader

JsonObject = dict[str, Any]

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
CITIZENSHIP = "https://w3id.org/citizenship/v4rc1"
_SCHEMA, _CITIZENSHIP, _DATE = (
    "https://schema.org/",
    "https://w3id.org/citizenship#",
    "http://www.w3.org/2001/XMLSchema#dateTime",
)
_CITIZENSHIP_TERMS: JsonObject = {
    "@protected": True,
    "id": "@id",
    "type": "@type",
    **{
        name: _SCHEMA + name for name in ("Person", "additionalName", "familyName", "gender", "givenName", "identifier")
    },
    **{
        name: _CITIZENSHIP + name
        for name in (
            "EmployablePerson",
            "EmploymentAuthorizationDocument",
            "EmploymentAuthorizationDocumentCredential",
            "PermanentResident",
            "PermanentResidentCard",
            "PermanentResidentCardCredential",
            "birthCountry",
            "commuterClassification",
            "lprCategory",
            "lprNumber",
        )
    },
    **{
        name: {"@id": _CITIZENSHIP + name, "@type": "@id"}
        for name in ("employmentAuthorizationDocument", "permanentResidentCard")
    },
    "image": {"@id": f"{_SCHEMA}image", "@type": "@id"},
    "birthDate": {"@id": f"{_SCHEMA}birthDate", "@type": _DATE},
    "residentSince": {"@id": f"{_CITIZENSHIP}residentSince", "@type": _DATE},
}


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader(ContextBook(_bundled()))


@pytest.fixture(scope="session")
def w3c_reader(standards_dir: Path) -> Reader:
    examples = json.loads((standards_dir / "contexts/credentials-examples-v2.json").read_text("utf-8"))
    return Reader(
        ContextBook({**_bundled(), EXAMPLES: examples, CITIZENSHIP: {"@context": _CITIZENSHIP_TERMS}}),
    )


def _bundled() -> dict[str, Any]:
    return {file.url: file.document for file in schemas.contexts() if not file.edition}


@pytest.fixture(scope="session")
def vectors(standards_dir: Path) -> Path:
    return standards_dir / "test-vectors"


@pytest.fixture(scope="session")
def varied() -> dict[str, JsonObject]:
    """Credentials of every kind that the pinned contexts can express, without their proofs."""
    text = (Path(__file__).parents[1] / "linked_data/varied_credentials.json").read_text("utf-8")
    return {
        name: {member: value for member, value in credential.items() if member != "proof"}
        for name, credential in json.loads(text).items()
    }


@dataclass(frozen=True)
class VectorSigner:
    """A key that the vectors publish with its secret; ECDSA signs as RFC 6979 says, so always the same."""

    alg: str
    verification_method: str
    secret: bytes

    def sign(self, message: bytes) -> bytes:
        if self.alg == "EdDSA":
            return ed25519.Ed25519PrivateKey.from_private_bytes(self.secret).sign(message)
        curve, digest = (ec.SECP256R1(), SHA256()) if self.alg == "ES256" else (ec.SECP384R1(), SHA384())
        private = ec.derive_private_key(int.from_bytes(self.secret), curve)
        der = private.sign(message, ec.ECDSA(digest, deterministic_signing=True))
        return b"".join(number.to_bytes(len(self.secret)) for number in decode_dss_signature(der))


@pytest.fixture(scope="session")
def vector_signer() -> Callable[[str, str, str], VectorSigner]:
    """(alg, verification method, secret Multikey) → signer."""
    return lambda alg, method, secret: VectorSigner(alg, method, secret_of(secret))


def secret_of(secret_multikey: str) -> bytes:
    """The secret behind its multicodec prefix of two bytes."""
    return multibase.decode(secret_multikey)[2:]


@pytest.fixture(scope="session")
def secret_bytes() -> Callable[[str], bytes]:
    return partial(secret_of)
