"""Killed at each point of issuing and revoking: what a fresh start makes of what is left (REL-03).

Transactions: T1 plans with the approval, T2 seals, T3 publishes and notifies. The points K1 to K11 are those
of the crash plan: before and after each commit, between signing and storing, around the replacing of a
published list, and around handing a message over.
"""

from __future__ import annotations

import shutil

import pytest
from house import House
from killing import in_child, killing
from mail_server import MailServer
from older import let_new_keys_begin, older_house

from issuer.credentials.status_list import indexes_of, published_at
from issuer.domain.award import FOR_EVERYBODY, Form, IssueState, Standing
from issuer.domain.submission import SubmissionState
from issuer.verification.report import Verdict

STACK = "teacher-leader"


def _sealed(house):
    """award id → form → finished bytes, of everything the scene's teacher has."""
    everything = [award for page in [house.store.read(lambda tx: tx.awards.page(100))] for award in page]
    return {award.id: {form.form: form.sealed for form in award.forms} for award in everything}


def _recovered(house):
    house.recover.run_once()
    assert house.problems() == []
    return house


def _assert_all_issued(stage, house):
    """The approval led to exactly its badge and the certification, both good."""
    awards = house.awards(stage.scene.teacher)
    assert len(awards) == 16
    assert len({(one.status.list_number, one.status.index) for one in awards}) == 16
    assert house.submission(stage.scene.waiting.id).state is SubmissionState.APPROVED
    certification = next(one for one in awards if one.achievement == STACK)
    badge = house.store.read(lambda tx: tx.awards.by_submission(stage.scene.waiting.id))
    assert set(certification.children) == {*stage.scene.held, badge.id}
    for award in (badge, certification):
        assert award.state is IssueState.ISSUED
        assert house.events(award.id)[:3] == ["award.planned", "award.sealed", "award.issued"]
        whole = house.whole(award)
        for form in Form:
            assert house.report(whole, form).verdict is Verdict.VALID
        assert sorted(house.events(award.id)[3:]) == ["award.form_planned"] * 2 + ["award.form_sealed"] * 2


def test_the_story_itself_is_not_at_fault(stage):
    house = stage.open()
    stage.approve(house)
    _assert_all_issued(stage, _recovered(house))


def test_k1_before_the_plan_is_committed_nothing_has_happened(stage):
    stage.killed(stage.approve, store=("award.planned", "before"))
    house = _recovered(stage.open())
    assert house.submission(stage.scene.waiting.id) == stage.scene.waiting
    assert len(house.awards(stage.scene.teacher)) == 14
    used = house.store.read(lambda tx: tx.connection.exec_driver_sql("SELECT count(*) FROM status_allocation").scalar())
    assert used == 14
    stage.approve(house)
    _assert_all_issued(stage, house)


def test_k3_after_the_plan_recovery_signs_exactly_the_plan(stage):
    stage.killed(stage.approve, store=("award.planned", "after"))
    uninterrupted = stage.open(stage.copy())
    house = stage.open()
    planned = {one.id: one for one in house.awards(stage.scene.teacher) if one.state is IssueState.PLANNED}
    assert len(planned) == 2
    _recovered(house)
    for id, plan in planned.items():
        award = house.award(id)
        assert (award.content, award.status, award.lint_token) == (plan.content, plan.status, plan.lint_token)
        assert [one.tbs for one in award.forms][: len(plan.forms)] == [one.tbs for one in plan.forms]
    _assert_all_issued(stage, house)
    uninterrupted.issue.finish(planned)
    uninterrupted.service.add_forms.run_all()
    assert _sealed(house) == _sealed(uninterrupted)


def test_k4_signed_but_not_stored_gives_the_same_bytes_again(stage):
    stage.killed(stage.approve, store=("award.sealed", "before"))
    signed_before = set((stage.folder / "seen").read_bytes().split(b"\n\n"))
    assert len(signed_before) == len(FOR_EVERYBODY)
    house = stage.open()
    assert {one.state for one in house.awards(stage.scene.teacher)} == {IssueState.PLANNED, IssueState.ISSUED}
    _assert_all_issued(stage, _recovered(house))
    assert signed_before <= {body for forms in _sealed(house).values() for body in forms.values()}


def test_k4_also_with_rsa(tmp_path):
    """RS256 has nothing random; ES256, as in all other cases here, is sealed with deterministic nonces."""
    house = House(tmp_path, JWT_ALGORITHM="RS256")
    teacher, reviewer = house.teacher(), house.reviewer()
    waiting = house.waiting(teacher, house.earnable[0])
    house.close()

    def play():
        other = House(tmp_path, JWT_ALGORITHM="RS256", wrap=killing(tmp_path, store=("award.sealed", "before")))
        other.approve(reviewer, waiting)

    assert in_child(play) == -9
    signed_before = set((tmp_path / "seen").read_bytes().split(b"\n\n"))
    house = House(tmp_path, JWT_ALGORITHM="RS256")
    _recovered(house)
    assert signed_before <= {body for forms in _sealed(house).values() for body in forms.values()}
    house.close()


