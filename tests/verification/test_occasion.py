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
