"""The tables of accounts, beside those of `schema`."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from issuer.storage.columns import Moment, PlainText
from issuer.storage.schema import metadata

muted = Table(
    "muted",
    metadata,
    Column("person_id", PlainText, ForeignKey("person.id"), primary_key=True),
    Column("kind", PlainText, primary_key=True),
    sqlite_strict=True,
)

unsubscribe = Table(
    "unsubscribe",
    metadata,
    Column("token_sha256", PlainText, primary_key=True),
    Column("person_id", PlainText, ForeignKey("person.id"), nullable=False, index=True),
    Column("kind", PlainText, nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
    sqlite_strict=True,
)
