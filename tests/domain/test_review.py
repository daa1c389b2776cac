"""Who may judge, and what a decision must hold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from issuer.domain.people import Role
from issuer.domain.review import (
    MAX_COMMENT_CHARACTERS,
    OUTCOME,
    Decision,
    Rating,
    claim,
    decide,
    release,
    require_reviewer,
)
from issuer.domain.submission import SubmissionState
from issuer.errors import Conflict, Forbidden, NotFound, Unprocessable

LEVELS = {"r1": ["not-yet", "met"], "r2": ["not-yet", "met", "strong"]}
MET = {"r1": ["met"], "r2": ["met", "strong"]}
GOOD = (Rating("r1", "met"), Rating("r2", "strong"))


def _waiting(make, **changes):
    return make.submission(SubmissionState.SUBMITTED, attempt=1, submitted_at=make.now, **changes)


@pytest.mark.parametrize(
    ("reviewer", "raised", "code"),
    [
        pytest.param({}, None, "", id="another-reviewer"),
        pytest.param({"roles": frozenset()}, Forbidden, "forbidden", id="AZ-06-no-role"),
        pytest.param({"roles": frozenset({Role.ADMINISTRATOR})}, Forbidden, "forbidden", id="administrator-only"),
        pytest.param({"disabled": True}, Forbidden, "forbidden", id="closed-account"),
        pytest.param({"id": "teacher"}, Forbidden, "review.conflict_of_interest", id="AZ-05-oneself"),
        pytest.param({"email": "teacher+2@school.example"}, Forbidden, "review.conflict_of_interest", id="AZ-05-tag"),
        pytest.param({"email": "TEACHER@School.example"}, Forbidden, "review.conflict_of_interest", id="AZ-05-case"),
        pytest.param({"organisation_id": "other"}, NotFound, "not_found", id="AZ-04-other-school"),
    ],
)  # fmt: skip
def test_who_may_judge(make, reviewer, raised, code):
    teacher = make.person("teacher", Role.TEACHER)
    parts = dict(reviewer)
    if parts.pop("disabled", False):
        parts["disabled_at"] = make.now
    judge = make.person(parts.pop("id", "reviewer"), Role.REVIEWER, **parts)
    if raised is None:
        require_reviewer(judge, _waiting(make), teacher)
        return
    with pytest.raises(raised) as refused:
        require_reviewer(judge, _waiting(make), teacher)
    assert refused.value.code == code


@pytest.mark.parametrize("decision", list(Decision))
def test_a_decision_ends_the_attempt(make, decision):
    later = make.now + timedelta(minutes=5)
    after = decide(_waiting(make, claimed_by="reviewer", claimed_at=make.now), decision, GOOD, LEVELS, MET, later)
    assert after.state is OUTCOME[decision]
    assert (after.revision, after.updated_at, after.claimed_by, after.claimed_at) == (2, later, None, None)


@pytest.mark.parametrize("state", [one for one in SubmissionState if one is not SubmissionState.SUBMITTED])
@pytest.mark.parametrize("decision", list(Decision))
def test_only_what_waits_is_decided(make, state, decision):
    with pytest.raises(Conflict) as refused:
        decide(make.submission(state), decision, GOOD, LEVELS, MET, make.now)
    assert refused.value.code == "state.conflict"


FAULTS = {
    "unknown requirement": ((*GOOD, Rating("r9", "met")), "/ratings/r9"),
    "unknown level": ((Rating("r1", "brilliant"), GOOD[1]), "/ratings/r1"),
    "level of another requirement": ((Rating("r1", "strong"), GOOD[1]), "/ratings/r1"),
    "rated twice": ((*GOOD, Rating("r1", "not-yet")), "/ratings/r1"),
    "endless comment": ((Rating("r1", "met", "x" * (MAX_COMMENT_CHARACTERS + 1)), GOOD[1]), "/ratings/r1"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("decision", list(Decision))
def test_ratings_are_checked_whatever_the_decision(make, fault, decision):
    ratings, where = FAULTS[fault]
    with pytest.raises(Unprocessable) as refused:
        decide(_waiting(make), decision, ratings, LEVELS, MET, make.now)
    assert (refused.value.code, refused.value.where) == ("input.invalid", where)


@pytest.mark.parametrize(
    ("ratings", "where"),
    [
        pytest.param((GOOD[0],), "/ratings/r2", id="unrated"),
        pytest.param((), "/ratings/r1", id="nothing-rated"),
        pytest.param((GOOD[0], Rating("r2", "not-yet")), "/ratings/r2", id="not-met"),
    ],
)
def test_an_approval_needs_every_requirement_met_and_other_decisions_do_not(make, ratings, where):
    with pytest.raises(Unprocessable) as refused:
        decide(_waiting(make), Decision.APPROVE, ratings, LEVELS, MET, make.now)
    assert (refused.value.code, refused.value.where) == ("input.invalid", where)
    for decision in (Decision.RETURN, Decision.DECLINE):
        assert decide(_waiting(make), decision, ratings, LEVELS, MET, make.now).state is OUTCOME[decision]


def test_a_claim_keeps_others_out_until_it_is_released(make):
    first, second = make.person("first", Role.REVIEWER), make.person("second", Role.REVIEWER)
    claimed = claim(_waiting(make), first, make.now)
    assert (claimed.claimed_by, claimed.claimed_at) == ("first", make.now)
    assert claim(claimed, first, make.now).claimed_by == "first"
    for step in (lambda: claim(claimed, second, make.now), lambda: release(claimed, second)):
        with pytest.raises(Conflict):
            step()
    released = release(claimed, first)
    assert (released.claimed_by, released.claimed_at) == (None, None)
    assert claim(released, second, make.now).claimed_by == "second"


@pytest.mark.parametrize("state", [one for one in SubmissionState if one is not SubmissionState.SUBMITTED])
def test_only_what_waits_is_claimed_or_released(make, state):
    reviewer = make.person("reviewer", Role.REVIEWER)
    for step in (lambda one: claim(one, reviewer, make.now), lambda one: release(one, reviewer)):
        with pytest.raises(Conflict):
            step(make.submission(state))
