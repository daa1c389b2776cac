"""Appeals, deadlines and what changed, as pages show them."""

from __future__ import annotations

import re

import pytest
from web import Town

from issuer.domain.people import Person
from issuer.domain.review import Decision

SLUG = "building-will"
GROUNDS = "Every visit is dated <b>on page two</b>."


@pytest.fixture
def returned(town: Town) -> tuple[Person, str]:
    teacher = town.house.teacher(f"Revises {len(town.house.administer.people('operator', 100))}")
    submission = town.house.hand_in(teacher, SLUG)
    town.house.review.decide(
        town.reviewer.id, submission.id, Decision.RETURN, town.house.ratings(SLUG, "not-yet"), "Please add the dates."
    )
    return teacher, submission.id


def test_both_sides_see_the_deadline_and_a_reviewer_gives_more_time(town: Town, returned: tuple[Person, str]) -> None:
    teacher, id = returned
    assert re.search(
        r"Hand it in again by <strong>20 January 2027, 18:00 UTC", town.as_(teacher).page(f"/submissions/{id}").text
    )
    reviewer = town.as_(town.reviewer)
    assert "Until <strong>20 January 2027" in reviewer.page(f"/reviews/{id}").text
    assert id in reviewer.page("/reviews?state=returned").text
    assert (
        reviewer.form(f"/reviews/{id}/extend", data={"days": "90"}).headers["location"]
        == f"/reviews/{id}?notice=extended"
    )
    assert "19 February 2027" in town.as_(teacher).page(f"/submissions/{id}").text
    assert reviewer.form(f"/reviews/{id}/extend", data={"days": "many"}).status_code == 422


def test_an_appeal_walks_from_the_teacher_to_another_reviewer_and_back(
    town: Town, returned: tuple[Person, str]
) -> None:
    teacher, id = returned
    visitor, path = town.as_(teacher), f"/submissions/{id}"
    assert visitor.form(f"{path}/appeal", data={"grounds": GROUNDS}).headers["location"] == f"{path}?notice=appealed"
    page = visitor.page(path).text
    assert "Every visit is dated &lt;b&gt;on page two&lt;/b&gt;." in page
    assert "to be answered by 5 December 2026" in page
    first, second = town.as_(town.reviewer), town.as_(town.house.reviewer(f"Second for {id[:8]}"))
    assert "another reviewer answers this appeal" in first.page(f"/reviews/{id}").text
    assert id in second.page("/reviews").text
    (form,) = re.findall(r'action="(/appeals/[^"]+)"', second.page(f"/reviews/{id}").text)
    assert second.form(form, data={"reason": "All are dated."}).status_code == 422
    sent = {"outcome": "overturn", "reason": "All are dated."}
    assert first.form(form, data=sent).status_code == 403
    assert second.form(form, data=sent).headers["location"] == f"/reviews/{id}?notice=appeal-overturned"
    sheet = second.page(f"/reviews/{id}").text
    assert "Nothing: it is the same evidence." in sheet
    assert "Approve and issue" in sheet
    assert "All are dated." in visitor.page(path).text


def test_the_reviewer_sees_what_changed_in_words(town: Town, returned: tuple[Person, str]) -> None:
    teacher, id = returned
    evidence = town.house.submit.folder(teacher.id, id).submission.evidence
    answers = dict.fromkeys(evidence["reflection"]["answers"], "Now <em>quite</em> another answer.")
    town.house.submit.save(teacher.id, id, {**evidence, "reflection": {"answers": answers}})
    town.house.submit.submit(teacher.id, id)
    page = town.as_(town.reviewer).page(f"/reviews/{id}").text
    assert "What changed since attempt 1" in page
    assert "<ins>Now &lt;em&gt;quite&lt;/em&gt; another answer.</ins>" in page
    assert "To be decided by <strong>5 December 2026" in page
