"""The store over PostgreSQL: any number of readers, writers in turn."""

from __future__ import annotations

import itertools
import random
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import URL, Engine, create_engine, event, text

from issuer.errors import Misconfigured, Unavailable
from issuer.storage.failures import OneWritePerThread, is_lost, must_repeat, told
from issuer.storage.schema_version import Prepare, require_current
from issuer.storage.transaction import SqlTransaction

T = TypeVar("T")

MIGRATION_LOCK = 0x6973_7375_6572
"""Key of the advisory lock under which one process migrates while others wait."""

_TAKE_TURN = text("LOCK TABLE write_turn IN EXCLUSIVE MODE")
_LEAVE_MARK = text(
    "INSERT INTO write_turn (writer, turn, taken_at) VALUES (:writer, :turn, now())"
    " ON CONFLICT (writer) DO UPDATE SET turn = EXCLUDED.turn, taken_at = EXCLUDED.taken_at"
)
_LATEST_TURN = text("SELECT turn FROM write_turn WHERE writer = :writer")
_FORGET_WRITERS = text("DELETE FROM write_turn WHERE taken_at < now() - interval '1 day'")
_MIGRATE_ALONE = text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")


class PostgresStore:
    """Fulfils `ports.Store`.

    Writes are SERIALIZABLE and take turns at a table lock before their snapshot is taken, as the audit
    chain needs anyway; so they practically never meet a serialization failure. When one does, or the
    connection breaks before the commit, the whole work is run again. When the connection breaks during
    the commit, the mark that the transaction left says whether it took place, before anything is run
    again. (PostgreSQL's transaction ids cannot say so: after a crash they are given out a second time.)
    """

    reads_at_once = False

    def __init__(self, url: URL, busy_timeout_s: float, prepare: Prepare = require_current) -> None:
        """Raises Misconfigured (`db.schema`), Unavailable (`db.busy`)."""
        self._busy_timeout_s = busy_timeout_s
        self._nesting = OneWritePerThread()
        self._marks = _Marks()
        self._engine = _engine(url, busy_timeout_s)
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._writing = self._engine.execution_options(isolation_level="SERIALIZABLE")
        try:
            told(lambda: self._prepare(prepare))
        except BaseException:
            self.close()
            raise

    def read(self, work: Callable[[SqlTransaction], T]) -> T:
        """Run `work` on one consistent view; it cannot write. Raises Unavailable (`db.busy`)."""

        def once() -> T:
            with self._reading.connect() as connection:
                return work(SqlTransaction(connection))

        return told(lambda: self._repeated(once))

    look_up = read

    def write(self, work: Callable[[SqlTransaction], T]) -> T:
        """Run `work` in one serialisable transaction and commit it durably.

        Raises Unavailable (`db.busy`) when others hold the turn too long or the server is gone,
        StorageFull (`storage.full`).
        """
        with self._nesting:
            return told(lambda: self._repeated(lambda: self._attempt(work)))

    def close(self) -> None:
        """Close every idle connection."""
        self._engine.dispose()

    def _attempt(self, work: Callable[[SqlTransaction], T]) -> T:
        with self._writing.connect() as connection:
            connection.execute(_TAKE_TURN)
            mark = self._marks.next()
            connection.execute(_LEAVE_MARK, mark)
            result = work(SqlTransaction(connection))
            try:
                connection.commit()
            except Exception as error:
                if not (is_lost(error) and self._was_committed(mark)):
                    raise
            return result

    def _repeated(self, step: Callable[[], T]) -> T:
        deadline = time.monotonic() + self._busy_timeout_s
        pause_s = 0.005
        while True:
            try:
                return step()
            except Exception as error:
                if not (must_repeat(error) or is_lost(error)) or time.monotonic() + pause_s > deadline:
                    raise
            time.sleep(pause_s * random.uniform(0.5, 1.0))
            pause_s = min(2 * pause_s, 0.5)

    def _was_committed(self, mark: dict[str, Any]) -> bool:
        """Whether a transaction whose commit was not answered took place.

        Takes a turn first, which waits for its end should it still be running. Raises Unavailable
        (`db.busy`) when the server does not come back in time to say.
        """

        def ask() -> bool:
            with self._writing.connect() as connection:
                connection.execute(_TAKE_TURN)
                latest = connection.execute(_LATEST_TURN, mark).scalar_one_or_none()
            return bool(latest == mark["turn"])

        try:
            return self._repeated(ask)
        except Exception as error:
            raise Unavailable(
                "db.busy", "The database broke off and could not be asked whether this was saved."
            ) from error

    def _prepare(self, prepare: Prepare) -> None:
        with self._engine.begin() as connection:
            if connection.execute(text("SHOW server_encoding")).scalar_one() != "UTF8":
                raise Misconfigured("db.schema", "The database must be encoded in UTF-8.")
            connection.execute(_MIGRATE_ALONE)
            prepare(connection)
            connection.execute(_FORGET_WRITERS)


class _Marks:
    """Names each thread as a writer and counts its turns."""

    def __init__(self) -> None:
        self._thread = threading.local()

    def next(self) -> dict[str, Any]:
        if not hasattr(self._thread, "writer"):
            self._thread.writer, self._thread.turns = str(uuid.uuid4()), itertools.count(1)
        return {"writer": self._thread.writer, "turn": next(self._thread.turns)}


def _engine(url: URL, busy_timeout_s: float) -> Engine:
    """Connections are not asked beforehand whether they still work: what meets a broken one is run again."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=8,
        max_overflow=24,
        pool_timeout=busy_timeout_s,
        isolation_level="READ COMMITTED",
        connect_args={"connect_timeout": max(2, round(busy_timeout_s))},
    )

    @event.listens_for(engine, "connect")
    def settle(connection: Any, record: object) -> None:
        try:
            _settle(connection, busy_timeout_s)
        except BaseException:
            connection.close()
            raise

    return engine


def _settle(connection: Any, busy_timeout_s: float) -> None:
    """The session's settings: UTC, bounded waits, and no commit that is answered before it is durable."""
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute(f"SET lock_timeout = {round(busy_timeout_s * 1000)}")
        cursor.execute("SET idle_in_transaction_session_timeout = '60s'")
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
    connection.commit()
