"""Erasing accounts and evidence, taking everything along, and how long things are kept."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import pytest
from house import PASSWORD

from issuer.domain.people import Role
from issuer.domain.review import Decision
from issuer.domain.submission import SubmissionState
from issuer.errors import Conflict, Forbidden, NotFound, Unauthenticated, Unprocessable
from issuer.services.access import OPERATOR
from issuer.verification.report import Verdict

SLUG = "collecting-data"
OTHER = "sharing-learning"
SAID = "You asked before you told: well seen, Quillfeather."


class PowerCutError(Exception):
    """The process dies."""


@pytest.fixture
def home(build):
    house = build()
    house.administrator("Second Admin")
    return house


def _judged(house, teacher, reviewer, decision, slug=SLUG):
    """A submission with files that was decided."""
    submission = house.hand_in(teacher, slug)
    ratings = house.ratings(slug) if decision is Decision.APPROVE else ()
    house.review.decide(reviewer.id, submission.id, decision, ratings, SAID, "For reviewers: Quillfeather.")
    return house.submission(submission.id)


def _files(house, submission):
    return house.store.read(lambda tx: tx.submissions.files_of(submission.id))


def _dump(house):
    """The whole database but the signed badges, as text."""

    def work(tx):
        tables = [
            row[0] for row in tx.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").all()
        ]
        return repr(
            [
                tx.connection.exec_driver_sql(f"SELECT * FROM {one}").all()
                for one in tables
                if one not in ("award", "award_form")
            ]
        )

    return house.store.read(work)


def _erase(house, person, **more):
    house.service.desk.erase.own(person.id, PASSWORD, **more)


def test_prv_03_nothing_personal_remains_but_ids_digests_and_the_signed_badge(home):
    teacher, reviewer = home.teacher("Wilhelmina Quillfeather", email="wilhelmina@quill.example"), home.reviewer()
    approved = _judged(home, teacher, reviewer, Decision.APPROVE)
    returned = _judged(home, teacher, reviewer, Decision.RETURN, OTHER)
    draft = home.draft(teacher, "building-will")
    home.service.desk.own_addresses.add(teacher.id, "private@quill.example", PASSWORD)
    home.service.desk.reset_password.ask(teacher.email)
    (award,) = home.awards(teacher)
    home.share.set_open(teacher.id, award.id, True)
    story = json.dumps(approved.evidence)[40:120]
    files = {file.id for one in (approved, returned, draft) for file in _files(home, one)}
    assert files <= set(home.service.blobs.ids())
    _erase(home, teacher)
    dump = _dump(home)
    for trace in ("uillfeather", "quill.example", story):
        assert trace not in dump
    assert files.isdisjoint(home.service.blobs.ids())
    assert home.submission(draft.id) is None
    assert home.submission(approved.id).state is SubmissionState.APPROVED
    assert home.submission(returned.id).state is SubmissionState.WITHDRAWN
    with pytest.raises(Unauthenticated):
        home.service.desk.sign_in.sign_in(teacher.email, PASSWORD)
    assert home.events(teacher.id)[-1] == "person.erased"
    with pytest.raises(NotFound):
        home.share.public(award.id)
    assert home.report(award).verdict is Verdict.VALID
    assert home.problems() == []
    home.recover.send_messages()
    assert {to for _, to, _, _ in home.mail.sent} == {reviewer.email}


def test_prv_03_badges_are_revoked_on_request(home):
    teacher = home.teacher()
    award = home.earn(teacher, home.reviewer(), SLUG)
    _erase(home, teacher, revoke_badges=True)
    assert home.report(award).verdict is Verdict.INVALID
    assert home.problems() == []


def test_others_are_left_as_they_are(home):
    teacher, other, reviewer = home.teacher("A"), home.teacher("B"), home.reviewer()
    mine, theirs = (_judged(home, one, reviewer, Decision.RETURN) for one in (teacher, other))
    before = home.store.read(lambda tx: tx.erasure.belongings(other.id))
    _erase(home, teacher)
    assert home.store.read(lambda tx: tx.erasure.belongings(other.id)) == before
    assert home.submission(mine.id).evidence == {}
    assert home.review.decided(reviewer.id)[0].teacher.display_name in ("Erased account", "B")
    assert home.review.sheet(reviewer.id, theirs.id).reviews[0].feedback == SAID
    _erase(home, reviewer)
    assert home.submit.folder(other.id, theirs.id).reviews[0].feedback == SAID


def test_a_waiting_submission_leaves_the_queue(home):
    teacher, reviewer = home.teacher(), home.reviewer()
    home.waiting(teacher, SLUG)
    _erase(home, teacher)
    assert home.review.queue(reviewer.id) == []


@pytest.mark.parametrize("after", [0, 1])
def test_k14_an_erasure_that_is_cut_short_is_finished(home, after, monkeypatch):
    teacher = home.teacher()
    for slug in (SLUG, OTHER, "building-will"):
        home.hand_in(teacher, slug)
    stored = len(list(home.service.blobs.ids()))
    assert stored > 1
    delete, left = home.service.blobs.delete, [after]

    def dies(id):
        if not left[0]:
            raise PowerCutError
        left[0] -= 1
        delete(id)

    monkeypatch.setattr(home.service.blobs, "delete", dies)
    with pytest.raises(PowerCutError):
        _erase(home, teacher)
    monkeypatch.undo()
    assert len(list(home.service.blobs.ids())) == stored - after
    assert home.problems() == []
    home.recover.run_once()
    assert list(home.service.blobs.ids()) == []
    assert home.store.read(lambda tx: tx.erasure.doomed(9)) == []


def test_who_may_erase_whom(home):
    teacher, other, administrator = home.teacher("A"), home.teacher("B"), home.administrator()
    erase = home.service.desk.erase
    with pytest.raises(Unprocessable):
        erase.own(teacher.id, "wrong")
    with pytest.raises(Forbidden):
        erase.of(teacher.id, other.id)
    with pytest.raises(Conflict):
        erase.of(administrator.id, administrator.id)
    with pytest.raises(NotFound):
        erase.of(administrator.id, "nobody")
    erase.of(administrator.id, teacher.id)
    assert home.store.read(lambda tx: tx.people.get(teacher.id)).display_name == "Erased account"


def test_the_last_administrator_stays(build):
    house = build()
    only = house.administrator()
    with pytest.raises(Conflict):
        _erase(house, only)
    house.administrator("Another")
    _erase(house, only)


def _archive(archive):
    return zipfile.ZipFile(io.BytesIO(b"".join(archive.chunks)))


def test_prv_06_everything_about_a_person_in_one_call(home):
    teacher, reviewer = home.teacher("Wilhelmina Quillfeather"), home.reviewer()
    submission = _judged(home, teacher, reviewer, Decision.APPROVE)
    files = _files(home, submission)
    archive = _archive(home.service.desk.export.own(teacher.id))
    assert archive.testzip() is None
    data = json.loads(archive.read("data.json"))
    assert data["person"][0]["display_name"] == "Wilhelmina Quillfeather"
    assert json.loads(json.dumps(data["submission"][0]["evidence"])) == submission.evidence
    assert data["review"][0]["feedback"] == SAID
    assert data["address"][0]["email"] == teacher.email
    for file in files:
        (name,) = [one for one in archive.namelist() if one.startswith(f"evidence/{file.id}/")]
        assert archive.read(name) == b"".join(home.service.blobs.read(file.id))
    badges = [name for name in archive.namelist() if name.startswith("badges/")]
    assert len(badges) >= 2
    assert any(name.endswith(".jwt") for name in badges)
    assert "award.issued" in {event["kind"] for event in json.loads(archive.read("audit.json"))}


def test_az_03_an_archive_holds_no_secret_and_no_reviewer_s_note(home):
    teacher, reviewer = home.teacher(), home.reviewer()
    _judged(home, teacher, reviewer, Decision.RETURN)
    home.service.desk.sign_in.sign_in(teacher.email, PASSWORD)
    text = _archive(home.service.desk.export.own(teacher.id)).read("data.json").decode()
    for secret in ("password_hash", "token_sha256", "csrf_token", "private_note", "For reviewers"):
        assert secret not in text


def test_an_archive_of_a_reviewer_holds_no_evidence_of_teachers(home):
    teacher, reviewer = home.teacher(), home.person("Both", Role.TEACHER, Role.REVIEWER)
    home.review.claim(reviewer.id, home.waiting(teacher, SLUG).id)
    _judged(home, teacher, reviewer, Decision.RETURN)
    data = json.loads(_archive(home.service.desk.export.own(reviewer.id)).read("data.json"))
    assert "submission" not in data
    assert "attempt" not in data


def test_prv_06_an_administrator_s_copy_is_recorded(home):
    teacher, administrator = home.teacher(), home.administrator()
    export = home.service.desk.export
    with pytest.raises(Forbidden):
        export.of(teacher.id, administrator.id, "person")
    with pytest.raises(Unprocessable):
        export.of(administrator.id, teacher.id, "because")
    with pytest.raises(NotFound):
        export.of(administrator.id, "nobody", "person")
    _archive(export.of(administrator.id, teacher.id, "student"))
    (event,) = [
        one for one in home.store.read(lambda tx: tx.audit.of_subject(teacher.id)) if one.kind == "person.disclosed"
    ]
    assert (event.actor_id, event.details) == (administrator.id, {"asked_by": "student"})


def test_evidence_is_kept_for_its_period_and_no_longer(home):
    teacher, reviewer = home.teacher(), home.reviewer()
    approved = _judged(home, teacher, reviewer, Decision.APPROVE)
    declined = _judged(home, teacher, reviewer, Decision.DECLINE, OTHER)
    draft = home.draft(teacher, "building-will")
    waiting = home.waiting(teacher, "understanding-improvement")
    award = home.awards(teacher)[0]

    def held():
        home.recover.run_once()
        found = [home.submission(one.id) for one in (declined, draft, approved, waiting)]
        return [one is not None and one.erased_at is None for one in found]

    assert held() == [True, True, True, True]
    home.clock.advance(days=180, hours=1)
    assert held() == [False, True, True, True]
    home.clock.advance(days=185)
    assert held() == [False, False, True, True]
    home.clock.advance(days=730)
    assert held() == [False, False, False, True]
    assert home.submission(approved.id).evidence == {}
    assert list(home.service.blobs.ids()) == []
    assert home.problems() == []
    administrator = home.administrator()
    corrected = home.stand.correct(administrator.id, award.id, "New Name", teacher.email, "A new name.")
    assert home.report(corrected[0]).verdict is Verdict.VALID
    assert home.submit.folder(teacher.id, approved.id).submission.erased_at is not None


def test_periods_are_settings_and_closed_accounts_and_notices_end(build):
    house = build(RETAIN_CLOSED_DAYS="10", RETAIN_NOTICE_DAYS="5")
    teacher, reviewer = house.teacher("Closed One"), house.reviewer()
    house.earn(teacher, reviewer, SLUG)
    house.administer.disable(OPERATOR, teacher.id)
    house.clock.advance(days=6)
    house.recover.run_once()
    assert house.store.read(lambda tx: tx.outbox.of_person(teacher.id, 9)) == []
    assert house.store.read(lambda tx: tx.people.get(teacher.id)).display_name == "Closed One"
    house.clock.advance(days=5)
    house.recover.run_once()
    assert house.store.read(lambda tx: tx.people.get(teacher.id)).display_name == "Erased account"
    events = house.events(teacher.id)
    house.clock.advance(days=30)
    house.recover.run_once()
    assert house.events(teacher.id) == events


def test_what_a_teacher_published_outlives_the_evidence(home):
    teacher, reviewer = home.teacher(), home.reviewer()
    submission = home.waiting(teacher, SLUG, {home.badge_class(SLUG).requirements[0].id: "We asked before we told."})
    home.approve(reviewer, submission)
    home.store.write(lambda tx: tx.erasure.erase_evidence(submission.id, home.clock(), with_published=False))
    (attempt,) = home.store.read(lambda tx: tx.submissions.attempts(submission.id))
    assert (attempt.evidence, list(attempt.public_narratives.values())) == ({}, ["We asked before we told."])
    assert replace(attempt, evidence={}) == attempt
