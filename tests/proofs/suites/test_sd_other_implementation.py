"""ecdsa-sd-2023 with another implementation at either end: openvc-core, which reads by pyld."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from openvc.keys import P256SigningKey
from openvc.proof.ecdsa_sd import EcdsaSdProofSuite
from openvc.proof.errors import SignatureInvalid

import schemas
from issuer.errors import Invalid
from issuer.proofs import data_integrity
from issuer.proofs.ecdsa_sd_2023 import ProofSecrets, derive, secure
from issuer.proofs.linked_data import Reader

JsonObject = dict[str, Any]
NOW = datetime(2026, 3, 1, 9, 0, 0, tzinfo=UTC)
SECRETS = ProofSecrets(bytes(range(32)), bytes(range(1, 33)))
MANDATORY = ["/issuer", "/validFrom", "/credentialSubject/achievement/criteria"]
SHOWN = ["/credentialSubject/achievement/name", "/evidence"]


class Other:
    """The other implementation, with our contexts and one of our keys."""

    def __init__(self, signer: Any) -> None:
        self._suite = EcdsaSdProofSuite()
        self._key = P256SigningKey(signer.private, signer.verification_method)
        self._contexts = {file.url: dict(file.document) for file in schemas.contexts() if not file.edition}

    def secure(self, document: JsonObject) -> JsonObject:
        made: JsonObject = self._suite.add_base_proof(
            document,
            signing_key=self._key,
            created=NOW,
            verification_method=self._key.kid,
            mandatory_pointers=MANDATORY,
            extra_contexts=self._contexts,
        )
        return made

    def derive(self, secured: JsonObject) -> JsonObject:
        made: JsonObject = self._suite.derive_proof(secured, selective_pointers=SHOWN, extra_contexts=self._contexts)
        return made

    def verify(self, shown: JsonObject) -> None:
        self._suite.verify(shown, public_key_jwk=self._key.public_jwk(), now=NOW, extra_contexts=self._contexts)


@pytest.fixture
def badge(varied: dict[str, JsonObject]) -> JsonObject:
    """Without lists that have an order: the other implementation gives those an id, which ends in an error."""
    return varied["evidence with and without ids"]


@pytest.fixture
def verify(reader: Reader, memory_signers: Mapping[str, Any]) -> Callable[[JsonObject], None]:
    def check(shown: JsonObject) -> None:
        document = {name: value for name, value in shown.items() if name != "proof"}
        data_integrity.verify_proof(document, shown["proof"], memory_signers["ES256"].public, reader)

    return check


def test_our_badge_shown_by_both(
    badge: JsonObject, reader: Reader, memory_signers: Mapping[str, Any], verify: Callable[[JsonObject], None]
) -> None:
    signer = memory_signers["ES256"]
    other = Other(signer)
    base = secure(badge, signer, NOW, reader, MANDATORY, SECRETS)
    ours, theirs = derive(base, SHOWN, reader), other.derive(base)
    assert ours["proof"] == theirs["proof"]  # theirs writes arrays of one item without brackets
    other.verify(ours)
    verify(theirs)
    ours["name"] = "Doctor"
    with pytest.raises(SignatureInvalid):
        other.verify(ours)
    with pytest.raises(Invalid, match=r"sig\.invalid"):
        verify(ours)


def test_their_badge_shown_by_us(
    badge: JsonObject, reader: Reader, memory_signers: Mapping[str, Any], verify: Callable[[JsonObject], None]
) -> None:
    other = Other(memory_signers["ES256"])
    base = other.secure(badge)
    for pointers in (SHOWN, ["/evidence/1", "/evidence/3"], [""]):
        shown = derive(base, pointers, reader)
        other.verify(shown)
        verify(shown)
