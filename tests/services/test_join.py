"""Inviting, registering and joining."""

from __future__ import annotations

from dataclasses import replace

import pytest
from house import PASSWORD

from issuer.domain.people import Role
from issuer.errors import Conflict, Forbidden, Gone, NotFound, TooManyRequests, Unprocessable
from issuer.services import join as join_module
from issuer.services.access import OPERATOR

BASE = "https://badges.school.example"


@pytest.fixture
def join(house):
    house.mail.sent.clear()
    return house.service.desk.join


@pytest.fixture
def open_house(build):
    """Houses with other settings."""
    return lambda **more: build(**more)


def _token(path):
    return path.rpartition("/")[2]


def _invite(house, join, email="new@school.example", roles=(Role.TEACHER,), by=OPERATOR):
    return join.invite(by, email, roles, house.school().id)


def _mailed(house):
    house.recover.send_messages()
    return [(to, subject, text) for _, to, subject, text in house.mail.sent]


def test_an_invitation_is_mailed_and_shown_and_opens_an_account_once(house, join):
    administrator = house.administrator()
    invited = _invite(house, join, f"New.One@{house.school_name}.example".replace(" ", "-"), by=administrator.id)
    ((to, _, text),) = _mailed(house)
    assert to == invited.claim.email == invited.claim.email.lower()
    mailed = text.split(BASE)[1].split()[0]
    assert mailed != invited.path
    person = join.accept(_token(mailed), "  New   One ", PASSWORD)
    assert (person.display_name, person.roles) == ("New One", {Role.TEACHER})
    assert house.service.desk.sign_in.sign_in(to, PASSWORD).person == person
    assert [one.kind.code for one in house.service.desk.notices.mine(administrator.id)] == ["invitation.accepted"]
    with pytest.raises(Gone):
        join.accept(_token(invited.path), "Second", PASSWORD)
    assert house.problems() == []


def test_biz_05_a_link_used_twice_after_its_time_or_withdrawn_is_gone(house, join):
    def refused(path):
        with pytest.raises(Gone) as gone:
            join.accept(_token(path), "Somebody", PASSWORD)
        return gone.value.code

    used = _invite(house, join, "used@school.example")
    join.accept(_token(used.path), "First", PASSWORD)
    withdrawn = _invite(house, join, "withdrawn@school.example")
    join.withdraw(OPERATOR, withdrawn.claim.id)
    late = _invite(house, join, "late@school.example")
    house.clock.advance(days=14)
    codes = [refused(one.path) for one in (used, withdrawn, late)]
    assert [*codes, refused("/join/never-was")] == ["claim.used"] * 4


def test_a_link_is_stored_as_a_digest_only(house, join):
    token = _token(_invite(house, join, "digest@school.example").path)
    _mailed(house)
    tables = house.store.read(
        lambda tx: [
            tx.connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            for table in ("claim", "claim_token", "message")
        ]
    )
    sent = house.mail.sent[0][3].rpartition("/join/")[2].strip()
    assert len(token) >= 43
    assert token not in repr(tables)
    assert sent not in repr(tables)


def test_two_who_use_a_link_at_once_open_one_account(house, join, monkeypatch):
    token = _token(_invite(house, join, "race@school.example").path)
    passwords, quicker = house.adapters.passwords, []

    def while_the_other_is_quicker(password):
        monkeypatch.undo()
        quicker.append(join.accept(token, "Quicker", PASSWORD))
        return passwords.hash(password)

    monkeypatch.setattr(passwords, "hash", while_the_other_is_quicker)
    with pytest.raises(Gone):
        join.accept(token, "Slower", PASSWORD)
    assert [one.display_name for one in quicker] == ["Quicker"]


def test_only_administrators_invite_and_only_new_addresses_with_a_role(house, join):
    teacher = house.teacher()
    with pytest.raises(Forbidden):
        _invite(house, join, by=teacher.id)
    with pytest.raises(Conflict):
        _invite(house, join, teacher.email)
    for changed in ({"email": "no address"}, {"roles": ()}):
        with pytest.raises(Unprocessable):
            _invite(house, join, **changed)
    with pytest.raises(Unprocessable):
        join.invite(OPERATOR, "x@school.example", [Role.TEACHER], "nowhere")
    for call in (
        lambda: join.waiting(teacher.id),
        lambda: join.link(teacher.id, "x"),
        lambda: join.code(teacher.id, "x"),
    ):
        with pytest.raises(Forbidden):
            call()
    with pytest.raises(NotFound):
        join.link(OPERATOR, "no-such")


