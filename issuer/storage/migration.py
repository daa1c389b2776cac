"""Bringing a database to the schema this code knows, and refusing any other."""

from __future__ import annotations

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from issuer.errors import Misconfigured

VERSION_TABLE = "alembic_version"


def bring_up_to_date(connection: Connection) -> None:
    """Run what is missing in the caller's transaction: it happens whole or not at all.

    Raises Misconfigured (`db.schema`) for a schema of a newer version or of something else.
    """
    revision = revision_of(connection)
    if revision == _scripts().get_current_head():
        return
    if revision is not None:
        _require_known(revision)
    configuration = _configuration()
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "head")


def require_current(connection: Connection) -> None:
    """Raises Misconfigured (`db.schema`) unless the schema is exactly the one this code knows."""
    revision = revision_of(connection)
    if revision == _scripts().get_current_head():
        return
    if revision is not None:
        _require_known(revision)
    raise Misconfigured("db.schema", "The database is not up to date. Run the migrations, then start again.")


def revision_of(connection: Connection) -> str | None:
    """The schema's revision; None for an empty database. Raises Misconfigured for tables without one."""
    tables = inspect(connection).get_table_names()
    if VERSION_TABLE not in tables:
        if tables:
            raise Misconfigured("db.schema", "The database holds tables that this service did not make.")
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalars().all()
    if len(found) != 1:
        raise Misconfigured("db.schema", "The database does not say which version its schema has.")
    return str(found[0])


def _require_known(revision: str) -> None:
    if revision not in {script.revision for script in _scripts().walk_revisions()}:
        raise Misconfigured(
            "db.schema",
            f"The database has the unknown schema {revision}, perhaps of a newer version of this service.",
        )


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", "issuer.storage:migrations")
    configuration.set_main_option("path_separator", "os")
    return configuration


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_configuration())
