"""Presentations that somebody signed: VCDM 2.0 §4.13, where a holder may be named and need not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from stranger import V2, Stranger
from web import Town

JsonObject = dict[str, Any]
Verified = Callable[..., JsonObject]

ASKED = {"domain": "course.example", "challenge": "uc4f1"}


@pytest.fixture(scope="module")
def holder() -> Stranger:
    return Stranger()


@pytest.fixture
def verified(town: Town) -> Verified:
    def ask(document: JsonObject, **options: Any) -> JsonObject:
        sent = {"verifiablePresentation": document, "options": options}
        answer = town.anybody().post("/presentations/verify", sent)
        body: JsonObject = answer.json()
        assert (answer.status_code, body["verified"]) in ((200, True), (400, False)), answer.text
        return body

    return ask


def presented(by: Stranger, **members: Any) -> JsonObject:
    """A presentation of nothing, signed for the domain and challenge that are asked."""
    document = {"@context": [V2], "type": ["VerifiablePresentation"], **members}
    signed: JsonObject = json.loads(by.signed(document, proofPurpose="authentication", **ASKED))
    return signed


def test_a_holder_need_not_be_named(verified: Verified, holder: Stranger) -> None:
    document = presented(holder)
    assert verified(document, **ASKED)["verified"]
    assert verified(document)["verified"]


@pytest.mark.parametrize("wrap", [str, lambda did: {"id": did}], ids=["a URL", "an object"])
def test_a_holder_who_is_named_has_signed(verified: Verified, holder: Stranger, wrap: Callable[[str], Any]) -> None:
    assert verified(presented(holder, holder=wrap(holder.did)), **ASKED)["verified"]
    problem = verified(presented(holder, holder=wrap("did:example:acme")), **ASKED)["problemDetails"][0]
    assert problem["code"] == "issuer.mismatch"


def test_what_was_signed_for_others_is_not_for_you(verified: Verified, holder: Stranger) -> None:
    document = presented(holder)
    for asked in ({**ASKED, "domain": "other.example"}, {**ASKED, "challenge": "u0000"}):
        assert verified(document, **asked)["problemDetails"][0]["code"] == "proof.domain"


def test_a_presentation_that_was_changed(verified: Verified, holder: Stranger) -> None:
    document = {**presented(holder), "id": "urn:uuid:6c9cf1a7-26a2-4d4e-8d3c-9e02f7a1a003"}
    assert verified(document, **ASKED)["problemDetails"][0]["code"] == "sig.invalid"
