"""The tables of appeals and of the time there is for revising."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from issuer.storage.columns import Moment, PlainText
from issuer.storage.schema import Count, metadata

appeal = Table(
    "appeal",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("review_id", PlainText, ForeignKey("review.id"), nullable=False, unique=True),
    Column("submission_id", PlainText, ForeignKey("submission.id"), nullable=False),
    Column("attempt", Count, nullable=False),
    Column("grounds", PlainText, nullable=False),
    Column("filed_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("state", PlainText, nullable=False),
    Column("decided_by", PlainText, ForeignKey("person.id")),
    Column("decided_at", Moment),
    Column("reason", PlainText, nullable=False),
    Index("ix_appeal_submission", "submission_id", "filed_at"),
    Index("ix_appeal_state", "state", "due_at"),
    sqlite_strict=True,
)

revision_deadline = Table(
    "revision_deadline",
    metadata,
    Column("submission_id", PlainText, ForeignKey("submission.id"), primary_key=True),
    Column("attempt", Count, primary_key=True, autoincrement=False),
    Column("number", Count, primary_key=True, autoincrement=False),
    Column("due_at", Moment, nullable=False),
    Column("set_by", PlainText, ForeignKey("person.id"), nullable=False),
    Column("set_at", Moment, nullable=False),
    sqlite_strict=True,
)
