"""The corpus of hostile badges: every case of the attack tests, as bytes to send to a served process.

The cases stand in `tests/verification/test_attacks_*.py`, each a name, how to make what is sent, and the verdict it
has to get. Those that need the issuer's servers to misbehave are left out: here all of them share one outside world.
"""

from __future__ import annotations

import http.client
import importlib.util
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from outside import Site, serving
from server_process import ServerProcess

CASES_FOLDER = Path(__file__).parents[1] / "verification"
MAPPED = {"https://issuer.test": "", "https://evil.test": "/evil"}
Told = tuple[int, str, tuple[str, ...]]
Case = tuple[str, Callable[[Any], tuple[bytes, str]], str, str | None]


@dataclass(frozen=True)
class Hostile:
    """One case. verdict: ``valid``, ``invalid``, ``indeterminate`` or ``refused``; code: one that has to be told."""

    name: str
    body: bytes
    media_type: str
    verdict: str
    code: str | None


def corpus(new_world: Callable[[], Any]) -> list[Hostile]:
    """Every case whose outside world is the usual one."""
    usual = new_world().web
    found = []
    for name, build, verdict, code in cases():
        world = new_world()
        body, media_type = build(world)
        if world.web == usual:
            found.append(Hostile(name, body, media_type, verdict, code))
    return found


def cases() -> Iterator[Case]:
    """Name, how to make what is sent out of a world, verdict and code of every case."""
    for path in sorted(CASES_FOLDER.glob("test_attacks_*.py")):
        yield from getattr(_loaded(path), "CASES", ())


def world() -> Any:
    """The class of small worlds that the cases are made in."""
    return _loaded(CASES_FOLDER / "conftest.py").World


def _loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"hostile_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@contextmanager
def served(folder: Path, world: Any, moment: str) -> Iterator[ServerProcess]:
    """The service in a process of its own, at a moment, with the documents of `world` as its outside world."""
    with serving() as site:
        _publish(site, world)
        base = f"http://127.0.0.1:{site.server_port}"
        bases = {origin: base + path for origin, path in MAPPED.items()}
        server = ServerProcess(
            folder, FETCH_LOOPBACK_MAP=json.dumps(bases), CLOCK_FREEZE=moment, RATE_LIMITS="off", JWT_ALGORITHM="ES256",
            VERIFIER_PROCESSES="1",
        )  # fmt: skip
        try:
            yield server.start()
        finally:
            server.stop()


def _publish(site: Site, world: Any) -> None:
    for url, (body, _) in world.web.items():
        origin = next(one for one in MAPPED if url.startswith(one))
        site.serve(MAPPED[origin] + url.removeprefix(origin), body)


class Asking:
    """One connection to the served process that is kept."""

    def __init__(self, server: ServerProcess) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)

    def told(self, case: Hostile) -> Told:
        """Status, verdict (or ``refused``) and every code, in order of the alphabet."""
        self._connection.request("POST", "/verify", case.body, {"Content-Type": case.media_type})
        answer = self._connection.getresponse()
        body = json.loads(answer.read())
        if "verdict" not in body:
            return answer.status, "refused", (body["code"],)
        problems = {row["code"] for row in body["checks"] if row["outcome"] in ("failed", "inconclusive")}
        return answer.status, body["verdict"], tuple(sorted({*problems, *body["flags"]}))

    def health_s(self) -> float:
        """How long the health address takes to answer."""
        begun = time.perf_counter()
        self._connection.request("GET", "/healthz")
        answer = self._connection.getresponse()
        assert (answer.status, answer.read()) == (200, b'{"status":"ok"}')
        return time.perf_counter() - begun

    def close(self) -> None:
        self._connection.close()


@contextmanager
def health_watched(server: ServerProcess, every_s: float = 0.05) -> Iterator[list[float]]:
    """The seconds the health address took, each time it was asked meanwhile."""
    took: list[float] = []
    ended = threading.Event()

    def ask() -> None:
        asking = Asking(server)
        while not ended.wait(every_s):
            took.append(asking.health_s())
        asking.close()

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield took
    finally:
        ended.set()
        thread.join()
