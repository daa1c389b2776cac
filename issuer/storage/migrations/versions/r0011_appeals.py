"""Appeals against decisions, and the time there is for revising what was returned.

Revision r0011, after r0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0011"
down_revision = "r0010"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_index("ix_evidence_file_sha256", "evidence_file", ["sha256"])
    op.create_table(
        "appeal",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("review_id", TEXT, nullable=False),
        sa.Column("submission_id", TEXT, nullable=False),
        sa.Column("attempt", COUNT, nullable=False),
        sa.Column("grounds", TEXT, nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("decided_by", TEXT, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("reason", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name="fk_appeal_review_id"),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_appeal_submission_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name="fk_appeal_decided_by"),
        sa.PrimaryKeyConstraint("id", name="pk_appeal"),
        sa.UniqueConstraint("review_id", name="uq_appeal_review_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_appeal_submission", "appeal", ["submission_id", "filed_at"])
    op.create_index("ix_appeal_state", "appeal", ["state", "due_at"])
    op.create_table(
        "revision_deadline",
        sa.Column("submission_id", TEXT, nullable=False),
        sa.Column("attempt", COUNT, nullable=False),
        sa.Column("number", COUNT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("set_by", TEXT, nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_revision_deadline_submission_id"),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name="fk_revision_deadline_set_by"),
        sa.PrimaryKeyConstraint("submission_id", "attempt", "number", name="pk_revision_deadline"),
        sqlite_strict=True,
    )
