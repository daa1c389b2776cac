"""The store over SQLite: many readers, one writer at a time."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from sqlalchemy import Connection

from issuer.storage.failures import OneWritePerThread, busy, told
from issuer.storage.file_system import require_local
from issuer.storage.private_files import make_private_file, make_private_folder
from issuer.storage.schema_version import Prepare, require_current
from issuer.storage.sqlite_connections import (
    journal_settings,
    raw_connection,
    set_journal_mode,
    sqlite_engine,
)
from issuer.storage.sqlite_library import DRIVER
from issuer.storage.transaction import SqlTransaction

T = TypeVar("T")


class SqliteStore:
    """Fulfils `ports.Store`.

    Reads take an idle connection each and see one snapshot. Writes share one connection under a lock
    and begin IMMEDIATE; waiting for the lock and for other processes lasts `busy_timeout_s` together.
    A write that returned has been synced to the disk.
    """

    def __init__(
        self, path: Path, busy_timeout_s: float, prepare: Prepare = require_current, driver: ModuleType = DRIVER
    ) -> None:
        """Raises Misconfigured (`db.schema`, `db.sqlite_version`, `settings.invalid`), Unavailable (`db.busy`)."""
        make_private_folder(path.parent)
        require_local(path.parent)
        make_private_file(path)
        self._busy_timeout_s = busy_timeout_s
        self._turn = threading.Lock()
        self._nesting = OneWritePerThread()
        self._idle: deque[tuple[Connection, Any]] = deque()
        self._reading = sqlite_engine(path, driver, busy_timeout_s, writes=False)
        self._writer = told(sqlite_engine(path, driver, busy_timeout_s, writes=True).connect)
        journal_mode, _ = journal_settings(driver)
        self.reads_at_once = journal_mode == "wal"
        try:
            self._prepare(journal_mode, prepare)
        except BaseException:
            self.close()
            raise

    def read(self, work: Callable[[SqlTransaction], T]) -> T:
        """Run `work` on one consistent view; it cannot write. Raises Unavailable (`db.busy`)."""
        connection, raw = reader = self._idle_reader()
        try:
            raw.execute("BEGIN").close()
            return told(work, SqlTransaction(connection))
        finally:
            raw.rollback()
            self._idle.append(reader)

    def look_up(self, query: Callable[[SqlTransaction], T]) -> T:
        """Run a single statement, outside a transaction; it cannot write. Raises Unavailable (`db.busy`)."""
        reader = self._idle_reader()
        try:
            return told(query, SqlTransaction(reader[0]))
        finally:
            self._idle.append(reader)

    def write(self, work: Callable[[SqlTransaction], T]) -> T:
        """Run `work` in one transaction and commit it durably.

        Raises Unavailable (`db.busy`) when the database stays locked, StorageFull (`storage.full`).
        """
        started = time.monotonic()
        with self._nesting:
            if not self._turn.acquire(timeout=self._busy_timeout_s):
                raise busy()
            try:
                wait_s = self._busy_timeout_s - (time.monotonic() - started)
                return told(self._commit, work, wait_s)
            finally:
                self._turn.release()

    def close(self) -> None:
        """Close every connection; the last one folds the write-ahead log into the database file."""
        with self._turn:
            while self._idle:
                self._idle.pop()[0].close()
            self._writer.close()

    def _idle_reader(self) -> tuple[Connection, Any]:
        try:
            return self._idle.pop()
        except IndexError:
            connection = told(self._reading.connect)
            return connection, raw_connection(connection)

    def _commit(self, work: Callable[[SqlTransaction], T], wait_s: float) -> T:
        raw = raw_connection(self._writer)
        raw.execute(f"PRAGMA busy_timeout={max(0, round(wait_s * 1000))}").close()
        raw.execute("BEGIN IMMEDIATE").close()
        try:
            result = work(SqlTransaction(self._writer))
            raw.commit()
        except BaseException:
            raw.rollback()
            raise
        return result

    def _prepare(self, journal_mode: str, prepare: Prepare) -> None:
        told(lambda: set_journal_mode(self._writer, journal_mode))
        self.write(lambda tx: prepare(tx.connection))
