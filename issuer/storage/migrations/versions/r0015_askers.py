"""Questions of people with an account, who are told of the answer.

Revision r0015, after r0014.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0015"
down_revision = "r0014"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("question", sa.Column("asker_id", TEXT, nullable=True))
        op.create_foreign_key("fk_question_asker_id", "question", "person", ["asker_id"], ["id"])
    else:
        op.execute(
            "ALTER TABLE question ADD COLUMN asker_id TEXT CONSTRAINT fk_question_asker_id REFERENCES person (id)"
        )
    op.create_index("ix_question_asker_id", "question", ["asker_id"])
