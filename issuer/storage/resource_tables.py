"""The tables of what teachers share, and of the questions about it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from issuer.storage.columns import JsonText, Moment, PlainText
from issuer.storage.schema import Count, metadata

resource = Table(
    "resource",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("submission_id", PlainText, ForeignKey("submission.id"), nullable=False, unique=True),
    Column("owner_id", PlainText, ForeignKey("person.id"), nullable=False, index=True),
    Column("achievement", PlainText, nullable=False),
    Column("version", Count, nullable=False),
    Column("title", PlainText, nullable=False),
    Column("texts", JsonText, nullable=False),
    Column("left_out", JsonText, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("revision", Count, nullable=False),
    Column("published", JsonText),
    Column("published_at", Moment, index=True),
    Column("published_title", PlainText, nullable=False),
    Column("search_text", PlainText, nullable=False),
    sqlite_strict=True,
)

question = Table(
    "question",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("resource_id", PlainText, ForeignKey("resource.id"), nullable=False),
    Column("token_sha256", PlainText, nullable=False, unique=True),
    Column("name", PlainText, nullable=False),
    Column("text", PlainText, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("answer", PlainText, nullable=False),
    Column("answered_at", Moment),
    Column("asker_id", PlainText, ForeignKey("person.id"), index=True),
    Index("ix_question_resource", "resource_id", "asked_at"),
    sqlite_strict=True,
)
