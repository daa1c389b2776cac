"""What people are told, in the page and by mail."""

from __future__ import annotations

import pytest

from issuer.domain.notices import KINDS, switches_of
from issuer.domain.people import Role
from issuer.domain.review import Decision
from issuer.errors import Gone, Unprocessable
from issuer.services.access import OPERATOR
from issuer.services.notify import notify

SLUG = "collecting-data"


@pytest.fixture
def notices(house):
    house.mail.sent.clear()
    return house.service.desk.notices


def _tell(house, person, kind, data):
    house.store.write(lambda tx: notify(tx, house.clock(), person.id, kind, data))


def _kinds(notices, person):
    return [one.kind.code for one in notices.mine(person.id)]


def test_a_decision_is_told_to_the_teacher_and_a_hand_in_to_the_reviewers_of_the_school(house, notices):
    teacher, reviewer, both = house.teacher(), house.reviewer(), house.person("Both", Role.TEACHER, Role.REVIEWER)
    elsewhere = house.reviewer("Elsewhere", school=house.school_name + " B")
    submission = house.hand_in(both, SLUG)
    assert [_kinds(notices, one) for one in (reviewer, both, elsewhere)] == [["submission.received"], [], []]
    house.review.decide(reviewer.id, submission.id, Decision.RETURN, (), "Please add the dates.")
    (told,) = notices.mine(both.id)
    assert (told.path, told.read_at) == (f"/submissions/{submission.id}", None)
    assert house.badge_class(SLUG).name in told.sentence
    assert _kinds(notices, teacher) == []


def test_what_happens_to_a_badge_is_told_to_its_earner(house, notices):
    teacher, reviewer = house.teacher(), house.reviewer()
    award = house.earn(teacher, reviewer, SLUG)
    house.stand.suspend(reviewer.id, award.id, "A doubt.")
    house.stand.reinstate(reviewer.id, award.id, "Settled.")
    house.stand.revoke(reviewer.id, award.id, "After all.")
    assert sorted(_kinds(notices, teacher)) == ["award.issued", "award.reinstated", "award.revoked", "award.suspended"]
    assert {one.path for one in notices.mine(teacher.id)} == {f"/badges/{award.id}"}


def test_notices_are_new_until_they_are_read(house, notices):
    teacher = house.teacher()
    _tell(house, teacher, "account.password", {})
    sign_in = house.service.desk.sign_in
    token = sign_in.sign_in(teacher.email, "seventeen green umbrellas").token
    assert sign_in.current(token).unread == 1
    notices.mark_read(teacher.id)
    assert sign_in.current(token).unread == 0
    assert notices.mine(teacher.id)[0].read_at == house.clock()


def test_a_kind_that_is_switched_off_stands_in_the_page_only(house, notices):
    teacher, reviewer = house.teacher(), house.reviewer()
    assert all(one.is_mailed for one in notices.switches(teacher.id))
    notices.set_switches(teacher.id, {"submission.returned"})
    house.earn(teacher, reviewer, SLUG)
    house.recover.send_messages()
    assert teacher.email not in {to for _, to, _, _ in house.mail.sent}
    assert _kinds(notices, teacher) == ["award.issued"]
    assert [one.kind.code for one in notices.switches(teacher.id) if one.is_mailed] == ["submission.returned"]


def test_switching_one_role_s_kinds_leaves_the_other_s(house, notices):
    both = house.person("Both", Role.TEACHER, Role.REVIEWER)
    notices.set_switches(both.id, set())
    house.administer.set_roles(OPERATOR, both.id, [Role.TEACHER])
    notices.set_switches(both.id, {one.code for one in switches_of([Role.TEACHER])})
    house.administer.set_roles(OPERATOR, both.id, [Role.TEACHER, Role.REVIEWER])
    off = {one.kind.code for one in notices.switches(both.id) if not one.is_mailed}
    assert off == {one.code for one in switches_of([Role.REVIEWER])} - {one.code for one in switches_of([Role.TEACHER])}
    assert "submission.received" in off


@pytest.mark.parametrize("kind", ["account.password", "submission.received", "no.such"])
def test_what_is_no_switch_of_theirs_is_refused(house, notices, kind):
    with pytest.raises(Unprocessable):
        notices.set_switches(house.teacher().id, {kind})


def test_the_link_in_a_mail_ends_mails_of_its_kind_and_no_others(house, notices):
    teacher, reviewer = house.teacher(), house.reviewer()
    house.earn(teacher, reviewer, SLUG)
    house.recover.send_messages()
    ((message_id, _, _, text),) = [one for one in house.mail.sent if one[1] == teacher.email]
    url = house.mail.unsubscribe[message_id]
    assert url in text
    token = url.removeprefix("https://badges.school.example/unsubscribe/")
    assert notices.meant_by(token).code == "award.issued"
    assert all(one.is_mailed for one in notices.switches(teacher.id))
    notices.unsubscribe(token)
    notices.unsubscribe(token)
    assert [one.kind.code for one in notices.switches(teacher.id) if not one.is_mailed] == ["award.issued"]
    stored = house.store.read(lambda tx: tx.connection.exec_driver_sql("SELECT token_sha256 FROM unsubscribe").all())
    assert token not in {row[0] for row in stored}


def test_a_link_that_was_never_sent_means_nothing(notices):
    for token in ("", "x" * 32, "\ud800"):
        with pytest.raises(Gone) as gone:
            notices.unsubscribe(token)
        assert gone.value.code == "claim.used"


def test_what_keeps_an_account_safe_is_mailed_without_a_way_to_end_it(house, notices):
    teacher = house.teacher()
    _tell(house, teacher, "account.password", {})
    house.recover.send_messages()
    ((message_id, to, _, text),) = house.mail.sent
    assert to == teacher.email
    assert house.mail.unsubscribe[message_id] == ""
    assert "unsubscribe" not in text


def test_old_notices_are_not_mailed_when_a_mail_server_comes_later(house, notices):
    teacher = house.teacher()
    _tell(house, teacher, "account.password", {})
    house.clock.advance(days=8)
    house.recover.send_messages()
    assert house.mail.sent == []
    assert _kinds(notices, teacher) == ["account.password"]


def test_nobody_is_told_behind_a_closed_account_and_no_kind_is_made_up(house, notices):
    teacher = house.teacher()
    with pytest.raises(KeyError):
        _tell(house, teacher, "no.such", {})
    with pytest.raises(KeyError):
        _tell(house, teacher, "award.issued", {})
    house.administer.disable(OPERATOR, teacher.id)
    _tell(house, teacher, "account.password", {})
    assert house.store.read(lambda tx: tx.outbox.of_person(teacher.id, 9)) == []


def test_a_notice_about_what_is_gone_is_left_out(house, notices):
    teacher = house.teacher()
    draft = house.submit.start(teacher.id, SLUG)
    _tell(house, teacher, "comment.to_teacher", {"submission": draft.id})
    assert len(notices.mine(teacher.id)) == 1
    house.submit.delete(teacher.id, draft.id)
    house.recover.send_messages()
    assert notices.mine(teacher.id) == []
    assert house.mail.sent == []


def test_every_kind_has_words_and_a_page():
    for kind in KINDS.values():
        assert kind.place.startswith("/")
        assert kind.sentence.endswith(".")
        assert kind.subject.format(badge="B")
        assert kind.sentence.format(badge="B")
