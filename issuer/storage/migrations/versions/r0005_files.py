"""What is noticed in attached files, files that arrive in pieces, and whether links can be reached.

Revision r0005, after r0004. Files that were stored before are not looked at again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0005"
down_revision = "r0004"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.Text()
COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.add_column("evidence_file", sa.Column("notes", JSON, nullable=False, server_default="[]"))
    op.add_column("evidence_file", sa.Column("signs", JSON, nullable=False, server_default="[]"))
    op.add_column("evidence_file", sa.Column("scan", TEXT, nullable=False, server_default="off"))
    op.create_index("ix_evidence_file_scan", "evidence_file", ["scan"])
    op.create_table(
        "upload",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("submission_id", TEXT, nullable=False),
        sa.Column("owner_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("declared_type", TEXT, nullable=False),
        sa.Column("size_bytes", COUNT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_upload_submission_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_upload_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
        sqlite_strict=True,
    )
    op.create_index("ix_upload_submission_id", "upload", ["submission_id"])
    op.create_index("ix_upload_owner_id", "upload", ["owner_id"])
    op.create_table(
        "link_check",
        sa.Column("submission_id", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_link_check_submission_id"),
        sa.PrimaryKeyConstraint("submission_id", "url", name="pk_link_check"),
        sqlite_strict=True,
    )
