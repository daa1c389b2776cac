from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from issuer.credentials.identity import IssuerIdentity
from issuer.credentials.status_list import indexes_of, published_at
from issuer.domain.award import Form
from issuer.errors import Invalid, Unavailable, Unprocessable
from issuer.issuance.publish import ListSigner
from issuer.issuance.signing import NamedSigner, SignerWithKid
from issuer.proofs.data_integrity import verify_proof
from issuer.proofs.linked_data import Reader

NOW = datetime(2026, 11, 21, 18, 0, 0, tzinfo=UTC)


@pytest.fixture
def sign_list(
    identity: IssuerIdentity,
    signers: Mapping[Form, SignerWithKid],
    reader: Reader,
    checked: list[tuple[bytes, str]],
) -> ListSigner:
    return ListSigner(identity, signers[Form.EDDSA_RDFC_2022], reader, lambda *seen: checked.append(seen))


def test_a_list_is_signed_checked_and_can_be_read_back(
    sign_list: ListSigner, reader: Reader, checked: list[tuple[bytes, str]]
) -> None:
    body = sign_list(2, "suspension", {0, 5, 131_071}, NOW)
    document = json.loads(body)
    proof = document.pop("proof")
    verify_proof(document, proof, sign_list.key.public, reader)
    assert indexes_of(body) == {0, 5, 131_071}
    assert published_at(body) == NOW
    assert document["id"] == "https://badges.example.org/status/suspension-2"
    assert document["validUntil"] == "2026-12-21T18:00:00Z"
    assert document["credentialSubject"]["ttl"] == 300_000
    assert checked == [(body, "application/vc+ld+json")]


def test_the_same_list_at_the_same_moment_has_the_same_bytes(sign_list: ListSigner) -> None:
    assert sign_list(1, "revocation", [7, 3], NOW) == sign_list(1, "revocation", {3, 7}, NOW)
    assert sign_list(1, "revocation", {3}, NOW) != sign_list(1, "revocation", {3}, NOW + timedelta(seconds=1))


def test_an_empty_list_is_as_long_as_a_full_one(sign_list: ListSigner) -> None:
    assert indexes_of(sign_list(1, "revocation", (), NOW)) == set()
    assert len(indexes_of(sign_list(1, "revocation", range(131_072), NOW))) == 131_072


def test_an_entry_outside_the_list_is_refused(sign_list: ListSigner) -> None:
    with pytest.raises(Unprocessable):
        sign_list(1, "revocation", {131_072}, NOW)


def test_a_wrong_signature_is_never_published(sign_list: ListSigner) -> None:
    wrong = NamedSigner("EdDSA", sign_list.key.kid, lambda _message: bytes(64))
    with pytest.raises(Unprocessable) as refused:
        replace(sign_list, key=replace(sign_list.key, signer=wrong))(1, "revocation", {1}, NOW)
    assert refused.value.code == "issue.self_check"


def test_a_key_that_cannot_be_used_is_a_matter_of_time(sign_list: ListSigner) -> None:
    def down(_message: bytes) -> bytes:
        raise OSError

    signer = NamedSigner("EdDSA", sign_list.key.kid, down)
    with pytest.raises(Unavailable):
        replace(sign_list, key=replace(sign_list.key, signer=signer))(1, "revocation", {1}, NOW)


def test_what_the_public_verification_refuses_is_never_published(sign_list: ListSigner) -> None:
    def verify(_body: bytes, _media_type: str) -> None:
        raise Invalid("key.not_authorized", "The key is not listed.")

    with pytest.raises(Unprocessable) as refused:
        replace(sign_list, self_check=verify)(1, "revocation", {1}, NOW)
    assert refused.value.code == "issue.self_check"


def test_lists_are_small_enough_to_be_read_by_our_own_limits(sign_list: ListSigner) -> None:
    every_third = range(0, 131_072, 3)
    assert len(sign_list(1, "revocation", every_third, NOW)) < 64 * 1024