def test_k6_sealed_but_not_published_is_published_unchanged(stage):
    stage.killed(stage.approve, store=("award.sealed", "after"))
    house = stage.open()
    (sealed,) = [one for one in house.awards(stage.scene.teacher) if one.state is IssueState.SEALED]
    _assert_all_issued(stage, _recovered(house))
    assert house.award(sealed.id).forms[: len(sealed.forms)] == sealed.forms


@pytest.mark.parametrize("point", [("record-mark", "before rename"), ("record-mark", "after rename")])
def test_k6_around_the_mark_of_the_record(stage, point):
    stage.killed(stage.approve, publications=point)
    house = _recovered(stage.open())
    _assert_all_issued(stage, house)
    assert "restore.noticed" not in house.events("operator")


def test_k6_before_the_issue_is_committed(stage):
    stage.killed(stage.approve, store=("award.issued", "before"))
    _assert_all_issued(stage, _recovered(stage.open()))


@pytest.mark.parametrize("purpose", ["revocation", "suspension"])
@pytest.mark.parametrize("when", ["before rename", "after rename"])
def test_k7_k8_around_the_first_publication_of_a_list(tmp_path, stage, purpose, when):
    """A school without any list yet: the badge waits until its lists are there."""
    folder = tmp_path / "new"
    house = House(folder, keys=stage.folder / "keys")
    teacher, reviewer = house.teacher(), house.reviewer()
    waiting = house.waiting(teacher, house.earnable[0])
    house.close()
    point = (f"{purpose}-1", when)

    def play():
        House(folder, wrap=killing(folder, publications=point)).approve(reviewer, waiting)

    assert in_child(play) == -9
    house = stage.open(folder)
    (award,) = house.awards(teacher)
    assert award.state is IssueState.PLANNED
    _recovered(house)
    assert house.report(award).verdict is Verdict.VALID


@pytest.fixture(scope="module")
def older_school(tmp_path_factory):
    """Two badges from before selective disclosure, and the keys for it, which may sign by now."""
    folder = tmp_path_factory.mktemp("older")
    house = older_house(folder)
    teacher, reviewer = house.teacher(), house.reviewer()
    awards = [house.earn(teacher, reviewer, slug).id for slug in house.earnable[:2]]
    let_new_keys_begin(house)
    house.close()
    return folder, awards, house.clock


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["award.form_planned", "award.form_sealed"])
def test_killed_while_forms_are_added_the_next_start_adds_the_same_bytes(tmp_path, older_school, kind, when):
    """Crash plan K1, K3, K4 and K6, for forms that are added to badges issued earlier."""
    school, awards, clock = older_school
    folder, uninterrupted = tmp_path / "killed", tmp_path / "uninterrupted"
    for copy in (folder, uninterrupted):
        shutil.copytree(school, copy)

    def play():
        house = older_house(folder, clock=clock, wrap=killing(folder, store=(kind, when)))
        house.service.add_forms.run_all()

    assert in_child(play) == -9
    signed_before = set()
    if (folder / "seen").exists():
        signed_before = set((folder / "seen").read_bytes().split(b"\n\n"))
    house, other = older_house(folder, clock=clock), older_house(uninterrupted, clock=clock)
    planned = {id: house.award(id).forms for id in awards}
    _recovered(house)
    other.recover.run_once()
    assert _sealed(house) == _sealed(other)
    assert signed_before <= {body for forms in _sealed(house).values() for body in forms.values()}
    for id in awards:
        assert set(_sealed(house)[id]) == set(Form)
        assert [one.tbs for one in house.award(id).forms][: len(planned[id])] == [one.tbs for one in planned[id]]
        assert house.events(id).count("award.form_planned") == house.events(id).count("award.form_sealed") == 2
        assert house.report(house.award(id), Form.ECDSA_SD_2023).verdict is Verdict.VALID
    house.close()
    other.close()


def _revoke(stage):
    return lambda house: house.stand.revoke(stage.scene.reviewer.id, stage.scene.held[3], "A reason.")


def test_before_the_revocation_is_committed_nothing_has_happened(stage):
    stage.killed(_revoke(stage), store=("award.revoked", "before"))
    house = _recovered(stage.open())
    assert house.award(stage.scene.held[3]).standing is Standing.ACTIVE
    assert house.report(house.award(stage.scene.held[3])).verdict is Verdict.VALID


