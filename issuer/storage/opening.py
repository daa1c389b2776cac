"""From a database URL to a store that has the schema this code knows."""

from __future__ import annotations

from issuer.storage.migration import bring_up_to_date
from issuer.storage.schema_version import require_current
from issuer.storage.stores import SqlStore, store_at


def open_store(database_url: str, busy_timeout_s: float = 5.0, migrate: bool = True) -> SqlStore:
    """The store as `store_at` gives it; migrate: its schema is made, or brought up to date, if need be."""
    return store_at(database_url, busy_timeout_s, bring_up_to_date if migrate else require_current)
