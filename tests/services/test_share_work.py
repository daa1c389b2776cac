"""Shared work: nothing is published that its author has not settled, looked at and confirmed."""

from __future__ import annotations

import threading

import pytest
from house import House

from issuer.domain.people import Person
from issuer.domain.submission import Submission
from issuer.errors import Conflict, IssuerError, NotFound, Refused, TooManyRequests, Unprocessable
from issuer.services.share_work import Prepared

SLUG = "sharing-improvement-strategies"
TITLE = "Estimates on exit tickets"


def approved(house: House, name: str = "Dana Reyes") -> tuple[Person, Submission]:
    teacher = house.teacher(name)
    submission = house.hand_in(teacher, SLUG)
    house.approve(house.reviewer(f"Reviewer of {name}"), submission)
    return teacher, submission


def settled(house: House, teacher: Person, submission: Submission, title: str = TITLE, **more) -> Prepared:
    """Every file spoken for, and every text that may be attested."""
    share = house.service.desk.share_work
    prepared = share.save(teacher.id, submission.id, title, more.get("texts", {}), more.get("left_out", ()))
    words = {one.pointer for one in prepared.hindrances if one.can_be_attested}
    return share.save(teacher.id, submission.id, title, more.get("texts", {}), more.get("left_out", ()), sorted(words))


def published(house: House, teacher: Person, submission: Submission, **more) -> str:
    share = house.service.desk.share_work
    prepared = settled(house, teacher, submission, **more)
    assert prepared.hindrances == ()
    return share.publish(teacher.id, submission.id, prepared.preview.digest).id


def test_what_is_published_is_what_was_looked_at(house: House) -> None:
    teacher, submission = approved(house)
    share, reading = house.service.desk.share_work, house.service.desk.read_resources
    before = share.prepare(teacher.id, submission.id)
    assert {one.code for one in before.hindrances} >= {"resource.title", "privacy.file"}
    id = published(house, teacher, submission)
    work = reading.read(id)
    assert (work.shown.title, work.shown.author) == (TITLE, "Dana Reyes")
    assert work.shown.content.keys() == {"pdsa", "run_chart", "artifacts"}
    assert [one.name for one in work.shown.files] == ["artifact-1.md"]
    (file,) = work.shown.files
    stored = house.store.read(lambda tx: tx.submissions.file(file.id))
    assert reading.file(id, file.id).sha256 == stored.sha256
    assert house.events(id) == ["privacy.attested", "resource.published"]
    with pytest.raises(Conflict):
        share.publish(teacher.id, submission.id, "0" * 64)
    share.withdraw(teacher.id, submission.id)
    for gone in (lambda: reading.read(id), lambda: reading.file(id, work.shown.files[0].id)):
        with pytest.raises(NotFound):
            gone()
    assert published(house, teacher, submission) == id


def test_signs_hold_publication_up_until_the_text_is_changed_or_spoken_for(house: House) -> None:
    teacher, submission = approved(house)
    share = house.service.desk.share_work
    hard = {"/pdsa/done": "Write to maria@school.example about it."}
    prepared = settled(house, teacher, submission, texts=hard)
    assert [(one.pointer, one.code) for one in prepared.hindrances] == [("/pdsa/done", "privacy.email")]
    with pytest.raises(Unprocessable) as refused:
        share.publish(teacher.id, submission.id, prepared.preview.digest)
    assert (refused.value.code, refused.value.where) == ("resource.not_ready", "/pdsa/done")
    soft = {"/pdsa/done": "Maria Lopez led the talk."}
    prepared = settled(house, teacher, submission, texts=soft)
    assert prepared.hindrances == ()
    assert "/pdsa/done" in prepared.attested
    changed = share.save(teacher.id, submission.id, TITLE, {"/pdsa/done": "Maria Gomez led the talk."}, ())
    assert "/pdsa/done" in {one.pointer for one in changed.hindrances}, "the word was about another text"
    evidence = house.store.read(lambda tx: tx.submissions.attempts(submission.id)[-1]).evidence
    assert evidence["pdsa"]["done"] != "Maria Gomez led the talk."


