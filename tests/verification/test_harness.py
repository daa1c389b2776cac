"""The whole corpus of hostile badges against one served process: equal verdicts, and no harm to anybody else.

Each case is sent twice, by one client and then by eight at once, in another order each time, with the positive
controls in between.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hostile import Asking, Hostile, Told, corpus, health_watched, served
from server_process import ServerProcess

HEALTH_S, MAX_RESIDENT_MIB = 0.1, 500.0
CONTROL_EVERY = 20


@pytest.fixture
def server(tmp_path: Path, new_world: Callable[..., Any]) -> Iterator[ServerProcess]:
    world = new_world()
    with served(tmp_path / "data", world, world.ago(0)) as process:
        yield process


def _controls(world: Any) -> list[Hostile]:
    """POS-01 and POS-02."""
    tokens = [(key.alg, world.jwt(key=key)) for key in (world.ok, world.p256, world.rsa)]
    return [
        Hostile("POS-01", *world.json_sent(world.di(world.badge())), "valid", None),
        *(Hostile(f"POS-02 {alg}", token, "application/jwt", "valid", None) for alg, token in tokens),
    ]


def _with_controls(cases: list[Hostile], controls: list[Hostile], seed: int) -> list[Hostile]:
    chance = random.Random(seed)
    mixed = chance.sample(cases, len(cases))
    for place in range(len(mixed), 0, -CONTROL_EVERY):
        mixed.insert(place, chance.choice(controls))
    return mixed


def _sent_by(clients: int, server: ServerProcess, cases: list[Hostile]) -> list[tuple[Hostile, Told]]:
    def work(mine: list[Hostile]) -> list[tuple[Hostile, Told]]:
        asking = Asking(server)
        told = [(case, asking.told(case)) for case in mine]
        asking.close()
        return told

    with ThreadPoolExecutor(clients) as pool:
        return [one for told in pool.map(work, [cases[start::clients] for start in range(clients)]) for one in told]


def _patience() -> float:
    """How much slower than a quiet machine this one is right now."""
    return max(1.0, 2 * os.getloadavg()[0] / (os.cpu_count() or 1))


def test_the_same_verdicts_from_one_client_and_from_eight(server: ServerProcess, new_world: Callable[..., Any]) -> None:
    cases, controls = corpus(new_world), _controls(new_world())
    assert len(cases) > 250
    seen: dict[str, Told] = {}
    for clients in (1, 8):
        with health_watched(server) as took:
            answers = _sent_by(clients, server, _with_controls(cases, controls, clients))
        for case, told in answers:
            status, verdict, codes = told
            assert status in (200, 400, 413, 415), (case.name, told)
            assert verdict == case.verdict, (case.name, told)
            assert case.code is None or case.code in codes, (case.name, told)
            assert seen.setdefault(case.name, told) == told, case.name
        took.sort()
        assert took[int(len(took) * 0.9)] <= HEALTH_S * _patience(), took
    assert "Traceback" not in server.log.read_text()
    resident_mib = server.resident_mib()
    print(f"\n{len(cases)} hostile badges twice: {resident_mib:.0f} MiB resident")
    assert resident_mib < MAX_RESIDENT_MIB
