"""New passwords by link."""

from __future__ import annotations

from dataclasses import replace

import pytest
from house import PASSWORD

from issuer.errors import Conflict, Forbidden, Gone, Unauthenticated, Unprocessable
from issuer.services.access import OPERATOR

NEW = "nineteen blue teapots"


@pytest.fixture
def reset(house):
    house.recover.send_messages()
    house.mail.sent.clear()
    return house.service.desk.reset_password


def _link(house, email):
    house.recover.send_messages()
    text = [text for _, to, _, text in house.mail.sent if to == email][-1]
    return text.rpartition("/reset/")[2].strip()


def test_a_link_sets_the_password_once_and_ends_every_session(house, reset):
    teacher, sign_in = house.teacher(), house.service.desk.sign_in
    open_session = sign_in.sign_in(teacher.email, PASSWORD)
    reset.ask(f" {teacher.email.upper()} ")
    token = _link(house, teacher.email)
    reset.reset(token, NEW)
    assert sign_in.current(open_session.token) is None
    assert sign_in.sign_in(teacher.email, NEW)
    with pytest.raises(Unauthenticated):
        sign_in.sign_in(teacher.email, PASSWORD)
    with pytest.raises(Gone):
        reset.reset(token, PASSWORD)
    assert [one.kind.code for one in house.service.desk.notices.mine(teacher.id)] == ["account.password"]


def test_aut_03_asking_writes_the_same_for_known_and_unknown_addresses_and_mails_the_known(house, reset):
    closed = house.teacher("Closed")
    house.administer.disable(OPERATOR, closed.id)
    teacher = house.teacher()

    def rows():
        return house.store.read(
            lambda tx: [
                tx.connection.exec_driver_sql(f"SELECT count(*) FROM {one}").scalar() for one in ("claim", "message")
            ]
        )

    grown = []
    for email in (teacher.email, closed.email, "unknown@school.example"):
        before = rows()
        assert reset.ask(email) is None
        grown.append([after - was for after, was in zip(rows(), before, strict=True)])
    assert grown == [[1, 1]] * 3
    house.recover.send_messages()
    assert [to for _, to, _, _ in house.mail.sent] == [teacher.email]


def test_a_link_is_good_for_an_hour(house, reset):
    teacher = house.teacher()
    reset.ask(teacher.email)
    token = _link(house, teacher.email)
    house.clock.advance(minutes=59)
    assert reset.meant_by(token).email == teacher.email
    house.clock.advance(minutes=1)
    with pytest.raises(Gone):
        reset.reset(token, NEW)


def test_the_first_of_several_links_ends_the_others(house, reset):
    teacher = house.teacher()
    reset.ask(teacher.email)
    first = _link(house, teacher.email)
    reset.ask(teacher.email)
    second = _link(house, teacher.email)
    handed = reset.link(OPERATOR, teacher.id).rpartition("/")[2]
    reset.reset(second, NEW)
    for token in (first, handed):
        with pytest.raises(Gone):
            reset.reset(token, PASSWORD)


def test_changing_the_password_ends_links_and_other_sessions_but_not_this_one(house, reset):
    teacher, sign_in = house.teacher(), house.service.desk.sign_in
    here, there = (sign_in.sign_in(teacher.email, PASSWORD) for _ in range(2))
    reset.ask(teacher.email)
    token = _link(house, teacher.email)
    house.administer.change_password(teacher.id, PASSWORD, NEW, here.token)
    assert (sign_in.current(here.token) is None, sign_in.current(there.token) is None) == (False, True)
    with pytest.raises(Gone):
        reset.reset(token, PASSWORD)


def test_a_weak_password_leaves_the_link_as_it_was(house, reset):
    teacher = house.teacher()
    reset.ask(teacher.email)
    token = _link(house, teacher.email)
    for weak in ("short", "password1", "x" * 129):
        with pytest.raises(Unprocessable) as refused:
            reset.reset(token, weak)
        assert refused.value.code == "auth.password_policy"
    reset.reset(token, NEW)


def test_without_a_mail_server_an_administrator_hands_the_link_over(build):
    house = build(wrap=lambda adapters: replace(adapters, mailer=None))
    teacher, administrator = house.teacher(), house.administrator()
    reset = house.service.desk.reset_password
    reset.ask(teacher.email)
    assert house.store.read(lambda tx: tx.connection.exec_driver_sql("SELECT count(*) FROM message").scalar()) == 0
    path = reset.link(administrator.id, teacher.id)
    house.clock.advance(hours=47)
    reset.reset(path.rpartition("/")[2], NEW)
    assert house.service.desk.sign_in.sign_in(teacher.email, NEW)
    with pytest.raises(Forbidden):
        reset.link(teacher.id, administrator.id)
    with pytest.raises(Conflict):
        reset.link(administrator.id, administrator.id)


def test_a_link_of_a_closed_account_or_of_another_kind_is_gone(house, reset):
    teacher = house.teacher()
    path = reset.link(OPERATOR, teacher.id)
    invited = house.service.desk.join.invite(OPERATOR, "kind@school.example", teacher.roles, house.school().id)
    house.administer.disable(OPERATOR, teacher.id)
    for one in (path, invited.path, "/reset/nothing"):
        with pytest.raises(Gone):
            reset.reset(one.rpartition("/")[2], NEW)
