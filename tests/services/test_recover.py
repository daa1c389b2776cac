"""What is finished, sent and forgotten in the background."""

from __future__ import annotations

import pytest

from issuer.domain.award import IssueState
from issuer.errors import Unavailable
from issuer.services.access import OPERATOR
from issuer.services.deliver import AT_A_TIME, MAX_ATTEMPTS
from issuer.services.ports import StoredAnswer

SLUG = "collecting-data"


class Down:
    """A mail server that takes nothing."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def send(self, message_id: str, to: str, subject: str, text: str, unsubscribe_url: str) -> None:
        self.asked.append(message_id)
        raise Unavailable("mail.unavailable", "Not now.")


def _cut_short(house, slugs, teacher, reviewer):
    """Badges whose plans are committed, and nothing more."""
    finish, house.issue.finish = house.issue.finish, lambda award_ids: None
    planned = [house.approve(reviewer, house.waiting(teacher, slug)).awards[0] for slug in slugs]
    house.issue.finish = finish
    return planned


def test_every_plan_is_finished_in_one_pass(build):
    house = build()
    planned = _cut_short(house, house.earnable, house.teacher(), house.reviewer())
    assert house.recover.finish_badges() == len(planned) + 1
    assert {one.state for one in map(house.award, planned)} == {IssueState.ISSUED}
    assert house.recover.finish_badges() == 0
    assert house.problems() == []


def test_one_badge_that_cannot_be_finished_does_not_stop_the_others(build, caplog):
    house = build()
    first, second = _cut_short(house, house.earnable[:2], house.teacher(), house.reviewer())
    house.store.write(lambda tx: tx.awards.redeem_lint(first, house.award(first).lint_token, house.clock()))
    house.recover.run_once()
    assert house.award(second).state is IssueState.ISSUED
    assert house.award(first).state is IssueState.PLANNED
    assert [(record.message, record.code) for record in caplog.records] == [("recovery.failed", "issue.token")]


def test_the_teacher_is_told_once(build):
    house = build()
    teacher = house.teacher()
    award = house.earn(teacher, house.reviewer(), SLUG)
    for _ in range(3):
        house.recover.run_once()
        house.clock.advance(hours=7)
    ((_, to, subject, text),) = house.mail.sent
    assert to == teacher.email
    assert house.badge_class(SLUG).name in subject
    assert f"https://badges.school.example/badges/{award.id}" in text


def test_mail_that_is_not_taken_is_tried_again_with_the_same_name_and_given_up_in_the_end(build):
    house = build()
    award = house.earn(house.teacher(), house.reviewer(), SLUG)
    mailer = house.recover.deliver.mailer = Down()
    for _ in range(20):
        house.recover.run_once()
        house.clock.advance(hours=7)
    assert len(mailer.asked) == MAX_ATTEMPTS
    assert len(set(mailer.asked)) == 1
    assert house.store.read(lambda tx: tx.outbox.due(house.clock(), 9)) == []
    (message,) = house.store.read(lambda tx: tx.outbox.of_person(award.person_id, 9))
    assert message.sent_at is None


def test_undeliverable_mail_does_not_hold_up_the_rest(build):
    house = build()
    reviewer = house.reviewer()
    gone = house.teacher("Gone Teacher")
    house.earn(gone, reviewer, SLUG)
    award = house.awards(gone)[0]
    for number in range(AT_A_TIME):
        message = house.store.read(lambda tx: tx.outbox.of_person(gone.id, 1))[0]
        copy = type(message)(
            f"old:{number}", gone.id, message.kind, {"award": award.id}, message.created_at, f"<{number}@x>", 99
        )
        house.store.write(lambda tx, copy=copy: tx.outbox.add(copy))
    house.administer.disable(OPERATOR, gone.id)
    house.clock.advance(minutes=1)
    teacher = house.teacher()
    house.earn(teacher, reviewer, SLUG)
    house.recover.run_once()
    house.recover.run_once()
    assert [to for _, to, _, _ in house.mail.sent] == [teacher.email]


def test_a_message_that_breaks_the_mailer_does_not_stop_the_others(build):
    house = build()
    reviewer = house.reviewer()
    bad, good = house.teacher("Bad Address"), house.teacher("Good Address")
    for teacher in (bad, good):
        house.earn(teacher, reviewer, SLUG)
    real, sent = house.recover.deliver.mailer, []

    class Picky:
        def send(self, message_id, to, subject, text, unsubscribe_url):
            if to == bad.email:
                raise ValueError(to)
            sent.append(to)
            real.send(message_id, to, subject, text, unsubscribe_url)

    house.recover.deliver.mailer = Picky()
    house.recover.run_once()
    assert sent == [good.email]


def test_without_a_mail_server_messages_wait_in_the_page(build):
    house = build()
    teacher = house.teacher()
    house.earn(teacher, house.reviewer(), SLUG)
    house.recover.deliver.mailer = None
    house.recover.run_once()
    assert [one.kind for one in house.store.read(lambda tx: tx.outbox.of_person(teacher.id, 9))] == ["award.issued"]


def test_ended_sessions_and_old_answers_are_forgotten(build):
    house = build()
    teacher = house.teacher()
    desk = house.service.desk
    signed_in = desk.sign_in.sign_in(teacher.email, "seventeen green umbrellas")
    desk.replay.remember(teacher.id, "key", StoredAnswer("f", 200, b"{}", "application/json"))
    house.recover.run_once()
    assert desk.replay.earlier(teacher.id, "key", "f") is not None
    house.clock.advance(days=3)
    house.recover.run_once()
    assert desk.replay.earlier(teacher.id, "key", "f") is None
    assert desk.sign_in.current(signed_in.token) is None
    assert house.store.read(lambda tx: tx.connection.exec_driver_sql("SELECT count(*) FROM session").scalar()) == 0


def test_k13_a_file_without_a_row_is_swept(build):
    house = build()
    teacher = house.teacher()
    draft = house.draft(teacher, SLUG)
    files = {file.id for file in house.submit.folder(teacher.id, draft.id).files}
    stray = "0123abcd-0000-4000-8000-000000000000"
    house.adapters.blobs.put(stray, [b"cut short"], 100)
    assert house.recover.sweep_files() == 1
    assert set(house.adapters.blobs.ids()) == files
    assert house.recover.sweep_files() == 0


@pytest.mark.parametrize("step", ["finish_badges", "send_messages", "purge"])
def test_a_step_that_fails_is_told_and_the_others_go_on(build, caplog, step):
    house = build()
    teacher = house.teacher()
    (planned,) = _cut_short(house, [SLUG], teacher, house.reviewer())

    def broken():
        raise RuntimeError(teacher.email)

    setattr(house.recover, step, broken)
    house.recover.run_once()
    assert [record.message for record in caplog.records] == ["recovery.failed"]
    assert house.publish_status.served(1, "revocation") is not None or step == "finish_badges"
    assert (house.award(planned).state is IssueState.ISSUED) == (step != "finish_badges")
