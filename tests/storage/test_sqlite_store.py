"""SQLite: settings, one writer, busy and full databases."""

from __future__ import annotations

import logging
import shutil
import stat
import threading
import time
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from issuer.errors import Conflict, Misconfigured, NotFound, StorageFull, Unavailable
from issuer.storage.migration import bring_up_to_date
from issuer.storage.opening import open_store
from issuer.storage.sqlite_library import DRIVER, has_wal_reset_bug
from issuer.storage.sqlite_store import SqliteStore


def _pragmas(tx, *names):
    return {name: tx.connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in names}


SETTINGS = {
    "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0, "secure_delete": 1,
    "recursive_triggers": 1, "busy_timeout": 5000,
}  # fmt: skip


def test_both_kinds_of_connection_have_the_settings(sqlite_url):
    store = open_store(sqlite_url)
    assert store.read(lambda tx: _pragmas(tx, *SETTINGS, "query_only")) == {**SETTINGS, "query_only": 1}
    assert store.write(lambda tx: _pragmas(tx, *SETTINGS, "query_only")) == {**SETTINGS, "query_only": 0}
    store.close()


def test_folder_and_files_are_private(sqlite_store, sqlite_path):
    sqlite_store.write(lambda tx: tx.facts.set("a", "b"))
    assert stat.S_IMODE(sqlite_path.parent.stat().st_mode) == 0o700
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in sqlite_path.parent.iterdir()}
    assert files == {"issuer.db": 0o600, "issuer.db-wal": 0o600, "issuer.db-shm": 0o600}


def test_closing_leaves_one_file(sqlite_url, sqlite_path):
    store = open_store(sqlite_url)
    store.write(lambda tx: tx.facts.set("a", "b"))
    assert store.read(lambda tx: tx.facts.get("a")) == "b"
    store.close()
    assert [path.name for path in sqlite_path.parent.iterdir()] == ["issuer.db"]


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ((3, 6, 23), False), ((3, 7, 0), True), ((3, 40, 1), True), ((3, 44, 5), True), ((3, 44, 6), False),
        ((3, 45, 0), True), ((3, 50, 6), True), ((3, 50, 7), False), ((3, 51, 0), True), ((3, 51, 2), True),
        ((3, 51, 3), False), ((3, 53, 4), False),
    ],
)  # fmt: skip
def test_rel_16_versions_with_the_wal_reset_bug(version, affected):
    assert has_wal_reset_bug(version) is affected


def _driver_of_version(*version):
    """The driver under another version number."""
    members = {name: getattr(DRIVER, name) for name in dir(DRIVER) if not name.startswith("__")}
    shown = ".".join(map(str, version))
    return SimpleNamespace(**{**members, "sqlite_version_info": version, "sqlite_version": shown})


def test_rel_16_an_affected_library_gets_a_rollback_journal(sqlite_path, caplog):
    store = SqliteStore(sqlite_path, 5.0, bring_up_to_date, _driver_of_version(3, 40, 1))
    assert any("db.sqlite_version" in record.getMessage() for record in caplog.records)
    assert caplog.records[0].levelno == logging.WARNING
    found = store.write(lambda tx: _pragmas(tx, "journal_mode", "synchronous"))
    assert found == {"journal_mode": "delete", "synchronous": 3}
    store.write(lambda tx: tx.facts.set("a", "b"))
    assert store.read(lambda tx: tx.facts.get("a")) == "b"
    store.close()


def test_rel_16_a_log_that_another_process_keeps_open_is_refused(sqlite_store, sqlite_path):
    sqlite_store.write(lambda tx: tx.facts.set("a", "b"))
    with pytest.raises((Misconfigured, Unavailable)) as refused:
        SqliteStore(sqlite_path, 0.1, driver=_driver_of_version(3, 51, 2))
    assert refused.value.code in ("db.sqlite_version", "db.busy")


def test_a_read_cannot_write(sqlite_store):
    with pytest.raises(Exception, match="readonly"):
        sqlite_store.read(lambda tx: tx.facts.set("a", "b"))


def test_a_look_up_sees_what_is_committed_and_cannot_write(sqlite_store):
    sqlite_store.write(lambda tx: tx.facts.set("a", "b"))
    assert sqlite_store.look_up(lambda tx: tx.facts.get("a")) == "b"
    with pytest.raises(Exception, match="readonly"):
        sqlite_store.look_up(lambda tx: tx.facts.set("a", "c"))
    sqlite_store.write(lambda tx: tx.facts.set("a", "d"))
    assert sqlite_store.look_up(lambda tx: tx.facts.get("a")) == "d"


