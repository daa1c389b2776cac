"""Password rules and hashes."""

from __future__ import annotations

import threading
import unicodedata

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from issuer.errors import TooManyRequests, Unprocessable
from issuer.outbound.passwords import Argon2Passwords, check_password

GOOD = "correct horse battery"


@pytest.fixture(scope="module")
def passwords():
    return Argon2Passwords()


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("Abc123!", id="AUT-10 seven characters"),
        pytest.param("", id="empty"),
        pytest.param("password1", id="AUT-10 common"),
        pytest.param("PassWord1", id="AUT-10 common, other case"),
        pytest.param("zzzzzzzzzzzz", id="one character over and over"),
        pytest.param("x1" * 500_000, id="AUT-10 one megabyte"),
        pytest.param("ab" * 64 + "c", id="AUT-10 129 characters"),
        pytest.param("e\u0301" * 7, id="AUT-10 seven characters in NFC, fourteen in NFD"),
        pytest.param("long enough \ud800", id="half a surrogate pair"),
    ],
)
def test_aut_10_passwords_that_are_refused(password):
    with pytest.raises(Unprocessable) as refused:
        check_password(password)
    assert refused.value.code == "auth.password_policy"


def test_aut_10_every_common_password_of_eight_characters_is_refused():
    for password in (word for word in FREQUENCY_LISTS["passwords"][:3_000] if len(word) >= 8):
        with pytest.raises(Unprocessable):
            check_password(password)


@pytest.mark.parametrize("password", [GOOD, "ab" * 32, "ab" * 64, "ñandú que corre", "8 chars!"])
def test_aut_10_passwords_that_are_allowed(password):
    check_password(password)


def test_a_hash_is_argon2id_with_the_published_cost_and_its_own_salt(passwords):
    first, second = passwords.hash(GOOD), passwords.hash(GOOD)
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert passwords.matches(first, GOOD)
    assert not passwords.matches(first, GOOD + " ")


def test_aut_10_no_character_is_cut_off(passwords):
    long = "ab" * 63 + "xy"
    hashed = passwords.hash(long)
    assert passwords.matches(hashed, long)
    assert not passwords.matches(hashed, long[:-1] + "z")


def test_aut_10_nfc_and_nfd_are_the_same_password(passwords):
    composed = "ñandú que corre"
    assert passwords.matches(passwords.hash(composed), unicodedata.normalize("NFD", composed))


def test_aut_10_a_password_too_long_is_never_hashed(passwords):
    with pytest.raises(Unprocessable):
        passwords.hash("a" * 129)
    assert not passwords.matches(passwords.hash(GOOD), GOOD + "a" * 1_000_000)


@pytest.mark.parametrize("damaged", ["", "plain", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$"])
def test_a_damaged_hash_fits_nothing(passwords, damaged):
    assert not passwords.matches(damaged, GOOD)


def test_only_so_many_hash_at_once_and_the_rest_is_told_to_come_back():
    crowded = Argon2Passwords(at_once=1, max_wait_s=0.0)
    outcomes = []
    start = threading.Barrier(4)

    def hash_once():
        start.wait()
        try:
            outcomes.append(crowded.hash(GOOD))
        except TooManyRequests as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=hash_once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "rate.limited" in outcomes
    assert any(outcome.startswith("$argon2id$") for outcome in outcomes)
    assert crowded.hash(GOOD).startswith("$argon2id$")
