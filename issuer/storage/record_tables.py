"""The table of run charts that teachers show with their badges."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from issuer.storage.columns import JsonText, Moment, PlainText
from issuer.storage.schema import metadata

shown_chart = Table(
    "shown_chart",
    metadata,
    Column("submission_id", PlainText, ForeignKey("submission.id"), primary_key=True),
    Column("chart", JsonText, nullable=False),
    Column("shown_at", Moment, nullable=False),
    sqlite_strict=True,
)
