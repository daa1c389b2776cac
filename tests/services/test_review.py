"""Reviewing: who may, what a decision needs, and what it leads to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from issuer.domain.award import Form, IssueState
from issuer.domain.people import Role
from issuer.domain.review import Decision, Rating
from issuer.domain.submission import SubmissionState
from issuer.errors import Conflict, Forbidden, NotFound, Unprocessable
from issuer.services.access import OPERATOR
from issuer.verification.report import Verdict

SLUG = "collecting-data"


@pytest.fixture
def teacher(house):
    return house.teacher()


@pytest.fixture
def reviewer(house):
    return house.reviewer()


def _decide_all(house, by, submission):
    """Every call of the desk that opens or judges a submission."""
    ratings = house.ratings(submission.achievement)
    return [
        lambda: house.review.sheet(by.id, submission.id),
        lambda: house.review.claim(by.id, submission.id),
        lambda: house.review.release(by.id, submission.id),
        *(lambda one=one: house.review.decide(by.id, submission.id, one, ratings, "Said so.") for one in Decision),
    ]


def test_from_evidence_to_a_badge_that_everybody_can_verify(house, teacher, reviewer):
    handed_in = house.hand_in(teacher, SLUG)
    assert [one.submission.id for one in house.review.queue(reviewer.id)] == [handed_in.id]
    assert house.review.claim(reviewer.id, handed_in.id).claimed_by == reviewer.id
    decided = house.approve(reviewer, handed_in)
    assert decided.submission.state is SubmissionState.APPROVED
    assert house.review.queue(reviewer.id) == []
    assert [one.submission.id for one in house.review.decided(reviewer.id)] == [handed_in.id]
    (award_id,) = decided.awards
    award = house.award(award_id)
    assert (award.state, award.person_id, award.submission_id) == (IssueState.ISSUED, teacher.id, handed_in.id)
    assert house.events(award_id) == ["award.planned", "award.sealed", "award.issued"]
    assert house.review.sheet(reviewer.id, handed_in.id).award == award
    whole = house.whole(award)
    for form in Form:
        assert house.report(whole, form).verdict is Verdict.VALID
    assert house.problems() == []


@pytest.mark.parametrize("decision", [Decision.RETURN, Decision.DECLINE])
def test_a_refusal_says_why_and_issues_nothing(house, teacher, reviewer, decision):
    waiting = house.waiting(teacher, SLUG)
    for ratings, feedback in (((), "  "), (house.ratings(SLUG), "")):
        with pytest.raises(Unprocessable) as refused:
            house.review.decide(reviewer.id, waiting.id, decision, ratings, feedback)
        assert refused.value.where == "/feedback"
    unmet = house.ratings(SLUG, level="not-yet")
    decided = house.review.decide(reviewer.id, waiting.id, decision, unmet)
    assert (decided.submission.state, decided.awards) == (f"{decision}d" if decision == "decline" else "returned", ())
    assert house.awards(teacher) == []
    again = Conflict if decision is Decision.DECLINE else None
    if again:
        with pytest.raises(again):
            house.submit.submit(teacher.id, waiting.id)


@pytest.mark.parametrize("who", ["self", "administrator too", "tag", "upper case"])
def test_az_05_nobody_judges_their_own_work(house, who):
    roles = [Role.TEACHER, Role.REVIEWER, *([Role.ADMINISTRATOR] if who == "administrator too" else [])]
    teacher = house.person("Dana Reyes", *roles)
    reviewer = teacher
    if who in ("tag", "upper case"):
        local, _, domain = teacher.email.partition("@")
        name = f"{local}+second@{domain}" if who == "tag" else f"{local}+X@{domain}".upper()
        reviewer = house.person("Dana R", Role.REVIEWER, email=name)
    waiting = house.waiting(teacher, SLUG)
    for call in _decide_all(house, reviewer, waiting):
        with pytest.raises(Forbidden) as refused:
            call()
        assert refused.value.code == "review.conflict_of_interest"
    assert house.review.queue(reviewer.id) == []
    assert house.submission(waiting.id) == waiting


def test_az_05_two_accounts_that_become_one_mailbox_meanwhile_are_refused_in_the_transaction(house, teacher, reviewer):
    waiting = house.waiting(teacher, SLUG)
    house.review.claim(reviewer.id, waiting.id)
    local, _, domain = reviewer.email.partition("@")

    def move(tx):
        tx.people.update(replace(teacher, email=f"{local}+t@{domain}"))

    house.store.write(move)
    with pytest.raises(Forbidden) as refused:
        house.approve(reviewer, waiting)
    assert refused.value.code == "review.conflict_of_interest"
    assert house.awards(teacher) == []


def test_az_04_another_schools_submission_does_not_exist(house, teacher):
    stranger = house.reviewer("Sam Far", school=f"{house.school_name} Annex")
    waiting = house.waiting(teacher, SLUG)
    for call in _decide_all(house, stranger, waiting):
        with pytest.raises(NotFound) as refused:
            call()
        assert refused.value.code == "not_found"
    assert house.review.queue(stranger.id) == []
    assert house.submission(waiting.id) == waiting


@pytest.mark.parametrize("role", [Role.TEACHER, Role.ADMINISTRATOR])
def test_az_06_only_reviewers_judge(house, teacher, role):
    other = house.person("Kim Lee", role)
    waiting = house.waiting(teacher, SLUG)
    calls = [
        *_decide_all(house, other, waiting),
        lambda: house.review.queue(other.id),
        lambda: house.review.decided(other.id),
    ]
    for call in calls:
        with pytest.raises(Forbidden) as refused:
            call()
        assert refused.value.code == "forbidden"


def test_a_draft_cannot_be_looked_at_or_judged(house, teacher, reviewer):
    draft = house.submit.start(teacher.id, SLUG)
    for call in _decide_all(house, reviewer, draft):
        with pytest.raises(NotFound):
            call()


@pytest.mark.parametrize("end", ["role", "account"])
def test_az_08_a_role_taken_away_ends_at_once(house, teacher, reviewer, end):
    waiting = house.waiting(teacher, SLUG)
    house.review.claim(reviewer.id, waiting.id)
    if end == "role":
        house.administer.set_roles(OPERATOR, reviewer.id, [Role.TEACHER])
    else:
        house.administer.disable(OPERATOR, reviewer.id)
    with pytest.raises(Forbidden) as refused:
        house.approve(reviewer, waiting)
    assert refused.value.code == "forbidden"
    assert house.awards(teacher) == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda ratings: ratings[1:], id="unrated"),
        pytest.param(lambda ratings: (Rating(ratings[0].requirement, "not-yet"), *ratings[1:]), id="not-met"),
        pytest.param(lambda ratings: (Rating("r-none", "met"), *ratings), id="unknown-requirement"),
        pytest.param(lambda ratings: (Rating(ratings[0].requirement, "best"), *ratings[1:]), id="unknown-level"),
    ],
)
def test_an_approval_needs_every_requirement_met(house, teacher, reviewer, change):
    waiting = house.waiting(teacher, SLUG)
    with pytest.raises(Unprocessable) as refused:
        house.review.decide(reviewer.id, waiting.id, Decision.APPROVE, change(house.ratings(SLUG)))
    assert refused.value.code == "input.invalid"
    assert house.submission(waiting.id) == waiting
    assert house.awards(teacher) == []
    assert house.events(waiting.id) == []


def test_a_submission_is_decided_once(house, teacher, reviewer):
    second = house.reviewer("Pat Second")
    waiting = house.waiting(teacher, SLUG)
    house.approve(reviewer, waiting)
    for by in (reviewer, second):
        for decision in Decision:
            with pytest.raises(Conflict) as refused:
                house.review.decide(by.id, waiting.id, decision, house.ratings(SLUG), "Again.")
            assert refused.value.code == "state.conflict"
    assert len(house.awards(teacher)) == 1


def test_a_claim_keeps_other_reviewers_from_deciding(house, teacher, reviewer):
    second = house.reviewer("Pat Second")
    waiting = house.waiting(teacher, SLUG)
    house.review.claim(reviewer.id, waiting.id)
    for call in (
        lambda: house.review.claim(second.id, waiting.id),
        lambda: house.review.release(second.id, waiting.id),
        lambda: house.approve(second, waiting),
    ):
        with pytest.raises(Conflict):
            call()
    house.review.release(reviewer.id, waiting.id)
    assert house.approve(second, waiting).awards != ()


def test_one_living_badge_of_a_class(house, teacher, reviewer):
    house.approve(reviewer, house.waiting(teacher, SLUG))
    second = house.waiting(teacher, SLUG)
    with pytest.raises(Conflict) as refused:
        house.approve(reviewer, second)
    assert refused.value.code == "issue.duplicate"
    assert house.submission(second.id).state is SubmissionState.SUBMITTED
    assert len(house.awards(teacher)) == 1
    assert house.events(second.id) == []
    assert house.problems() == []


def test_what_was_revoked_can_be_earned_again(house, teacher, reviewer):
    first = house.earn(teacher, reviewer, SLUG)
    house.stand.revoke(reviewer.id, first.id, "The data were not the class's own.")
    second = house.earn(teacher, reviewer, SLUG)
    assert house.report(first).verdict is Verdict.INVALID
    assert house.report(second).verdict is Verdict.VALID
    assert second.status != first.status
    assert house.problems() == []


def test_az_03_private_notes_stay_with_reviewers(house, teacher, reviewer):
    waiting = house.waiting(teacher, SLUG)
    house.review.decide(reviewer.id, waiting.id, Decision.RETURN, (), "Please add data.", "Looks copied.")
    assert house.review.sheet(reviewer.id, waiting.id).reviews[0].private_note == "Looks copied."
    award_story = house.submit.folder(teacher.id, waiting.id)
    assert [one.feedback for one in award_story.reviews] == ["Please add data."]
    assert "Looks copied" not in repr(award_story)


def test_the_queue_goes_on_behind_an_entry_that_was_decided_meanwhile(house, reviewer):
    waiting = [house.waiting(house.teacher(f"T {n}", email=f"t{n}@paged.example"), SLUG).id for n in range(5)]

    def page(after=None):
        return [one.submission.id for one in house.review.queue(reviewer.id, 2, after=after)]

    listed = page()
    house.approve(reviewer, house.store.read(lambda tx: tx.submissions.get(listed[-1])))
    while more := page(listed[-1]):
        listed += more
    assert sorted(listed) == sorted(waiting)
    for other in ("unknown", house.waiting(house.teacher(email="far@paged.example", school="Far"), SLUG).id):
        with pytest.raises(NotFound):
            page(other)


@pytest.mark.parametrize("limit", [0, 101, 1_000_000])
def test_az_10_pages_are_bounded(house, reviewer, limit):
    for call in (
        lambda: house.review.queue(reviewer.id, limit),
        lambda: house.review.decided(reviewer.id, limit),
        lambda: house.stand.governed(reviewer.id, limit),
        lambda: house.administer.people(OPERATOR, limit),
    ):
        with pytest.raises(Unprocessable) as refused:
            call()
        assert refused.value.code == "input.invalid"


def test_long_comments_are_refused(house, teacher, reviewer):
    waiting = house.waiting(teacher, SLUG)
    with pytest.raises(Unprocessable):
        house.review.decide(reviewer.id, waiting.id, Decision.RETURN, (), "x" * 10_001)
    assert house.submission(waiting.id) == waiting
