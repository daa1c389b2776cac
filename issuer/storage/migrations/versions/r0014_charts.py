"""Run charts that teachers show with their badges.

Revision r0014, after r0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0014"
down_revision = "r0013"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "shown_chart",
        sa.Column("submission_id", TEXT, nullable=False),
        sa.Column("chart", sa.Text(), nullable=False),
        sa.Column("shown_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_shown_chart_submission_id"),
        sa.PrimaryKeyConstraint("submission_id", name="pk_shown_chart"),
        sqlite_strict=True,
    )
