"""Earlier material taken up again: one's own only, with copies of its files, never silently."""

from __future__ import annotations

import pytest

from issuer.domain.evidence.files import files_named
from issuer.errors import Conflict, NotFound

FROM, TO, ON = "understanding-improvement", "using-improvement-methods", "sharing-improvement-strategies"


@pytest.fixture
def reuse(house):
    return house.service.desk.reuse


@pytest.fixture
def teacher(house):
    return house.teacher()


def test_a_pdsa_goes_from_understanding_to_using_to_sharing(house, reuse, teacher):
    first = house.hand_in(teacher, FROM)
    draft = house.submit.start(teacher.id, TO)
    offers = reuse.offers(teacher.id, draft.id)
    assert [(one.target, one.label) for one in offers] == [
        ("/pdsa", test["question"]) for test in first.evidence["tests"]
    ]
    saved = reuse.copy(teacher.id, draft.id, "/pdsa", offers[1].source)
    chosen = first.evidence["tests"][1]
    assert saved.evidence["pdsa"]["question"] == chosen["question"]
    folder = house.submit.folder(teacher.id, draft.id)
    assert not any(one.pointer.startswith("/pdsa") for one in folder.findings)

    using = house.hand_in(teacher, TO)
    sharing = house.submit.start(teacher.id, ON)
    offers = reuse.offers(teacher.id, sharing.id)
    assert {one.target for one in offers} == {"/pdsa", "/run_chart"}
    for target in ("/pdsa", "/run_chart"):
        offer = next(one for one in offers if one.target == target and one.submission.id == using.id)
        reuse.copy(teacher.id, sharing.id, target, offer.source)
    evidence = house.submission(sharing.id).evidence
    assert evidence["run_chart"] == using.evidence["run_chart"]
    assert [one.kind.value for one in house.service.desk.versions.lines(teacher.id, sharing.id)] == ["saved", "saved"]
    assert house.problems() == []


def test_files_are_copied_with_their_digests(house, reuse, teacher):
    first = house.hand_in(teacher, FROM)
    draft = house.submit.start(teacher.id, TO)
    for offer in reuse.offers(teacher.id, draft.id):
        before = {file.id: file for file in house.submit.folder(teacher.id, first.id).files}
        saved = reuse.copy(teacher.id, draft.id, offer.target, offer.source)
        named = [id for _, id in files_named(saved.evidence)]
        now = {file.id: file for file in house.submit.folder(teacher.id, draft.id).files}
        originals = [before[id] for _, id in files_named(offer.value)]
        assert [now[id].sha256 for id in named] == [one.sha256 for one in originals]
        assert not set(named) & before.keys()
        for id, original in zip(named, originals, strict=True):
            assert b"".join(house.service.blobs.read(id)) == b"".join(house.service.blobs.read(original.id))
    assert any(files_named(one.value) for one in reuse.offers(teacher.id, draft.id))
    assert house.submission(first.id).evidence == first.evidence


def test_peers_fill_a_list_once_each(house, reuse, teacher):
    visits = house.draft(teacher, "building-will")
    for slug, target, count in (
        ("considering-impact-on-culture", "/group", 12), ("soliciting-feedback-from-peers", "/survey/asked", 4),
        ("measuring-impact-on-student-learning", "/peers", 4),
    ):  # fmt: skip
        draft = house.submit.start(teacher.id, slug)
        (offer,) = [one for one in reuse.offers(teacher.id, draft.id) if one.submission.id == visits.id]
        assert (offer.target, len(offer.value)) == (target, count)
        evidence = reuse.copy(teacher.id, draft.id, target, offer.source).evidence
        names = [visit["peer"]["name"] for visit in visits.evidence["first_visits"]]
        assert all(name in str(evidence) for name in names)
        assert "date" not in str(evidence)


def test_nobody_elses_material_is_offered_and_nothing_that_is_not_offered_is_copied(house, reuse, teacher):
    house.hand_in(house.teacher("Somebody Else"), FROM)
    own = house.hand_in(teacher, FROM)
    draft = house.submit.start(teacher.id, TO)
    offers = reuse.offers(teacher.id, draft.id)
    assert {one.submission.id for one in offers} == {own.id}
    for target, source in (("/run_chart", offers[0].source), ("/pdsa", f"{own.id}:9"), ("/pdsa", "x")):
        with pytest.raises(NotFound):
            reuse.copy(teacher.id, draft.id, target, source)
    with pytest.raises(NotFound):
        reuse.offers(house.teacher("A Third").id, draft.id)
    handed_in = house.hand_in(teacher, TO)
    with pytest.raises(Conflict) as locked:
        reuse.copy(teacher.id, handed_in.id, "/pdsa", offers[0].source)
    assert locked.value.code == "evidence.locked"


def test_a_file_that_is_gone_or_changed_is_never_passed_off_as_the_earlier_one(house, reuse, teacher):
    house.hand_in(teacher, FROM)
    draft = house.submit.start(teacher.id, TO)
    offer = next(one for one in reuse.offers(teacher.id, draft.id) if any(files_named(one.value)))
    (_, id), *_ = files_named(offer.value)
    size = house.service.blobs.size(id)
    house.service.blobs.delete(id)
    blobs = set(house.service.blobs.ids())
    with pytest.raises(NotFound):
        reuse.copy(teacher.id, draft.id, offer.target, offer.source)
    house.service.blobs.put(id, [b"x" * size], size)
    with pytest.raises(Conflict):
        reuse.copy(teacher.id, draft.id, offer.target, offer.source)
    assert set(house.service.blobs.ids()) - {id} == blobs - {id}
    assert house.submission(draft.id).evidence == {}
