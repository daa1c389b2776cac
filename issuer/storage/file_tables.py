"""The tables of evidence files, of those that are still arriving, and of what lay behind links."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from issuer.storage.columns import JsonText, Moment, PlainText
from issuer.storage.schema import Count, metadata

evidence_file = Table(
    "evidence_file",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("submission_id", PlainText, ForeignKey("submission.id"), nullable=False, index=True),
    Column("owner_id", PlainText, ForeignKey("person.id"), nullable=False, index=True),
    Column("name", PlainText, nullable=False),
    Column("media_type", PlainText, nullable=False),
    Column("size_bytes", Count, nullable=False),
    Column("sha256", PlainText, nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("notes", JsonText, nullable=False),
    Column("signs", JsonText, nullable=False),
    Column("scan", PlainText, nullable=False, index=True),
    Column("in_badge_since", Moment),
    sqlite_strict=True,
)

upload = Table(
    "upload",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("submission_id", PlainText, ForeignKey("submission.id"), nullable=False, index=True),
    Column("owner_id", PlainText, ForeignKey("person.id"), nullable=False, index=True),
    Column("name", PlainText, nullable=False),
    Column("declared_type", PlainText, nullable=False),
    Column("size_bytes", Count, nullable=False),
    Column("created_at", Moment, nullable=False),
    sqlite_strict=True,
)

link_check = Table(
    "link_check",
    metadata,
    Column("submission_id", PlainText, ForeignKey("submission.id"), primary_key=True),
    Column("url", PlainText, primary_key=True),
    Column("outcome", PlainText, nullable=False),
    Column("message", PlainText, nullable=False),
    Column("checked_at", Moment, nullable=False),
    sqlite_strict=True,
)
