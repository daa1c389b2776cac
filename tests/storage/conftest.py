"""Stores to test against: SQLite files and a private PostgreSQL cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from migrated import put_migrated
from postgres import Cluster, running

from issuer.domain.award import Award, Form, PlannedForm
from issuer.domain.people import Organisation, Person, Role
from issuer.domain.submission import Attempt, Submission, SubmissionState
from issuer.storage.opening import open_store
from issuer.storage.schema import metadata

NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
def own_cluster(require: Callable[[object, str], None]) -> Iterator[Cluster]:
    """A server that the test may stop."""
    with running(require) as started:
        yield started


@pytest.fixture
def own_cluster_url(own_cluster: Cluster) -> str:
    return own_cluster.url("postgres")


@pytest.fixture(scope="session")
def new_database(cluster: Cluster) -> Callable[[], str]:
    """Creates an empty database and returns its URL."""
    return cluster.new_database


@pytest.fixture(scope="session")
def migrated_database(cluster: Cluster) -> str:
    return cluster.new_database(cluster.migrated)


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
def store(request, database_url):
    if database_url.startswith("sqlite"):
        put_migrated(request.getfixturevalue("sqlite_path"))
    opened = open_store(database_url, busy_timeout_s=2.0)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_path, sqlite_url):
    put_migrated(sqlite_path)
    opened = open_store(sqlite_url, busy_timeout_s=2.0)
    yield opened
    opened.close()


@pytest.fixture
def postgres_store(postgres_url):
    opened = open_store(postgres_url, busy_timeout_s=5.0)
    yield opened
    opened.close()


@pytest.fixture
def new_store(cluster):
    """A PostgreSQL database of its own, for tests that stop its connections or change its schema."""
    opened = open_store(cluster.new_database(cluster.migrated), busy_timeout_s=5.0)
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
