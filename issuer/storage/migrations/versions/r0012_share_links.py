"""Links by which teachers show a badge that is not open to everybody.

Revision r0012, after r0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0012"
down_revision = "r0011"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "share_link",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("award_id", TEXT, nullable=False),
        sa.Column("token_sha256", TEXT, nullable=False),
        sa.Column("label", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("views", COUNT, nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name="fk_share_link_award_id"),
        sa.PrimaryKeyConstraint("id", name="pk_share_link"),
        sa.UniqueConstraint("token_sha256", name="uq_share_link_token_sha256"),
        sqlite_strict=True,
    )
    op.create_index("ix_share_link_award_id", "share_link", ["award_id"])
