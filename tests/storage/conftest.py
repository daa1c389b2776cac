"""Stores to test against: SQLite files and a private PostgreSQL cluster."""

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
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from issuer.domain.award import Award, Form, PlannedForm
from issuer.domain.people import Organisation, Person, Role
from issuer.domain.submission import Attempt, Submission, SubmissionState
from issuer.storage.opening import open_store
from issuer.storage.schema import metadata

NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL of our own, reached through a socket in `folder`."""

    folder: Path
    control: str
    user: str | None

    def url(self, database: str) -> str:
        return f"postgresql://issuer@/{database}?host={self.folder}"

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
def _running(require: Callable[[object, str], None]) -> Iterator[Cluster]:
    binaries = _binaries()
    require(binaries, "no PostgreSQL server programs (postgres, initdb) on this machine")
    assert binaries is not None
    user = _unprivileged()
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=memory if os.access(memory, os.W_OK) else None))
    if user is not None:
        shutil.chown(folder, user)
    running = Cluster(folder, str(binaries / "pg_ctl"), user)
    data = str(folder / "data")
    _run([str(binaries / "initdb"), "-D", data, "-U", "issuer", "-A", "trust", "-E", "UTF8", "-N"], user)
    running.start()
    try:
        yield running
    finally:
        running.run("-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def cluster(require: Callable[[object, str], None]) -> Iterator[Cluster]:
    with _running(require) as running:
        yield running


@pytest.fixture
def own_cluster(require: Callable[[object, str], None]) -> Iterator[Cluster]:
    """A server that the test may stop."""
    with _running(require) as running:
        yield running


@pytest.fixture
def own_cluster_url(own_cluster: Cluster) -> str:
    return own_cluster.url("postgres")


@pytest.fixture(scope="session")
def new_database(cluster: Cluster) -> Callable[[], str]:
    """Creates an empty database and returns its URL."""

    def create() -> str:
        name = f"test_{uuid.uuid4().hex}"
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return cluster.url(name)

    return create


@pytest.fixture(scope="session")
def migrated_database(new_database: Callable[[], str]) -> str:
    url = new_database()
    open_store(url).close()
    return url


@pytest.fixture
def postgres_url(migrated_database: str) -> str:
    """The one migrated database, emptied; a replica's role leaves the triggers out."""
    with psycopg.connect(migrated_database, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for table in metadata.sorted_tables:
            connection.execute(f'DELETE FROM "{table.name}"')
    return migrated_database


@pytest.fixture
def sqlite_path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "issuer.db"


@pytest.fixture
def sqlite_url(sqlite_path: Path) -> str:
    return f"sqlite:///{sqlite_path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
def store(database_url):
    opened = open_store(database_url, busy_timeout_s=2.0)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_url):
    opened = open_store(sqlite_url, busy_timeout_s=2.0)
    yield opened
    opened.close()


@pytest.fixture
def postgres_store(postgres_url):
    opened = open_store(postgres_url, busy_timeout_s=5.0)
    yield opened
    opened.close()


@pytest.fixture
def new_store(new_database):
    """A PostgreSQL database of its own, for tests that stop its connections or change its schema."""
    opened = open_store(new_database(), busy_timeout_s=5.0)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """Makers of valid things: `make.person()`, `make.submission()`, …, and `make.school(store)`."""
    return SimpleNamespace(
        person=_person, submission=_submission, attempt=_attempt, award=_award, school=_school,
        planned=_planned, now=NOW,
    )  # fmt: skip


def _person(id: str = "teacher", email: str = "", **changes) -> Person:
    return Person(
        **{
            "id": id, "organisation_id": "school", "email": email or f"{id}@school.test",
            "display_name": id.title(), "roles": frozenset({Role.TEACHER}), "created_at": NOW, **changes,
        }
    )  # fmt: skip


def _submission(id: str = "submission", **changes) -> Submission:
    return Submission(
        **{
            "id": id, "teacher_id": "teacher", "organisation_id": "school", "achievement": "active-listening",
            "version": 1, "state": SubmissionState.DRAFT, "created_at": NOW, "updated_at": NOW,
            "evidence": {"story": "Ä\x00\ud800 ☃", "steps": [1, 2.5, None, True]},
            "public_narratives": {"r1": "what I did"}, **changes,
        }
    )  # fmt: skip


def _attempt(submission_id: str = "submission", number: int = 1) -> Attempt:
    return Attempt(submission_id, number, NOW, {"a": 1}, {"r1": "x"}, {"file": "ab" * 32}, "cd" * 32)


def _award(tx, id: str = "award", **changes) -> Award:
    """An award with an index allocated in the transaction."""
    return Award(
        **{
            "id": id, "person_id": "teacher", "submission_id": "submission", "achievement": "active-listening",
            "version": 1, "status": tx.status_lists.allocate(id, NOW), "content": b'{"id":"\x00"}',
            "content_sha256": "12" * 32, "lint_token": f"token-{id}",
            "forms": (
                PlannedForm(Form.VC_JWT, "did:web:issuer.test#k1", b"header.payload", "34" * 32),
                PlannedForm(Form.EDDSA_RDFC_2022, "did:web:issuer.test#k1", b"\xff\x00" * 32, "56" * 32),
            ),
            "valid_from": NOW.replace(microsecond=0), "awarded_at": NOW.replace(microsecond=0),
            "planned_at": NOW, "living_key": f"teacher:{id}", **changes,
        }
    )  # fmt: skip


def _school(store) -> None:
    """One school with a teacher and two reviewers, and the teacher's draft."""

    def work(tx) -> None:
        tx.people.add_organisation(Organisation("school", "Example School"))
        tx.people.add(_person(), "hash-1")
        for id in ("reviewer", "second"):
            tx.people.add(_person(id, roles=frozenset({Role.REVIEWER})), "hash-2")
        tx.submissions.add(_submission())

    store.write(work)


def _planned(store, id: str = "award", **changes) -> Award:
    """A stored award."""

    def work(tx) -> Award:
        award = _award(tx, id, **changes)
        tx.awards.add(award)
        return award

    return store.write(work)
