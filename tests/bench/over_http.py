"""`POST /verify` on the real server, in a process of its own, with badges that it issued itself."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import uvloop

from tests.bench.load import keep_busy, request
from tests.bench.rounds import Row

CONNECTIONS = 8
LARGEST_BADGE_BYTES = 5_500
"""Of the badges issued, those near the size of a common Open Badge are sent."""
START_WITHIN_S = 30
WARM_UP_S = 4.0
"""Of each kind, before anything counts: the first questions start processes."""


@dataclass(frozen=True)
class Traffic:
    """One kind of request. bodies: of the badges sent, in turn."""

    what: str
    media_type: str
    bodies: list[bytes]


@dataclass(frozen=True)
class Figures:
    """Rows, and for each discipline the latencies in milliseconds."""

    rows: list[Row]
    latency_ms: dict[str, dict[str, float]]
    badge_bytes: dict[str, int]


def measure(rounds: int, round_s: float) -> Figures:
    """Requests per second, the two kinds of badge taking turns. Raises what `keep_busy` raises."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = environment_of(Path(folder), port)
        traffics = _traffics(_issue(Path(folder), environment))
        with served(environment, port):
            return uvloop.run(_measure(port, traffics, rounds, round_s))  # a client that takes little of the two cores


async def _measure(port: int, traffics: list[Traffic], rounds: int, round_s: float) -> Figures:
    rates: dict[str, list[float]] = {one.what: [] for one in traffics}
    latencies_s: dict[str, list[float]] = {one.what: [] for one in traffics}
    for number in range(rounds + 1):
        for one in traffics:
            requests = [request("localhost", port, "/verify", body, one.media_type) for body in one.bodies]
            duration_s = round_s if number else WARM_UP_S
            rate, seen_s = await keep_busy("127.0.0.1", port, requests, b'"verdict":"valid"', CONNECTIONS, duration_s)
            if number:
                rates[one.what].append(rate)
                latencies_s[one.what] += seen_s
    return Figures(
        [Row(what, "ours", median(found), min(found), max(found)) for what, found in rates.items()],
        {what: _percentiles_ms(sorted(found)) for what, found in latencies_s.items()},
        {one.what: sum(map(len, one.bodies)) // len(one.bodies) for one in traffics},
    )


def _percentiles_ms(sorted_s: list[float]) -> dict[str, float]:
    return {f"p{part}": round(1_000 * sorted_s[len(sorted_s) * part // 100], 2) for part in (50, 95, 99)}


def environment_of(folder: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return {
        **kept, "PORT": str(port), "DATA_DIR": str(folder / "data"), "RATE_LIMITS": "off", "LOG_LEVEL": "WARNING",
        "PUBLIC_URL": f"http://localhost:{port}",
    }  # fmt: skip


def _issue(folder: Path, environment: Mapping[str, str]) -> Path:
    """Badges of every badge class, issued by the service into the data folder that it is then served from."""
    command = [sys.executable, "-m", "issuer", "demo", "--out", str(folder / "out"), "--data", environment["DATA_DIR"]]
    subprocess.run(command, env=dict(environment), check=True, stdout=subprocess.DEVNULL, timeout=120)
    return folder / "out"


def _traffics(out: Path) -> list[Traffic]:
    """Those badges that are valid when the demo has ended: it revokes one."""
    badges = json.loads((out / "after_revocation.json").read_bytes())["badges"]
    paths = [out / "credentials" / f"{one['slug']}.json" for one in badges if one["verdict"] == "valid"]
    small = [path for path in paths if path.stat().st_size <= LARGEST_BADGE_BYTES]
    if not small:
        raise FileNotFoundError(f"no valid badge of at most {LARGEST_BADGE_BYTES} bytes in {out}")
    return [
        Traffic("http_verify_di", "application/vc+ld+json", [path.read_bytes() for path in small]),
        Traffic("http_verify_jwt", "application/vc+jwt", [path.with_suffix(".jwt").read_bytes() for path in small]),
    ]


@contextmanager
def served(environment: Mapping[str, str], port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "issuer", "serve"]
    process = subprocess.Popen(command, env=dict(environment), stdout=subprocess.DEVNULL)
    try:
        _await_health(f"http://localhost:{port}/healthz", process)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _await_health(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=1) as answer:
                if json.load(answer) == {"status": "ok"}:
                    return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer within {START_WITHIN_S} s")


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
