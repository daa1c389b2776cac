"""Forms that are added to a badge after it was issued, each with the token of its own checks.

Revision r0003, after r0002. Forms planned with their badge have none of the new columns.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
FIXED = (
    "award_id", "form", "position", "verification_method", "tbs", "tbs_sha256", "lint_token", "planned_at",
)  # fmt: skip
RULES = {
    "award_form_fixed": " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in FIXED),
    "award_form_lint": "(OLD.lint_redeemed_at IS NOT NULL AND NEW.lint_redeemed_at IS NULL)"
                       " OR (NEW.lint_token IS NULL AND NEW.lint_redeemed_at IS NOT NULL)"
                       " OR (NEW.lint_token IS NOT NULL AND NEW.lint_redeemed_at IS NULL AND NEW.sealed IS NOT NULL)",
}  # fmt: skip
WITHOUT_TOKEN = "NEW.lint_token IS NULL AND EXISTS (SELECT 1 FROM award WHERE id = NEW.award_id AND state <> 'planned')"


def upgrade() -> None:
    op.add_column("award_form", sa.Column("lint_token", TEXT))
    op.add_column("award_form", sa.Column("lint_redeemed_at", MOMENT))
    op.add_column("award_form", sa.Column("planned_at", MOMENT))
    for statement in _postgresql() if op.get_bind().dialect.name == "postgresql" else _sqlite():
        op.execute(statement)


def _sqlite() -> list[str]:
    """The rule on every column of a form is made anew, with the new columns."""
    statements = ["DROP TRIGGER award_form_fixed"]
    for name, condition in RULES.items():
        statements.append(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON award_form"
            f" WHEN {condition.replace('IS DISTINCT FROM', 'IS NOT')}"
            f" BEGIN SELECT RAISE(ABORT, '{name}: this cannot be changed'); END"
        )
    statements.append(
        f"CREATE TRIGGER award_form_added BEFORE INSERT ON award_form WHEN {WITHOUT_TOKEN}"
        " BEGIN SELECT RAISE(ABORT, 'award_form_added: a form that comes later needs its own token'); END"
    )
    return statements


def _postgresql() -> list[str]:
    statements = [
        "DROP TRIGGER award_form_fixed ON award_form",
        "CREATE FUNCTION require_token() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {WITHOUT_TOKEN} THEN"
        " RAISE EXCEPTION '%: a form that comes later needs its own token', TG_NAME"
        " USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER award_form_added BEFORE INSERT ON award_form FOR EACH ROW EXECUTE FUNCTION require_token()",
    ]
    for name, condition in RULES.items():
        statements.append(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON award_form FOR EACH ROW WHEN ({condition})"
            " EXECUTE FUNCTION refuse_change()"
        )
    return statements
