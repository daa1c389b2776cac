"""The report on a certification says how every badge stands that it is stacked on, opened or not."""

from __future__ import annotations

import json

import pytest

from issuer.domain.award import Form, Standing
from issuer.verification.report import Verdict

STACK = "teacher-leader"


@pytest.fixture(scope="module")
def stack(shared_house):
    """A certification nobody has opened, its badges, and their reviewer."""
    teacher, reviewer = shared_house.teacher("Sam Stack"), shared_house.reviewer("Rita Stack")
    return shared_house.earn_all(teacher, reviewer), reviewer


def children(house, award, form=Form.EDDSA_RDFC_2022):
    report = house.report(house.whole(award), form)
    return report, [row for row in report.checks if row.check == "child"]


@pytest.mark.parametrize("form", list(Form))
def test_every_badge_is_in_force(house, stack, form) -> None:
    held, _ = stack
    report, rows = children(house, held[STACK], form)
    assert report.verdict is Verdict.VALID
    assert len(rows) == len(held) - 1 == 15
    assert {(row.outcome.value, row.code) for row in rows} == {("passed", None)}
    assert all(house.award(award.id).opened_at is None for award in held.values())


def test_report_says_no_more_than_the_certification(house, stack) -> None:
    """A private badge is named as the certification names it; what was handed in for it stays where it is."""
    held, _ = stack
    content = json.loads(held[STACK].content)
    named = {one["name"] for one in content["evidence"] if "digestMultibase" in one}
    _, rows = children(house, held[STACK])
    assert {row.message.split("“")[1].split("”")[0] for row in rows} == named


def test_a_suspended_and_then_revoked_badge(house, stack) -> None:
    held, reviewer = stack
    child = held["collecting-data"]
    for step, code, standing in (
        ("suspend", "status.suspended", Standing.SUSPENDED),
        ("revoke", "status.revoked", Standing.REVOKED),
    ):
        getattr(house.stand, step)(reviewer.id, child.id, "Not the teacher's own work.")
        report, rows = children(house, held[STACK])
        assert report.verdict is Verdict.INVALID
        assert report.outcome("status") == "failed"
        assert [row.code for row in rows if row.outcome == "failed"] == [code]
        assert not any("own work" in row.message for row in report.checks)
        assert house.award(held[STACK].id).standing is standing


def test_a_corrected_badge_brings_a_certification_of_corrected_badges(house) -> None:
    teacher, reviewer = house.teacher("Casey Name"), house.reviewer("Rolf Name")
    held = house.earn_all(teacher, reviewer)
    corrected = house.stand.correct(
        reviewer.id, held["collecting-data"].id, "Casey Newname", teacher.email, "A new name."
    )
    old, old_rows = children(house, held[STACK])
    assert old.verdict is Verdict.VALID
    assert "credential.superseded" in old.flags
    assert [row.code for row in old_rows].count("credential.superseded") == 1
    stack = next(one for one in corrected if one.achievement == STACK)
    new, new_rows = children(house, stack)
    assert (new.verdict, new.flags) == (Verdict.VALID, ())
    assert {row.code for row in new_rows} == {None}