def test_a_write_inside_a_write_is_told_so_at_once(store):
    with pytest.raises(RuntimeError, match="inside another write"):
        store.write(lambda tx: store.write(lambda inner: None))
    store.write(lambda tx: tx.facts.set("still", "works"))


def test_an_exception_rolls_everything_back(store, make):
    def work(tx):
        tx.facts.set("a", "b")
        raise Conflict("state.conflict", "no")

    with pytest.raises(Conflict):
        store.write(work)
    assert store.read(lambda tx: tx.facts.get("a")) is None


def test_an_exception_of_a_read_is_passed_on(store):
    def work(tx):
        raise NotFound("not_found", "no")

    for _ in range(50):
        with pytest.raises(NotFound):
            store.read(work)


def test_a_read_sees_one_moment(store):
    store.write(lambda tx: tx.facts.set("a", "before"))

    def work(tx):
        first = tx.facts.get("a")
        writer = threading.Thread(target=lambda: store.write(lambda other: other.facts.set("a", "after")))
        writer.start()
        writer.join()
        return first, tx.facts.get("a")

    assert store.read(work) == ("before", "before")
    assert store.read(lambda tx: tx.facts.get("a")) == "after"


def test_work_without_statements_leaves_nothing_open(store):
    store.write(lambda tx: None)
    store.read(lambda tx: None)
    store.write(lambda tx: tx.facts.set("a", "b"))
    assert store.read(lambda tx: tx.facts.get("a")) == "b"


def test_rel_01_a_database_locked_by_another_process_is_busy_in_time(sqlite_url, sqlite_path):
    store = open_store(sqlite_url, busy_timeout_s=0.4)
    other = DRIVER.connect(sqlite_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    with pytest.raises(Unavailable) as refused:
        store.write(lambda tx: tx.facts.set("a", "b"))
    assert refused.value.code == "db.busy"
    assert 0.3 < time.monotonic() - started < 1.5
    assert store.read(lambda tx: tx.facts.get("a")) is None
    other.execute("ROLLBACK")
    other.close()
    store.write(lambda tx: tx.facts.set("a", "b"))
    assert store.read(lambda tx: tx.facts.get("a")) == "b"
    store.close()


def test_rel_01_the_wait_for_a_thread_of_our_own_is_bounded_too(sqlite_url):
    store = open_store(sqlite_url, busy_timeout_s=0.3)
    holds, let_go = threading.Event(), threading.Event()

    def hold(tx):
        holds.set()
        let_go.wait(5)

    holder = threading.Thread(target=lambda: store.write(hold))
    holder.start()
    holds.wait(5)
    with pytest.raises(Unavailable) as refused:
        store.write(lambda tx: None)
    let_go.set()
    holder.join()
    assert refused.value.code == "db.busy"
    store.close()


def test_rel_02_a_full_disk_stores_nothing_and_recovers(sqlite_store):
    def limit(pages):
        sqlite_store.write(lambda tx: tx.connection.execute(text(f"PRAGMA max_page_count={pages}")))

    def fill(tx):
        tx.facts.set("small", "kept?")
        for number in range(100):
            tx.facts.set(f"big{number}", "x" * 10_000)

    limit(sqlite_store.write(lambda tx: _pragmas(tx, "page_count"))["page_count"] + 1)
    for _ in range(2):
        with pytest.raises(StorageFull) as refused:
            sqlite_store.write(fill)
        assert refused.value.code == "storage.full"
        assert sqlite_store.read(lambda tx: tx.facts.get("small")) is None
    limit(1_000_000)
    sqlite_store.write(fill)
    assert sqlite_store.read(lambda tx: tx.facts.get("big99")) == "x" * 10_000


def test_a_restored_copy_opens(sqlite_store, sqlite_path, tmp_path):
    sqlite_store.write(lambda tx: tx.facts.set("a", "b"))
    target = tmp_path / "copy.db"
    shutil.copy(sqlite_path, target)
    shutil.copy(f"{sqlite_path}-wal", f"{target}-wal")
    copy = open_store(f"sqlite:///{target}")
    assert copy.read(lambda tx: tx.facts.get("a")) == "b"
    copy.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/db", "no url at all", ""])
def test_other_urls_are_a_misconfiguration(url):
    with pytest.raises(Misconfigured):
        open_store(url)


def test_a_single_row_is_read_fast(sqlite_store):
    sqlite_store.write(lambda tx: tx.facts.set("row", "x" * 3_000))

    def rate():
        started = time.perf_counter()
        for _ in range(1_000):
            sqlite_store.read(lambda tx: tx.facts.get("row"))
        return 1_000 / (time.perf_counter() - started)

    assert max(rate() for _ in range(5)) > 4_000, "reads per second; 20,000 on an idle core"
