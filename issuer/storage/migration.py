"""Bringing a database to the schema this code knows."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from issuer.storage.schema_version import is_current


def bring_up_to_date(connection: Connection) -> None:
    """Run what is missing in the caller's transaction: it happens whole or not at all.

    Raises Misconfigured (`db.schema`) for a schema of a newer version or of something else.
    """
    if is_current(connection):
        return
    configuration = Config()
    configuration.set_main_option("script_location", "issuer.storage:migrations")
    configuration.set_main_option("path_separator", "os")
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "head")
