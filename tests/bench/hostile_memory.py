"""How much memory the served process holds while every hostile badge that the tests know is sent to it."""

from __future__ import annotations

import random
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import hostile
from server_process import ServerProcess

CLIENTS, TIMES = 8, 3


@dataclass(frozen=True)
class Memory:
    """Resident memory in MiB before anything is verified, and after `badges` hostile ones were, `times` times."""

    badges: int
    times: int
    before_mib: float
    after_mib: float

    def sentence(self) -> str:
        return (
            f"{self.badges} hostile badges, {self.times} times from {CLIENTS} clients: the server holds "
            f"{self.after_mib:.0f} MiB ({self.before_mib:.0f} before)"
        )


def measure(times: int = TIMES) -> Memory:
    """Raises AssertionError when a hostile badge gets another verdict than it has to."""
    world = hostile.world()
    cases = hostile.corpus(world)
    usual = world()
    with tempfile.TemporaryDirectory() as folder, hostile.served(Path(folder) / "data", usual, usual.ago(0)) as server:
        before = server.resident_mib()
        for seed in range(times):
            _send(server, random.Random(seed).sample(cases, len(cases)))
        return Memory(len(cases), times, before, server.resident_mib())


def _send(server: ServerProcess, cases: list[hostile.Hostile]) -> None:
    def work(mine: list[hostile.Hostile]) -> None:
        asking = hostile.Asking(server)
        for case in mine:
            told = asking.told(case)
            assert told[1] == case.verdict, (case.name, told)
        asking.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(work, [cases[start::CLIENTS] for start in range(CLIENTS)]))
