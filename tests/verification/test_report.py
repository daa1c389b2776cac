"""The published shape of a report and the rule of its verdict."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from issuer.verification.report import CHECKS, Check, Outcome, Report, Verdict, verdict_of

ESSENTIAL = ("input", "structure", "binding", "proof", "validity", "schema")


def _rows(**outcomes: str) -> list[Check]:
    named = dict.fromkeys(ESSENTIAL, "passed") | {"status": "not_applicable"} | outcomes
    return [Check(name, Outcome(outcome), None, "", "") for name, outcome in named.items() if outcome != "absent"]


def test_shape(world: Any) -> None:
    found = world.verify(world.di(world.badge()))
    report = found.as_json()
    assert json.loads(found.written()) == report
    assert list(report) == [
        "verdict",
        "flags",
        "checks",
        "credential",
        "format",
        "carrier",
        "checked_at",
        "input_sha256",
    ]
    assert all(list(row) == ["check", "outcome", "code", "message", "source"] for row in report["checks"])
    assert list(report["credential"]) == [
        "id",
        "type",
        "issuer",
        "recipient",
        "achievement",
        "valid_from",
        "valid_until",
    ]
    assert report["checked_at"] == "2026-11-21T18:00:00Z"
    assert len(report["input_sha256"]) == 64


def test_nothing_found_is_never_valid() -> None:
    assert verdict_of([]) is Verdict.INDETERMINATE


@pytest.mark.parametrize("outcome", ["not_run", "not_applicable", "absent"])
@pytest.mark.parametrize("check", ESSENTIAL)
def test_every_essential_check_has_to_pass(check: str, outcome: str) -> None:
    assert verdict_of(_rows()) is Verdict.VALID
    assert verdict_of(_rows(**{check: outcome})) is Verdict.INDETERMINATE


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [("passed", "valid"), ("not_applicable", "valid"), ("not_run", "indeterminate"), ("absent", "indeterminate")],
)
def test_status_passes_or_is_not_named(outcome: str, verdict: str) -> None:
    assert verdict_of(_rows(status=outcome)) == verdict


def test_a_failure_outweighs_every_open_question() -> None:
    for check, other in product(CHECKS, CHECKS):
        if check != other:
            assert verdict_of(_rows(**{other: "inconclusive", check: "failed"})) is Verdict.INVALID
        assert verdict_of(_rows(**{check: "inconclusive"})) is Verdict.INDETERMINATE


def test_several_rows_of_one_check() -> None:
    rows = _rows()
    extra = Check("proof", Outcome.NOT_RUN, "proof.member_not_checked", "", "")
    assert verdict_of([*rows, extra]) is Verdict.VALID
    assert verdict_of([*rows, Check("validity", Outcome.NOT_RUN, None, "", "")]) is Verdict.INDETERMINATE
    report = Report((*rows, extra), (), None, None, "json", datetime.now(UTC), "")
    assert report.outcome("proof") is Outcome.NOT_RUN
    assert report.outcome("child") is None


def test_after_a_bad_proof_nothing_is_said_of_the_content(world: Any) -> None:
    report = world.verify({**world.di(world.badge()), "name": "Another name"})
    later = [row for row in report.checks if CHECKS.index(row.check) > CHECKS.index("proof")]
    assert {row.outcome for row in later} == {Outcome.NOT_RUN}
    assert (report.credential, report.document) == (None, None)


def test_expired_badge_still_says_what_it_was(world: Any) -> None:
    report = world.verify(world.di(world.badge(validUntil="2026-02-01T00:00:00Z")))
    assert report.verdict is Verdict.INVALID
    assert report.credential is not None
    assert report.credential["valid_until"] == "2026-02-01T00:00:00Z"


def test_texts_of_the_badge_are_bounded(world: Any) -> None:
    name = "A" * 5_000
    report = world.verify(world.di(world.badge_with("credentialSubject/achievement/name", name)))
    assert report.flags == ("content.truncated_for_display",)
    assert report.credential is not None
    assert len(report.credential["achievement"]["name"]) < 2_100


def test_messages_are_bounded_whatever_is_sent(world: Any) -> None:
    hostile = {"x" * 50_000: 1, "y": "z" * 50_000}
    report = world.verify({**world.di(world.badge()), **hostile})
    assert all(len(row.message) <= 400 for row in report.checks)
