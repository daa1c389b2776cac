"""The table of share links."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from issuer.storage.columns import Moment, PlainText
from issuer.storage.schema import Count, metadata

share_link = Table(
    "share_link",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("award_id", PlainText, ForeignKey("award.id"), nullable=False, index=True),
    Column("token_sha256", PlainText, nullable=False, unique=True),
    Column("label", PlainText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("ended_at", Moment),
    Column("views", Count, nullable=False),
    sqlite_strict=True,
)
