"""What is left of the service while the database is locked or the disk is full (REL-01, REL-02)."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace

import pytest

from issuer.domain.award import IssueState
from issuer.domain.submission import SubmissionState
from issuer.errors import StorageFull, Unavailable
from issuer.storage.opening import open_store
from issuer.verification.report import Verdict

SLUG = "collecting-data"


HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
connection.execute("ROLLBACK")
"""


@contextmanager
def _locked(path):
    """Another process holds the write lock; locks within one process would not be seen."""
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        yield
        holder.stdin.close()


@pytest.fixture
def scene(build):
    house = build()
    teacher, reviewer = house.teacher(), house.reviewer()
    return house, reviewer, house.earn(teacher, reviewer, house.earnable[0]), house.waiting(teacher, SLUG)


def test_rel_01_while_another_process_holds_the_lock_reading_goes_on_and_writing_says_busy(build, tmp_path):
    path = tmp_path / "database" / "issuer.db"
    house = build(
        database_url=f"sqlite:///{path}",
        wrap=lambda adapters: replace(adapters, store=open_store(f"sqlite:///{path}", busy_timeout_s=0.5)),
    )
    teacher, reviewer = house.teacher(), house.reviewer()
    award, waiting = house.earn(teacher, reviewer, house.earnable[0]), house.waiting(teacher, SLUG)
    with _locked(path):
        with pytest.raises(Unavailable) as refused:
            house.approve(reviewer, waiting)
        assert refused.value.code == "db.busy"
        assert house.report(award).verdict is Verdict.VALID
        assert house.review.queue(reviewer.id) != []
    assert house.award(house.approve(reviewer, waiting).awards[0]).state is IssueState.ISSUED
    assert house.problems() == []
    house.store.close()


def test_rel_02_a_full_disk_stops_approvals_before_signing_and_nothing_else(scene):
    house, reviewer, award, waiting = scene

    def limit(pages: int):
        def work(tx):
            count = tx.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {count + pages}")

        house.store.write(work)

    more = [waiting, *(house.waiting(house.teacher(f"Teacher {number}"), SLUG) for number in range(5))]
    limit(0)
    refused = []
    for one in more:
        try:
            house.approve(reviewer, one)
        except StorageFull as error:
            refused.append((error.code, one.id))
    assert {code for code, _ in refused} == {"storage.full"}
    for _, id in refused:
        assert house.submission(id).state is SubmissionState.SUBMITTED
        assert house.store.read(lambda tx, id=id: tx.awards.by_submission(id)) is None
    assert house.report(award).verdict is Verdict.VALID
    assert house.publish_status.served(1, "revocation") is not None
    limit(10_000)
    house.recover.run_once()
    for _, id in refused:
        assert house.award(house.approve(reviewer, house.submission(id)).awards[0]).state is IssueState.ISSUED
    assert house.problems() == []


def test_a_full_disk_under_the_published_lists_is_caught_up_with(scene, caplog):
    """The badge is planned, its list cannot be written: it waits, and follows when there is room."""
    house, reviewer, award, _ = scene

    class Full:
        def get(self, name):
            return house.real.publications.get(name)

        def put(self, name, body):
            raise StorageFull("storage.full", "No room.")

    house.publish_status._publications = Full()
    house.stand.revoke(reviewer.id, award.id, "A reason.")
    assert "status.postponed" in [record.message for record in caplog.records]
    assert house.report(award).verdict is Verdict.VALID
    house.publish_status._publications = house.real.publications
    house.recover.run_once()
    assert house.report(award).verdict is Verdict.INVALID
    assert house.problems() == []
