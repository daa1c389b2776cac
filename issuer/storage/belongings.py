"""Which rows belong to whom: found by following the references between tables, so that a new table is never forgotten.

A table that is not listed here as kept is somebody's belonging when a column of `OWNING` refers to a person, or any
column to one of their submissions or to another belonging.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, select, tuple_

from issuer.storage import schema

OWNING = frozenset({"person_id", "teacher_id", "owner_id", "asker_id"})
"""Columns that say whose a row is."""

REFERRING = frozenset({"reviewer_id", "claimed_by", "author_id", "decided_by", "created_by", "set_by"})
"""Columns that name a person as the one who did something; the row is not theirs."""

KEPT = frozenset(
    {
        "organisation", "person", "submission", "attempt", "review", "award", "award_form", "award_child",
        "audit_event", "status_list", "status_allocation", "status_publication", "answer", "fact", "write_turn",
        "doomed_file",
    }
)  # fmt: skip
"""Tables whose rows are never removed: what is personal in them is blanked, or is needed to verify signed badges."""

PUBLISHED = frozenset({"resource", "question", "shown_chart"})
"""What a teacher made public of their own accord: it outlives the evidence, not the account."""

SECRET = frozenset(
    {
        "password_hash", "token_sha256", "csrf_token", "secret_sha256", "secret", "code_sha256", "private_note",
        "lint_token", "content", "tbs", "sealed", "sealed_secret",
    }
)  # fmt: skip
"""Columns that are left out of what people are given: secrets, reviewers' notes to each other, and signed bytes, which
come as files."""

Condition = ColumnElement[bool]


def of_person(person_id: str) -> Iterator[tuple[Table, Condition]]:
    """Every table with rows of the person, and the condition that selects them; the person's own row first."""
    person = schema.person
    yield person, person.c.id == person_id
    yield from _below(person, person.c.id == person_id, OWNING, frozenset({"person"}))


def removable_below(parent: Table, condition: Condition, spared: Collection[str] = ()) -> list[tuple[Table, Condition]]:
    """The rows to remove with those that `condition` selects in `parent`: of tables not kept, the deepest first."""
    columns = OWNING if parent is schema.person else None
    found = list(_below(parent, condition, columns, KEPT | frozenset(spared)))
    return found[::-1]


def rows(connection: Connection, table: Table, condition: Condition) -> list[dict[str, Any]]:
    """The selected rows without what is secret, in order of their key."""
    columns = [column for column in table.columns if column.name not in SECRET]
    statement = select(*columns).where(condition).order_by(*table.primary_key.columns)
    return [dict(row._mapping) for row in connection.execute(statement)]


def remove(connection: Connection, table: Table, condition: Condition) -> None:
    connection.execute(delete(table).where(condition))


def _below(
    parent: Table, condition: Condition, columns: frozenset[str] | None, passed_by: frozenset[str]
) -> Iterator[tuple[Table, Condition]]:
    """Tables that refer to the selected rows, each after the one it was found by. columns: None for any."""
    for table in schema.metadata.sorted_tables:
        if table.name in passed_by or table is parent:
            continue
        for reference in table.foreign_key_constraints:
            names = {column.name for column in reference.columns}
            if reference.referred_table is parent and (columns is None or not columns.isdisjoint(names)):
                theirs = select(*(element.column for element in reference.elements)).where(condition)
                owned = tuple_(*reference.columns).in_(theirs)
                yield table, owned
                yield from _below(table, owned, None, passed_by | {parent.name, table.name})
