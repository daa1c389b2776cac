"""The states a submission goes through, as a table and as a machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from issuer.domain.people import Person, Role
from issuer.domain.review import Decision, claim, decide, release
from issuer.domain.submission import (
    Submission,
    SubmissionState,
    hand_in,
    require_editable,
    save,
    withdraw,
)
from issuer.errors import Conflict

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
STATES = list(SubmissionState)


def _saved(submission):
    return save(submission, {"a": 1}, {}, submission.revision, LATER)


STEPS = {
    "save": (_saved, {"draft": "draft", "returned": "returned"}, "evidence.locked"),
    "hand in": (lambda one: hand_in(one, LATER), {"draft": "submitted", "returned": "submitted"}, "evidence.locked"),
    "withdraw": (
        lambda one: withdraw(one, LATER),
        {"draft": "withdrawn", "returned": "withdrawn", "submitted": "withdrawn"},
        "state.conflict",
    ),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", STEPS)
def test_each_step_leads_from_some_states_and_is_refused_in_all_others(make, step, state):
    take, leads, code = STEPS[step]
    submission = make.submission(state)
    if state in leads:
        after = take(submission)
        assert after.state == leads[state]
        assert (after.revision, after.updated_at) == (submission.revision + 1, LATER)
    else:
        with pytest.raises(Conflict) as refused:
            take(submission)
        assert refused.value.code == code


def test_handing_in_counts_the_attempt_and_clears_the_claim(make):
    submission = make.submission(SubmissionState.RETURNED, attempt=2, claimed_by="someone", claimed_at=NOW)
    after = hand_in(submission, LATER)
    assert (after.attempt, after.submitted_at, after.claimed_by, after.claimed_at) == (3, LATER, None, None)


@pytest.mark.parametrize("revision", [0, 2, 99])
def test_a_draft_is_saved_only_over_the_revision_it_started_from(make, revision):
    with pytest.raises(Conflict) as refused:
        save(make.submission(), {}, {}, revision, LATER)
    assert refused.value.code == "state.conflict"


@pytest.mark.parametrize("state", STATES)
def test_upl_15_evidence_is_locked_unless_it_is_with_the_teacher(make, state, code_of):
    locked = code_of(require_editable, make.submission(state))
    assert locked == ("" if state in ("draft", "returned") else "evidence.locked")


class Life(RuleBasedStateMachine):
    """Any order of steps by a teacher and two reviewers; what is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.one = Submission("s", "t", "school", "weaving", 1, SubmissionState.DRAFT, NOW, NOW)
        self.steps, self.decisions = 0, []
        self.reviewers = [
            Person(f"r{n}", "school", f"r{n}@x.example", "R", frozenset({Role.REVIEWER}), NOW) for n in range(2)
        ]

    def _try(self, step):
        self.now += timedelta(seconds=1)
        before = self.one
        try:
            self.one = step(before)
        except Conflict:
            assert self.one is before
            return False
        self.steps += self.one.revision - before.revision
        return True

    @rule(text=st.text(max_size=5), stale=st.booleans())
    def save(self, text, stale):
        revision = self.one.revision - (1 if stale else 0)
        done = self._try(lambda one: save(one, {"text": text}, {}, revision, self.now))
        assert not (done and stale)

    @rule()
    def hand_in(self):
        self._try(lambda one: hand_in(one, self.now))

    @rule()
    def withdraw(self):
        self._try(lambda one: withdraw(one, self.now))

    @rule(who=st.integers(0, 1))
    def claim(self, who):
        self._try(lambda one: claim(one, self.reviewers[who], self.now))

    @rule(who=st.integers(0, 1))
    def release(self, who):
        self._try(lambda one: release(one, self.reviewers[who]))

    @rule(decision=st.sampled_from(Decision))
    def decide(self, decision):
        attempt = self.one.attempt
        if self._try(lambda one: decide(one, decision, (), {}, {}, self.now)):
            self.decisions.append((attempt, decision))

    @invariant()
    def revision_counts_the_changes(self):
        assert self.one.revision == 1 + self.steps

    @invariant()
    def each_attempt_is_decided_at_most_once(self):
        attempts = [attempt for attempt, _ in self.decisions]
        assert len(set(attempts)) == len(attempts)
        assert all(1 <= attempt <= self.one.attempt for attempt in attempts)

    @invariant()
    def the_state_is_what_was_decided_last(self):
        if self.one.state is SubmissionState.APPROVED:
            assert self.decisions[-1] == (self.one.attempt, Decision.APPROVE)
        if self.one.state is SubmissionState.DECLINED:
            assert self.decisions[-1] == (self.one.attempt, Decision.DECLINE)
        assert sum(decision is not Decision.RETURN for _, decision in self.decisions) <= 1

    @invariant()
    def only_what_waits_is_claimed(self):
        if self.one.claimed_by is not None:
            assert self.one.state is SubmissionState.SUBMITTED

    @invariant()
    def never_handed_in_means_draft_or_withdrawn(self):
        if self.one.attempt == 0:
            assert self.one.state in (SubmissionState.DRAFT, SubmissionState.WITHDRAWN)
        assert (self.one.submitted_at is None) == (self.one.attempt == 0)


TestLife = Life.TestCase
