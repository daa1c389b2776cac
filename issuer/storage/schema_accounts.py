"""The tables of accounts, beside those of `schema`."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table

from issuer.storage.columns import JsonText, Moment, PlainText
from issuer.storage.schema import Count, metadata

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

address = Table(
    "address",
    metadata,
    Column("person_id", PlainText, ForeignKey("person.id"), primary_key=True),
    Column("email", PlainText, primary_key=True),
    Column("added_at", Moment, nullable=False),
    Column("verified_at", Moment),
    sqlite_strict=True,
)
Index(
    "uq_address_verified",
    address.c.email,
    unique=True,
    sqlite_where=address.c.verified_at.is_not(None),
    postgresql_where=address.c.verified_at.is_not(None),
)

claim = Table(
    "claim",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("kind", PlainText, nullable=False),
    Column("email", PlainText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("person_id", PlainText, ForeignKey("person.id"), index=True),
    Column("organisation_id", PlainText, ForeignKey("organisation.id")),
    Column("roles", JsonText, nullable=False),
    Column("created_by", PlainText),
    Column("used_at", Moment),
    Column("withdrawn_at", Moment),
    sqlite_strict=True,
)

claim_token = Table(
    "claim_token",
    metadata,
    Column("token_sha256", PlainText, primary_key=True),
    Column("claim_id", PlainText, ForeignKey("claim.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    sqlite_strict=True,
)

join_code = Table(
    "join_code",
    metadata,
    Column("organisation_id", PlainText, ForeignKey("organisation.id"), primary_key=True),
    Column("code", PlainText, nullable=False, unique=True),
    sqlite_strict=True,
)

doomed_file = Table(
    "doomed_file",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("since", Moment, nullable=False),
    sqlite_strict=True,
)

second_factor = Table(
    "second_factor",
    metadata,
    Column("person_id", PlainText, ForeignKey("person.id"), primary_key=True),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("confirmed_at", Moment),
    Column("last_step", Count),
    sqlite_strict=True,
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("person_id", PlainText, ForeignKey("person.id"), primary_key=True),
    Column("code_sha256", PlainText, primary_key=True),
    Column("used_at", Moment),
    sqlite_strict=True,
)
