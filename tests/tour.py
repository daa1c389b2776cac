"""`make tour`: runs the README's blocks against a fresh service and compares the answers with what stands below them.

Fences marked `sh tour` are run by one bash, in order. The lines of the fence marked `text expect` that follows must
occur in the output in this order; the exit status is 1 when one does not.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
README_ADDRESS = "http://localhost:8000"
START_WITHIN_S = 60
STOP_WITHIN_S = 20
TOUR_WITHIN_S = 120
DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))
FENCE = re.compile(r"^```(?P<info>sh tour|text expect)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Step:
    """A block of commands and the lines its output must hold. line: where the block stands in the README."""

    commands: str
    line: int
    expected: tuple[str, ...] = ()


def steps(readme: str) -> list[Step]:
    """The tour that a README describes. Raises ValueError for an expectation without commands before it."""
    found: list[Step] = []
    for fence in FENCE.finditer(readme):
        if fence["info"] == "sh tour":
            found.append(Step(fence["body"], readme.count("\n", 0, fence.start()) + 1))
        elif not found or found[-1].expected:
            raise ValueError(f"nothing was run for this expectation: {fence['body']}")
        else:
            found[-1].expected = tuple(line for line in fence["body"].splitlines() if line.strip())
    return found


def missing(expected: tuple[str, ...], output: str) -> str | None:
    """The first expected line that does not occur after those before it."""
    position = 0
    for line in expected:
        found = output.find(line, position)
        if found < 0:
            return line
        position = found + len(line)
    return None


def run(found: list[Step], address: str) -> list[str]:
    """The output of each step, all run by one bash."""
    mark = "=== end of step ==="
    script = "".join(f"{step.commands}\nprintf '\\n%s\\n' '{mark}'\n" for step in found)
    with tempfile.TemporaryDirectory() as folder:
        command = Path(folder) / "issuer"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m issuer "$@"\n')
        command.chmod(0o755)
        environment = {**_clean(), "PATH": f"{os.environ['PATH']}:{folder}", "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            ["bash", "-u"], input=script.replace(README_ADDRESS, address), cwd=ROOT, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=TOUR_WITHIN_S,
        )  # fmt: skip
    return done.stdout.split(f"\n{mark}\n")[: len(found)]


@contextmanager
def fresh_service() -> Iterator[str]:
    """The service with demo people on a free port and a new folder, ended by SIGTERM; its address."""
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="issuer-tour-") as folder:
        environment = {**_clean(), "PORT": str(port), "DATA_DIR": folder, "DEMO": "on", "PYTHONPATH": str(ROOT)}
        with (Path(folder) / "log").open("w+") as log:
            serving = subprocess.Popen(
                [sys.executable, "-m", "issuer", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
            try:
                address = f"http://localhost:{port}"
                _wait(serving, address, Path(log.name))
                yield address
                _stop(serving)
            finally:
                if serving.poll() is None:
                    serving.kill()
                    serving.wait()


def _wait(serving: subprocess.Popen[bytes], address: str, log: Path) -> None:
    ends_at = time.monotonic() + START_WITHIN_S
    while time.monotonic() < ends_at:
        if serving.poll() is not None:
            raise SystemExit(f"the service ended by itself:\n{log.read_text()}")
        try:
            with DIRECTLY.open(f"{address}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    raise SystemExit(f"the service did not start:\n{log.read_text()}")


def _stop(serving: subprocess.Popen[bytes]) -> None:
    serving.send_signal(signal.SIGTERM)
    status = serving.wait(STOP_WITHIN_S)
    if status != 0:
        raise SystemExit(f"the service ended with status {status}")


def _clean() -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"NO_PROXY": "localhost,127.0.0.1"}


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def main() -> int:
    found = steps((ROOT / "README.md").read_text("utf-8"))
    if not found or not all(step.expected for step in found):
        print("every block of the README's tour needs its expectation", file=sys.stderr)
        return 1
    with fresh_service() as address:
        outputs = run(found, address)
    outputs += [""] * (len(found) - len(outputs))
    status = 0
    for step, output in zip(found, outputs, strict=True):
        lacking = missing(step.expected, output)
        print(f"README.md:{step.line}: {'as written' if lacking is None else 'differs'}")
        if lacking is not None:
            print(f"  expected: {lacking}\n  in the output:\n{output}", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
