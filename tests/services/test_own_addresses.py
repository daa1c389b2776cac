"""Several e-mail addresses of one account."""

from __future__ import annotations

import hashlib

import pytest
from house import PASSWORD

from issuer.errors import Conflict, Forbidden, Gone, NotFound, Unauthenticated, Unprocessable
from issuer.services.access import OPERATOR

SLUG = "collecting-data"


@pytest.fixture
def own(house):
    house.mail.sent.clear()
    return house.service.desk.own_addresses


@pytest.fixture
def email(house):
    return f"private@{house.school_name}.home".lower().replace(" ", "-")


def _link(house, email):
    house.recover.send_messages()
    text = [text for _, to, _, text in house.mail.sent if to == email][-1]
    return text.rpartition("/verify-address/")[2].strip()


def _add(house, own, person, email):
    own.add(person.id, email, PASSWORD)
    own.verify(person.id, _link(house, email))


def test_an_address_counts_once_its_link_was_followed(house, own, email):
    teacher, sign_in = house.teacher(), house.service.desk.sign_in
    own.add(teacher.id, email.upper(), PASSWORD)
    with pytest.raises(Unauthenticated):
        sign_in.sign_in(email, PASSWORD)
    assert own.verify(teacher.id, _link(house, email)) == email
    assert sign_in.sign_in(email, PASSWORD).person.id == teacher.id
    assert [(one.email, one.verified_at is not None) for one in own.all(teacher.id)] == [
        (teacher.email, True), (email, True),
    ]  # fmt: skip


def test_biz_12_an_unverified_address_is_no_recipient(house, own, email):
    teacher = house.teacher()
    own.add(teacher.id, email, PASSWORD)
    with pytest.raises(Unprocessable) as refused:
        own.make_primary(teacher.id, email)
    assert refused.value.code == "recipient.unverified"


def test_biz_12_no_badge_is_planned_for_an_address_that_is_not_verified(house, own):
    teacher, reviewer = house.teacher(), house.reviewer()
    waiting = house.waiting(teacher, SLUG)
    house.store.write(lambda tx: tx.addresses.remove(teacher.id, teacher.email))
    with pytest.raises(Unprocessable) as refused:
        house.approve(reviewer, waiting)
    assert refused.value.code == "recipient.unverified"
    house.store.write(lambda tx: tx.addresses.vouch(teacher.id, teacher.email, house.clock()))
    assert house.approve(reviewer, waiting).awards


def test_badges_are_made_out_to_the_main_address(house, own, email):
    teacher, reviewer = house.teacher(), house.reviewer()
    first = house.earn(teacher, reviewer, SLUG)
    _add(house, own, teacher, email)
    assert own.make_primary(teacher.id, email).email == email
    second = house.earn(teacher, reviewer, "sharing-learning")
    for award, address in ((first, teacher.email), (second, email)):
        identities = house.content(award)["credentialSubject"]["identifier"]
        (identity,) = [one for one in identities if one.get("salt")]
        digest = hashlib.sha256((address + identity["salt"]).encode()).hexdigest()
        assert identity["identityHash"] == f"sha256${digest}"
    with pytest.raises(Conflict):
        own.remove(teacher.id, email)
    own.remove(teacher.id, teacher.email)
    with pytest.raises(Unauthenticated):
        house.service.desk.sign_in.sign_in(teacher.email, PASSWORD)


def test_biz_05_another_account_cannot_use_the_link(house, own, email):
    teacher, other = house.teacher("A"), house.teacher("B")
    own.add(teacher.id, email, PASSWORD)
    token = _link(house, email)
    with pytest.raises(Gone) as gone:
        own.verify(other.id, token)
    assert gone.value.code == "claim.used"
    own.verify(teacher.id, token)
    with pytest.raises(Gone):
        own.verify(teacher.id, token)


def test_an_address_belongs_to_whoever_verifies_it_first(house, own, email):
    first, second = house.teacher("A"), house.teacher("B")
    for one in (first, second):
        own.add(one.id, email, PASSWORD)
    house.recover.send_messages()
    tokens = [text.rpartition("/verify-address/")[2].strip() for _, to, _, text in house.mail.sent if to == email]
    owners = {}
    for token in tokens:
        owners[house.store.read(lambda tx, token=token: own.meant_by(token).person_id)] = token
    own.verify(first.id, owners[first.id])
    with pytest.raises(Conflict):
        own.verify(second.id, owners[second.id])


def test_az_05_a_second_address_does_not_hide_one_s_own_work(house, own, email):
    teacher, reviewer = house.teacher(), house.reviewer()
    local, _, domain = email.partition("@")
    _add(house, own, teacher, email)
    _add(house, own, reviewer, f"{local}+r@{domain}")
    with pytest.raises(Forbidden) as refused:
        house.approve(reviewer, house.waiting(teacher, SLUG))
    assert refused.value.code == "review.conflict_of_interest"


def test_a_link_for_an_address_that_was_removed_is_gone(house, own, email):
    teacher = house.teacher()
    own.add(teacher.id, email, PASSWORD)
    token = _link(house, email)
    own.remove(teacher.id, email)
    with pytest.raises(Gone):
        own.verify(teacher.id, token)


def test_adding_asks_for_the_password_and_has_bounds(house, own, email):
    teacher = house.teacher()
    with pytest.raises(Unprocessable):
        own.add(teacher.id, email, "wrong")
    with pytest.raises(Unprocessable):
        own.add(teacher.id, "no address", PASSWORD)
    with pytest.raises(Conflict):
        own.add(teacher.id, teacher.email, PASSWORD)
    for number in range(9):
        own.add(teacher.id, f"{number}-{email}", PASSWORD)
    with pytest.raises(Unprocessable):
        own.add(teacher.id, email, PASSWORD)


def test_without_mail_an_administrator_hands_the_link_over(house, own, email):
    teacher, administrator = house.teacher(), house.administrator()
    own.add(teacher.id, email, PASSWORD)
    path = own.link(administrator.id, teacher.id, email)
    own.verify(teacher.id, path.rpartition("/")[2])
    with pytest.raises(NotFound):
        own.link(administrator.id, teacher.id, email)
    with pytest.raises(Forbidden):
        own.link(teacher.id, teacher.id, email)


def test_another_link_is_sent_on_request(house, own, email):
    teacher = house.teacher()
    own.add(teacher.id, email, PASSWORD)
    first = _link(house, email)
    own.send_again(teacher.id, email)
    assert _link(house, email) != first
    for not_waiting in (teacher.email, "nobody@school.example"):
        with pytest.raises(NotFound):
            own.send_again(teacher.id, not_waiting)


def test_an_address_that_an_administrator_corrects_counts_as_verified(house, own, email):
    teacher, administrator = house.teacher(), house.administrator()
    award = house.earn(teacher, house.reviewer(), SLUG)
    house.stand.correct(administrator.id, award.id, teacher.display_name, email, "A new school.")
    person, addresses = house.administer.person(OPERATOR, teacher.id)
    assert (person.email, person.other_emails) == (email, {teacher.email})
    assert all(one.verified_at for one in addresses)
