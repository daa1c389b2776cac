"""Triggers by which the database itself keeps what must never change.

Revision r0002, after r0001.
"""

from __future__ import annotations

from alembic import op

revision = "r0002"
down_revision = "r0001"

APPEND_ONLY = ("audit_event", "status_allocation", "attempt", "review", "award_child")
KEPT = ("award", "award_form", "status_list", "status_publication")
FIXED_COLUMNS = {
    "award": (
        "id", "person_id", "submission_id", "achievement", "version", "list_number", "list_index", "content",
        "content_sha256", "lint_token", "valid_from", "awarded_at", "planned_at", "child_count", "replaces",
    ),
    "award_form": ("award_id", "form", "position", "verification_method", "tbs", "tbs_sha256"),
    "status_list": ("number", "opened_at"),
    "status_publication": ("list_number", "purpose"),
}  # fmt: skip
RULES = (
    ("award_form", "sealed", "OLD.sealed IS NOT NULL AND (NEW.sealed IS NULL OR NEW.sealed <> OLD.sealed)"),
    ("award", "lint", "OLD.lint_redeemed_at IS NOT NULL AND NEW.lint_redeemed_at IS NULL"),
    ("award", "state", "(OLD.state = 'issued' AND NEW.state <> 'issued')"
                       " OR (OLD.state = 'sealed' AND NEW.state = 'planned')"),
    ("award", "standing", "OLD.standing IN ('revoked', 'superseded') AND NEW.standing <> OLD.standing"),
    ("status_list", "counters", "NEW.change < OLD.change OR NEW.allocated < OLD.allocated"),
    ("status_publication", "order", "NEW.serial <= OLD.serial OR NEW.valid_from <= OLD.valid_from"),
)  # fmt: skip
GENESIS = "0" * 64
CHAIN_BROKEN = f"""
    NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit_event)
    OR NEW.previous_hash <> coalesce((SELECT hash FROM audit_event WHERE seq = NEW.seq - 1), '{GENESIS}')
"""


def upgrade() -> None:
    for statement in _postgresql() if op.get_bind().dialect.name == "postgresql" else _sqlite():
        op.execute(statement)


def _guards() -> list[tuple[str, str, str, str | None]]:
    """Trigger name, table, event and the condition under which the change is refused (None: always)."""
    guards: list[tuple[str, str, str, str | None]] = []
    for table in APPEND_ONLY:
        guards.append((f"{table}_no_update", table, "UPDATE", None))
    for table in APPEND_ONLY + KEPT:
        guards.append((f"{table}_no_delete", table, "DELETE", None))
    for table, columns in FIXED_COLUMNS.items():
        changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
        guards.append((f"{table}_fixed", table, "UPDATE", changed))
    for table, name, condition in RULES:
        guards.append((f"{table}_{name}", table, "UPDATE", condition))
    return guards


def _sqlite() -> list[str]:
    statements = []
    for name, table, event, condition in _guards():
        when = f"WHEN {condition.replace('IS DISTINCT FROM', 'IS NOT')}" if condition else ""
        statements.append(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} {when}"
            f" BEGIN SELECT RAISE(ABORT, '{name}: this cannot be changed'); END"
        )
    statements.append(
        f"CREATE TRIGGER audit_event_chain BEFORE INSERT ON audit_event WHEN {CHAIN_BROKEN}"
        " BEGIN SELECT RAISE(ABORT, 'audit_event_chain: this event does not follow the last'); END"
    )
    return statements


def _postgresql() -> list[str]:
    statements = [
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION '%: this cannot be changed', TG_NAME USING ERRCODE = 'restrict_violation';"
        " END $$",
        "CREATE FUNCTION require_chain() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {CHAIN_BROKEN} THEN"
        " RAISE EXCEPTION '%: this event does not follow the last', TG_NAME"
        " USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER audit_event_chain BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION require_chain()",
    ]
    for name, table, event, condition in _guards():
        when = f"WHEN ({condition})" if condition else ""
        statements.append(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when} EXECUTE FUNCTION refuse_change()"
        )
    for table in APPEND_ONLY + KEPT:
        statements.append(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    return statements
