"""Several e-mail addresses, links that do one thing once, codes to register with, more about sessions.

Revision r0009, after r0008. The addresses that accounts have already were given by an administrator, and count as
verified.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0009"
down_revision = "r0008"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.Text()
COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.add_column("session", sa.Column("last_used_at", MOMENT, nullable=True))
    op.add_column("session", sa.Column("browser", TEXT, nullable=False, server_default=""))
    op.add_column("session", sa.Column("awaits_code", COUNT, nullable=False, server_default="0"))
    _addresses()
    _claims()
    op.create_table(
        "join_code",
        sa.Column("organisation_id", TEXT, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_join_code_organisation_id"),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_join_code"),
        sa.UniqueConstraint("code", name="uq_join_code_code"),
        sqlite_strict=True,
    )


def _addresses() -> None:
    op.create_table(
        "address",
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("verified_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_address_person_id"),
        sa.PrimaryKeyConstraint("person_id", "email", name="pk_address"),
        sqlite_strict=True,
    )
    is_verified = sa.text("verified_at IS NOT NULL")
    op.create_index(
        "uq_address_verified", "address", ["email"], unique=True, sqlite_where=is_verified, postgresql_where=is_verified
    )
    op.execute(
        "INSERT INTO address (person_id, email, added_at, verified_at)"
        " SELECT id, email, created_at, created_at FROM person"
    )


def _claims() -> None:
    op.create_table(
        "claim",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("person_id", TEXT, nullable=True),
        sa.Column("organisation_id", TEXT, nullable=True),
        sa.Column("roles", JSON, nullable=False),
        sa.Column("created_by", TEXT, nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_claim_person_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_claim_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_claim"),
        sqlite_strict=True,
    )
    op.create_index("ix_claim_expires_at", "claim", ["expires_at"])
    op.create_index("ix_claim_person_id", "claim", ["person_id"])
    op.create_table(
        "claim_token",
        sa.Column("token_sha256", TEXT, nullable=False),
        sa.Column("claim_id", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name="fk_claim_token_claim_id"),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_claim_token"),
        sqlite_strict=True,
    )
    op.create_index("ix_claim_token_claim_id", "claim_token", ["claim_id"])
