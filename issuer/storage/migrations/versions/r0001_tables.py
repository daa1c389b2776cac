"""The tables.

Revision r0001, the first.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.Text()
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BYTES = sa.LargeBinary()


def upgrade() -> None:
    _answer()
    _audit_event()
    _fact()
    _organisation()
    _status_list()
    _write_turn()
    _person()
    _status_allocation()
    _status_publication()
    _message()
    _session()
    _submission()
    _attempt()
    _award()
    _evidence_file()
    _award_child()
    _award_form()
    _review()


def _answer() -> None:
    op.create_table(
        "answer",
        _required("caller", TEXT),
        _required("key", TEXT),
        _required("fingerprint", TEXT),
        _required("status", COUNT),
        _required("body", BYTES),
        _required("media_type", TEXT),
        _required("created_at", MOMENT),
        sa.PrimaryKeyConstraint("caller", "key", name="pk_answer"),
        sqlite_strict=True,
    )
    op.create_index("ix_answer_created_at", "answer", ["created_at"])


def _audit_event() -> None:
    op.create_table(
        "audit_event",
        _required("seq", COUNT),
        _required("at", MOMENT),
        _required("kind", TEXT),
        _required("actor_id", TEXT),
        _required("subject_id", TEXT),
        _required("details", JSON),
        _required("previous_hash", TEXT),
        _required("hash", TEXT),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_event"),
        sa.UniqueConstraint("previous_hash", name="uq_audit_event_previous_hash"),
        sqlite_strict=True,
    )
    op.create_index("ix_audit_event_subject_id", "audit_event", ["subject_id"])


def _fact() -> None:
    op.create_table(
        "fact",
        _required("name", TEXT),
        _required("value", TEXT),
        sa.PrimaryKeyConstraint("name", name="pk_fact"),
        sqlite_strict=True,
    )


def _organisation() -> None:
    op.create_table(
        "organisation",
        _required("id", TEXT),
        _required("name", TEXT),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sqlite_strict=True,
    )


def _status_list() -> None:
    op.create_table(
        "status_list",
        _required("number", COUNT),
        _required("opened_at", MOMENT),
        _required("allocated", COUNT),
        _required("change", COUNT),
        sa.PrimaryKeyConstraint("number", name="pk_status_list"),
        sqlite_strict=True,
    )


def _write_turn() -> None:
    op.create_table(
        "write_turn",
        _required("writer", TEXT),
        _required("turn", COUNT),
        _required("taken_at", MOMENT),
        sa.PrimaryKeyConstraint("writer", name="pk_write_turn"),
        sqlite_strict=True,
    )


def _person() -> None:
    op.create_table(
        "person",
        _required("id", TEXT),
        _required("organisation_id", TEXT),
        _required("email", TEXT),
        _required("display_name", TEXT),
        _required("roles", JSON),
        _required("created_at", MOMENT),
        _optional("disabled_at", MOMENT),
        _required("password_hash", TEXT),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_person_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("email", name="uq_person_email"),
        sqlite_strict=True,
    )
    op.create_index("ix_person_organisation_id", "person", ["organisation_id"])


def _status_allocation() -> None:
    op.create_table(
        "status_allocation",
        _required("list_number", COUNT),
        _required("list_index", COUNT),
        _required("award_id", TEXT),
        _required("allocated_at", MOMENT),
        sa.CheckConstraint("list_index >= 0 AND list_index < 131072", name="ck_status_allocation_in_list"),
        sa.ForeignKeyConstraint(["list_number"], ["status_list.number"], name="fk_status_allocation_list_number"),
        sa.PrimaryKeyConstraint("list_number", "list_index", name="pk_status_allocation"),
        sa.UniqueConstraint("award_id", name="uq_status_allocation_award_id"),
        sqlite_strict=True,
    )


def _status_publication() -> None:
    op.create_table(
        "status_publication",
        _required("list_number", COUNT),
        _required("purpose", TEXT),
        _required("serial", COUNT),
        _required("valid_from", MOMENT),
        _required("change", COUNT),
        _required("sha256", TEXT),
        sa.ForeignKeyConstraint(["list_number"], ["status_list.number"], name="fk_status_publication_list_number"),
        sa.PrimaryKeyConstraint("list_number", "purpose", name="pk_status_publication"),
        sqlite_strict=True,
    )


def _message() -> None:
    op.create_table(
        "message",
        _required("key", TEXT),
        _required("person_id", TEXT),
        _required("kind", TEXT),
        _required("payload", JSON),
        _required("created_at", MOMENT),
        _required("message_id", TEXT),
        _required("attempts", COUNT),
        _optional("due_at", MOMENT),
        _optional("sent_at", MOMENT),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_message_person_id"),
        sa.PrimaryKeyConstraint("key", name="pk_message"),
        sa.UniqueConstraint("message_id", name="uq_message_message_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_message_due", "message", ["due_at"])
    op.create_index("ix_message_person", "message", ["person_id", "created_at"])


def _session() -> None:
    op.create_table(
        "session",
        _required("token_sha256", TEXT),
        _required("person_id", TEXT),
        _required("csrf_token", TEXT),
        _required("created_at", MOMENT),
        _required("expires_at", MOMENT),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_session_person_id"),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_session"),
        sqlite_strict=True,
    )
    op.create_index("ix_session_expires_at", "session", ["expires_at"])
    op.create_index("ix_session_person_id", "session", ["person_id"])


def _submission() -> None:
    op.create_table(
        "submission",
        _required("id", TEXT),
        _required("teacher_id", TEXT),
        _required("organisation_id", TEXT),
        _required("achievement", TEXT),
        _required("version", COUNT),
        _required("state", TEXT),
        _required("created_at", MOMENT),
        _required("updated_at", MOMENT),
        _required("evidence", JSON),
        _required("public_narratives", JSON),
        _required("revision", COUNT),
        _required("attempt", COUNT),
        _optional("submitted_at", MOMENT),
        _optional("claimed_by", TEXT),
        _optional("claimed_at", MOMENT),
        sa.ForeignKeyConstraint(["claimed_by"], ["person.id"], name="fk_submission_claimed_by"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_submission_organisation_id"),
        sa.ForeignKeyConstraint(["teacher_id"], ["person.id"], name="fk_submission_teacher_id"),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sqlite_strict=True,
    )
    op.create_index("ix_submission_queue", "submission", ["organisation_id", "state", "submitted_at"])
    op.create_index("ix_submission_teacher_id", "submission", ["teacher_id"])


def _attempt() -> None:
    op.create_table(
        "attempt",
        _required("submission_id", TEXT),
        _required("number", COUNT),
        _required("submitted_at", MOMENT),
        _required("evidence", JSON),
        _required("public_narratives", JSON),
        _required("file_digests", JSON),
        _required("evidence_sha256", TEXT),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_attempt_submission_id"),
        sa.PrimaryKeyConstraint("submission_id", "number", name="pk_attempt"),
        sqlite_strict=True,
    )


def _award() -> None:
    op.create_table(
        "award",
        _required("id", TEXT),
        _required("person_id", TEXT),
        _optional("submission_id", TEXT),
        _required("achievement", TEXT),
        _required("version", COUNT),
        _required("list_number", COUNT),
        _required("list_index", COUNT),
        _required("content", BYTES),
        _required("content_sha256", TEXT),
        _required("lint_token", TEXT),
        _optional("lint_redeemed_at", MOMENT),
        _required("valid_from", MOMENT),
        _required("awarded_at", MOMENT),
        _required("planned_at", MOMENT),
        _required("state", TEXT),
        _required("standing", TEXT),
        _required("standing_reason", TEXT),
        _optional("standing_at", MOMENT),
        _optional("living_key", TEXT),
        _required("child_count", COUNT),
        _optional("replaces", TEXT),
        _optional("replaced_by", TEXT),
        _optional("opened_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["list_number", "list_index"],
            ["status_allocation.list_number", "status_allocation.list_index"],
            name="fk_award_list_number_list_index",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_award_person_id"),
        sa.ForeignKeyConstraint(
            ["replaced_by"], ["award.id"], name="fk_award_replaced_by", initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["replaces"], ["award.id"], name="fk_award_replaces"),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_award_submission_id"),
        sa.PrimaryKeyConstraint("id", name="pk_award"),
        sa.UniqueConstraint("list_number", "list_index", name="uq_award_list_number_list_index"),
        sa.UniqueConstraint("living_key", name="uq_award_living_key"),
        sa.UniqueConstraint("submission_id", name="uq_award_submission_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_award_person_id", "award", ["person_id"])
    op.create_index("ix_award_progress", "award", ["state", "planned_at"])
    op.create_index("ix_award_standing", "award", ["list_number", "standing", "list_index"])


def _evidence_file() -> None:
    op.create_table(
        "evidence_file",
        _required("id", TEXT),
        _required("submission_id", TEXT),
        _required("owner_id", TEXT),
        _required("name", TEXT),
        _required("media_type", TEXT),
        _required("size_bytes", COUNT),
        _required("sha256", TEXT),
        _required("created_at", MOMENT),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_evidence_file_owner_id"),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_evidence_file_submission_id"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_file"),
        sqlite_strict=True,
    )
    op.create_index("ix_evidence_file_owner_id", "evidence_file", ["owner_id"])
    op.create_index("ix_evidence_file_submission_id", "evidence_file", ["submission_id"])


def _award_child() -> None:
    op.create_table(
        "award_child",
        _required("award_id", TEXT),
        _required("position", COUNT),
        _required("child_id", TEXT),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name="fk_award_child_award_id"),
        sa.ForeignKeyConstraint(["child_id"], ["award.id"], name="fk_award_child_child_id"),
        sa.PrimaryKeyConstraint("award_id", "position", name="pk_award_child"),
        sqlite_strict=True,
    )
    op.create_index("ix_award_child_child_id", "award_child", ["child_id"])


def _award_form() -> None:
    op.create_table(
        "award_form",
        _required("award_id", TEXT),
        _required("form", TEXT),
        _required("position", COUNT),
        _required("verification_method", TEXT),
        _required("tbs", BYTES),
        _required("tbs_sha256", TEXT),
        _optional("sealed", BYTES),
        _optional("sealed_at", MOMENT),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name="fk_award_form_award_id"),
        sa.PrimaryKeyConstraint("award_id", "form", name="pk_award_form"),
        sa.UniqueConstraint("award_id", "position", name="uq_award_form_award_id_position"),
        sqlite_strict=True,
    )


def _review() -> None:
    op.create_table(
        "review",
        _required("id", TEXT),
        _required("submission_id", TEXT),
        _required("attempt", COUNT),
        _required("reviewer_id", TEXT),
        _required("decision", TEXT),
        _required("ratings", JSON),
        _required("feedback", TEXT),
        _required("private_note", TEXT),
        _required("decided_at", MOMENT),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name="fk_review_reviewer_id"),
        sa.ForeignKeyConstraint(
            ["submission_id", "attempt"],
            ["attempt.submission_id", "attempt.number"],
            name="fk_review_submission_id_attempt",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
        sa.UniqueConstraint("submission_id", "attempt", name="uq_review_submission_id_attempt"),
        sqlite_strict=True,
    )
    op.create_index("ix_review_reviewer", "review", ["reviewer_id", "decided_at"])


def _required(name: str, type_: Any) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=False, autoincrement=False)


def _optional(name: str, type_: Any) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=True)
