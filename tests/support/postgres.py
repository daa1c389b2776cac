"""A private PostgreSQL server for tests."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg

from issuer.storage.opening import open_store


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL of our own, reached through a socket in `folder`."""

    folder: Path
    control: str
    user: str | None

    def url(self, database: str) -> str:
        return f"postgresql://issuer@/{database}?host={self.folder}"

    def new_database(self, template: str = "template1") -> str:
        """Creates an empty database, or one like that of the name `template`, and returns its URL."""
        name = f"test_{uuid.uuid4().hex}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    @cached_property
    def migrated(self) -> str:
        """The name of a database as the migrations leave it, to be taken as the template of others."""
        url = self.new_database()
        open_store(url).close()
        return url.partition("?")[0].rpartition("/")[2]

    def run(self, *arguments: str) -> None:
        command = [self.control, "-D", str(self.folder / "data"), "-w", *arguments]
        _run(command, self.user)

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c max_connections=60"
        self.run("-l", str(self.folder / "log"), "-o", options, "start")


def _run(command: list[str], user: str | None) -> None:
    done = subprocess.run(
        command, user=user, capture_output=True, text=True, cwd="/", timeout=60,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def _binaries() -> Path | None:
    found = shutil.which("postgres")
    places = [Path(found).resolve().parent] if found else []
    if shutil.which("pg_config"):
        asked = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True)
        places.append(Path(asked.stdout.strip()))
    places.extend(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root: the account to use instead."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


@contextmanager
def running(require: Callable[[object, str], None]) -> Iterator[Cluster]:
    """A server while the context lasts; `require` skips the test on a machine without PostgreSQL's programs."""
    binaries = _binaries()
    require(binaries, "no PostgreSQL server programs (postgres, initdb) on this machine")
    assert binaries is not None
    user = _unprivileged()
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=memory if os.access(memory, os.W_OK) else None))
    if user is not None:
        shutil.chown(folder, user)
    cluster = Cluster(folder, str(binaries / "pg_ctl"), user)
    data = str(folder / "data")
    _run([str(binaries / "initdb"), "-D", data, "-U", "issuer", "-A", "trust", "-E", "UTF8", "-N"], user)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.run("-m", "immediate", "stop")
        shutil.rmtree(folder)
