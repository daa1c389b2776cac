"""Nothing a teacher wrote is lost: every save is a version, and what could not be saved is one too."""

from __future__ import annotations

import pytest

from issuer.domain.ai_use import AiDeclaration, AiUse, declared
from issuer.domain.drafts import VersionKind
from issuer.domain.submission import SubmissionState
from issuer.errors import Conflict, NotFound, Unprocessable
from issuer.services.draft_versions import KeptAsideError

SLUG = "building-will"


@pytest.fixture
def versions(house):
    return house.service.desk.versions


@pytest.fixture
def teacher(house):
    return house.teacher()


def _kinds(versions, teacher, draft):
    return [(one.number, one.kind.value) for one in versions.lines(teacher.id, draft.id)]


def _name(text):
    return {"first_visits": [{"peer": {"name": text}}]}


def test_saves_are_versions_and_autosaves_of_a_few_minutes_are_one(house, versions, teacher):
    draft = house.submit.start(teacher.id, SLUG)
    house.submit.save(teacher.id, draft.id, {})
    assert versions.lines(teacher.id, draft.id) == []
    house.submit.save(teacher.id, draft.id, _name("A"))
    for text in ("Ab", "Abc"):
        house.clock.advance(seconds=40)
        house.submit.save(teacher.id, draft.id, _name(text), kind=VersionKind.AUTOSAVED)
    assert _kinds(versions, teacher, draft) == [(2, "autosaved"), (1, "saved")]
    house.submit.save(teacher.id, draft.id, _name("Abc"))
    assert _kinds(versions, teacher, draft) == [(2, "saved"), (1, "saved")]
    house.submit.save(teacher.id, draft.id, _name("Abcd"), kind=VersionKind.AUTOSAVED)
    house.clock.advance(minutes=6)
    house.submit.save(teacher.id, draft.id, _name("Abcde"), kind=VersionKind.AUTOSAVED)
    assert [kind for _, kind in _kinds(versions, teacher, draft)] == ["autosaved", "autosaved", "saved", "saved"]
    assert house.submission(draft.id).evidence == _name("Abcde")


def test_a_version_is_looked_at_and_restored_as_a_new_revision(house, versions, teacher):
    draft = house.submit.start(teacher.id, SLUG)
    house.submit.save(teacher.id, draft.id, _name("First"))
    house.submit.save(teacher.id, draft.id, _name("Second"))
    sheet = versions.sheet(teacher.id, draft.id, 1)
    assert (sheet.version.evidence, sheet.folder.submission.evidence) == (_name("First"), _name("Second"))
    restored = versions.restore(teacher.id, draft.id, 1)
    assert (restored.evidence, restored.revision) == (_name("First"), 4)
    assert _kinds(versions, teacher, draft) == [(3, "restored"), (2, "saved"), (1, "saved")]


def test_a_stale_save_is_kept_once_and_can_be_chosen(house, versions, teacher):
    draft = house.submit.start(teacher.id, SLUG)
    house.submit.save(teacher.id, draft.id, _name("Here"), revision=1)
    for _ in range(2):
        with pytest.raises(KeptAsideError) as kept:
            house.submit.save(teacher.id, draft.id, _name("There"), revision=1)
        assert (kept.value.code, kept.value.number) == ("state.conflict", 2)
    assert house.submission(draft.id).evidence == _name("Here")
    assert _kinds(versions, teacher, draft) == [(2, "kept"), (1, "saved")]
    versions.restore(teacher.id, draft.id, 2)
    assert house.submission(draft.id).evidence == _name("There")


def test_what_arrives_after_the_evidence_was_handed_in_is_kept_too(house, versions, teacher):
    handed_in = house.hand_in(teacher, "sharing-learning")
    with pytest.raises(KeptAsideError) as kept:
        house.submit.save(teacher.id, handed_in.id, {"synopsis": "Late."})
    assert kept.value.code == "evidence.locked"
    with pytest.raises(Conflict) as locked:
        versions.restore(teacher.id, handed_in.id, kept.value.number)
    assert locked.value.code == "evidence.locked"
    house.submit.withdraw(teacher.id, handed_in.id)
    with pytest.raises(Conflict) as refused:
        house.submit.save(teacher.id, handed_in.id, {"synopsis": "Later."})
    assert not isinstance(refused.value, KeptAsideError)


def test_a_draft_from_before_there_were_versions_keeps_its_text(house, versions, teacher):
    draft = house.submit.start(teacher.id, SLUG)
    house.submit.save(teacher.id, draft.id, _name("Old"))
    house.store.write(lambda tx: tx.drafts.remove(draft.id, [1]))
    house.submit.save(teacher.id, draft.id, _name("New"))
    assert versions.sheet(teacher.id, draft.id, 1).version.evidence == _name("Old")


def test_versions_are_their_owners_alone_and_go_with_the_draft(house, versions, teacher):
    other = house.teacher("Somebody Else")
    draft = house.submit.start(teacher.id, SLUG)
    house.submit.save(teacher.id, draft.id, _name("Mine"))
    for look in (
        lambda: versions.lines(other.id, draft.id), lambda: versions.sheet(other.id, draft.id, 1),
        lambda: versions.restore(other.id, draft.id, 1), lambda: versions.sheet(teacher.id, draft.id, 9),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            look()
    house.submit.delete(teacher.id, draft.id)
    assert house.store.read(lambda tx: tx.drafts.lines(draft.id)) == []


def test_a_check_saves_nothing(house, versions, teacher):
    draft = house.submit.start(teacher.id, SLUG)
    folder = house.submit.check(teacher.id, draft.id, _name("Tried"))
    assert folder.submission.evidence == _name("Tried")
    assert any(one.pointer == "/first_visits/0/date" for one in folder.findings)
    assert house.submission(draft.id) == draft
    assert versions.lines(teacher.id, draft.id) == []


def test_the_declaration_is_part_of_the_draft_and_frozen_with_the_attempt(house, teacher):
    draft = house.draft(teacher, "sharing-learning")
    evidence = draft.evidence
    said = declared("used", " For the first draft of the synopsis. ")
    house.submit.save(teacher.id, draft.id, evidence, ai=said)
    house.submit.save(teacher.id, draft.id, evidence)
    assert house.submit.submit(teacher.id, draft.id).state is SubmissionState.SUBMITTED
    attempt = house.store.read(lambda tx: tx.submissions.attempts(draft.id))[0]
    assert attempt.ai == AiDeclaration(AiUse.USED, "For the first draft of the synopsis.")
    assert (said.is_complete, declared("none", "ignored"), declared("used").is_complete) == (
        True, AiDeclaration(AiUse.NONE), False,
    )  # fmt: skip
    for use, how, where in (("maybe", "", "/ai_use/use"), ("used", "x" * 2_001, "/ai_use/how")):
        with pytest.raises(Unprocessable) as refused:
            declared(use, how)
        assert refused.value.where == where
