"""Signs of students: shown to the teacher and the reviewer, holding up what is published and nothing else."""

from __future__ import annotations

import json

import pytest
from photos import photo

from issuer.domain.privacy import SignKind
from issuer.domain.submission import SubmissionState
from issuer.errors import Conflict, Unprocessable

SLUG = "focusing-on-student-learning"
PNG = photo("PNG")


@pytest.fixture
def teacher(house):
    return house.teacher()


@pytest.fixture
def requirement(house) -> str:
    return house.badge_class(SLUG).requirements[0].id


def narrate(house, teacher, requirement, text, **more):
    """A complete draft with one public narrative."""
    draft = house.draft(teacher, SLUG)
    return house.submit.save(teacher.id, draft.id, draft.evidence, {requirement: text}, **more)


def with_words(evidence, words):
    """The evidence with `words` in a free text that it holds already."""
    longest = max((text for text in texts(evidence)), key=len)
    return json.loads(json.dumps(evidence).replace(json.dumps(longest)[1:-1], json.dumps(f"{longest} {words}")[1:-1]))


def texts(value):
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in texts(part)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Write to maria.lopez@school.example.", "email"), ("Call 555-123-4567.", "phone"),
        ("Student id 48213 improved.", "id_number"), ("She was born 3/4/2016.", "birth_date"),
        ("Maria Lopez improved.", "name"),
    ],
)  # fmt: skip
def test_a_narrative_with_a_sign_is_handed_in_and_not_published(house, teacher, requirement, text, kind):
    saved = narrate(house, teacher, requirement, text)
    assert [(one.pointer, one.kind) for one in saved.privacy.flags] == [(f"/public_narratives/{requirement}", kind)]
    assert (saved.findings, saved.privacy.withheld) == ((), {requirement})
    handed_in = house.submit.submit(teacher.id, saved.submission.id)
    reviewer = house.reviewer()
    sheet = house.review.sheet(reviewer.id, handed_in.id)
    assert (sheet.attempt.public_narratives, sheet.privacy.withheld) == ({requirement: text}, {requirement})
    award = house.award(house.approve(reviewer, handed_in).awards[0])
    assert text not in json.dumps(house.content(award), ensure_ascii=False)


def test_a_name_that_is_none_is_confirmed_for_exactly_that_text(house, teacher, requirement):
    text = "I read Cesar Chavez to my class."
    draft = narrate(house, teacher, requirement, text).submission
    said = [f"narrative:{requirement}"]
    saved = house.submit.save(teacher.id, draft.id, draft.evidence, attestations=said)
    assert (saved.findings, saved.privacy.flags) == ((), ())
    assert saved.privacy.attested == {said[0]: house.clock()}
    changed = house.submit.save(teacher.id, draft.id, draft.evidence, {requirement: f"{text} So did Maria Lopez."})
    assert [one.kind for one in changed.privacy.flags] == ["name", "name"]
    assert changed.privacy.attested == {}
    house.submit.save(teacher.id, draft.id, draft.evidence, {requirement: text})
    handed_in = house.submit.submit(teacher.id, draft.id)
    assert handed_in.state is SubmissionState.SUBMITTED
    award = house.award(house.approve(house.reviewer(), handed_in).awards[0])
    assert text in json.dumps(house.content(award)), "it is published"
    assert house.problems() == []


def test_no_word_gets_an_address_published(house, teacher, requirement):
    said = [f"narrative:{requirement}"]
    saved = narrate(house, teacher, requirement, "Ask kim@school.example.", attestations=said)
    assert (saved.findings, saved.privacy.withheld) == ((), {requirement})


def test_signs_in_evidence_are_shown_and_hold_nothing_up(house, teacher):
    draft = house.draft(teacher, SLUG)
    words = "My student Maria Lopez (id 48213) writes to maria@school.example."
    saved = house.submit.save(teacher.id, draft.id, with_words(draft.evidence, words))
    assert [one.kind for one in saved.privacy.flags] == [SignKind.EMAIL, SignKind.ID_NUMBER, SignKind.NAME]
    assert {one.pointer.split("/")[1] for one in saved.privacy.flags} == {"evidence"}
    assert saved.findings == ()
    house.submit.submit(teacher.id, draft.id)
    sheet = house.review.sheet(house.reviewer().id, draft.id)
    assert sheet.privacy == saved.privacy


def test_the_examples_of_every_badge_class_raise_no_alarm(house, teacher):
    for slug in house.earnable:
        folder = house.submit.folder(teacher.id, house.draft(teacher, slug).id)
        assert folder.privacy.flags == ()


def test_pictures_stay_unattested_until_the_teacher_speaks_of_them(house, teacher):
    draft = house.draft(teacher, SLUG)
    picture = house.attach.add_file(teacher.id, draft.id, "IMG_1.png", "image/png", [PNG])
    of = f"file:{picture.id}"
    [found] = house.submit.folder(teacher.id, draft.id).privacy.flags
    assert (found.pointer, found.kind, found.is_hard) == (f"/files/{picture.id}", SignKind.PICTURE, False)
    attested = house.submit.save(teacher.id, draft.id, draft.evidence, attestations=[of])
    assert (attested.privacy.flags, attested.privacy.attested) == ((), {of: house.clock()})
    house.clock.advance(minutes=1)
    again = house.submit.save(teacher.id, draft.id, draft.evidence, attestations=[of])
    assert again.privacy.attested == attested.privacy.attested
    taken_back = house.submit.save(teacher.id, draft.id, draft.evidence, attestations=[])
    assert taken_back.privacy.attested == {}
    assert house.events(draft.id) == ["privacy.attested", "privacy.attestation_taken_back"]
    assert house.submit.submit(teacher.id, draft.id).state is SubmissionState.SUBMITTED


def test_the_record_names_ids_and_digests_alone(house, teacher, requirement):
    text = "I read Cesar Chavez to my class."
    draft = narrate(house, teacher, requirement, text, attestations=[f"narrative:{requirement}"]).submission
    [event] = house.store.read(lambda tx: tx.audit.of_subject(draft.id))
    assert (event.actor_id, event.subject_id) == (teacher.id, draft.id)
    assert event.details.keys() == {"of"}
    assert event.details["of"].startswith(f"narrative:{requirement}:")
    assert "Chavez" not in repr(event)


@pytest.mark.parametrize("said", ["file:none", "narrative:none", "", "kim", "narrative:{requirement}"])
def test_only_what_is_there_can_be_attested(house, teacher, requirement, said):
    draft = house.draft(teacher, SLUG)
    with pytest.raises(Unprocessable) as refused:
        house.submit.save(teacher.id, draft.id, {}, attestations=[said.format(requirement=requirement)])
    assert (refused.value.code, refused.value.where) == ("input.invalid", "/attestations/0")
    assert house.submission(draft.id).evidence == draft.evidence
    assert house.events(draft.id) == []


def test_a_file_of_another_submission_cannot_be_attested_here(house, teacher):
    elsewhere = house.draft(teacher, SLUG)
    picture = house.attach.add_file(teacher.id, elsewhere.id, "IMG_1.png", "image/png", [PNG])
    here = house.submit.start(teacher.id, SLUG)
    with pytest.raises(Unprocessable):
        house.submit.save(teacher.id, here.id, {}, attestations=[f"file:{picture.id}"])


def test_nothing_is_attested_after_handing_in(house, teacher):
    draft = house.hand_in(teacher, SLUG)
    with pytest.raises(Conflict) as refused:
        house.submit.save(teacher.id, draft.id, draft.evidence, attestations=[])
    assert refused.value.code == "evidence.locked"
