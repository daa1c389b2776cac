"""Returned and declined: deadlines, what changed, appeals answered by somebody else, files handed in twice."""

from __future__ import annotations

import threading

import pytest
from house import House

from issuer.domain.appeal import AppealOutcome, AppealState
from issuer.domain.people import Person
from issuer.domain.review import Decision
from issuer.domain.submission import Submission, SubmissionState
from issuer.errors import Conflict, Forbidden, IssuerError, NotFound, Unprocessable
from issuer.services.review import Taken

SLUG = "building-will"


def decided(house: House, decision: Decision, name: str = "Dana Reyes") -> tuple[Person, Person, Submission]:
    """A teacher, the reviewer who decided, and the submission."""
    teacher, reviewer = house.teacher(name), house.reviewer(f"First of {name}")
    submission = house.hand_in(teacher, SLUG)
    house.review.decide(reviewer.id, submission.id, decision, house.ratings(SLUG, "not-yet"), "The dates are missing.")
    return teacher, reviewer, submission


def desk(house: House):
    return house.service.desk


def kinds(house: House, person: Person) -> list[str]:
    return [one.kind for one in house.store.read(lambda tx: tx.outbox.of_person(person.id, 20))]


def test_returned_evidence_has_a_deadline_that_a_reviewer_extends_and_nothing_is_lost(house: House) -> None:
    teacher, reviewer, submission = decided(house, Decision.RETURN)
    state = desk(house).background.for_teacher(teacher.id, submission.id)
    assert state.deadline is not None
    assert (state.deadline.due_at - house.clock()).days == 60
    begun = house.clock.now
    try:
        house.clock.advance(days=61)
        assert desk(house).background.for_teacher(teacher.id, submission.id).is_overdue
        with pytest.raises(Conflict) as refused:
            house.submit.submit(teacher.id, submission.id)
        assert refused.value.code == "revision.overdue"
        kept = house.submit.folder(teacher.id, submission.id).submission.evidence
        assert house.submit.save(teacher.id, submission.id, {**kept, "reflection": kept["reflection"]})
        with pytest.raises(NotFound):
            desk(house).revisions.extend(house.reviewer("Far", school=f"{house.school_name} far").id, submission.id, 5)
        for days in (0, 366):
            with pytest.raises(Unprocessable):
                desk(house).revisions.extend(reviewer.id, submission.id, days)
        desk(house).revisions.extend(reviewer.id, submission.id, 5)
        assert "revision.extended" in kinds(house, teacher)
        assert house.submit.submit(teacher.id, submission.id).attempt == 2
        with pytest.raises(Conflict):
            desk(house).revisions.extend(reviewer.id, submission.id, 5)
    finally:
        house.clock.now = begun


def test_the_reviewer_sees_what_changed_since_the_attempt_before(house: House) -> None:
    teacher, reviewer, submission = decided(house, Decision.RETURN)
    evidence = house.submit.folder(teacher.id, submission.id).submission.evidence
    visits = evidence["first_visits"]
    added = {**visits[0], "peer": {"name": "Somebody Quite New"}}
    answers = {**evidence["reflection"]["answers"]}
    question = next(iter(answers))
    answers[question] = "Another answer altogether."
    changed = {**evidence, "first_visits": [added, *visits], "reflection": {"answers": answers}}
    house.submit.save(teacher.id, submission.id, changed)
    house.submit.submit(teacher.id, submission.id)
    background = desk(house).background.for_reviewer(reviewer.id, submission.id)
    told = {(one.pointer, one.kind.value) for one in background.changes}
    assert told == {("/first_visits/0", "added"), (f"/reflection/answers/{question}", "changed")}
    (first, second) = sorted(background.changes, key=lambda one: one.pointer)
    assert (first.requirement, "Somebody Quite New" in first.after) == ("visits-with-four-peers", True)
    assert second.after == "Another answer altogether."
    assert background.attempt == 2


