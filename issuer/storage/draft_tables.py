"""The table of the versions of drafts."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from issuer.storage.columns import JsonText, Moment, PlainText
from issuer.storage.schema import Count, metadata

draft_version = Table(
    "draft_version",
    metadata,
    Column("submission_id", PlainText, ForeignKey("submission.id"), primary_key=True),
    Column("number", Count, primary_key=True, autoincrement=False),
    Column("kind", PlainText, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("saved_at", Moment, nullable=False),
    Column("revision", Count, nullable=False),
    Column("size_bytes", Count, nullable=False),
    Column("evidence", JsonText, nullable=False),
    Column("public_narratives", JsonText, nullable=False),
    sqlite_strict=True,
)