@pytest.mark.parametrize(("name", "password"), [("", PASSWORD), ("Somebody", "short"), ("Somebody", "password1")])
def test_a_bad_name_or_password_leaves_the_link_as_it_was(house, join, name, password):
    invited = _invite(house, join, f"{len(name)}{len(password)}{password[0]}@school.example")
    with pytest.raises(Unprocessable):
        join.accept(_token(invited.path), name, password)
    assert join.accept(_token(invited.path), "Somebody", PASSWORD).email == invited.claim.email


def test_a_fresh_link_begins_its_time_anew(house, join):
    invited = _invite(house, join, "again@school.example")
    house.clock.advance(days=20)
    again = join.link(OPERATOR, invited.claim.id)
    (waiting,) = [one for one in join.waiting(OPERATOR) if one.claim.id == invited.claim.id]
    assert waiting.is_open
    house.clock.advance(days=13)
    assert join.accept(_token(again.path), "At last", PASSWORD)
    with pytest.raises(Gone):
        join.withdraw(OPERATOR, invited.claim.id)


def test_registering_is_off_until_it_is_switched_on(house, join):
    with pytest.raises(Forbidden):
        join.register("new@school.example", house.school().id)
    assert join.schools() == []


def test_who_registers_is_a_teacher_and_nobody_before_the_link_is_followed(open_house):
    house = open_house(REGISTRATION="open")
    join, school = house.service.desk.join, house.school()
    assert join.schools() == [school]
    join.register("New@School.example", school.id)
    assert house.store.read(lambda tx: tx.people.by_email("new@school.example")) is None
    ((to, _, text),) = _mailed(house)
    person = join.accept(text.rpartition("/join/")[2].strip(), "New One", PASSWORD)
    assert (to, person.email, person.roles) == ("new@school.example", "new@school.example", {Role.TEACHER})
    with pytest.raises(Unprocessable):
        join.register("other@school.example", "no-such-school")


def test_aut_03_registering_a_known_address_does_the_same_and_tells_its_mailbox_alone(open_house):
    house = open_house(REGISTRATION="open")
    teacher = house.teacher()
    for email in (teacher.email, "unknown@school.example"):
        assert house.service.desk.join.register(email, house.school().id) is None
    letters = {to: text for to, _, text in _mailed(house)}
    assert "/join/" not in letters[teacher.email]
    assert "/login" in letters[teacher.email]
    assert "/join/" in letters["unknown@school.example"]


def test_a_school_s_code_lets_its_teachers_register(open_house):
    house = open_house(REGISTRATION="code")
    join, school = house.service.desk.join, house.school()
    assert (join.schools(), join.code(OPERATOR, school.id)) == ([], None)
    old = join.new_code(OPERATOR, school.id)
    code = join.new_code(OPERATOR, school.id)
    join.register("new@school.example", f" {code[:5].lower()} {code[5:]} ")
    assert join.waiting(OPERATOR)[0].organisation == school
    for wrong in (old, "", school.id):
        with pytest.raises(Unprocessable):
            join.register("new@school.example", wrong)


def test_without_a_mail_server_administrators_are_told_and_hand_the_link_over(open_house):
    house = open_house(REGISTRATION="open", wrap=lambda adapters: replace(adapters, mailer=None))
    administrator, join = house.administrator(), house.service.desk.join
    join.register("new@school.example", house.school().id)
    assert [one.kind.code for one in house.service.desk.notices.mine(administrator.id)] == ["registration.waiting"]
    (waiting,) = join.waiting(administrator.id)
    house.clock.advance(days=5)
    handed = join.link(administrator.id, waiting.claim.id)
    assert join.accept(_token(handed.path), "New One", PASSWORD).roles == {Role.TEACHER}
    assert house.mail.sent == []


def test_too_many_that_wait_are_refused(open_house, monkeypatch):
    house = open_house(REGISTRATION="open")
    monkeypatch.setattr(join_module, "MAX_WAITING", 2)
    join, school = house.service.desk.join, house.school().id
    for number in range(2):
        join.register(f"{number}@school.example", school)
    with pytest.raises(TooManyRequests):
        join.register("third@school.example", school)


def test_old_links_are_forgotten(house, join):
    invited = _invite(house, join, "forgotten@school.example")
    house.clock.advance(days=14 + 31)
    house.recover.purge()
    assert house.store.read(lambda tx: tx.claims.get(invited.claim.id)) is None
