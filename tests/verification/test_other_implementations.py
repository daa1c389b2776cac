"""Badges that another implementation signed and derived, as files: Digital Bazaar's JavaScript libraries.

The file says with which versions they were made; the keys were made for it and thrown away.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from issuer.proofs.ecdsa_sd_2023 import derive

JsonObject = dict[str, Any]

MADE: Mapping[str, Any] = json.loads(Path(__file__).with_name("made_with_digitalbazaar.json").read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(MADE["badges"]))
def test_their_badges_are_valid_here(world: Any, name: str) -> None:
    badge = MADE["badges"][name]
    world.expect(badge, "valid", None)
    changed = copy.deepcopy(badge)
    changed["credentialSubject"]["achievement"]["creditsAvailable"] = 36.25
    world.expect(changed, "invalid", "sig.invalid")


@pytest.mark.parametrize("number", range(len(MADE["selective"]["derived"])))
def test_what_is_derived_of_their_base_proof_is_theirs_to_the_byte(world: Any, number: int) -> None:
    base, theirs = MADE["selective"]["base"], MADE["selective"]["derived"][number]
    ours = derive(copy.deepcopy(base), theirs["pointers"], world.reader)
    assert ours == theirs["credential"]
    world.expect(theirs["credential"], "valid", None)
    ours["issuer"]["name"] = "Somebody Else"
    world.expect(ours, "invalid", "sig.invalid")


def test_their_base_proof_is_for_the_holder_alone(world: Any) -> None:
    world.expect(MADE["selective"]["base"], "invalid", "proof.malformed")
