"""Submissions, files and reviews, on both databases."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from issuer.domain.evidence_file import EvidenceFile
from issuer.domain.review import Decision, Rating, Review
from issuer.domain.submission import SubmissionState, hand_in
from issuer.errors import Conflict


def _file(make, id="file", **changes):
    values = {
        "id": id, "submission_id": "submission", "owner_id": "teacher", "name": "Lesson 1 — plan.pdf",
        "media_type": "application/pdf", "size_bytes": 5_000_000_000, "sha256": "ab" * 32,
        "created_at": make.now,
    }  # fmt: skip
    return EvidenceFile(**{**values, **changes})


def _review(make, id="review", **changes):
    values = {
        "id": id, "submission_id": "submission", "attempt": 1, "reviewer_id": "reviewer",
        "decision": Decision.APPROVE, "ratings": (Rating("r1", "met", "clear"), Rating("r2", "met")),
        "feedback": "Well done", "private_note": "–", "decided_at": make.now,
    }  # fmt: skip
    return Review(**{**values, **changes})


def _handed_in(store, make, id="submission"):
    submission = hand_in(store.read(lambda tx: tx.submissions.get(id)), make.now)

    def work(tx):
        tx.submissions.update(submission, submission.revision - 1, None)
        tx.submissions.add_attempt(make.attempt(id, submission.attempt))

    store.write(work)
    return submission


def test_a_submission_comes_back_with_every_field(store, make):
    make.school(store)
    assert store.read(lambda tx: tx.submissions.get("submission")) == make.submission()
    full = make.submission(
        "full", state=SubmissionState.SUBMITTED, attempt=2, submitted_at=make.now, claimed_by="reviewer",
        claimed_at=make.now, revision=7,
    )  # fmt: skip
    store.write(lambda tx: tx.submissions.add(full))
    assert store.read(lambda tx: tx.submissions.get("full")) == full
    assert [one.id for one in store.read(lambda tx: tx.submissions.of_teacher("teacher"))] == ["full", "submission"]


@pytest.mark.parametrize(
    ("revision", "claim"), [(2, None), (1, "second")], ids=["older revision", "claimed by another"]
)
def test_an_update_needs_the_state_it_started_from(store, make, revision, claim):
    make.school(store)
    changed = make.submission(revision=5, evidence={})
    with pytest.raises(Conflict) as refused:
        store.write(lambda tx: tx.submissions.update(changed, revision, claim))
    assert refused.value.code == "state.conflict"
    assert store.read(lambda tx: tx.submissions.get("submission")) == make.submission()


def test_an_update_compares_the_claim_too(store, make):
    make.school(store)
    claimed = make.submission(claimed_by="reviewer", claimed_at=make.now)
    store.write(lambda tx: tx.submissions.update(claimed, 1, None))
    with pytest.raises(Conflict):
        store.write(lambda tx: tx.submissions.update(make.submission(), 1, None))
    store.write(lambda tx: tx.submissions.update(make.submission(), 1, "reviewer"))
    assert store.read(lambda tx: tx.submissions.get("submission")).claimed_by is None


def test_a_draft_goes_with_its_files_but_what_was_handed_in_stays(store, make):
    make.school(store)
    store.write(lambda tx: tx.submissions.add_file(_file(make)))
    store.write(lambda tx: tx.submissions.delete("submission"))
    assert store.read(lambda tx: tx.submissions.get("submission")) is None
    assert store.read(lambda tx: list(tx.submissions.file_ids())) == []
    store.write(lambda tx: tx.submissions.add(make.submission()))
    _handed_in(store, make)
    with pytest.raises(IntegrityError):
        store.write(lambda tx: tx.submissions.delete("submission"))


def test_the_queue_is_in_order_of_waiting_and_of_one_organisation(store, make):
    make.school(store)
    for minutes, id in [(3, "late"), (1, "early"), (2, "middle")]:
        waiting = make.submission(
            id, state=SubmissionState.SUBMITTED, submitted_at=make.now + timedelta(minutes=minutes)
        )
        store.write(lambda tx, waiting=waiting: tx.submissions.add(waiting))

    def queue(organisation, limit):
        return [one.id for one in store.read(lambda tx: tx.submissions.waiting(organisation, limit))]

    assert queue("school", 10) == ["early", "middle", "late"]
    assert queue("school", 2) == ["early", "middle"]
    assert queue("elsewhere", 10) == []


def test_attempts_come_back_and_are_made_once(store, make):
    make.school(store)
    store.write(lambda tx: tx.submissions.add_attempt(make.attempt()))
    with pytest.raises(Conflict):
        store.write(lambda tx: tx.submissions.add_attempt(make.attempt()))
    store.write(lambda tx: tx.submissions.add_attempt(make.attempt(number=2)))
    found = store.read(lambda tx: tx.submissions.attempts("submission"))
    assert found == [make.attempt(), make.attempt(number=2)]


def test_files_come_back_and_are_counted(store, make):
    make.school(store)
    assert store.read(lambda tx: tx.submissions.bytes_stored_by("teacher")) == 0
    for id in ("b", "a"):
        store.write(lambda tx, id=id: tx.submissions.add_file(_file(make, id)))
    assert store.read(lambda tx: tx.submissions.file("a")) == _file(make, "a")
    assert store.read(lambda tx: tx.submissions.files_of("submission")) == [_file(make, "a"), _file(make, "b")]
    total = store.read(lambda tx: tx.submissions.bytes_stored_by("teacher"))
    assert (total, type(total)) == (10_000_000_000, int)
    store.write(lambda tx: tx.submissions.delete_file("a"))
    assert store.read(lambda tx: tx.submissions.file("a")) is None
    assert store.read(lambda tx: list(tx.submissions.file_ids())) == ["b"]


def test_reviews_come_back_in_order_one_per_attempt(store, make):
    make.school(store)
    for number in (1, 2):
        store.write(lambda tx, number=number: tx.submissions.add_attempt(make.attempt(number=number)))
    second = _review(make, "later", attempt=2, ratings=())
    store.write(lambda tx: tx.reviews.add(second))
    store.write(lambda tx: tx.reviews.add(_review(make)))
    with pytest.raises(Conflict) as refused:
        store.write(lambda tx: tx.reviews.add(_review(make, "again", reviewer_id="second")))
    assert refused.value.code == "state.conflict"
    assert store.read(lambda tx: tx.reviews.of("submission")) == [_review(make), second]


def test_a_review_needs_the_attempt_it_judges(store, make):
    make.school(store)
    with pytest.raises(IntegrityError):
        store.write(lambda tx: tx.reviews.add(_review(make, attempt=9)))


def test_decided_submissions_are_listed_once_the_latest_first(store, make):
    make.school(store)
    store.write(lambda tx: tx.submissions.add(make.submission("other")))
    decided = [("submission", 1, 0), ("other", 1, 1), ("submission", 2, 2)]
    for id, number, hours in decided:
        at = make.now + timedelta(hours=hours)
        review = _review(make, f"{id}{number}", submission_id=id, attempt=number, decided_at=at)
        store.write(lambda tx, id=id, number=number: tx.submissions.add_attempt(make.attempt(id, number)))
        store.write(lambda tx, review=review: tx.reviews.add(review))
    found = store.read(lambda tx: tx.submissions.decided_by("reviewer", 10))
    assert [one.id for one in found] == ["submission", "other"]
    assert store.read(lambda tx: tx.submissions.decided_by("second", 10)) == []


def test_of_two_reviewers_who_decide_at_once_one_wins(store, make):
    make.school(store)
    submission = _handed_in(store, make)
    start = threading.Barrier(2)
    outcomes = {}

    def decide(reviewer):
        def work(tx):
            read = tx.submissions.get("submission")
            approved = replace(read, state=SubmissionState.APPROVED, revision=read.revision + 1)
            tx.reviews.add(_review(make, f"by-{reviewer}", reviewer_id=reviewer))
            tx.submissions.update(approved, submission.revision, None)
            tx.awards.add(make.award(tx, f"award-{reviewer}"))

        start.wait()
        try:
            store.write(work)
            outcomes[reviewer] = "decided"
        except Conflict as conflict:
            outcomes[reviewer] = conflict.code

    threads = [threading.Thread(target=decide, args=(name,)) for name in ("reviewer", "second")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes.values()) == ["decided", "state.conflict"]
    (review,) = store.read(lambda tx: tx.reviews.of("submission"))
    (award,) = store.read(lambda tx: tx.awards.page(10))
    assert award.id == f"award-{review.reviewer_id}"
