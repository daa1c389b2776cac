"""Proofs for one domain and one challenge: VC-DI §2.1 and §4.4."""

from __future__ import annotations

from typing import Any

import pytest

MADE = {"domain": "school.example", "challenge": "c-1"}


@pytest.mark.parametrize(
    ("made", "asked", "verdict"),
    [
        ({}, {}, "valid"),
        (MADE, MADE, "valid"),
        (MADE, {}, "invalid"),
        (MADE, {"domain": "school.example"}, "invalid"),
        (MADE, {**MADE, "domain": "other.example"}, "invalid"),
        (MADE, {**MADE, "challenge": "c-2"}, "invalid"),
        ({"domain": "school.example"}, MADE, "invalid"),
        ({}, {"domain": "school.example"}, "invalid"),
        ({}, {"challenge": "c-1"}, "invalid"),
    ],
    ids=str,
)
def test_a_proof_counts_for_who_asked_for_it(
    world: Any, made: dict[str, Any], asked: dict[str, str], verdict: str
) -> None:
    signed = world.di(world.badge(), **made)
    world.expect(signed, verdict, None if verdict == "valid" else "proof.domain", **asked)


def test_a_token_names_no_domain(world: Any) -> None:
    world.expect(world.jwt(), "invalid", "proof.domain", domain="school.example")


BY_OTHERS = "did:web:other.example#key-1"


@pytest.mark.parametrize("method", [None, BY_OTHERS, ""], ids=["issuer", "other", "nobody"])
def test_a_proof_that_was_not_checked_answers_nothing(world: Any, method: str | None) -> None:
    """Anybody can write one beside the issuer's and have it name any challenge."""
    signed = world.di(world.badge())
    added = {"type": "Ed25519Signature2018", "verificationMethod": world.ok.verification_method, **MADE}
    if method is not None:
        added["verificationMethod"] = method
    sent = {**signed, "proof": [signed["proof"], added]}
    world.expect(sent, "valid", None)
    world.expect(sent, "invalid", "proof.domain", **MADE)


def test_the_good_proof_of_another_answers_nothing(world: Any) -> None:
    badge = world.badge()
    sent = {**badge, "proof": [world.proof(badge), world.proof(badge, world.did_key, **MADE)]}
    world.expect(sent, "invalid", "proof.domain", **MADE)


@pytest.mark.parametrize("inside", [MADE, ["text"], "text"], ids=str)
def test_what_stands_inside_a_token_answers_nothing(world: Any, inside: Any) -> None:
    world.expect(world.jwt(world.badge(proof=inside)), "invalid", "proof.domain", **MADE)
