"""Signing in and out."""

from __future__ import annotations

import pytest
from house import PASSWORD

from issuer.errors import Unauthenticated
from issuer.services.access import OPERATOR
from issuer.services.sign_in import SignIn


@pytest.fixture
def desk(house):
    return house.service.desk.sign_in


def _sign_in(house, passwords):
    return SignIn(house.store, passwords, house.clock, house.service.desk.second_factor)


def test_a_token_opens_the_session_until_it_ends(house, desk):
    teacher = house.teacher()
    signed_in = desk.sign_in(f"  {teacher.email.upper()} ", PASSWORD)
    current = desk.current(signed_in.token)
    assert (current.person, current.session, current.unread) == (teacher, signed_in.session, 0)
    house.clock.advance(hours=11, minutes=59)
    assert desk.current(signed_in.token) is not None
    house.clock.advance(minutes=1)
    assert desk.current(signed_in.token) is None


def test_the_token_is_stored_as_a_digest_and_told_once(house, desk):
    signed_in = desk.sign_in(house.teacher().email, PASSWORD)
    other = desk.sign_in(signed_in.person.email, PASSWORD)
    assert len({signed_in.token, other.token, signed_in.session.csrf_token, other.session.csrf_token}) == 4
    assert signed_in.token not in repr(signed_in.session)
    stored = house.store.read(lambda tx: tx.connection.exec_driver_sql("SELECT token_sha256 FROM session").all())
    assert signed_in.token not in {row[0] for row in stored}
    assert len(signed_in.token) >= 43


def test_signing_out_ends_this_session_only(house, desk):
    teacher = house.teacher()
    first, second = desk.sign_in(teacher.email, PASSWORD), desk.sign_in(teacher.email, PASSWORD)
    desk.sign_out(first.token)
    desk.sign_out("no such token")
    assert desk.current(first.token) is None
    assert desk.current(second.token) is not None


class CountedPasswords:
    """Remembers how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def hash(self, password: str) -> str:
        return f"hash of {password}"

    def matches(self, password_hash: str, password: str) -> bool:
        self.asked.append(password_hash)
        return password_hash == self.hash(password)


@pytest.mark.parametrize("who", ["wrong password", "unknown", "closed"])
def test_every_refusal_is_the_same_and_costs_the_same(house, who):
    teacher = house.teacher()
    passwords = CountedPasswords()
    sign_in = _sign_in(house, passwords)
    house.store.write(lambda tx: tx.people.set_password_hash(teacher.id, passwords.hash("right")))
    if who == "closed":
        house.administer.disable(OPERATOR, teacher.id)
    email = "nobody@school.example" if who == "unknown" else teacher.email
    with pytest.raises(Unauthenticated) as refused:
        sign_in.sign_in(email, "right" if who == "closed" else "wrong")
    assert refused.value.code == "auth.credentials"
    assert refused.value.message == "This e-mail address and password do not fit together."
    assert len(passwords.asked) == 1


def test_an_endless_password_is_not_hashed(house):
    passwords = CountedPasswords()
    with pytest.raises(Unauthenticated):
        SignIn(house.store, passwords, house.clock, house.service.desk.second_factor).sign_in(
            house.teacher().email, "x" * 129
        )
    assert passwords.asked == []