def test_an_appeal_is_answered_by_a_reviewer_who_took_no_part(house: House) -> None:
    teacher, first, submission = decided(house, Decision.DECLINE)
    second = house.reviewer("Second Eyes")
    appeals = desk(house).appeals
    assert desk(house).background.for_teacher(teacher.id, submission.id).can_appeal
    filed = appeals.file(teacher.id, submission.id, "Every visit is dated.")
    assert "appeal.received" in kinds(house, second)
    assert "appeal.received" not in kinds(house, first)
    assert [one.appeal.id for one in appeals.waiting(second.id)] == [filed.id]
    assert appeals.waiting(first.id) == []
    for nobody, error in (
        (first, Forbidden),
        (teacher, Forbidden),
        (house.reviewer("Far", school=f"{house.school_name} far"), NotFound),
    ):
        with pytest.raises(error):
            appeals.decide(nobody.id, filed.id, AppealOutcome.OVERTURN, "It looks fine.")
    twin = house.person("First Again", *first.roles, email=first.email.replace("@", "+again@"))
    with pytest.raises(Forbidden):
        appeals.decide(twin.id, filed.id, AppealOutcome.OVERTURN, "It looks fine.")
    with pytest.raises(Unprocessable):
        appeals.decide(second.id, filed.id, AppealOutcome.UPHOLD, "  ")
    done = appeals.decide(second.id, filed.id, AppealOutcome.UPHOLD, "Two of the dates lie in the future.")
    assert done.state is AppealState.UPHELD
    assert house.submission(submission.id).state is SubmissionState.DECLINED
    assert "appeal.answered" in kinds(house, teacher)
    assert "appeal.outcome" in kinds(house, first)
    with pytest.raises(Conflict):
        appeals.file(teacher.id, submission.id, "Once more.")
    assert not desk(house).background.for_teacher(teacher.id, submission.id).can_appeal
    assert house.events(submission.id)[-2:] == ["appeal.filed", "appeal.upheld"]


def test_an_overturned_decision_is_judged_afresh_and_never_approved_without_every_rating(house: House) -> None:
    teacher, first, submission = decided(house, Decision.DECLINE)
    second, third = house.reviewer("Second Eyes"), house.reviewer("Third Eyes")
    filed = desk(house).appeals.file(teacher.id, submission.id, "Every visit is dated.")
    desk(house).appeals.decide(second.id, filed.id, AppealOutcome.OVERTURN, "All twelve are dated.")
    again = house.submission(submission.id)
    assert (again.state, again.attempt, again.claimed_by) == (SubmissionState.SUBMITTED, 2, second.id)
    before, after = house.store.read(lambda tx: tx.submissions.attempts(submission.id))
    assert (before.evidence_sha256, before.file_digests) == (after.evidence_sha256, after.file_digests)
    assert house.awards(teacher) == []
    with pytest.raises(Unprocessable):
        house.review.decide(second.id, submission.id, Decision.APPROVE, house.ratings(SLUG)[:1])
    house.review.release(second.id, submission.id)
    with pytest.raises(Forbidden):
        house.approve(first, again)
    with pytest.raises(Forbidden):
        house.review.claim(first.id, submission.id)
    house.approve(third, house.submission(submission.id))
    assert [one.achievement for one in house.awards(teacher)] == [SLUG]
    assert house.problems() == []


def test_while_an_appeal_is_open_nothing_is_handed_in_and_the_time_it_took_is_given_back(house: House) -> None:
    teacher, _, submission = decided(house, Decision.RETURN)
    second = house.reviewer("Second Eyes")
    due_at = desk(house).background.for_teacher(teacher.id, submission.id).deadline.due_at
    filed = desk(house).appeals.file(teacher.id, submission.id, "Every visit is dated.")
    with pytest.raises(Conflict) as refused:
        house.submit.submit(teacher.id, submission.id)
    assert refused.value.code == "appeal.open"
    begun = house.clock.now
    try:
        house.clock.advance(days=10)
        desk(house).appeals.decide(second.id, filed.id, AppealOutcome.UPHOLD, "They are not.")
    finally:
        house.clock.now = begun
    later = desk(house).background.for_teacher(teacher.id, submission.id).deadline.due_at
    assert (later - due_at).days == 10
    assert house.submit.submit(teacher.id, submission.id).attempt == 2


def test_an_appeal_is_withdrawn_by_its_teacher_or_with_the_submission(house: House) -> None:
    teacher, _, submission = decided(house, Decision.RETURN)
    with pytest.raises(NotFound):
        desk(house).appeals.withdraw(teacher.id, submission.id)
    desk(house).appeals.file(teacher.id, submission.id, "Every visit is dated.")
    with pytest.raises(NotFound):
        desk(house).appeals.file(house.teacher("Somebody Else").id, submission.id, "Mine too.")
    house.submit.withdraw(teacher.id, submission.id)
    assert [one.state for one in desk(house).appeals.mine(teacher.id, submission.id)] == [AppealState.WITHDRAWN]


