"""People, schools, roles and passwords."""

from __future__ import annotations

import pytest
from house import PASSWORD

from issuer.domain.people import Role
from issuer.errors import Conflict, Forbidden, NotFound, Unauthenticated, Unprocessable
from issuer.services.access import OPERATOR


def _sign_in(house, person, password=PASSWORD):
    return house.service.desk.sign_in.sign_in(person.email, password)


def _current(house, signed_in):
    return house.service.desk.sign_in.current(signed_in.token)


@pytest.mark.parametrize("role", [Role.TEACHER, Role.REVIEWER])
def test_az_06_only_administrators_administer(house, role):
    person, other = house.person("Dana Reyes", role), house.teacher("Kim Lee")
    school = house.school()
    for call in (
        lambda: house.administer.add_organisation(person.id, "Another School"),
        lambda: house.administer.add_person(person.id, school.id, "x@y.example", "X", [Role.ADMINISTRATOR], PASSWORD),
        lambda: house.administer.set_roles(person.id, person.id, [Role.ADMINISTRATOR]),
        lambda: house.administer.disable(person.id, other.id),
        lambda: house.administer.people(person.id),
        lambda: house.administer.organisations(person.id),
    ):
        with pytest.raises(Forbidden):
            call()
    assert house.store.read(lambda tx: tx.people.get(person.id)) == person


def test_an_administrator_opens_accounts(house):
    admin, school = house.administrator(), house.school()
    added = house.administer.add_person(
        admin.id, school.id, " New.Person@School.Example ", " New  Person ", [Role.TEACHER], PASSWORD
    )
    assert (added.email, added.display_name, added.roles) == ("new.person@school.example", "New Person", {Role.TEACHER})
    assert _sign_in(house, added).person == added
    assert house.events(added.id) == ["person.added"]
    with pytest.raises(Conflict):
        house.administer.add_person(admin.id, school.id, "NEW.person@school.example", "X", [], PASSWORD)


@pytest.mark.parametrize(
    ("email", "name", "password", "code"),
    [
        ("no address", "X", PASSWORD, "input.invalid"),
        ("a@b", "X", PASSWORD, "input.invalid"),
        ("@b.example", "X", PASSWORD, "input.invalid"),
        ("a b@c.example", "X", PASSWORD, "input.invalid"),
        ("a\nb@c.example", "X", PASSWORD, "input.invalid"),
        ("a" * 250 + "@c.example", "X", PASSWORD, "input.invalid"),
        ("a@c.example", " ", PASSWORD, "input.invalid"),
        ("a@c.example", "x" * 201, PASSWORD, "input.invalid"),
        ("a@c.example", "X\u202e", PASSWORD, "input.invalid"),
        ("a@c.example", "X", "password", "auth.password_policy"),
    ],
)
def test_accounts_are_opened_with_sound_parts(house, email, name, password, code):
    with pytest.raises(Unprocessable) as refused:
        house.administer.add_person(OPERATOR, house.school().id, email, name, [], password)
    assert refused.value.code == code


def test_an_account_belongs_to_a_school(house):
    with pytest.raises(Unprocessable):
        house.administer.add_person(OPERATOR, "nowhere", "a@nowhere.example", "X", [], PASSWORD)


def test_roles_and_closing_take_effect_at_once_and_end_sessions(house):
    admin, teacher = house.administrator(), house.teacher()
    signed_in = _sign_in(house, teacher)
    assert _current(house, signed_in) is not None
    house.administer.set_roles(admin.id, teacher.id, [Role.REVIEWER])
    assert _current(house, signed_in) is None
    again = _sign_in(house, teacher)
    assert again.person.roles == {Role.REVIEWER}
    house.administer.disable(admin.id, teacher.id)
    assert _current(house, again) is None
    with pytest.raises(Unauthenticated):
        _sign_in(house, teacher)
    assert house.events(teacher.id) == ["person.added", "person.roles", "person.disabled"]


def test_administrators_cannot_lock_themselves_out(house):
    admin = house.administrator()
    with pytest.raises(Unprocessable):
        house.administer.set_roles(admin.id, admin.id, [Role.TEACHER])
    with pytest.raises(Unprocessable):
        house.administer.disable(admin.id, admin.id)
    kept = house.administer.set_roles(admin.id, admin.id, [Role.ADMINISTRATOR, Role.TEACHER])
    assert kept.roles == {Role.ADMINISTRATOR, Role.TEACHER}
    with pytest.raises(NotFound):
        house.administer.disable(admin.id, "nobody")


def test_a_password_is_changed_by_who_knows_it_and_ends_every_session(house):
    teacher = house.teacher()
    signed_in = _sign_in(house, teacher)
    with pytest.raises(Unprocessable) as refused:
        house.administer.change_password(teacher.id, "not it", "another long and fine phrase")
    assert refused.value.where == "/current"
    with pytest.raises(Unprocessable):
        house.administer.change_password(teacher.id, PASSWORD, "short")
    assert _current(house, signed_in) is not None
    house.administer.change_password(teacher.id, PASSWORD, "another long and fine phrase")
    assert _current(house, signed_in) is None
    with pytest.raises(Unauthenticated):
        _sign_in(house, teacher)
    assert _sign_in(house, teacher, "another long and fine phrase").person == teacher


def test_people_come_in_pages(house):
    admin = house.administrator()
    made = {house.teacher(f"Teacher {number}").id for number in range(5)}
    seen, after = [], None
    while page := house.administer.people(admin.id, 2, after):
        seen += [one.id for one in page]
        after = page[-1].id
    assert seen == sorted(seen)
    assert made < set(seen)
