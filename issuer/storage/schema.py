"""The tables as the statements see them; `migrations` creates them, a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
)

from issuer.storage.columns import JsonText, Moment, PlainText

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
metadata = MetaData(naming_convention=NAMES)
Count = BigInteger().with_variant(Integer(), "sqlite")

organisation = Table(
    "organisation",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("name", PlainText, nullable=False),
    sqlite_strict=True,
)

person = Table(
    "person",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("organisation_id", PlainText, ForeignKey("organisation.id"), nullable=False, index=True),
    Column("email", PlainText, nullable=False, unique=True),
    Column("display_name", PlainText, nullable=False),
    Column("roles", JsonText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("disabled_at", Moment),
    Column("password_hash", PlainText, nullable=False),
    sqlite_strict=True,
)

session = Table(
    "session",
    metadata,
    Column("token_sha256", PlainText, primary_key=True),
    Column("person_id", PlainText, ForeignKey("person.id"), nullable=False, index=True),
    Column("csrf_token", PlainText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("last_used_at", Moment),
    Column("browser", PlainText, nullable=False, server_default=""),
    Column("awaits_code", Count, nullable=False, server_default="0"),
    sqlite_strict=True,
)

client = Table(
    "client",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("name", PlainText, nullable=False),
    Column("person_id", PlainText, ForeignKey("person.id"), nullable=False, index=True),
    Column("secret_sha256", PlainText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("removed_at", Moment),
    sqlite_strict=True,
)

submission = Table(
    "submission",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("teacher_id", PlainText, ForeignKey("person.id"), nullable=False, index=True),
    Column("organisation_id", PlainText, ForeignKey("organisation.id"), nullable=False),
    Column("achievement", PlainText, nullable=False),
    Column("version", Count, nullable=False),
    Column("state", PlainText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("evidence", JsonText, nullable=False),
    Column("public_narratives", JsonText, nullable=False),
    Column("revision", Count, nullable=False),
    Column("attempt", Count, nullable=False),
    Column("submitted_at", Moment),
    Column("claimed_by", PlainText, ForeignKey("person.id")),
    Column("claimed_at", Moment),
    Column("ai_use", PlainText, nullable=False, server_default=""),
    Column("ai_how", PlainText, nullable=False, server_default=""),
    Column("erased_at", Moment),
    Index("ix_submission_queue", "organisation_id", "state", "submitted_at"),
    sqlite_strict=True,
)

attempt = Table(
    "attempt",
    metadata,
    Column("submission_id", PlainText, ForeignKey("submission.id"), primary_key=True),
    Column("number", Count, primary_key=True),
    Column("submitted_at", Moment, nullable=False),
    Column("evidence", JsonText, nullable=False),
    Column("public_narratives", JsonText, nullable=False),
    Column("file_digests", JsonText, nullable=False),
    Column("evidence_sha256", PlainText, nullable=False),
    Column("ai_use", PlainText, nullable=False, server_default=""),
    Column("ai_how", PlainText, nullable=False, server_default=""),
    sqlite_strict=True,
)

review = Table(
    "review",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("submission_id", PlainText, nullable=False),
    Column("attempt", Count, nullable=False),
    Column("reviewer_id", PlainText, ForeignKey("person.id"), nullable=False),
    Column("decision", PlainText, nullable=False),
    Column("ratings", JsonText, nullable=False),
    Column("feedback", PlainText, nullable=False),
    Column("private_note", PlainText, nullable=False),
    Column("decided_at", Moment, nullable=False),
    ForeignKeyConstraint(["submission_id", "attempt"], ["attempt.submission_id", "attempt.number"]),
    UniqueConstraint("submission_id", "attempt"),
    Index("ix_review_reviewer", "reviewer_id", "decided_at"),
    sqlite_strict=True,
)

status_list = Table(
    "status_list",
    metadata,
    Column("number", Count, primary_key=True, autoincrement=False),
    Column("opened_at", Moment, nullable=False),
    Column("allocated", Count, nullable=False),
    Column("change", Count, nullable=False),
    sqlite_strict=True,
)

status_allocation = Table(
    "status_allocation",
    metadata,
    Column("list_number", Count, ForeignKey("status_list.number"), primary_key=True, autoincrement=False),
    Column("list_index", Count, primary_key=True, autoincrement=False),
    Column("award_id", PlainText, nullable=False, unique=True),
    Column("allocated_at", Moment, nullable=False),
    CheckConstraint("list_index >= 0 AND list_index < 131072", name="in_list"),
    sqlite_strict=True,
)

status_publication = Table(
    "status_publication",
    metadata,
    Column("list_number", Count, ForeignKey("status_list.number"), primary_key=True, autoincrement=False),
    Column("purpose", PlainText, primary_key=True),
    Column("serial", Count, nullable=False),
    Column("valid_from", Moment, nullable=False),
    Column("change", Count, nullable=False),
    Column("sha256", PlainText, nullable=False),
    sqlite_strict=True,
)

award = Table(
    "award",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("person_id", PlainText, ForeignKey("person.id"), nullable=False, index=True),
    Column("submission_id", PlainText, ForeignKey("submission.id"), unique=True),
    Column("achievement", PlainText, nullable=False),
    Column("version", Count, nullable=False),
    Column("list_number", Count, nullable=False),
    Column("list_index", Count, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("content_sha256", PlainText, nullable=False),
    Column("lint_token", PlainText, nullable=False),
    Column("lint_redeemed_at", Moment),
    Column("valid_from", Moment, nullable=False),
    Column("awarded_at", Moment, nullable=False),
    Column("planned_at", Moment, nullable=False),
    Column("state", PlainText, nullable=False),
    Column("standing", PlainText, nullable=False),
    Column("standing_reason", PlainText, nullable=False),
    Column("standing_at", Moment),
    Column("living_key", PlainText, unique=True),
    Column("child_count", Count, nullable=False),
    Column("replaces", PlainText, ForeignKey("award.id")),
    Column("replaced_by", PlainText, ForeignKey("award.id", deferrable=True, initially="DEFERRED")),
    Column("opened_at", Moment),
    ForeignKeyConstraint(
        ["list_number", "list_index"], ["status_allocation.list_number", "status_allocation.list_index"]
    ),
    UniqueConstraint("list_number", "list_index"),
    Index("ix_award_progress", "state", "planned_at"),
    Index("ix_award_standing", "list_number", "standing", "list_index"),
    sqlite_strict=True,
)

award_form = Table(
    "award_form",
    metadata,
    Column("award_id", PlainText, ForeignKey("award.id"), primary_key=True),
    Column("form", PlainText, primary_key=True),
    Column("position", Count, nullable=False),
    Column("verification_method", PlainText, nullable=False),
    Column("tbs", LargeBinary, nullable=False),
    Column("tbs_sha256", PlainText, nullable=False),
    Column("sealed", LargeBinary),
    Column("sealed_at", Moment),
    Column("lint_token", PlainText),
    Column("lint_redeemed_at", Moment),
    Column("planned_at", Moment),
    UniqueConstraint("award_id", "position"),
    sqlite_strict=True,
)

award_child = Table(
    "award_child",
    metadata,
    Column("award_id", PlainText, ForeignKey("award.id"), primary_key=True),
    Column("position", Count, primary_key=True, autoincrement=False),
    Column("child_id", PlainText, ForeignKey("award.id"), nullable=False, index=True),
    sqlite_strict=True,
)

audit_event = Table(
    "audit_event",
    metadata,
    Column("seq", Count, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("kind", PlainText, nullable=False),
    Column("actor_id", PlainText, nullable=False),
    Column("subject_id", PlainText, nullable=False, index=True),
    Column("details", JsonText, nullable=False),
    Column("previous_hash", PlainText, nullable=False, unique=True),
    Column("hash", PlainText, nullable=False),
    sqlite_strict=True,
)

message = Table(
    "message",
    metadata,
    Column("key", PlainText, primary_key=True),
    Column("person_id", PlainText, ForeignKey("person.id")),
    Column("kind", PlainText, nullable=False),
    Column("payload", JsonText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("message_id", PlainText, nullable=False, unique=True),
    Column("attempts", Count, nullable=False),
    Column("due_at", Moment),
    Column("sent_at", Moment),
    Column("read_at", Moment),
    Index("ix_message_due", "due_at"),
    Index("ix_message_person", "person_id", "created_at"),
    sqlite_strict=True,
)

answer = Table(
    "answer",
    metadata,
    Column("caller", PlainText, primary_key=True),
    Column("key", PlainText, primary_key=True),
    Column("fingerprint", PlainText, nullable=False),
    Column("status", Count, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("media_type", PlainText, nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
    sqlite_strict=True,
)

fact = Table(
    "fact",
    metadata,
    Column("name", PlainText, primary_key=True),
    Column("value", PlainText, nullable=False),
    sqlite_strict=True,
)

# Only for PostgreSQL: writers lock this table to take turns, and each leaves the number of its latest turn.
write_turn = Table(
    "write_turn",
    metadata,
    Column("writer", PlainText, primary_key=True),
    Column("turn", Count, nullable=False),
    Column("taken_at", Moment, nullable=False),
    sqlite_strict=True,
)
