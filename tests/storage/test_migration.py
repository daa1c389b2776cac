"""The schema: created, brought up to date, refused when it is not ours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, text
from sqlalchemy.pool import NullPool

from issuer.errors import Misconfigured
from issuer.storage import migration
from issuer.storage.opening import open_store
from issuer.storage.schema import metadata
from issuer.storage.schema_version import revisions
from issuer.storage.sqlite_library import DRIVER

_upgrade = command.upgrade


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request):
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_url")
    return request.getfixturevalue("new_database")()


def _change(url, *statements):
    """Statements run past the store."""
    if url.startswith("sqlite"):
        connection = DRIVER.connect(url.removeprefix("sqlite:///"))
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        return
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def _refused(url, **options):
    with pytest.raises(Misconfigured) as refused:
        open_store(url, **options)
    assert refused.value.code == "db.schema"
    return refused.value.message


def test_the_migrations_make_what_the_statements_expect(empty_url):
    store = open_store(empty_url)

    def differences(tx):
        context = MigrationContext.configure(tx.connection, opts={"compare_type": False})
        return compare_metadata(context, metadata)

    assert store.read(differences) == []
    store.close()


def test_columns_have_the_types_the_statements_expect(empty_url):
    open_store(empty_url).close()
    dialect = create_engine(empty_url.replace("postgresql:", "postgresql+psycopg:")).dialect

    def types(tables):
        return {
            f"{table.name}.{column.name}": str(column.type.dialect_impl(dialect).compile(dialect)).split(" COLLATE")[0]
            for table in tables
            for column in table.columns
        }

    reflected = MetaData()
    engine = create_engine(empty_url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
    reflected.reflect(engine)
    found = types(reflected.sorted_tables)
    del found["alembic_version.version_num"]
    assert found == types(metadata.sorted_tables)


def test_the_revisions_are_those_that_the_migrations_name():
    folder = Path(migration.__file__).parent / "migrations"
    script = ScriptDirectory(str(folder), version_locations=[str(folder / "versions")])
    assert revisions() == tuple(one.revision for one in script.walk_revisions())[::-1]


def test_opening_again_changes_nothing(empty_url):
    first = open_store(empty_url)
    first.write(lambda tx: tx.facts.set("a", "b"))
    first.close()
    second = open_store(empty_url, migrate=False)
    assert second.read(lambda tx: tx.facts.get("a")) == "b"
    second.close()


def test_rel_13_a_newer_schema_is_refused(empty_url):
    open_store(empty_url).close()
    _change(empty_url, "UPDATE alembic_version SET version_num = 'r9999'")
    assert "r9999" in _refused(empty_url)
    assert "r9999" in _refused(empty_url, migrate=False)


def test_rel_13_tables_of_somebody_else_are_refused(empty_url):
    if empty_url.startswith("sqlite"):
        open_store(empty_url).close()
        _change(empty_url, "DROP TABLE alembic_version")
    else:
        _change(empty_url, "CREATE TABLE person (id integer)")
    _refused(empty_url)


@pytest.mark.parametrize("statement", ["DELETE FROM alembic_version", "INSERT INTO alembic_version VALUES ('r0001')"])
def test_rel_13_a_schema_without_one_version_is_refused(empty_url, statement):
    open_store(empty_url).close()
    _change(empty_url, statement)
    _refused(empty_url)


def test_rel_13_an_empty_database_is_not_served_without_migrating(empty_url):
    _refused(empty_url, migrate=False)
    open_store(empty_url).close()
    open_store(empty_url, migrate=False).close()


def test_rel_13_an_older_schema_is_brought_up_to_date_on_request_only(empty_url, monkeypatch):
    monkeypatch.setattr(migration.command, "upgrade", lambda config, target: _upgrade(config, "r0001"))
    open_store(empty_url).close()
    monkeypatch.undo()
    assert "not up to date" in _refused(empty_url, migrate=False)
    store = open_store(empty_url)
    with pytest.raises(Exception, match="does not follow"):
        store.write(
            lambda tx: tx.connection.execute(
                text("INSERT INTO audit_event VALUES (5, '2026-01-01T00:00:00+00:00', 'k','a','s','{}','p','h')")
            )
        )
    store.close()


FORM_OF_OLD = """
    INSERT INTO award_form (award_id, form, position, verification_method, tbs, tbs_sha256, sealed, sealed_at)
    VALUES ('award', 'vc-jwt', 0, 'did:web:a#k', X'01', 'ab', X'02', '2026-11-21T18:00:00.000000+00:00')
"""


def test_rel_13_sealed_forms_are_the_same_after_the_columns_for_added_ones_came(sqlite_url, monkeypatch):
    monkeypatch.setattr(migration.command, "upgrade", lambda config, target: _upgrade(config, "r0002"))
    open_store(sqlite_url).close()
    monkeypatch.undo()
    _change(sqlite_url, FORM_OF_OLD)
    store = open_store(sqlite_url)
    (row,) = store.read(lambda tx: tx.connection.execute(text("SELECT * FROM award_form")).all())
    assert tuple(row) == (
        "award", "vc-jwt", 0, "did:web:a#k", b"\x01", "ab", b"\x02", "2026-11-21T18:00:00.000000+00:00",
        None, None, None,
    )  # fmt: skip
    for change in ("tbs_sha256 = '00'", "lint_token = '00'", "sealed = X'00'"):
        with pytest.raises(Exception, match="cannot be changed"):
            store.write(lambda tx, change=change: tx.connection.execute(text(f"UPDATE award_form SET {change}")))
    store.close()


def test_rel_13_a_migration_that_fails_half_way_leaves_nothing(empty_url, monkeypatch):
    def breaks(config, target):
        _upgrade(config, "r0001")
        raise RuntimeError("power cut")

    monkeypatch.setattr(migration.command, "upgrade", breaks)
    with pytest.raises(RuntimeError):
        open_store(empty_url)
    monkeypatch.undo()
    _refused(empty_url, migrate=False)
    open_store(empty_url).close()


KILLED_IN_THE_MIDDLE = """
    import os, signal, sys
    from issuer.storage import migration
    from issuer.storage.opening import open_store

    upgrade = migration.command.upgrade

    def killed(config, target):
        upgrade(config, "r0001")
        os.kill(os.getpid(), signal.SIGKILL)

    migration.command.upgrade = killed
    open_store(sys.argv[1])
"""


def test_rel_13_a_migration_that_is_killed_half_way_runs_again_cleanly(empty_url):
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED_IN_THE_MIDDLE), empty_url],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, timeout=60, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL
    _refused(empty_url, migrate=False)
    store = open_store(empty_url)
    store.write(lambda tx: tx.facts.set("a", "b"))
    store.close()


def test_two_that_start_at_once_migrate_once(empty_url):
    stores, failures = [], []

    def start():
        try:
            stores.append(open_store(empty_url, busy_timeout_s=20))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for store in stores:
        store.close()