def test_parts_that_are_left_out_are_not_published_with_their_files(house: House) -> None:
    teacher, submission = approved(house)
    share, reading = house.service.desk.share_work, house.service.desk.read_resources
    file = share.prepare(teacher.id, submission.id).preview.files[0].id
    id = published(house, teacher, submission, left_out=["/artifacts/0", "/artifacts/2"])
    assert [one["title"] for one in reading.read(id).shown.content["artifacts"]] == ["How I introduced it"]
    with pytest.raises(NotFound):
        reading.file(id, file)
    published(house, teacher, submission, left_out=["/artifacts/0", "/artifacts/1", "/artifacts/2"])
    assert "artifacts" not in reading.read(id).shown.content


WRONG_CHANGES = [
    ({"texts": {"/pdsa/nothing": "x"}}, "/texts/pdsa/nothing"),
    ({"texts": {"/agree_to_posting": "x"}}, "/texts/agree_to_posting"),
    ({"texts": {"/pdsa/done": "x" * 20_001}}, "/texts/pdsa/done"),
    ({"left_out": ["/pdsa"]}, "/left_out/pdsa"),
    ({"title": "x" * 201}, "/title"),
    ({"attested": ["/pdsa"]}, "/attestations//pdsa"),
]


def test_only_what_is_there_can_be_changed(house: House) -> None:
    teacher, submission = approved(house)
    for change, where in WRONG_CHANGES:
        sent = {"title": TITLE, "texts": {}, "left_out": [], **change}
        with pytest.raises(Unprocessable) as refused:
            house.service.desk.share_work.save(teacher.id, submission.id, **sent)
        assert refused.value.where == where


def test_only_the_author_of_approved_work_meant_for_others_shares_it(house: House) -> None:
    teacher, submission = approved(house)
    share = house.service.desk.share_work
    with pytest.raises(NotFound):
        share.prepare(house.teacher("Somebody Else").id, submission.id)
    with pytest.raises(Conflict):
        share.prepare(teacher.id, house.hand_in(teacher, "building-will").id)
    waiting = house.teacher("Waits")
    with pytest.raises(Conflict):
        share.prepare(waiting.id, house.hand_in(waiting, SLUG).id)


def test_a_badge_that_is_not_in_force_is_not_shared_and_an_administrator_of_the_school_may_take_it_down(
    house: House,
) -> None:
    teacher, submission = approved(house)
    id, reading = published(house, teacher, submission), house.service.desk.read_resources
    award = house.awards(teacher)[0]
    administrator = house.administrator()
    house.stand.suspend(administrator.id, award.id, "A doubt.")
    with pytest.raises(NotFound):
        reading.read(id)
    assert id not in {one.resource.id for one in reading.search()}
    house.stand.reinstate(administrator.id, award.id, "Settled.")
    assert reading.read(id)
    share = house.service.desk.share_work
    elsewhere = house.administrator("Elsewhere", school=f"{house.school_name} the other")
    for nobody in (elsewhere, house.reviewer("Merely Reviews")):
        with pytest.raises(NotFound):
            share.take_down(nobody.id, id)
    share.take_down(administrator.id, id)
    with pytest.raises(NotFound):
        reading.read(id)


def test_web_14_search_finds_words_and_knows_only_its_own_orders(house: House) -> None:
    teacher, submission = approved(house)
    id, reading = (
        published(house, teacher, submission, title="Estimates 100% of the time_"),
        house.service.desk.read_resources,
    )

    def found(query: str) -> bool:
        return id in {one.resource.id for one in reading.search(query)}

    assert found("ESTIMATES ticket")
    assert found("100% time_")
    assert not found("estimates 200%")
    assert not found("e_timates")
    assert not found("' OR 1=1--")
    assert not found("mathematics-nobody-wrote-of")
    assert id in {one.resource.id for one in reading.search(strand="my-classroom", sort="title")}
    assert id not in {one.resource.id for one in reading.search(strand="my-school")}
    for wrong in ({"sort": "id;DROP"}, {"strand": "nowhere"}, {"page": 0}, {"query": "a " * 11}):
        with pytest.raises(Refused) as refused:
            reading.search(**wrong)
        assert refused.value.code == "input.invalid"


