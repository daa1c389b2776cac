"""Since when the badge is to name the digest of an attached file.

Revision r0008, after r0007. Badges that were issued before name none.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0008"
down_revision = "r0007"

MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.add_column("evidence_file", sa.Column("in_badge_since", MOMENT))
