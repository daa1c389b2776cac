"""Names of the triggers by which the database itself keeps what must never change."""

from __future__ import annotations

GUARDS = frozenset(
    [
        "audit_event_chain",
        "award_lint",
        "award_standing",
        "award_state",
        "award_form_added",
        "award_form_lint",
        "award_form_sealed",
        "status_list_counters",
        "status_publication_order",
        *(
            f"{table}_no_update"
            for table in ("audit_event", "award_child", "status_allocation")
        ),
        *(f"{table}_blanked" for table in ("attempt", "review")),
        *(f"{table}_fixed" for table in ("award", "award_form", "status_list", "status_publication")),
        *(
            f"{table}_no_delete"
            for table in (
                "attempt", "audit_event", "award", "award_child", "award_form", "review",
                "status_allocation", "status_list", "status_publication",
            )
        ),
    ]
)  # fmt: skip
