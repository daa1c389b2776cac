"""The store over SQLite: many readers, one writer at a time."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from sqlalchemy import Connection

from issuer.storage.failures import busy, translated
from issuer.storage.migration import bring_up_to_date, require_current
from issuer.storage.private_files import make_private_file, make_private_folder
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
        self, path: Path, busy_timeout_s: float = 5.0, migrate: bool = True, driver: ModuleType = DRIVER
    ) -> None:
        """Raises Misconfigured (`db.schema`, `db.sqlite_version`), Unavailable (`db.busy`)."""
        make_private_folder(path.parent)
        make_private_file(path)
        self._busy_timeout_s = busy_timeout_s
        self._turn = threading.Lock()
        self._thread = threading.local()
        self._idle: deque[Connection] = deque()
        self._reading = sqlite_engine(path, driver, busy_timeout_s, writes=False)
        self._writer = _told(sqlite_engine(path, driver, busy_timeout_s, writes=True).connect)
        try:
            self._prepare(journal_settings(driver)[0], migrate)
        except BaseException:
            self.close()
            raise

    def read(self, work: Callable[[SqlTransaction], T]) -> T:
        """Run `work` on one consistent view; it cannot write. Raises Unavailable (`db.busy`)."""
        connection = self._idle_reader()
        try:
            return work(SqlTransaction(connection))
        except Exception as error:
            known = translated(error)
            if known is error:
                raise
            raise known from error
        finally:
            connection.rollback()
            self._idle.append(connection)

    def write(self, work: Callable[[SqlTransaction], T]) -> T:
        """Run `work` in one transaction and commit it durably.

        Raises Unavailable (`db.busy`) when the database stays locked, StorageFull (`storage.full`).
        """
        if getattr(self._thread, "writes", False):
            raise RuntimeError("a write cannot begin inside another write of the same thread")
        started = time.monotonic()
        if not self._turn.acquire(timeout=self._busy_timeout_s):
            raise busy()
        self._thread.writes = True
        try:
            self._wait_at_most(self._busy_timeout_s - (time.monotonic() - started))
            return _told(lambda: self._commit(work))
        finally:
            self._thread.writes = False
            self._turn.release()

    def close(self) -> None:
        """Close every connection; the last one folds the write-ahead log into the database file."""
        with self._turn:
            while self._idle:
                self._idle.pop().close()
            self._writer.close()

    def _idle_reader(self) -> Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return _told(self._reading.connect)

    def _wait_at_most(self, seconds: float) -> None:
        raw_connection(self._writer).execute(f"PRAGMA busy_timeout={max(0, round(seconds * 1000))}").close()

    def _commit(self, work: Callable[[SqlTransaction], T]) -> T:
        try:
            result = work(SqlTransaction(self._writer))
            self._writer.commit()
        except BaseException:
            self._writer.rollback()
            raise
        return result

    def _prepare(self, journal_mode: str, migrate: bool) -> None:
        _told(lambda: set_journal_mode(self._writer, journal_mode))
        check = bring_up_to_date if migrate else require_current
        self.write(lambda tx: check(tx.connection))


def _told(step: Callable[[], T]) -> T:
    """The step's result; what the database refuses is raised in the service's own words."""
    try:
        return step()
    except Exception as error:
        known = translated(error)
        if known is error:
            raise
        raise known from error
