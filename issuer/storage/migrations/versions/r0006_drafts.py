"""Versions of drafts, and what teachers declare about artificial intelligence.

Revision r0006, after r0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0006"
down_revision = "r0005"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.Text()
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "draft_version",
        sa.Column("submission_id", TEXT, nullable=False),
        sa.Column("number", COUNT, nullable=False, autoincrement=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("revision", COUNT, nullable=False),
        sa.Column("size_bytes", COUNT, nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("public_narratives", JSON, nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_draft_version_submission_id"),
        sa.PrimaryKeyConstraint("submission_id", "number", name="pk_draft_version"),
        sqlite_strict=True,
    )
    for table in ("submission", "attempt"):
        op.add_column(table, sa.Column("ai_use", TEXT, nullable=False, server_default=""))
        op.add_column(table, sa.Column("ai_how", TEXT, nullable=False, server_default=""))