def test_only_a_decision_against_one_can_be_appealed_against(house: House) -> None:
    teacher, reviewer = house.teacher("Hopes"), house.reviewer("Judges")
    submission = house.hand_in(teacher, SLUG)
    with pytest.raises(Conflict):
        desk(house).appeals.file(teacher.id, submission.id, "Too slow.")
    house.approve(reviewer, submission)
    with pytest.raises(Conflict):
        desk(house).appeals.file(teacher.id, submission.id, "Too kind.")


def test_nobody_left_to_answer_is_told_to_the_administrators(house: House) -> None:
    teacher, _, submission = decided(house, Decision.DECLINE)
    administrator = house.administrator()
    desk(house).appeals.file(teacher.id, submission.id, "Every visit is dated.")
    assert "appeal.nobody" in kinds(house, administrator)


def test_the_same_file_of_two_teachers_is_shown_as_far_as_the_reviewer_may_see(house: House) -> None:
    reviewer, far = house.reviewer("Sees Both"), f"{house.school_name} far"
    teachers = [house.teacher("Has It"), house.teacher("Has It Too"), house.teacher("Far Away", school=far)]
    slug = "sharing-learning"
    first, second, third = [house.hand_in(one, slug) for one in teachers]
    house.draft(house.teacher("Never Handed In"), slug)
    seen = desk(house).background.for_reviewer(reviewer.id, first.id).same_files
    here = {(one.teacher, one.submission_id) for one in seen}
    assert here >= {("Has It Too", second.id), (None, None)}
    assert third.id not in {one.submission_id for one in seen}
    assert "Never Handed In" not in {one.teacher for one in seen}
    assert house.approve(reviewer, first).awards, "it holds nothing up"


def test_the_queue_is_filtered_by_badge_by_who_took_it_and_by_state(house: House) -> None:
    teacher, reviewer = house.teacher("Waits"), house.reviewer("Filters")
    one, other = house.waiting(teacher, SLUG), house.waiting(teacher, "sharing-learning")
    house.review.claim(reviewer.id, one.id)

    def ids(**asked) -> list[str]:
        return [entry.submission.id for entry in house.review.queue(reviewer.id, **asked)]

    assert sorted(ids()) == sorted([one.id, other.id])
    assert ids(achievement=SLUG) == [one.id]
    assert ids(taken=Taken.MINE) == [one.id]
    assert ids(taken=Taken.FREE) == [other.id]
    assert ids(achievement="' OR 1=1--") == []
    house.review.decide(reviewer.id, one.id, Decision.RETURN, house.ratings(SLUG, "not-yet"), "More.")
    assert ids(state=SubmissionState.RETURNED) == [one.id]


def test_two_appeals_and_two_answers_at_once_are_one_of_each(build, database_url) -> None:
    house = build(database_url=database_url)
    teacher, _, submission = decided(house, Decision.DECLINE)
    reviewers = [house.reviewer(f"Eyes {number}") for number in range(2)]
    outcomes: list[object] = []

    def at_once(works) -> None:
        def run(work) -> None:
            try:
                outcomes.append(work())
            except IssuerError as error:
                outcomes.append(error.code)

        threads = [threading.Thread(target=run, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    appeals = desk(house).appeals
    at_once([lambda: appeals.file(teacher.id, submission.id, "Look again.")] * 2)
    assert outcomes.count("state.conflict") == 1
    (filed,) = appeals.mine(teacher.id, submission.id)
    outcomes.clear()
    at_once(
        [
            lambda one=one, outcome=outcome: appeals.decide(one.id, filed.id, outcome, "I say so.")
            for one, outcome in zip(reviewers, AppealOutcome, strict=True)
        ]
    )
    assert outcomes.count("state.conflict") == 1
    (answered,) = appeals.mine(teacher.id, submission.id)
    expected = SubmissionState.SUBMITTED if answered.state is AppealState.OVERTURNED else SubmissionState.DECLINED
    assert house.submission(submission.id).state is expected
    assert house.problems() == []
