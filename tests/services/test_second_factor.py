"""The second factor: set up, asked for, each code once."""

from __future__ import annotations

import pyotp
import pytest
from cryptography.exceptions import InvalidTag
from house import PASSWORD

from issuer.domain.people import Role
from issuer.errors import Conflict, Forbidden, NotFound, Unauthenticated, Unprocessable
from issuer.services.access import OPERATOR

# RFC 6238, appendix B: the secret and, of the codes for SHA-1, the last six digits.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
PUBLISHED = {59: "287082", 1111111109: "081804", 1234567890: "005924", 2000000000: "279037"}


@pytest.fixture
def factor(house):
    return house.service.desk.second_factor


@pytest.fixture
def sign_in(house):
    return house.service.desk.sign_in


class Phone:
    """Makes codes as an authenticator does."""

    def __init__(self, house, key):
        self._house, self._otp = house, pyotp.TOTP(key)

    def code(self, later_s=0):
        return self._otp.at(int(self._house.clock().timestamp()) + later_s)


def _set_up(house, factor, person):
    phone = Phone(house, factor.begin(person.id, PASSWORD).key)
    codes = factor.confirm(person.id, phone.code())
    house.clock.advance(seconds=30)
    return phone, codes


@pytest.mark.parametrize(("moment", "code"), PUBLISHED.items())
def test_codes_are_those_of_the_standard(moment, code):
    assert pyotp.TOTP(SECRET).at(moment) == code


def test_signing_in_asks_for_a_code_and_opens_a_session_of_its_own(house, factor, sign_in):
    teacher = house.teacher()
    phone, _ = _set_up(house, factor, teacher)
    waiting = sign_in.sign_in(teacher.email, PASSWORD)
    assert waiting.awaits_code
    assert sign_in.current(waiting.token) is None
    assert sign_in.awaiting(waiting.token) == teacher
    done = sign_in.give_code(waiting.token, phone.code())
    assert done.token != waiting.token
    assert sign_in.current(done.token).person == teacher
    assert sign_in.awaiting(waiting.token) is None
    assert [one.is_this for one in house.service.desk.own_sessions.all(teacher.id, done.token)] == [True]


def test_a_code_is_taken_once(house, factor, sign_in):
    teacher = house.teacher()
    phone, _ = _set_up(house, factor, teacher)
    code = phone.code()
    assert not sign_in.sign_in(teacher.email, PASSWORD, code=code).awaits_code
    for replayed in (code, phone.code(-30)):
        with pytest.raises(Unauthenticated) as refused:
            sign_in.sign_in(teacher.email, PASSWORD, code=replayed)
        assert refused.value.code == "auth.otp"
    assert sign_in.sign_in(teacher.email, PASSWORD, code=f" {phone.code(30)[:3]} {phone.code(30)[3:]}")


def test_the_code_that_switched_it_on_signs_nobody_in(house, factor, sign_in):
    teacher = house.teacher()
    phone = Phone(house, factor.begin(teacher.id, PASSWORD).key)
    factor.confirm(teacher.id, phone.code())
    with pytest.raises(Unauthenticated):
        sign_in.sign_in(teacher.email, PASSWORD, code=phone.code())


@pytest.mark.parametrize(
    "code", ["", "000000", "12345", "1234567", "²²²²²²", "\ud800", "A" * 10_000], ids=lambda code: ascii(code)[:12]
)
def test_a_wrong_code_is_refused_and_the_session_goes_on_waiting(house, factor, sign_in, code):
    teacher = house.teacher()
    phone, _ = _set_up(house, factor, teacher)
    waiting = sign_in.sign_in(teacher.email, PASSWORD)
    with pytest.raises(Unauthenticated) as refused:
        sign_in.give_code(waiting.token, code)
    assert refused.value.code == "auth.otp"
    assert sign_in.give_code(waiting.token, phone.code())


def test_codes_of_long_ago_and_late_answers_are_refused(house, factor, sign_in):
    teacher = house.teacher()
    phone, _ = _set_up(house, factor, teacher)
    waiting = sign_in.sign_in(teacher.email, PASSWORD)
    for away_s in (-60, 60):
        with pytest.raises(Unauthenticated):
            sign_in.give_code(waiting.token, phone.code(away_s))
    house.clock.advance(minutes=10)
    with pytest.raises(Unauthenticated) as late:
        sign_in.give_code(waiting.token, phone.code())
    assert late.value.code == "auth.session"


def test_aut_03_the_code_is_asked_for_only_after_the_right_password(house, factor, sign_in):
    teacher = house.teacher()
    _set_up(house, factor, teacher)
    with pytest.raises(Unauthenticated) as refused:
        sign_in.sign_in(teacher.email, "wrong", code="000000")
    assert refused.value.code == "auth.credentials"


