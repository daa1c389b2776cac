"""Notices that are read in the page and switched off as mail; letters to people without an account.

Revision r0007, after r0006. On SQLite a column cannot be made optional in place, so the table is made anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0007"
down_revision = "r0006"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
COLUMNS = "key, person_id, kind, payload, created_at, message_id, attempts, due_at, sent_at"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("message", "person_id", nullable=True)
        op.add_column("message", sa.Column("read_at", MOMENT, nullable=True))
    else:
        _make_message_anew()
    op.create_table(
        "muted",
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_muted_person_id"),
        sa.PrimaryKeyConstraint("person_id", "kind", name="pk_muted"),
        sqlite_strict=True,
    )
    op.create_table(
        "unsubscribe",
        sa.Column("token_sha256", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_unsubscribe_person_id"),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_unsubscribe"),
        sqlite_strict=True,
    )
    op.create_index("ix_unsubscribe_person_id", "unsubscribe", ["person_id"])
    op.create_index("ix_unsubscribe_created_at", "unsubscribe", ["created_at"])


def _make_message_anew() -> None:
    op.drop_index("ix_message_due", "message")
    op.drop_index("ix_message_person", "message")
    op.create_table(
        "message_anew",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("payload", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("message_id", TEXT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_message_person_id"),
        sa.PrimaryKeyConstraint("key", name="pk_message"),
        sa.UniqueConstraint("message_id", name="uq_message_message_id"),
        sqlite_strict=True,
    )
    op.execute(f"INSERT INTO message_anew ({COLUMNS}) SELECT {COLUMNS} FROM message")
    op.drop_table("message")
    op.rename_table("message_anew", "message")
    op.create_index("ix_message_due", "message", ["due_at"])
    op.create_index("ix_message_person", "message", ["person_id", "created_at"])