def test_a_question_reaches_its_author_and_the_answer_its_asker_without_addresses(house: House) -> None:
    teacher, submission = approved(house)
    id, reading = published(house, teacher, submission), house.service.desk.read_resources
    token = reading.ask(id, " Ada  Moreno ", "How long did one ticket take?")
    (question,) = reading.questions(teacher.id, submission.id)
    assert (question.name, question.text) == ("Ada Moreno", "How long did one ticket take?")
    assert reading.asked(token).question.answered_at is None
    notices = house.store.read(lambda tx: tx.outbox.of_person(teacher.id, 10))
    assert "question.received" in [one.kind for one in notices]
    with pytest.raises(NotFound):
        reading.answer(house.teacher("Not The Author").id, submission.id, question.id, "Five minutes.")
    reading.answer(teacher.id, submission.id, question.id, "Five minutes.")
    assert reading.asked(token).question.answer == "Five minutes."
    with pytest.raises(Conflict):
        reading.answer(teacher.id, submission.id, question.id, "Six.")
    with pytest.raises(NotFound):
        reading.asked(question.token_sha256)
    house.service.desk.share_work.withdraw(teacher.id, submission.id)
    assert reading.asked(token).work is None
    with pytest.raises(NotFound):
        reading.ask(id, "Ada", "Is this still here?")


def test_an_asker_with_an_account_is_told_of_the_answer_and_stays_unknown_to_the_author(house: House) -> None:
    teacher, submission = approved(house)
    id, reading = published(house, teacher, submission), house.service.desk.read_resources
    asker = house.teacher("Curious Colleague")
    reading.ask(id, "A colleague", "How long did one ticket take?", asker.id)
    (question,) = reading.questions(teacher.id, submission.id)
    reading.answer(teacher.id, submission.id, question.id, "Five minutes.")
    assert [one.kind for one in house.store.read(lambda tx: tx.outbox.of_person(asker.id, 5))] == ["question.answered"]
    assert reading.asked_by(asker.id, question.id).question.answer == "Five minutes."
    with pytest.raises(NotFound):
        reading.asked_by(house.teacher("Somebody Else").id, question.id)


WRONG_QUESTIONS = [
    ("", "Some real question"),
    ("Ada\x07", "Some real question"),
    ("Ada", "Short"),
    ("Ada", "x" * 2_001),
    ("Ada", "http://a.example http://b.example www.c.example"),
]


def test_questions_that_are_none_are_refused_and_a_flood_of_them_stops_at_a_bound(house: House) -> None:
    teacher, submission = approved(house)
    id, reading = published(house, teacher, submission), house.service.desk.read_resources
    for name, text in WRONG_QUESTIONS:
        with pytest.raises(Unprocessable):
            reading.ask(id, name, text)
    for number in range(20):
        reading.ask(id, "Ada", f"Question number {number}?")
    with pytest.raises(TooManyRequests):
        reading.ask(id, "Ada", "And one more of them?")


def test_two_answers_and_two_publications_at_once_are_one(build, database_url) -> None:
    house = build(database_url=database_url)
    teacher, submission = approved(house)
    share, reading = house.service.desk.share_work, house.service.desk.read_resources
    id = published(house, teacher, submission)
    token = reading.ask(id, "Ada", "How long did one ticket take?")
    question = reading.questions(teacher.id, submission.id)[0].id
    prepared = settled(house, teacher, submission, title="Another title")
    outcomes: list[str] = []

    def attempt(work) -> None:
        try:
            work()
            outcomes.append("done")
        except IssuerError as error:
            outcomes.append(error.code)

    works = [lambda n=n: reading.answer(teacher.id, submission.id, question, f"Answer {n}") for n in range(2)]
    works.append(lambda: share.publish(teacher.id, submission.id, prepared.preview.digest))
    works.append(lambda: share.withdraw(teacher.id, submission.id))
    threads = [threading.Thread(target=attempt, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("state.conflict") == 1
    assert outcomes.count("done") == 3
    assert reading.asked(token).question.answer in ("Answer 0", "Answer 1")
    assert house.problems() == []
