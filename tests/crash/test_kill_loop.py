"""Killed at random instants, over and over, while three reviewers approve and revoke at once (REL-04, K2, K5)."""

from __future__ import annotations

import os
import random
import signal
import threading
import time

import pytest
from house import Clock, House

from issuer.credentials.status_list import indexes_of
from issuer.domain.award import IssueState, Standing
from issuer.domain.submission import SubmissionState
from issuer.errors import IssuerError

LIVES = 6
TEACHERS = 14
THREADS = 3


def _work(house, submissions, reviewers, said) -> None:
    """Approve everything, revoke every fifth badge; each answer is said only after the call has returned."""

    def approve(mine) -> None:
        for number, submission in mine:
            reviewer = reviewers[number % len(reviewers)]
            try:
                (award_id, *_) = house.approve(reviewer, submission).awards
                said(f"approved {submission.id}")
                if number % 5 == 0:
                    house.stand.revoke(reviewer.id, award_id, "A reason.")
                    said(f"revoked {award_id}")
            except IssuerError as error:
                said(f"refused {error.code}")

    numbered = list(enumerate(submissions))
    threads = [threading.Thread(target=approve, args=(numbered[start::THREADS],)) for start in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.timeout(240)
def test_rel_04_what_was_answered_survives_and_nothing_is_half_done(tmp_path):
    folder, clock, chance = tmp_path / "data", Clock(), random.Random(20261121)
    house = House(folder, clock=clock)
    reviewers = [house.reviewer(f"Reviewer {number}") for number in range(THREADS)]
    teachers = [house.teacher(f"Teacher {number}") for number in range(TEACHERS)]
    submissions = [house.waiting(teacher, slug) for teacher in teachers for slug in house.earnable]
    house.close()

    answers, kills = [], 0
    for _ in range(LIVES):
        answers_of_child, killed = _one_life(folder, submissions, reviewers, chance)
        answers += answers_of_child
        kills += killed
        house = House(folder, clock=clock)
        house.recover.run_once()
        assert house.problems() == []
        submissions = [one for one in submissions if house.submission(one.id).state is SubmissionState.SUBMITTED]
        house.close()

    house = House(folder, clock=clock)
    approved = {line.split()[1] for line in answers if line.startswith("approved")}
    revoked = {line.split()[1] for line in answers if line.startswith("revoked")}
    awards = [one for teacher in teachers for one in house.awards(teacher)]
    by_submission = {one.submission_id: one for one in awards if one.submission_id}
    assert kills == LIVES
    assert len(approved) >= 2 * LIVES
    assert approved <= by_submission.keys()
    assert all(one.state is IssueState.ISSUED for one in awards)
    assert {house.submission(id).state for id in approved} == {SubmissionState.APPROVED}
    assert {house.award(id).standing for id in revoked} <= {Standing.REVOKED}
    served = indexes_of(house.publish_status.served(1, "revocation").body)
    assert {house.award(id).status.index for id in revoked} <= served
    assert {line for line in answers if line.startswith("refused")} == set()
    assert house.problems() == []
    house.close()
    print(f"\n{kills} kills, {len(approved)} approvals answered, {len(awards)} badges issued")


def _one_life(folder, submissions, reviewers, chance) -> tuple[list[str], bool]:
    """A process killed at some instant after a few answers; returns these, and whether it lived so long."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            house = House(folder)
            os.write(writing, b"ready\n")
            _work(house, submissions, reviewers, lambda line: os.write(writing, f"{line}\n".encode()))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answers:
        assert answers.readline() == b"ready\n"
        lines = [answers.readline().decode() for _ in range(chance.randint(2, 9))]
        time.sleep(chance.uniform(0, 0.06))
        os.kill(child, signal.SIGKILL)
        lines += answers.read().decode().splitlines()
    _, status = os.waitpid(child, 0)
    return lines, os.waitstatus_to_exitcode(status) == -signal.SIGKILL
