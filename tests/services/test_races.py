"""Four reviewers approve each of 300 submissions at once: every one is decided once, every stack once (BIZ-01)."""

from __future__ import annotations

import threading
import time
from collections import Counter

import pytest

from issuer.domain.award import IssueState
from issuer.domain.submission import SubmissionState
from issuer.errors import IssuerError
from issuer.verification.report import Verdict

TEACHERS = 20
REVIEWERS = 4


@pytest.mark.timeout(300)
def test_300_submissions_and_four_reviewers_who_all_want_each(build, database_url):
    house = build(database_url=database_url)
    reviewers = [house.reviewer(f"Reviewer {number}") for number in range(REVIEWERS)]
    teachers = [house.teacher(f"Teacher {number}") for number in range(TEACHERS)]
    submissions = [house.waiting(teacher, slug) for slug in house.earnable for teacher in teachers]
    answers: list[Counter[str]] = [Counter() for _ in reviewers]
    begin = threading.Barrier(REVIEWERS)

    def approve_all(place: int) -> None:
        begin.wait()
        for submission in submissions:
            try:
                house.approve(reviewers[place], submission)
                answers[place]["approved"] += 1
            except IssuerError as error:
                answers[place][error.code] += 1

    threads = [threading.Thread(target=approve_all, args=(place,)) for place in range(REVIEWERS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took_s = time.perf_counter() - started

    total = sum(answers, Counter())
    assert total == {"approved": 300, "state.conflict": 900}
    awards = [award for teacher in teachers for award in house.awards(teacher)]
    assert len(awards) == 300 + TEACHERS
    assert {one.state for one in awards} == {IssueState.ISSUED}
    assert Counter(one.achievement for one in awards) == dict.fromkeys([*house.earnable, "teacher-leader"], TEACHERS)
    assert {one.submission_id for one in awards} == {None, *(one.id for one in submissions)}
    assert len({(one.status.list_number, one.status.index) for one in awards}) == len(awards)
    reviews = [house.store.read(lambda tx, id=one.id: tx.reviews.of(id)) for one in submissions]
    assert [len(found) for found in reviews] == [1] * 300
    assert {house.submission(one.id).state for one in submissions} == {SubmissionState.APPROVED}
    for award in awards[::40]:
        assert house.report(award).verdict is Verdict.VALID
    assert house.problems() == []
    print(f"\n{len(awards)} badges issued in {took_s:.1f} s: {len(awards) / took_s:.0f} a second")


def test_two_submissions_for_one_badge_approved_at_once_make_one_badge(build, database_url):
    house = build(database_url=database_url)
    reviewers = [house.reviewer(f"Reviewer {number}") for number in range(2)]
    for number in range(8):
        teacher = house.teacher(f"Teacher {number}")
        pair = [house.waiting(teacher, "collecting-data") for _ in reviewers]
        begin, codes = threading.Barrier(2), []

        def approve(place: int, pair=pair, begin=begin, codes=codes) -> None:
            begin.wait()
            try:
                house.approve(reviewers[place], pair[place])
                codes.append("approved")
            except IssuerError as error:
                codes.append(error.code)

        threads = [threading.Thread(target=approve, args=(place,)) for place in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(codes) == ["approved", "issue.duplicate"]
        states = sorted(house.submission(one.id).state for one in pair)
        assert states == [SubmissionState.APPROVED, SubmissionState.SUBMITTED]
        assert len(house.awards(teacher)) == 1
    assert house.problems() == []


def test_revoking_and_completing_the_stack_at_once_leaves_no_certification_on_a_revoked_badge(build, database_url):
    house = build(database_url=database_url)
    reviewer, second = house.reviewer(), house.reviewer("Pat Second")
    for number in range(3):
        teacher = house.teacher(f"Teacher {number}")
        *first, last = house.earnable
        held = [house.earn(teacher, reviewer, slug) for slug in first]
        waiting, begin = house.waiting(teacher, last), threading.Barrier(2)
        steps = [
            lambda waiting=waiting: house.approve(reviewer, waiting),
            lambda held=held: house.stand.revoke(second.id, held[0].id, "A reason."),
        ]

        def play(step, begin=begin) -> None:
            begin.wait()
            step()

        threads = [threading.Thread(target=play, args=(step,)) for step in steps]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        certifications = [one for one in house.awards(teacher) if one.achievement == "teacher-leader"]
        assert [one for one in certifications if one.is_living] == []
        assert house.award(held[0].id).standing == "revoked"
    assert house.problems() == []
