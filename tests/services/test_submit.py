"""A teacher's evidence from the first draft to the queue."""

from __future__ import annotations

import json
from itertools import chain

import pytest

from issuer.domain.evidence.files import files_named
from issuer.domain.people import Role
from issuer.domain.review import Decision
from issuer.domain.submission import SubmissionState
from issuer.errors import Conflict, Forbidden, NotFound, Refused, Unprocessable
from issuer.services.review import ReviewSheet
from issuer.services.submit import EvidenceIncompleteError

SLUG = "focusing-on-student-learning"
STACK = "teacher-leader"


@pytest.fixture
def teacher(house):
    return house.teacher()


@pytest.fixture
def reviewer(house):
    return house.reviewer()


def test_the_examples_of_every_badge_class_can_be_handed_in(house, teacher):
    for slug in house.earnable:
        handed_in = house.hand_in(teacher, slug)
        assert (handed_in.state, handed_in.attempt) == (SubmissionState.SUBMITTED, 1)
        attempt = house.store.read(lambda tx, id=handed_in.id: tx.submissions.attempts(id))[0]
        assert attempt.file_digests.keys() == {id for _, id in files_named(attempt.evidence)}
    assert [one.id for one in house.submit.mine(teacher.id)] != []
    assert house.problems() == []


def test_an_empty_draft_is_stored_but_not_handed_in(house, teacher):
    draft = house.submit.start(teacher.id, SLUG)
    folder = house.submit.save(teacher.id, draft.id, {})
    assert folder.findings != ()
    with pytest.raises(EvidenceIncompleteError) as refused:
        house.submit.submit(teacher.id, draft.id)
    assert refused.value.code == "evidence.incomplete"
    assert refused.value.findings == folder.findings
    assert house.submission(draft.id).state is SubmissionState.DRAFT
    assert house.events(draft.id) == []


def test_a_save_names_the_revision_it_started_from(house, teacher):
    draft = house.submit.start(teacher.id, SLUG)
    house.submit.save(teacher.id, draft.id, {"area": "one"}, revision=1)
    with pytest.raises(Conflict) as refused:
        house.submit.save(teacher.id, draft.id, {"area": "two"}, revision=1)
    assert refused.value.code == "state.conflict"
    assert house.submission(draft.id).evidence == {"area": "one"}
    house.submit.save(teacher.id, draft.id, {"area": "three"})
    assert house.submission(draft.id).revision == 3


def test_public_narratives_are_those_of_the_badge_class(house, teacher):
    draft = house.submit.start(teacher.id, SLUG)
    requirement = house.badge_class(SLUG).requirements[0].id
    house.submit.save(teacher.id, draft.id, {}, {requirement: "What I did."})
    house.submit.save(teacher.id, draft.id, {"x": 1})
    assert house.submission(draft.id).public_narratives == {requirement: "What I did."}
    for narratives in ({"r-none": "x"}, {requirement: "x" * 5_001}):
        with pytest.raises(Unprocessable) as refused:
            house.submit.save(teacher.id, draft.id, {}, narratives)
        assert refused.value.where == f"/public_narratives/{next(iter(narratives))}"


def test_only_teachers_start_and_only_what_is_earned_by_evidence(house, teacher, reviewer):
    with pytest.raises(Forbidden):
        house.submit.start(reviewer.id, SLUG)
    with pytest.raises(NotFound):
        house.submit.start(teacher.id, "no-such-badge")
    with pytest.raises(Unprocessable):
        house.submit.start(teacher.id, STACK)


