"""Which SQLite is at hand, and whether it may use a write-ahead log."""

from __future__ import annotations

import sqlite3
from types import ModuleType

try:
    from pysqlite3 import dbapi2 as bundled
except ImportError:
    bundled = None

DRIVER: ModuleType = bundled or sqlite3
"""The DB-API module: the wheel that carries its own recent SQLite, else the one of Python."""

WAL_FIRST = (3, 7, 0)
WAL_RESET_FIXED = (3, 51, 3)
WAL_RESET_BACKPORTS = ((3, 50, 7), (3, 44, 6))


def has_wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """Whether two connections that write and checkpoint at once can corrupt a write-ahead log.

    Source: sqlite.org/wal.html, "The WAL-Reset Bug": 3.7.0 to 3.51.2, but for 3.50.7 and 3.44.6.
    """
    return WAL_FIRST <= version < WAL_RESET_FIXED and version not in WAL_RESET_BACKPORTS


def library_version(driver: ModuleType) -> tuple[int, int, int]:
    """The SQLite version a DB-API module runs."""
    major, minor, patch = driver.sqlite_version_info
    return major, minor, patch
