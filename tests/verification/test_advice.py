"""Every row that did not simply pass says what to do next; one that did says nothing."""

from __future__ import annotations

from typing import Any

import pytest

from issuer.verification.report import Check, Outcome


def step(outcome: Outcome, code: str | None) -> str | None:
    return Check("proof", outcome, code, "A sentence.", "A source").next_step


@pytest.mark.parametrize(
    "code", ["sig.invalid", "status.revoked", "jose.malformed", "fetch.redirect", "new.code", None]
)
@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.INCONCLUSIVE])
def test_problems_come_with_a_next_step(outcome: Outcome, code: str | None) -> None:
    found = step(outcome, code)
    assert found is not None
    assert found.endswith(".")


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.NOT_APPLICABLE, Outcome.NOT_RUN])
def test_nothing_is_to_be_done_about_the_rest(outcome: Outcome) -> None:
    assert step(outcome, None) is None


def test_a_passed_row_with_something_to_know() -> None:
    assert step(Outcome.PASSED, "credential.superseded") is not None


def test_each_kind_of_problem_has_its_own(world: Any) -> None:
    expired = world.verify(world.di(world.badge(validUntil="2026-02-01T00:00:00Z")))
    forged = world.verify({**world.di(world.badge()), "name": "Doctorate"})
    steps = {row.next_step for report in (expired, forged) for row in report.checks if row.outcome == "failed"}
    assert len(steps) == 2


def test_the_published_shape_is_as_before(world: Any) -> None:
    row = world.verify({**world.di(world.badge()), "name": "Doctorate"}).as_json()["checks"][0]
    assert row.keys() == {"check", "outcome", "code", "message", "source"}