def test_a_recovery_code_signs_in_once(house, factor, sign_in):
    teacher = house.teacher()
    _, codes = _set_up(house, factor, teacher)
    assert len(set(codes)) == 10
    assert sign_in.sign_in(teacher.email, PASSWORD, code=codes[0].lower())
    assert factor.state(teacher.id).recovery_codes == 9
    with pytest.raises(Unauthenticated):
        sign_in.sign_in(teacher.email, PASSWORD, code=codes[0])
    fresh = factor.new_recovery_codes(teacher.id, PASSWORD)
    with pytest.raises(Unauthenticated):
        sign_in.sign_in(teacher.email, PASSWORD, code=codes[1])
    assert sign_in.sign_in(teacher.email, PASSWORD, code=fresh[1])


def test_neither_secret_nor_recovery_codes_are_stored(house, factor):
    teacher = house.teacher()
    key = factor.begin(teacher.id, PASSWORD).key
    codes = factor.confirm(teacher.id, Phone(house, key).code())
    stored = house.store.read(
        lambda tx: [
            tx.connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            for table in ("second_factor", "recovery_code", "audit_event", "message")
        ]
    )
    assert not any(pyotp.TOTP(key).byte_secret() in row[1] for row in stored[0])
    assert key not in repr(stored)
    assert not any(one in repr(stored) or one.replace("-", "") in repr(stored) for one in codes)


def test_a_sealed_secret_opens_for_nobody_else(house):
    sealing = house.adapters.sealing
    sealed = sealing.seal(b"secret", "one")
    assert sealing.open(sealed, "one") == b"secret"
    with pytest.raises(InvalidTag):
        sealing.open(sealed, "other")


def test_it_counts_from_the_first_code_on_and_not_before(house, factor, sign_in):
    teacher = house.teacher()
    setup = factor.begin(teacher.id, PASSWORD)
    assert setup.uri.startswith("otpauth://totp/")
    assert not sign_in.sign_in(teacher.email, PASSWORD).awaits_code
    with pytest.raises(Unprocessable) as refused:
        factor.confirm(teacher.id, "000000")
    assert refused.value.code == "auth.otp"
    again = factor.begin(teacher.id, PASSWORD)
    assert again.key != setup.key
    factor.confirm(teacher.id, Phone(house, again.key).code())
    for call in (lambda: factor.begin(teacher.id, PASSWORD), lambda: factor.confirm(teacher.id, "000000")):
        with pytest.raises(Conflict):
            call()


def test_changes_ask_for_the_password_and_are_told(house, factor, sign_in):
    teacher = house.teacher()
    with pytest.raises(Unprocessable):
        factor.begin(teacher.id, "wrong")
    _set_up(house, factor, teacher)
    for call in (factor.turn_off, factor.new_recovery_codes):
        with pytest.raises(Unprocessable):
            call(teacher.id, "wrong")
    factor.turn_off(teacher.id, PASSWORD)
    assert not sign_in.sign_in(teacher.email, PASSWORD).awaits_code
    told = house.service.desk.notices.mine(teacher.id)
    assert [one.kind.code for one in told] == ["account.second_factor"] * 2
    with pytest.raises(Conflict):
        factor.new_recovery_codes(teacher.id, PASSWORD)


def test_an_administrator_takes_it_away_for_who_lost_it(house, factor, sign_in):
    teacher, administrator = house.teacher(), house.administrator()
    phone, _ = _set_up(house, factor, teacher)
    session = sign_in.sign_in(teacher.email, PASSWORD, code=phone.code())
    with pytest.raises(Forbidden):
        factor.take_away(teacher.id, administrator.id)
    with pytest.raises(Conflict):
        factor.take_away(administrator.id, administrator.id)
    with pytest.raises(NotFound):
        factor.take_away(OPERATOR, "nobody")
    factor.take_away(administrator.id, teacher.id)
    assert sign_in.current(session.token) is None
    assert not sign_in.sign_in(teacher.email, PASSWORD).awaits_code


def test_where_it_is_required_reviewers_and_administrators_set_it_up_first(build):
    house = build(REQUIRE_SECOND_FACTOR="on")
    desk = house.service.desk
    for person, must in (
        (house.teacher(), False), (house.reviewer(), True), (house.administrator(), True),
        (house.person("Both", Role.TEACHER, Role.REVIEWER), True),
    ):  # fmt: skip
        assert desk.sign_in.current(desk.sign_in.sign_in(person.email, PASSWORD).token).must_set_up is must
    reviewer = house.reviewer("Second")
    phone, _ = _set_up(house, desk.second_factor, reviewer)
    token = desk.sign_in.sign_in(reviewer.email, PASSWORD, code=phone.code()).token
    assert desk.sign_in.current(token).must_set_up is False
