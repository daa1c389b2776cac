"""The real service in a process of its own, on loopback, with people who can sign in."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from issuer.app.adapters import open_adapters
from issuer.app.composition import compose
from issuer.domain.people import Person, Role
from issuer.services.access import OPERATOR
from issuer.services.ports import Passwords
from issuer.settings import from_environment

ROOT = Path(__file__).parents[2]
SERVE = """
import os
from dataclasses import replace

import issuer.__main__
from issuer.app import logs, serving
from issuer.app.composition import compose
from issuer.settings import from_environment

settings = from_environment(os.environ)
logs.set_up(settings.log_level)
service = compose(settings)
wait_s = float(os.environ["BODY_DEADLINE_S"])
serving.serve(replace(service, desk=replace(service.desk, body_deadline_s=wait_s)))
"""
PASSWORD = "seventeen green umbrellas"
SCHOOL, OTHER_SCHOOL = "Maple Street School", "Riverside School"
PEOPLE = {
    "teacher": ("Renée Whitfield", SCHOOL, {Role.TEACHER}),
    "keyboard": ("Ingrid Solberg", SCHOOL, {Role.TEACHER}),
    "colleague": ("Samuel Okafor", SCHOOL, {Role.TEACHER}),
    "walker": ("Amara Osei", SCHOOL, {Role.TEACHER}),
    "runner": ("Luis Ortega", SCHOOL, {Role.TEACHER}),
    "reviewer": ("Jordan Avery", SCHOOL, {Role.REVIEWER}),
    "administrator": ("Priya Nair", SCHOOL, {Role.ADMINISTRATOR}),
    "stranger": ("Noor Haddad", OTHER_SCHOOL, {Role.REVIEWER}),
}


@dataclass(frozen=True)
class HashedOnce:
    """Real hashes of passwords, one for all who have the same."""

    real: Passwords

    def hash(self, password: str) -> str:
        if password not in _HASHES:
            _HASHES[password] = self.real.hash(password)
        return _HASHES[password]

    def matches(self, password_hash: str, password: str) -> bool:
        return self.real.matches(password_hash, password)


_HASHES: dict[str, str] = {}


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


class ServerProcess:
    """The served service on a folder; `people` are there before it starts. Start and stop as often as wanted.

    body_deadline_s: how long it waits for the body of a request, so that a test need not wait for the usual ten.
    """

    def __init__(self, folder: Path, body_deadline_s: float = 10.0, **environment: str) -> None:
        self.folder = folder
        self.body_deadline_s = body_deadline_s
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.log = folder.parent / f"{folder.name}.log"
        clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
        self.environment: Mapping[str, str] = {
            **clean, "PORT": str(self.port), "DATA_DIR": str(folder), "PYTHONPATH": str(ROOT),
            "VERIFIER_PROCESSES": "0",
            "BODY_DEADLINE_S": str(body_deadline_s), **environment,
        }  # fmt: skip
        self.people = self._open_accounts()
        self.process: subprocess.Popen[bytes] | None = None

    def _open_accounts(self) -> dict[str, Person]:
        settings = from_environment(self.environment)
        outside = open_adapters(settings)
        service = compose(settings, replace(outside, passwords=HashedOnce(outside.passwords)))
        try:
            administer = service.desk.administer
            schools = {name: administer.add_organisation(OPERATOR, name).id for name in (SCHOOL, OTHER_SCHOOL)}
            return {
                key: administer.add_person(OPERATOR, schools[school], f"{key}@school.example", name, roles, PASSWORD)
                for key, (name, school, roles) in PEOPLE.items()
            }
        finally:
            service.close()

    def start(self, within_s: float = 60.0) -> ServerProcess:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SERVE], cwd=ROOT, env=dict(self.environment),
                stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        ends_at = time.monotonic() + within_s
        while time.monotonic() < ends_at:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended by itself:\n{self.log.read_text()}")
            try:
                if self.get("/healthz").status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError(f"the server did not start:\n{self.log.read_text()}")

    def stop(self, within_s: float = 20.0) -> int:
        """End it with SIGTERM; its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(within_s)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()

    def get(self, path: str, host: str = "localhost") -> httpx.Response:
        """What it answers. Without the certificates that a client loads otherwise, which takes longer than the rest."""
        with httpx.Client(verify=False, trust_env=False) as client:
            return client.get(f"http://{host}:{self.port}{path}")

    def resident_mib(self) -> float:
        """Of the process and those it has started."""
        assert self.process is not None
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        children = {int(pid) for task in tasks for pid in task.read_text().split()}
        return sum(map(_resident_mib, {self.process.pid, *children}))

    def connection(self, timeout_s: float = 15.0) -> socket.socket:
        """A raw connection, for requests that no client library would send."""
        return socket.create_connection(("127.0.0.1", self.port), timeout_s)


def _resident_mib(pid: int) -> float:
    """0 for one that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)
