"""The scored rubric that a teacher takes along."""

from __future__ import annotations

from web import SLUG, Town, problem


def test_the_teacher_gets_every_level_the_one_given_and_the_one_asked_for(town: Town) -> None:
    award = town.house.earn(town.teacher, town.reviewer, SLUG)
    place = f"/submissions/{award.submission_id}"
    teacher = town.as_(town.teacher)
    badge_class = next(one for one in town.house.service.catalogue if one.slug == SLUG)
    page = teacher.page(f"{place}/rubric").text
    for requirement in badge_class.requirements:
        for level in requirement.levels:
            assert level.description in page
    assert page.count("</span> given</span>") == page.count(">passing</span>") == len(badge_class.requirements)
    assert f"{place}/rubric" in teacher.page(place).text
    assert f"{place}/rubric" in teacher.page(f"/badges/{award.id}").text


def test_nobody_else_gets_it_and_there_is_none_before_the_approval(town: Town) -> None:
    award = town.earned("sharing-learning", is_open=True)
    path = f"/submissions/{award.submission_id}/rubric"
    assert town.anybody().get(path).status_code == 401
    assert problem(town.as_(town.reviewer).get(path))[0] in (403, 404)
    answer = town.as_(town.teacher).post("/api/submissions", json={"achievement": "sharing-learning"})
    assert problem(town.as_(town.teacher).get(f"/submissions/{answer.json()['id']}/rubric")) == (404, "not_found")
