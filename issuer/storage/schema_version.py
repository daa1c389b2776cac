"""Which schema a database has, and whether it is the one this code knows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from issuer.errors import Misconfigured

Prepare = Callable[[Connection], None]
"""What is done about the schema of a database, in one transaction, before anything else."""
VERSION_TABLE = "alembic_version"
_VERSIONS = Path(__file__).parent / "migrations" / "versions"


@cache
def revisions() -> tuple[str, ...]:
    """Every revision in its order, named as the files of the migrations begin; the last is the one known here."""
    return tuple(sorted(file.name.partition("_")[0] for file in _VERSIONS.glob("r*.py")))


def require_current(connection: Connection) -> None:
    """Raises Misconfigured (`db.schema`) unless the schema is exactly the one this code knows."""
    if not is_current(connection):
        raise Misconfigured("db.schema", "The database is not up to date. Run the migrations, then start again.")


def is_current(connection: Connection) -> bool:
    """Raises Misconfigured (`db.schema`) for a schema of a newer version or of something else."""
    revision = revision_of(connection)
    if revision is not None and revision not in revisions():
        raise Misconfigured(
            "db.schema",
            f"The database has the unknown schema {revision}, perhaps of a newer version of this service.",
        )
    return revision == revisions()[-1]


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
