"""Reflection forms to take along: made for every badge, filled in by other software, found again, never silently."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree
import zipfile

import pytest
from pypdf import PdfReader, PdfWriter

from issuer.domain.reflection import Question
from issuer.errors import Conflict, NotFound, Unprocessable
from issuer.outbound.pdf_fields import PypdfFields
from issuer.services.reflection_docx import reflection_docx
from issuer.services.reflection_forms import DOCX, PDF, kinds_of, questions_of, reflection_form
from issuer.services.reflection_pdf import fits_a_pdf, reflection_pdf

SLUG = "sharing-learning"
FIELDS = PypdfFields()


def _filled_pdf(form, answers):
    writer = PdfWriter(clone_from=io.BytesIO(form))
    for page in writer.pages:
        writer.update_page_form_field_values(page, answers, auto_regenerate=False)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _filled_docx(form, question, answer):
    """The form with a paragraph below a question, as a word processor would write it."""
    source, file = zipfile.ZipFile(io.BytesIO(form)), io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in source.namelist():
            body = source.read(name).decode()
            if name == "word/document.xml":
                end = body.index("</w:p>", body.index(question)) + len("</w:p>")
                body = body[:end] + f"<w:p><w:r><w:t>{answer}</w:t></w:r></w:p>" + body[end:]
            archive.writestr(name, body)
    return file.getvalue()


@pytest.fixture
def reflections(house):
    return house.service.desk.reflections


@pytest.fixture
def teacher(house):
    return house.teacher()


def test_every_badge_has_its_form_in_every_kind(house):
    for slug in house.earnable:
        badge_class = house.badge_class(slug)
        asked = questions_of(badge_class)
        assert kinds_of(badge_class) == ("pdf", "docx", "md")
        reader = PdfReader(io.BytesIO(reflection_form(badge_class, "pdf")))
        fields = reader.get_fields()
        assert {id: field["/TU"] for id, field in fields.items() if id not in ("name", "date")} == {
            one.id: one.text for one in asked
        }
        document = zipfile.ZipFile(io.BytesIO(reflection_form(badge_class, "docx"))).read("word/document.xml")
        texts = ["".join(one.itertext()) for one in ElementTree.fromstring(document).iter() if one.tag.endswith("}p")]
        assert [one.text for one in asked] == [text for text in texts if text in {each.text for each in asked}]
    with pytest.raises(NotFound):
        reflection_form(house.badge_class("teacher-leader"), "pdf")


def test_the_pdf_is_tagged_in_reading_order():
    asked = [Question(f"q{n}", f"Question {n} – what’s next? " * 12) for n in range(6)]
    reader = PdfReader(io.BytesIO(reflection_pdf("Reflection: Übung", asked)))
    root = reader.root_object
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], len(reader.pages)) == ("en", True, 3)
    document = root["/StructTreeRoot"]["/K"][0].get_object()
    kinds = [one.get_object()["/S"] for one in document["/K"]]
    assert kinds == ["/H1", "/P", "/P", "/Form", "/P", "/Form", *["/H2", "/Form"] * 6]
    numbers = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    assert list(numbers[::2]) == list(range(len(numbers) // 2))
    for page in reader.pages:
        assert page["/Tabs"] == "/S"
        for widget in page["/Annots"]:
            form = numbers[2 * widget.get_object()["/StructParent"] + 1].get_object()
            assert form["/K"]["/Obj"].get_object() == widget.get_object()
            left, bottom, right, top = widget.get_object()["/Rect"]
            assert 0 < left < right < 612
            assert 36 < bottom < top < 792
    assert "Question 5" in reader.pages[-1].extract_text()
    assert reflection_pdf("a", asked) == reflection_pdf("a", asked)
    assert reflection_docx("a", asked) == reflection_docx("a", asked)


def test_no_pdf_is_offered_of_texts_that_its_fonts_cannot_show():
    assert fits_a_pdf(["What’s “new” – é?"])
    assert not fits_a_pdf(["Що далі?"])


def test_a_filled_pdf_is_attached_found_and_taken_over(house, reflections, teacher):
    badge_class = house.badge_class(SLUG)
    first, second, *_ = questions_of(badge_class)
    body = _filled_pdf(reflection_form(badge_class, "pdf"), {first.id: "Œuvre – naïve “quotes”\nand more", "name": "R"})
    draft = house.submit.start(teacher.id, SLUG)
    file = house.service.desk.attach.add_file(teacher.id, draft.id, "form.pdf", PDF, [body])
    house.submit.save(teacher.id, draft.id, {"synopsis": "Kept.", "reflection": {"form": {"file": file.id}}})
    findings = house.submit.folder(teacher.id, draft.id).findings
    assert not any(one.requirement == "reflection" for one in findings)
    found = reflections.found(teacher.id, draft.id, file.id)
    assert [(one.id, text) for one, text in found.answers] == [(first.id, "Œuvre – naïve “quotes”\nand more")]
    assert "form" in house.submission(draft.id).evidence["reflection"]
    with pytest.raises(Unprocessable):
        reflections.take_over(teacher.id, draft.id, file.id, [second.id])
    taken = reflections.take_over(teacher.id, draft.id, file.id, [first.id])
    assert taken.evidence == {
        "synopsis": "Kept.", "reflection": {"answers": {first.id: "Œuvre – naïve “quotes”\nand more"}},
    }  # fmt: skip
    assert len(house.service.desk.versions.lines(teacher.id, draft.id)) == 2


@pytest.mark.parametrize("kind", ["docx", "md", "txt"])
def test_forms_from_editors_are_read_too(house, reflections, teacher, kind):
    badge_class = house.badge_class(SLUG)
    first, *_ = questions_of(badge_class)
    if kind == "docx":
        body, media_type = _filled_docx(reflection_form(badge_class, "docx"), first.text, "Because &amp; so."), DOCX
    else:
        form = reflection_form(badge_class, "md").decode()
        body, media_type = form.replace(first.text, f"{first.text}\nBecause & so.").encode(), "text/markdown"
    draft = house.submit.start(teacher.id, SLUG)
    file = house.service.desk.attach.add_file(teacher.id, draft.id, f"form.{kind}", media_type, [body])
    found = reflections.found(teacher.id, draft.id, file.id)
    assert [(one.id, text) for one, text in found.answers] == [(first.id, "Because & so.")]


def test_answers_in_the_draft_are_not_ticked_to_be_replaced(house, reflections, teacher):
    badge_class = house.badge_class(SLUG)
    first, second, *_ = questions_of(badge_class)
    body = _filled_pdf(reflection_form(badge_class, "pdf"), {first.id: "New.", second.id: "Also new."})
    draft = house.submit.start(teacher.id, SLUG)
    file = house.service.desk.attach.add_file(teacher.id, draft.id, "form.pdf", PDF, [body])
    house.submit.save(teacher.id, draft.id, {"reflection": {"answers": {first.id: "Old."}}})
    assert reflections.found(teacher.id, draft.id, file.id).present == {first.id}
    taken = reflections.take_over(teacher.id, draft.id, file.id, [second.id])
    assert taken.evidence["reflection"] == {"answers": {first.id: "Old.", second.id: "Also new."}}


def test_only_ones_own_open_drafts_and_their_files(house, reflections, teacher):
    draft = house.submit.start(teacher.id, SLUG)
    attach = house.service.desk.attach
    file = attach.add_file(teacher.id, draft.id, "a.md", "text/markdown", [b"# nothing"])
    assert reflections.found(teacher.id, draft.id, file.id).answers == ()
    other = house.teacher("Somebody Else")
    theirs = house.submit.start(other.id, SLUG)
    for by, submission, id in ((other, draft, file.id), (other, theirs, file.id), (teacher, draft, "x")):
        with pytest.raises(NotFound):
            reflections.found(by.id, submission.id, id)
    handed_in = house.hand_in(teacher, SLUG)
    with pytest.raises(Conflict):
        reflections.found(teacher.id, handed_in.id, house.submit.folder(teacher.id, handed_in.id).files[0].id)


DEEP = b"%PDF-1.7\n1 0 obj" + b"<</A " * 40_000 + b"endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF"


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7\n", DEEP, b"\x00" * 1000], ids=["nothing", "a head", "deep", "zeros"])
def test_what_is_no_fillable_pdf_has_no_fields(body):
    assert FIELDS.texts(body) == {}
