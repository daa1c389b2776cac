"""Signs at their places in evidence, narratives and among files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import badge_classes
from badge_classes.examples import load_example
from issuer.domain.audit import AuditEvent, next_event
from issuer.domain.evidence_file import EvidenceFile
from issuer.domain.privacy import (
    ATTESTED,
    TAKEN_BACK,
    SignKind,
    evidence_flags,
    file_flags,
    narrative_flags,
    of_file,
    of_narrative,
    standing,
)
from issuer.domain.privacy.flag import ADVICE, MAX_EXCERPT_CHARACTERS
from issuer.domain.privacy.inspection import MAX_CHARACTERS, MAX_FLAGS

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
WITH_EVIDENCE = [one for one in badge_classes.load() if one.evidence_schema is not None]
SCHEMA = {
    "properties": {
        "notes": {"type": "string", "x-widget": "textarea"},
        "more": {"type": "array", "items": {"type": "object", "properties": {"text": {"type": "string"}}}},
        "peer": {"type": "object", "x-widget": "person", "properties": {"name": {}, "email": {"x-widget": "email"}}},
        "link": {"type": "string", "x-widget": "link"},
        "kind": {"enum": ["a@school.example"]},
    }
}
FILE = EvidenceFile("f1", "s1", "p1", "IMG_1.jpg", "image/jpeg", 1, "00", NOW)


def kinds(flags) -> list[tuple[str, str, str]]:
    return [(one.pointer, one.kind.value, one.excerpt) for one in flags]


@pytest.mark.parametrize("badge_class", WITH_EVIDENCE, ids=lambda one: one.slug)
def test_the_example_evidence_raises_no_false_alarm(badge_class):
    example = load_example(badge_class)
    assert example is not None
    assert kinds(evidence_flags(badge_class.evidence_schema, example.evidence, example.teacher_name)) == []
    files = [replace(FILE, id=file.id, name=file.name, media_type=file.media_type) for file in example.files]
    assert [one for one in file_flags(files, example.evidence, example.teacher_name, {})
            if one.kind is not SignKind.PICTURE] == []  # fmt: skip


def test_each_sign_is_told_at_its_place_and_once():
    evidence = {
        "notes": "Maria Lopez, a student (id 48213, born 3/4/16), kim@school.example, 555-123-4567, kim@school.example",
        "more": [{"text": "fine"}, {"text": "SSN 123-45-6789"}],
    }
    assert kinds(evidence_flags(SCHEMA, evidence, "Dana Reyes")) == [
        ("/evidence/notes", "email", "kim@school.example"),
        ("/evidence/notes", "phone", "555-123-4567"),
        ("/evidence/notes", "birth_date", "born 3/4/16"),
        ("/evidence/notes", "id_number", "id 48213"),
        ("/evidence/notes", "name", "Maria Lopez"),
        ("/evidence/more/1/text", "id_number", "SSN 123-45-6789"),
    ]


def test_people_who_are_asked_for_links_and_choices_are_not_looked_at():
    evidence = {
        "peer": {"name": "Maria Lopez", "email": "maria@school.example"}, "kind": "a@school.example",
        "link": "https://x.example/?to=a@school.example", "notes": "Maria showed my students a routine.",
        "more": [{"file": "1234567"}],
    }  # fmt: skip
    assert evidence_flags(SCHEMA, evidence, "Dana Reyes") == ()


def test_long_signs_are_shown_in_part():
    [found] = evidence_flags(SCHEMA, {"notes": f"a@{'b' * 200}.example"}, "Dana Reyes")
    assert len(found.excerpt) == MAX_EXCERPT_CHARACTERS
    assert found.excerpt.endswith("…")
    assert found.message == ADVICE[SignKind.EMAIL]


@pytest.mark.parametrize(
    "evidence",
    [
        {"notes": "x" * (MAX_CHARACTERS + 1)},
        {"notes": " ".join(f"a{number}@school.example" for number in range(MAX_FLAGS + 50)), "more": [{"text": "a"}]},
        {"notes": [[[[[[[[[[[[[[[[[[[[[[[[[[["deep"]]]]]]]]]]]]]]]]]]]]]]]]]]]},
    ],
)  # fmt: skip
def test_what_is_not_looked_through_is_said(evidence):
    flags = evidence_flags(SCHEMA, evidence, "Dana Reyes")
    assert flags[-1].kind is SignKind.TOO_LONG
    assert len(flags) <= MAX_FLAGS


@pytest.mark.parametrize("evidence", [None, [], "kim", {}, {"notes": None}, {"unknown": {"name": 3}}])
def test_any_value_can_be_looked_through(evidence):
    assert evidence_flags(SCHEMA, evidence, "Dana Reyes") == ()
    assert file_flags([], evidence, "Dana Reyes", {}) == ()


def test_a_name_in_a_narrative_counts_anywhere_until_it_is_said_to_be_none():
    text = "I met Chloe Nguyen."
    [found] = narrative_flags({"r1": text}, "Dana Reyes", {})
    assert (found.pointer, found.kind, found.is_hard) == ("/public_narratives/r1", SignKind.NAME, False)
    assert narrative_flags({"r1": text}, "Dana Reyes", {of_narrative("r1", text): NOW}) == ()
    assert narrative_flags({"r1": text + " "}, "Dana Reyes", {of_narrative("r1", text): NOW}) != ()
    assert narrative_flags({"r2": text}, "Dana Reyes", {of_narrative("r1", text): NOW}) != ()


def test_no_word_makes_an_address_fit_for_publication():
    text = "Ask kim@school.example."
    [found] = narrative_flags({"r1": text}, "Dana Reyes", {of_narrative("r1", text): NOW})
    assert found.is_hard


def test_pictures_need_a_word_and_other_files_do_not():
    files = [FILE, replace(FILE, id="f2", media_type="video/mp4"), replace(FILE, id="f3", media_type="application/pdf"),
             replace(FILE, id="f4", name="Maria_essay.pdf", media_type="application/pdf")]  # fmt: skip
    assert kinds(file_flags(files, {}, "Dana Reyes", {of_file("f2"): NOW})) == [
        ("/files/f1", "picture", "IMG_1.jpg"), ("/files/f4", "file_name", "Maria_essay.pdf"),
    ]  # fmt: skip
    assert file_flags(files[3:], {}, "Maria Reyes", {}) == ()


def events(*kinds_and_things: tuple[str, str]) -> list[AuditEvent]:
    made: list[AuditEvent] = []
    for number, (kind, thing) in enumerate(kinds_and_things):
        last = made[-1] if made else None
        made.append(next_event(last, NOW + timedelta(seconds=number), kind, "p1", "s1", {"of": thing}))
    return made


def test_what_stands_attested_is_what_was_said_and_not_taken_back():
    said = events(
        (ATTESTED, "file:a"), (ATTESTED, "file:b"), (TAKEN_BACK, "file:a"), ("submission.submitted", "file:c")
    )
    assert standing(said) == {"file:b": NOW + timedelta(seconds=1)}
    assert standing(events((ATTESTED, "file:a"), (TAKEN_BACK, "file:a"), (ATTESTED, "file:a"))).keys() == {"file:a"}
