"""Addresses and roles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.domain.people import Role, normalise_email, same_mailbox


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a@x.example", "A@X.Example ", True),
        ("a@x.example", "a+b@x.example", True),
        ("a+b@x.example", "a+c+d@x.example", True),
        ("caf\u00e9@x.example", "cafe\u0301@x.example", True),
        ("a@x.example", "b@x.example", False),
        ("a@x.example", "a@y.example", False),
        ("ab@x.example", "a+b@x.example", False),
        ("a@x.example", "a@x+b.example", False),
    ],
)
def test_az_05_a_tag_makes_no_second_person(one, other, same):
    assert same_mailbox(one, other) is same
    assert same_mailbox(other, one) is same


@given(st.emails())
def test_normalising_is_done_once(address):
    assert normalise_email(normalise_email(address)) == normalise_email(address)
    assert same_mailbox(address, normalise_email(address))


def test_a_closed_account_has_no_role(make):
    assert make.person("a", Role.TEACHER).has(Role.TEACHER)
    assert not make.person("a", Role.TEACHER).has(Role.REVIEWER)
    assert not make.person("a", Role.TEACHER, disabled_at=make.now).has(Role.TEACHER)
