"""What lies behind links in evidence: told as advice, hop by hop under the guards of the fetcher."""

from __future__ import annotations

import pytest

from issuer.domain.link_check import LinkOutcome, judged
from issuer.errors import Invalid, NotFound, Undecided
from issuer.services.check_links import CheckLinks

SLUG = "focusing-on-student-learning"
VIDEO = "https://videos.example/lesson"


class Web:
    """Fulfils `Knock`: URL → (status, Location), or an error to raise."""

    def __init__(self, pages) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def __call__(self, url):
        self.asked.append(url)
        answer = self.pages.get(url, (404, ""))
        if isinstance(answer, Exception):
            raise answer
        status, location = answer
        return status, {"location": location} if location else {}


@pytest.mark.parametrize(
    ("pages", "outcome", "words", "asked"),
    [
        ({VIDEO: (200, "")}, "reachable", "without signing in", 1),
        ({VIDEO: (404, "")}, "not_found", "Nothing is there", 1),
        ({VIDEO: (410, "")}, "not_found", "Nothing is there", 1),
        ({VIDEO: (401, "")}, "sign_in", "everybody who has the link", 1),
        ({VIDEO: (403, "")}, "sign_in", "everybody who has the link", 1),
        ({VIDEO: (302, "https://accounts.google.com/v3/x")}, "sign_in", "everybody who has the link", 1),
        ({VIDEO: (302, "/login?next=lesson")}, "sign_in", "everybody who has the link", 1),
        ({VIDEO: (301, "/lesson/1"), f"{VIDEO}/1": (200, "")}, "reachable", "without signing in", 2),
        ({VIDEO: (302, VIDEO)}, "unchecked", "leads on and on", 5),
        ({VIDEO: (302, "https://10.0.0.7/admin"), "https://10.0.0.7/admin": Invalid("fetch.blocked_address", "No.")},
         "unchecked", "No.", 2),
        ({VIDEO: (503, "")}, "unchecked", "status 503", 1),
        ({VIDEO: (302, "")}, "unchecked", "status 302", 1),
        ({VIDEO: Undecided("fetch.timeout", "It did not answer in time.")}, "unchecked", "in time", 1),
    ],
)  # fmt: skip
def test_each_answer_is_told_for_what_it_is(house, pages, outcome, words, asked):
    teacher = house.teacher()
    draft = house.submit.start(teacher.id, SLUG)
    house.submit.save(teacher.id, draft.id, {"cycles": [{"tool": {"attachments": [{"link": VIDEO}]}}]})
    web = Web(pages)
    (check,) = CheckLinks(house.store, web, house.clock).check(teacher.id, draft.id)
    assert (check.url, check.outcome.value, len(web.asked)) == (VIDEO, outcome, asked)
    assert words in check.message
    assert house.submit.folder(teacher.id, draft.id).links == (check,)


@pytest.mark.parametrize("location", ["//[", "https://[::1", "javascript:alert(1)", "\x00"])
def test_a_hostile_location_is_no_fault(location):
    try:
        answer = judged(VIDEO, 302, {"location": location})
    except ValueError:
        pytest.fail("a broken address must not end the check")
    assert isinstance(answer, str | tuple)


def test_after_handing_in_links_are_looked_at_once_and_the_reviewer_is_told(house):
    teacher, reviewer = house.teacher("Hands In"), house.reviewer("Looks On")
    handed_in = house.hand_in(teacher, "sharing-learning")
    found = house.review.sheet(reviewer.id, handed_in.id)
    assert found.links == ()
    web = Web({})
    service = CheckLinks(house.store, web, house.clock)
    assert service.run_some() >= 1
    assert service.run_some() == 0
    links = house.review.sheet(reviewer.id, handed_in.id).links
    assert links, "the example has links"
    assert {one.outcome for one in links} == {LinkOutcome.NOT_FOUND}
    assert links[0].checked_at == house.clock()


def test_links_of_others_are_not_looked_at(house):
    draft = house.submit.start(house.teacher("Owns It").id, SLUG)
    web = Web({})
    with pytest.raises(NotFound):
        CheckLinks(house.store, web, house.clock).check(house.teacher("Does Not").id, draft.id)
    assert web.asked == []
