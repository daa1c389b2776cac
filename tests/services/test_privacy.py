"""Nothing of evidence, colleagues and addresses in badges, lists, the record or the logs (PRV-01, PRV-02, I15)."""

from __future__ import annotations

import base64
import io
import json
import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from issuer.app import logs
from issuer.domain.award import Form
from issuer.domain.review import Decision
from issuer.errors import IssuerError
from issuer.services.access import OPERATOR
from issuer.storage import schema

LONG = 16
"""Shorter strings are words that a badge may well have of its own."""


def _strings(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _strings(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, key)


def _personal(house) -> set[str]:
    """Names and addresses of everybody in the examples, and every longer text that teachers wrote there."""
    found = set()
    for slug in house.earnable:
        example = house.example(slug)
        for key, text in _strings(example.evidence):
            if key in ("name", "email") or len(text) >= LONG:
                found.add(text)
        found.update(line for file in example.files for line in file.text.splitlines() if len(line) >= LONG)
    public = json.dumps([[one.name, one.description, one.criteria_markdown] for one in house.catalogue])
    return {text for text in found if text not in public and text not in {file.id for file in example.files}}


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged, at the most talkative level, as the service writes it."""
    stream, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.set_up("DEBUG", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def _whole_story(house):
    """Everything that can happen to evidence and badges, faults included."""
    teacher, reviewer = house.teacher("Renée Whitfield"), house.reviewer("Robin Vance")
    admin, other = house.administrator(), house.teacher("Kim Lee")
    for slug in house.earnable:
        draft = house.draft(teacher, slug)
        for wrong in (
            lambda draft=draft: house.submit.save(teacher.id, draft.id, {}, revision=99),
            lambda draft=draft: house.submit.folder(other.id, draft.id),
            lambda draft=draft: house.attach.add_file(teacher.id, draft.id, "a.svg", "image/svg+xml", [b"<svg/>"]),
            lambda slug=slug: house.approve(teacher, house.waiting(teacher, slug)),
        ):
            with pytest.raises(IssuerError):
                wrong()
        handed_in = house.submit.submit(teacher.id, draft.id)
        note = "The colleague named here is on leave."
        house.review.decide(reviewer.id, handed_in.id, Decision.RETURN, (), "One more thing.", note)
        house.submit.submit(teacher.id, draft.id)
        house.approve(reviewer, handed_in)
    house.service.add_forms.run_all()
    held = {one.achievement: one for one in house.awards(teacher)}
    house.stand.suspend(reviewer.id, held["building-will"].id, "Ask Renée Whitfield about it.")
    house.stand.reinstate(reviewer.id, held["building-will"].id, "Answered by Renée Whitfield.")
    house.stand.correct(admin.id, held["collecting-data"].id, "Renée Whitfield-Ortiz", "renee@new.example", "Married.")
    house.service.add_forms.run_all()
    house.stand.revoke(reviewer.id, held["sharing-learning"].id, "Renée Whitfield asked for it.")
    with pytest.raises(IssuerError):
        house.administer.add_person(OPERATOR, house.school().id, reviewer.email, "x", [], "seventeen green umbrellas")
    with pytest.raises(IssuerError):
        house.service.desk.sign_in.sign_in(reviewer.email, "wrong password")
    house.recover.run_once()
    return teacher, (teacher.email, "renee@new.example", reviewer.email, admin.email, other.email)


def _decoded(body: bytes) -> str:
    """A sealed form as it reads: a token's payload and disclosures decoded, JSON escapes undone."""
    if body.startswith(b"{"):
        return json.dumps(json.loads(body), ensure_ascii=False)
    token, *disclosures = body.rstrip(b"~").split(b"~")
    parts = [token.split(b".")[1], *disclosures]
    values = [json.loads(base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))) for part in parts]
    return json.dumps(values, ensure_ascii=False)


def test_a_whole_story_leaves_nothing_personal_outside_the_database(build, written):
    house = build()
    teacher, addresses = _whole_story(house)
    personal = _personal(house)
    assert len(personal) > 200
    colleagues = {text for key, text in _strings(house.example("building-will").evidence) if key == "name"}
    assert len(colleagues & personal) >= 12
    awards = house.awards(teacher)
    sealed = [_decoded(body) for one in awards for form in Form if (body := one.sealed(form))]
    assert len(sealed) == len(Form) * len(awards) == 72
    record = house.store.read(lambda tx: json.dumps([vars(event) for event in tx.audit.all()], default=str))
    published = "".join(path.read_text("utf-8") for path in (house.folder / "published").iterdir())
    logged = json.dumps([json.loads(line) for line in written.getvalue().splitlines()], ensure_ascii=False)
    for place, text in {"badges": "".join(sealed), "record": record, "lists": published, "logs": logged}.items():
        assert [one for one in personal if one in text] == [], place
        assert [one for one in addresses if one in text] == [], place
        assert "Married" not in text, place
        assert "on leave" not in text, place
        if place != "badges":
            assert "Whitfield" not in text, place
    assert house.problems() == []


def test_only_the_narratives_a_teacher_published_are_in_the_badge(build):
    house = build()
    teacher, reviewer = house.teacher("Renée Whitfield"), house.reviewer()
    draft = house.draft(teacher, "collecting-data")
    requirement = house.badge_class("collecting-data").requirements[0].id
    house.submit.save(teacher.id, draft.id, draft.evidence, {requirement: "What I want everybody to read."})
    house.submit.submit(teacher.id, draft.id)
    award = house.award(house.approve(reviewer, draft).awards[0])
    assert "What I want everybody to read." in _decoded(award.sealed(Form.VC_JWT))
    comments = json.dumps(house.content(award))
    assert "Well done." not in comments


def test_what_breaks_in_the_background_is_logged_without_peoples_data(build, written):
    house = build()
    teacher = house.teacher("Renée Whitfield")

    def insert_again(tx):
        tx.connection.exec_driver_sql("INSERT INTO person SELECT * FROM person WHERE email = ?", (teacher.email,))

    house.recover.purge = lambda: house.store.write(insert_again)
    house.recover.send_messages = lambda: (_ for _ in ()).throw(ValueError(f"no such mailbox: {teacher.email}"))
    house.recover.run_once()
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [line["event"] for line in lines if line["level"] == "error"] == ["recovery.failed"] * 2
    assert "IntegrityError" in lines[-1]["trace"]
    told = "".join(str(value) for line in lines for value in line.values())
    assert teacher.email not in told
    assert "whitfield" not in told.lower()


def test_what_a_database_refuses_is_told_without_the_values(build, database_url):
    house = build(database_url=database_url)
    teacher = house.teacher("Renée Whitfield")

    def store_again(tx):
        tx.connection.execute(insert(schema.person), [{**vars(teacher), "roles": [], "password_hash": "x"}])

    with pytest.raises(IntegrityError) as refused:
        house.store.write(store_again)
    assert "[parameters" not in str(refused.value)
    assert "password_hash" in str(refused.value)


def test_what_our_libraries_tell_of_their_work_is_not_logged(build, written):
    """A certificate subsets two fonts, of which the library tells table by table."""
    logging.getLogger().setLevel("INFO")
    house = build()
    award = house.earn(house.teacher(), house.reviewer(), house.earnable[0])
    house.service.desk.forms.form(award, house.badge_class(award.achievement), "pdf")
    loggers = {json.loads(line)["logger"].partition(".")[0] for line in written.getvalue().splitlines()}
    assert loggers <= {"issuer", "keys"}
