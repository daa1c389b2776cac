"""Evidence that can be erased: what was handed in may be blanked, and in no other way changed.

Revision r0013, after r0012. Erased files are listed until they are removed, so that a stop half-way leaves none.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0013"
down_revision = "r0012"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
FIXED = {
    "attempt": ("submission_id", "number", "submitted_at", "file_digests", "evidence_sha256", "ai_use"),
    "review": ("id", "submission_id", "attempt", "reviewer_id", "decision", "decided_at"),
}
BLANK = {
    "attempt": (
        "NEW.evidence <> '{}' OR (NEW.public_narratives <> '{}' AND NEW.public_narratives <> OLD.public_narratives)"
    ),
    "review": "NEW.feedback <> '' OR NEW.private_note <> ''",
}


def upgrade() -> None:
    op.add_column("submission", sa.Column("erased_at", MOMENT, nullable=True))
    op.create_table(
        "doomed_file",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_doomed_file"),
        sqlite_strict=True,
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in ("attempt", "review"):
        for statement in _postgresql(table) if is_postgresql else _sqlite(table):
            op.execute(statement)


def _condition(table: str, differs: str) -> str:
    changed = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in FIXED[table])
    return f"{changed} OR {BLANK[table]}"


def _sqlite(table: str) -> list[str]:
    return [
        f"DROP TRIGGER {table}_no_update",
        f"CREATE TRIGGER {table}_blanked BEFORE UPDATE ON {table} WHEN {_condition(table, 'IS NOT')}"
        f" BEGIN SELECT RAISE(ABORT, '{table}_blanked: this cannot be changed'); END",
    ]


def _postgresql(table: str) -> list[str]:
    return [
        f"DROP TRIGGER {table}_no_update ON {table}",
        f"CREATE TRIGGER {table}_blanked BEFORE UPDATE ON {table} FOR EACH ROW"
        f" WHEN ({_condition(table, 'IS DISTINCT FROM')}) EXECUTE FUNCTION refuse_change()",
    ]