def test_az_01_another_teachers_evidence_does_not_exist(house, teacher):
    other = house.teacher("Kim Lee")
    draft = house.draft(teacher, SLUG)
    file = house.submit.folder(teacher.id, draft.id).files[0]
    calls = [
        lambda: house.submit.folder(other.id, draft.id),
        lambda: house.submit.save(other.id, draft.id, {}),
        lambda: house.submit.submit(other.id, draft.id),
        lambda: house.submit.withdraw(other.id, draft.id),
        lambda: house.submit.delete(other.id, draft.id),
        lambda: house.attach.remove_file(other.id, draft.id, file.id),
        lambda: house.attach.add_file(other.id, draft.id, "a.txt", "text/plain", [b"x"]),
        lambda: house.attach.file(other.id, file.id),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call()
    assert house.submission(draft.id) == draft
    assert house.events(file.id) == ["access.denied"]
    assert house.attach.file(teacher.id, file.id) == file
    assert house.events(file.id) == ["access.denied"]


def test_az_01_a_file_is_read_by_its_teacher_and_the_schools_reviewers_once_handed_in(house, teacher, reviewer):
    stranger = house.reviewer("Sam Far", school="Far School")
    draft = house.draft(teacher, SLUG)
    file = house.submit.folder(teacher.id, draft.id).files[0]
    with pytest.raises(NotFound):
        house.attach.file(reviewer.id, file.id)
    house.submit.submit(teacher.id, draft.id)
    assert house.attach.file(reviewer.id, file.id) == file
    for reader in (stranger, house.administrator()):
        with pytest.raises(NotFound):
            house.attach.file(reader.id, file.id)
    assert house.events(file.id) == ["access.denied"] * 3
    with pytest.raises(NotFound):
        house.attach.file(reviewer.id, "x" * 500)


def test_a_file_the_evidence_does_not_name_is_not_handed_in(house, teacher, reviewer):
    draft = house.draft(teacher, SLUG)
    stray = house.attach.add_file(teacher.id, draft.id, "wrong.txt", "text/plain", [b"the wrong class"])
    house.submit.submit(teacher.id, draft.id)
    with pytest.raises(NotFound):
        house.attach.file(reviewer.id, stray.id)
    sheet: ReviewSheet = house.review.sheet(reviewer.id, draft.id)
    assert stray.id not in {file.id for file in sheet.files}
    assert sheet.files != ()


def test_upl_15_what_was_handed_in_is_locked(house, teacher, reviewer):
    handed_in = house.hand_in(teacher, SLUG)
    file = house.submit.folder(teacher.id, handed_in.id).files[0]

    def refused_all():
        for call in (
            lambda: house.submit.save(teacher.id, handed_in.id, {"other": 1}),
            lambda: house.attach.add_file(teacher.id, handed_in.id, "b.txt", "text/plain", [b"new"]),
            lambda: house.attach.remove_file(teacher.id, handed_in.id, file.id),
            lambda: house.submit.delete(teacher.id, handed_in.id),
        ):
            with pytest.raises(Conflict) as refused:
                call()
            assert refused.value.code == "evidence.locked"

    refused_all()
    house.approve(reviewer, handed_in)
    refused_all()
    assert house.problems() == []


def test_a_returned_submission_is_changed_and_handed_in_again_but_keeps_what_was_seen(house, teacher, reviewer):
    handed_in = house.hand_in(teacher, SLUG)
    file = house.submit.folder(teacher.id, handed_in.id).files[0]
    house.review.decide(reviewer.id, handed_in.id, Decision.RETURN, (), "Add the second tool.")
    with pytest.raises(Conflict) as refused:
        house.attach.remove_file(teacher.id, handed_in.id, file.id)
    assert refused.value.code == "evidence.locked"
    added = house.attach.add_file(teacher.id, handed_in.id, "more.txt", "text/plain", [b"more"])
    house.attach.remove_file(teacher.id, handed_in.id, added.id)
    assert house.adapters.blobs.size(added.id) is None
    again = house.submit.submit(teacher.id, handed_in.id)
    assert again.attempt == 2
    assert [one.decision for one in house.submit.folder(teacher.id, handed_in.id).reviews] == [Decision.RETURN]
    assert house.award(house.approve(reviewer, again).awards[0]).submission_id == handed_in.id
    assert house.problems() == []


def test_withdrawing_and_deleting(house, teacher, reviewer):
    draft = house.draft(teacher, SLUG)
    files = [file.id for file in house.submit.folder(teacher.id, draft.id).files]
    house.submit.delete(teacher.id, draft.id)
    assert house.submission(draft.id) is None
    assert [house.adapters.blobs.size(id) for id in files] == [None] * len(files)
    handed_in = house.hand_in(teacher, SLUG)
    assert house.submit.withdraw(teacher.id, handed_in.id).state is SubmissionState.WITHDRAWN
    assert house.review.queue(reviewer.id) == []
    for step in (house.submit.withdraw, house.submit.submit):
        with pytest.raises(Conflict):
            step(teacher.id, handed_in.id)
    with pytest.raises(Conflict):
        house.approve(reviewer, handed_in)
    assert house.problems() == []


@pytest.mark.parametrize(
    ("name", "declared", "body", "code"),
    [
        pytest.param("a.png", "image/png", b"<html>", "upload.type_mismatch", id="UPL-02"),
        pytest.param("a.html", "text/html", b"<!doctype html>", "upload.type_not_allowed", id="UPL-03-html"),
        pytest.param("a.svg", "image/svg+xml", b"<svg onload='x'/>", "upload.type_not_allowed", id="UPL-03-svg"),
        pytest.param("a.png", "image/png", b"%!PS-Adobe-3.0", "upload.type_mismatch", id="UPL-08"),
        pytest.param("a.txt", "text/plain", b"x" * (1024 * 1024 + 1), "input.too_large", id="too-large"),
        pytest.param("a.txt", "text/plain", b"", "input.empty", id="empty"),
    ],
)
def test_a_refused_upload_leaves_nothing(build, name, declared, body, code):
    house = build(MAX_FILE_MIB="1")
    teacher = house.teacher()
    draft = house.submit.start(teacher.id, SLUG)
    with pytest.raises(Refused) as refused:
        house.attach.add_file(teacher.id, draft.id, name, declared, [body])
    assert refused.value.code == code
    assert list(house.adapters.blobs.ids()) == []
    assert house.submit.folder(teacher.id, draft.id).files == ()


def test_upl_01_the_name_is_kept_as_text_only(house, teacher):
    draft = house.submit.start(teacher.id, SLUG)
    file = house.attach.add_file(teacher.id, draft.id, "../../etc/cron.d/x.txt", "text/plain", [b"words"])
    assert file.name == "x.txt"
    stored = [path for path in house.folder.rglob("*") if path.is_file() and path.read_bytes() == b"words"]
    assert [path.name for path in stored] == [file.id]
    assert stored[0].is_relative_to(house.folder / "evidence")


def test_an_account_has_room_for_so_much_and_deleting_gives_it_back(build):
    house = build(MAX_FILE_MIB="1", MAX_ACCOUNT_MIB="1")
    teacher = house.teacher()
    draft = house.submit.start(teacher.id, SLUG)
    half = [b"x" * (512 * 1024)]
    first = house.attach.add_file(teacher.id, draft.id, "a.txt", "text/plain", half)
    house.attach.add_file(teacher.id, draft.id, "b.txt", "text/plain", half)
    with pytest.raises(Unprocessable) as refused:
        house.attach.add_file(teacher.id, draft.id, "c.txt", "text/plain", [b"x"])
    assert refused.value.code == "upload.quota"
    house.attach.remove_file(teacher.id, draft.id, first.id)
    house.attach.add_file(teacher.id, draft.id, "c.txt", "text/plain", [b"x"])
    assert len(list(house.adapters.blobs.ids())) == 2


def test_a_closed_account_can_do_nothing(house, teacher):
    draft = house.submit.start(teacher.id, SLUG)
    house.administer.disable("operator", teacher.id)
    for call in (
        lambda: house.submit.start(teacher.id, SLUG),
        lambda: house.submit.save(teacher.id, draft.id, {}),
        lambda: house.submit.mine(teacher.id),
    ):
        with pytest.raises(Forbidden):
            call()


def test_losing_the_teacher_role_ends_new_drafts_at_once(house, teacher):
    house.administer.set_roles("operator", teacher.id, [Role.REVIEWER])
    with pytest.raises(Forbidden):
        house.submit.start(teacher.id, SLUG)


def test_evidence_of_any_shape_is_kept_as_it_came(house, teacher):
    draft = house.submit.start(teacher.id, SLUG)
    for evidence in ({"x": [None, 1.5, "ä\u0000"]}, {"deep": json.loads("[" * 50 + "]" * 50)}):
        assert house.submit.save(teacher.id, draft.id, evidence).submission.evidence == evidence
        assert house.submission(draft.id).evidence == evidence


def test_what_is_removed_counts_as_sent(build):
    house = build(MAX_FILE_MIB="1")
    teacher = house.teacher()
    draft = house.submit.start(teacher.id, SLUG)
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    endless = (b"\x00\x01\x00\x00tEXt" + bytes(65_540) for _ in range(1_000))
    with pytest.raises(Refused) as refused:
        house.attach.add_file(teacher.id, draft.id, "a.png", "image/png", chain([head], endless))
    assert refused.value.code == "input.too_large"
    assert sum(1 for _ in endless) > 900
