"""PostgreSQL: serialisable writes, repeated when the server asks for it or goes away."""

from __future__ import annotations

import threading
import time
import uuid

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from issuer.errors import Misconfigured, StorageFull, Unavailable
from issuer.storage.opening import open_store

KILL_ME = text("SELECT pg_terminate_backend(pg_backend_pid())")


def _raises_once(state):
    """SQL that fails with one SQLSTATE."""
    return text(f"DO $$ BEGIN RAISE EXCEPTION 'made' USING ERRCODE = '{state}'; END $$")


def test_writes_are_serialisable_and_durable_reads_are_read_only(postgres_store):
    def settings(tx):
        names = ("transaction_isolation", "transaction_read_only", "TimeZone", "synchronous_commit")
        return [tx.connection.execute(text(f"SHOW {name}")).scalar_one() for name in names]

    assert postgres_store.write(settings) == ["serializable", "off", "UTC", "on"]
    assert postgres_store.read(settings) == ["repeatable read", "on", "UTC", "on"]
    with pytest.raises(Exception, match="read-only"):
        postgres_store.read(lambda tx: tx.facts.set("a", "b"))


@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_rel_12_a_serialization_failure_runs_the_whole_work_again(postgres_store, make, state):
    runs = []

    def work(tx):
        runs.append(tx.audit.append(make.now, "k", "a", "s", {}).seq)
        if len(runs) < 3:
            tx.connection.execute(_raises_once(state))

    postgres_store.write(work)
    assert runs == [1, 1, 1]
    assert len(postgres_store.read(lambda tx: tx.audit.of_subject("s"))) == 1


def test_rel_12_a_failure_that_never_ends_is_busy(postgres_url):
    store = open_store(postgres_url, busy_timeout_s=0.3)
    started = time.monotonic()
    with pytest.raises(Unavailable) as refused:
        store.write(lambda tx: tx.connection.execute(_raises_once("40001")))
    assert refused.value.code == "db.busy"
    assert time.monotonic() - started < 2
    store.close()


def test_rel_12_a_connection_lost_before_the_commit_runs_the_work_again(postgres_store, make):
    runs = []

    def work(tx):
        runs.append(tx.audit.append(make.now, "k", "a", "s", {}).seq)
        if len(runs) == 1:
            tx.connection.execute(KILL_ME)

    postgres_store.write(work)
    assert runs == [1, 1]
    assert len(postgres_store.read(lambda tx: tx.audit.of_subject("s"))) == 1


def test_rel_12_a_read_survives_a_lost_connection(postgres_store):
    runs = []

    def work(tx):
        runs.append(1)
        if len(runs) == 1:
            tx.connection.execute(KILL_ME)
        return tx.connection.execute(text("SELECT 7")).scalar_one()

    assert postgres_store.read(work) == 7
    assert len(runs) == 2


class LosesTheAnswer:
    """A psycopg connection whose next commit happens, or not, and is never answered."""

    def __init__(self, commits):
        self.commits = commits
        self.used = 0

    def break_commit_of(self, tx):
        raw = tx.connection.connection.dbapi_connection
        commit = raw.commit
        self.used += 1

        def lost():
            if self.commits:
                commit()
            raw.close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")

        raw.commit = lost


@pytest.mark.parametrize("commits", [True, False], ids=["committed", "not committed"])
def test_rel_12_a_connection_lost_during_the_commit_never_doubles_the_work(postgres_store, make, commits):
    network = LosesTheAnswer(commits)

    def work(tx):
        event = tx.audit.append(make.now, "k", "a", "s", {})
        if not network.used:
            network.break_commit_of(tx)
        return event

    event = postgres_store.write(work)
    assert postgres_store.read(lambda tx: tx.audit.of_subject("s")) == [event]
    assert postgres_store.write(lambda tx: tx.audit.append(make.now, "k", "a", "s", {})).seq == 2


def test_rel_12_a_restart_of_the_server_loses_nothing_that_was_acknowledged(own_cluster, own_cluster_url, make):
    store = open_store(own_cluster_url, busy_timeout_s=20)
    acknowledged, stop, failures = [], threading.Event(), []

    def append():
        while not stop.is_set():
            try:
                name = str(uuid.uuid4())
                event = store.write(lambda tx, name=name: tx.audit.append(make.now, "k", name, "s", {}))
            except Unavailable as failed:
                failures.append(failed.code)
            else:
                acknowledged.append(event)

    threads = [threading.Thread(target=append) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    own_cluster.run("-m", "immediate", "stop")
    own_cluster.start()
    before = len(acknowledged)
    deadline = time.monotonic() + 20
    while len(acknowledged) < before + 20 and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    stored = store.read(lambda tx: list(tx.audit.all()))
    assert sorted(acknowledged, key=lambda event: event.seq) == stored
    assert len(stored) > before
    store.close()


def test_rel_01_a_turn_held_too_long_is_busy(postgres_url):
    store = open_store(postgres_url, busy_timeout_s=0.3)
    with psycopg.connect(postgres_url) as other:
        other.execute("LOCK TABLE write_turn IN EXCLUSIVE MODE")
        started = time.monotonic()
        with pytest.raises(Unavailable) as refused:
            store.write(lambda tx: tx.facts.set("a", "b"))
        assert refused.value.code == "db.busy"
        assert time.monotonic() - started < 2
        assert store.read(lambda tx: tx.facts.get("a")) is None
    store.write(lambda tx: tx.facts.set("a", "b"))
    store.close()


def test_rel_02_a_full_disk_is_told(postgres_store):
    def work(tx):
        tx.facts.set("a", "b")
        tx.connection.execute(_raises_once("53100"))

    with pytest.raises(StorageFull) as refused:
        postgres_store.write(work)
    assert refused.value.code == "storage.full"
    assert postgres_store.read(lambda tx: tx.facts.get("a")) is None


def test_a_server_that_is_not_there_is_unavailable(tmp_path):
    with pytest.raises(Unavailable):
        open_store(f"postgresql://issuer@/none?host={tmp_path}", busy_timeout_s=0.2)


def test_both_spellings_of_the_url_are_read(postgres_url):
    store = open_store(postgres_url.replace("postgresql://", "postgresql+psycopg://"))
    assert store.read(lambda tx: tx.facts.get("a")) is None
    store.close()


def test_a_database_of_another_encoding_is_refused(cluster):
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin ENCODING LATIN1 TEMPLATE template0 LOCALE 'C'")
    with pytest.raises(Misconfigured):
        open_store(cluster.url("latin"))


def test_an_error_of_the_work_itself_is_not_repeated(postgres_store):
    runs = []

    def work(tx):
        runs.append(1)
        tx.connection.execute(text("SELECT * FROM no_such_table"))

    with pytest.raises(Exception, match="no_such_table") as failed:
        postgres_store.write(work)
    assert not isinstance(failed.value, OperationalError)
    assert len(runs) == 1
