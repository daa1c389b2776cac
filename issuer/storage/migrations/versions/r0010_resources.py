"""What teachers share of approved evidence, and the questions that readers ask about it.

Revision r0010, after r0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0010"
down_revision = "r0009"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "resource",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("submission_id", TEXT, nullable=False),
        sa.Column("owner_id", TEXT, nullable=False),
        sa.Column("achievement", TEXT, nullable=False),
        sa.Column("version", COUNT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("revision", COUNT, nullable=False),
        sa.Column("published", sa.Text(), nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("published_title", TEXT, nullable=False),
        sa.Column("search_text", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_resource_submission_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_resource_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_resource"),
        sa.UniqueConstraint("submission_id", name="uq_resource_submission_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_resource_owner_id", "resource", ["owner_id"])
    op.create_index("ix_resource_published_at", "resource", ["published_at"])
    op.create_table(
        "question",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("resource_id", TEXT, nullable=False),
        sa.Column("token_sha256", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("answer", TEXT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name="fk_question_resource_id"),
        sa.PrimaryKeyConstraint("id", name="pk_question"),
        sa.UniqueConstraint("token_sha256", name="uq_question_token_sha256"),
        sqlite_strict=True,
    )
    op.create_index("ix_question_resource", "question", ["resource_id", "asked_at"])