@pytest.mark.parametrize(
    "point",
    [
        pytest.param({"publications": ("revocation-1", "before rename")}, id="K7"),
        pytest.param({"publications": ("revocation-1", "after rename")}, id="K8"),
        pytest.param({"publications": ("suspension-1", "before rename")}, id="K7-other-face"),
        pytest.param({"publications": ("suspension-1", "after rename")}, id="K8-other-face"),
        pytest.param({"store": ("award.revoked", "after")}, id="K11"),
    ],
)
def test_a_committed_revocation_is_in_the_next_list_and_lists_move_forward(stage, point):
    before = {name: (stage.folder / "published" / name).read_bytes() for name in ("revocation-1", "suspension-1")}
    stage.killed(_revoke(stage), **point)
    left = {name: (stage.folder / "published" / name).read_bytes() for name in before}
    for name, body in left.items():
        assert body == before[name] or published_at(body) > published_at(before[name])
    house = stage.open()
    revoked = house.award(stage.scene.held[3])
    assert revoked.standing is Standing.REVOKED
    _recovered(house)
    served = house.publish_status.served(1, "revocation").body
    assert indexes_of(served) == {revoked.status.index}
    assert published_at(served) > published_at(before["revocation-1"])
    for name, body in left.items():
        now = (stage.folder / "published" / name).read_bytes()
        assert now == body or published_at(now) > published_at(body)
    recorded = house.store.read(lambda tx: tx.status_lists.published(1, "revocation"))
    assert recorded.valid_from == published_at(served)
    assert house.report(revoked).verdict is Verdict.INVALID


def test_k8_a_list_that_was_renamed_but_not_recorded_is_followed_by_a_later_one(stage):
    stage.killed(_revoke(stage), publications=("revocation-1", "after rename"))
    left = (stage.folder / "published" / "revocation-1").read_bytes()
    house = stage.open()
    house.stand.revoke(stage.scene.reviewer.id, stage.scene.held[4], "Another reason.")
    served = house.publish_status.served(1, "revocation").body
    assert published_at(served) > published_at(left)
    assert indexes_of(served) == {house.award(id).status.index for id in stage.scene.held[3:5]}
    assert house.problems() == []


def test_k9_published_but_not_told_is_told_once(stage):
    with MailServer() as server:
        mail = {"SMTP_URL": server.url, "MAIL_FROM": "badges@school.example"}
        stage.killed(stage.approve, mail, store=("award.issued", "after"))
        assert server.messages == []
        house = stage.open(**mail)
        for _ in range(3):
            _recovered(house)
            stage.clock.advance(hours=8)
        assert len(server.messages) == 2
        assert len({one["Message-ID"] for one in server.messages}) == 2
    _assert_all_issued(stage, house)


def test_k10_taken_but_not_noted_is_repeated_at_most_once_under_the_same_name(stage):
    with MailServer() as server:
        mail = {"SMTP_URL": server.url, "MAIL_FROM": "badges@school.example"}
        house = stage.open()
        stage.approve(house)
        house.close()
        stage.killed(lambda other: other.recover.run_once(), mail, mailer=True)
        (taken,) = server.messages
        house = stage.open(**mail)
        for _ in range(3):
            stage.clock.advance(minutes=2)
            _recovered(house)
        names = [one["Message-ID"] for one in server.messages]
        assert names.count(taken["Message-ID"]) == 2
        assert len(names) == 3
        assert len(set(names)) == 2


@pytest.mark.parametrize("when", ["in the middle", "before the row"])
def test_k13_an_upload_cut_short_leaves_nothing(stage, when):
    house = stage.open()
    draft = house.submit.start(stage.scene.teacher.id, house.earnable[0])
    house.close()

    def upload(other):
        body = [b"x" * 70_000, b"y" * 70_000]
        other.attach.add_file(stage.scene.teacher.id, draft.id, "a.txt", "text/plain", body)

    stage.killed(upload, blobs=when)
    house = stage.open()
    house.recover.sweep_files()
    _recovered(house)
    assert house.submit.folder(stage.scene.teacher.id, draft.id).files == ()
    assert list(house.adapters.blobs.ids()) == []


def test_k13_a_file_taken_out_is_gone_after_the_sweep(stage):
    house = stage.open()
    teacher = stage.scene.teacher
    draft = house.submit.start(teacher.id, house.earnable[0])
    file = house.attach.add_file(teacher.id, draft.id, "a.txt", "text/plain", [b"words"])
    house.close()
    stage.killed(lambda other: other.attach.remove_file(teacher.id, draft.id, file.id), blobs="before deleting")
    house = stage.open()
    assert house.recover.sweep_files() == 1
    _recovered(house)
    assert list(house.adapters.blobs.ids()) == []
