"""A badge names the digests of the files that its earner chose, and nothing else of them."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from house import House

from issuer.domain.people import Person
from issuer.domain.submission import Submission
from issuer.errors import Conflict, NotFound
from issuer.verification.report import Verdict

SLUG = "looking-at-student-work"


@pytest.fixture
def teacher(house: House) -> Person:
    return house.teacher()


@pytest.fixture
def reviewer(house: House) -> Person:
    return house.reviewer()


def files_of(house: House, submission: Submission) -> list[Any]:
    return house.store.read(lambda tx: tx.submissions.files_of(submission.id))


def multihash(text: str) -> str:
    return "u" + base64.urlsafe_b64encode(b"\x12\x20" + hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def test_upl_15_the_badge_lists_the_digests_of_the_files_that_were_chosen(
    house: House, teacher: Person, reviewer: Person
) -> None:
    draft = house.draft(teacher, SLUG)
    chosen, *others = files_of(house, draft)
    house.service.desk.name_files.choose(teacher.id, draft.id, chosen.id, in_badge=True)
    award = house.award(house.approve(reviewer, house.submit.submit(teacher.id, draft.id)).awards[0])
    text = next(one.text for one in house.example(SLUG).files if one.name == chosen.name)
    content = house.content(award)
    assert [(one["mediaType"], one["digestMultibase"]) for one in content["evidence"]] == [
        (chosen.media_type, multihash(text))
    ]
    told = json.dumps(content)
    assert others
    assert not any(one.name in told or one.id in told for one in (chosen, *others))
    report = house.report(award)
    assert report.verdict is Verdict.VALID
    assert [one for one in report.checks if one.check == "child"] == []
    assert house.problems() == []


def test_a_corrected_badge_names_the_same_files(house: House, teacher: Person, reviewer: Person) -> None:
    draft = house.draft(teacher, SLUG)
    for file in files_of(house, draft):
        house.service.desk.name_files.choose(teacher.id, draft.id, file.id, in_badge=True)
    award = house.award(house.approve(reviewer, house.submit.submit(teacher.id, draft.id)).awards[0])
    again = house.stand.correct(reviewer.id, award.id, "Dana Reyes-Stone", teacher.email, "A new name.")
    corrected = house.award(again[0].id)
    digests = [[one["digestMultibase"] for one in house.content(each)["evidence"]] for each in (award, corrected)]
    assert digests[0] == digests[1] != []


def test_nothing_is_named_unasked_or_once_taken_back(house: House, teacher: Person, reviewer: Person) -> None:
    draft = house.draft(teacher, SLUG)
    file = files_of(house, draft)[0]
    choose = house.service.desk.name_files.choose
    assert choose(teacher.id, draft.id, file.id, in_badge=True).in_badge_since == house.clock()
    assert choose(teacher.id, draft.id, file.id, in_badge=False).in_badge_since is None
    award = house.award(house.approve(reviewer, house.submit.submit(teacher.id, draft.id)).awards[0])
    assert "evidence" not in house.content(award)


def test_a_file_that_the_evidence_does_not_name_is_not_in_the_badge(
    house: House, teacher: Person, reviewer: Person
) -> None:
    draft = house.draft(teacher, SLUG)
    stray = house.attach.add_file(teacher.id, draft.id, "stray.txt", "text/plain", [b"never handed in"])
    house.service.desk.name_files.choose(teacher.id, draft.id, stray.id, in_badge=True)
    award = house.award(house.approve(reviewer, house.submit.submit(teacher.id, draft.id)).awards[0])
    assert "evidence" not in house.content(award)


REFUSED: dict[str, tuple[Callable[[House, Person], str], type[Exception]]] = {
    "somebody else": (lambda house, teacher: house.teacher("Somebody Else").id, NotFound),
    "the teacher, once it is handed in": (lambda house, teacher: teacher.id, Conflict),
}


@pytest.mark.parametrize("case", REFUSED)
def test_who_may_not_choose(house: House, teacher: Person, case: str) -> None:
    who, refusal = REFUSED[case]
    handed_in = house.hand_in(teacher, SLUG)
    file = files_of(house, handed_in)[0]
    with pytest.raises(refusal):
        house.service.desk.name_files.choose(who(house, teacher), handed_in.id, file.id, in_badge=True)
    assert files_of(house, handed_in)[0].in_badge_since is None
