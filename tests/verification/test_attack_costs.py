"""What an attack may cost, by id: processor time (the least of three runs, as others share the machine) and memory."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hostile import Case, cases

MAX_MS = {
    "ENC-18": 500, "ENC-21": 500, "DI-21": 200, "DI-22": 200, "DI-23": 500, "DI-35": 200, "IMG-03": 300, "IMG-14": 100,
    "IMG-16": 200, "STL-09": 500, "STL-24": 200,
}  # fmt: skip
MAX_MIB = {"IMG-03": 16, "STL-09": 40, "ENC-21": 64, "DI-23": 64, "DI-35": 64, "IMG-16": 64}
ROUNDS = 3


@pytest.fixture(scope="module")
def by_id() -> dict[str, list[Case]]:
    """Every case by the id it begins with."""
    found: dict[str, list[Case]] = {}
    for case in cases():
        found.setdefault(case[0].split(" ")[0], []).append(case)
    return found


@pytest.mark.parametrize("id", MAX_MS)
def test_time(id: str, by_id: dict[str, list[Case]], new_world: Callable[..., Any]) -> None:
    for name, build, verdict, code in by_id[id]:
        took_ms = []
        for _ in range(ROUNDS):
            world = new_world()
            sent = build(world)
            begun = time.process_time()
            world.expect(sent, verdict, code)
            took_ms.append(1_000 * (time.process_time() - begun))
        assert min(took_ms) < MAX_MS[id], (name, took_ms)


@pytest.mark.parametrize("id", MAX_MIB)
def test_memory(id: str, by_id: dict[str, list[Case]], new_world: Callable[..., Any]) -> None:
    for name, build, verdict, code in by_id[id]:
        world = new_world()
        sent = build(world)
        world.outcome(sent)  # what is loaded once is no cost of the attack
        tracemalloc.start()
        world.expect(sent, verdict, code)
        peak_mib = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        assert peak_mib < MAX_MIB[id], (name, peak_mib)
