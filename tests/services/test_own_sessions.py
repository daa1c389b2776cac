"""One's own sessions: listed, ended."""

from __future__ import annotations

import pytest
from house import PASSWORD

from issuer.domain.browsers import family
from issuer.errors import NotFound

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) Safari/604.1"
EDGE = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/537 Chrome/140.0 Safari/537 Edg/140.0"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (FIREFOX, "Firefox on Windows"), (SAFARI, "Safari on iPhone"), (EDGE, "Edge on Mac"), ("curl/8.1", "curl"),
        ("", ""), ("\x00<script>", ""),
    ],
)  # fmt: skip
def test_a_browser_is_named_by_its_family(header, words):
    assert family(header) == words


def test_sessions_are_listed_with_when_and_where(house):
    teacher, desk = house.teacher(), house.service.desk
    there = desk.sign_in.sign_in(teacher.email, PASSWORD, "Firefox on Windows")
    began = house.clock()
    house.clock.advance(hours=1)
    here = desk.sign_in.sign_in(teacher.email, PASSWORD)
    house.clock.advance(hours=1)
    desk.sign_in.current(there.token)
    mine, other = desk.own_sessions.all(teacher.id, here.token)
    assert (mine.is_this, mine.browser) == (True, "")
    assert (other.is_this, other.browser, other.started_at) == (False, "Firefox on Windows", began)
    assert other.last_used_at == house.clock()
    assert there.token not in repr(other)


def test_the_last_use_is_noted_at_most_every_five_minutes(house):
    teacher, desk = house.teacher(), house.service.desk
    signed_in = desk.sign_in.sign_in(teacher.email, PASSWORD)
    began = house.clock()
    house.clock.advance(minutes=5)
    desk.sign_in.current(signed_in.token)
    assert desk.own_sessions.all(teacher.id, "")[0].last_used_at == began
    house.clock.advance(seconds=1)
    desk.sign_in.current(signed_in.token)
    assert desk.own_sessions.all(teacher.id, "")[0].last_used_at == house.clock()


def test_one_session_or_all_others_are_ended(house):
    teacher, desk = house.teacher(), house.service.desk
    tokens = [desk.sign_in.sign_in(teacher.email, PASSWORD).token for _ in range(3)]
    this = tokens[0]
    ended = next(one for one in desk.own_sessions.all(teacher.id, this) if not one.is_this)
    desk.own_sessions.end(teacher.id, ended.id)
    assert len(desk.own_sessions.all(teacher.id, this)) == 2
    desk.own_sessions.end_others(teacher.id, this)
    assert [one.is_this for one in desk.own_sessions.all(teacher.id, this)] == [True]
    assert desk.sign_in.current(this) is not None


def test_nobody_ends_the_session_of_somebody_else(house):
    teacher, other, desk = house.teacher("A"), house.teacher("B"), house.service.desk
    token = desk.sign_in.sign_in(teacher.email, PASSWORD).token
    (one,) = desk.own_sessions.all(teacher.id, token)
    for id in (one.id, "", "nothing"):
        with pytest.raises(NotFound):
            desk.own_sessions.end(other.id, id)
    assert desk.sign_in.current(token) is not None
