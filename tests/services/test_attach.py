"""Files on their way in: drawn anew, refused, flagged, looked through."""

from __future__ import annotations

import hashlib

import pytest
from photos import SECRET, flood, moving, office, opened, photo, zipped

from issuer.errors import IssuerError

SLUG = "focusing-on-student-learning"


@pytest.fixture
def teacher(house):
    return house.teacher()


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp")])
def test_upl_13_a_picture_is_drawn_anew_upright_and_without_what_the_camera_wrote(house, teacher, kind, name):
    draft = house.submit.start(teacher.id, SLUG)
    sent = photo(kind, (60, 40))
    assert SECRET in sent
    file = house.attach.add_file(teacher.id, draft.id, name, "", [sent])
    stored = b"".join(house.adapters.blobs.read(file.id))
    assert [one.code for one in file.notes] == ["upload.metadata_removed"]
    assert SECRET not in stored
    picture = opened(stored)
    assert (picture.format, picture.size, dict(picture.getexif())) == (kind, (40, 60), {})
    upper, lower = picture.convert("RGB").getpixel((20, 5)), picture.convert("RGB").getpixel((20, 55))
    assert (upper[0] > 200, lower[2] > 200) == (True, True)
    assert (file.size_bytes, file.sha256) == (len(stored), hashlib.sha256(stored).hexdigest())
    assert house.attach.file(teacher.id, file.id) == file
    assert list((house.folder / "evidence" / "incoming").iterdir()) == []


def test_upl_13_a_picture_without_anything_beside_it_gets_no_note(house, teacher):
    draft = house.submit.start(teacher.id, SLUG)
    art = house.badge_class(SLUG).art_png
    file = house.attach.add_file(teacher.id, draft.id, "art.png", "image/png", [art])
    stored = b"".join(house.adapters.blobs.read(file.id))
    assert file.notes == ()
    assert opened(stored).convert("RGBA").tobytes() == opened(art).convert("RGBA").tobytes()


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        pytest.param("a.png", photo("PNG")[:60], "upload.type_mismatch", id="UPL-08-cut-off"),
        pytest.param("a.webp", moving("WEBP"), "upload.type_not_allowed", id="moving"),
        pytest.param("a.png", flood(9_000), "upload.image_dimensions", id="UPL-07-flood"),
        pytest.param("a.heic", b"\0\0\0\x18ftypheic" + bytes(4096), "upload.type_not_allowed", id="heic"),
        pytest.param("a.docx", zipped({"a.exe": b"MZ"}), "upload.archive", id="archive-named-docx"),
        pytest.param("a.docx", b"PK\x03\x04" + bytes(5000), "upload.archive", id="no-archive-named-docx"),
    ],
)
def test_hostile_files_are_refused_and_leave_nothing(house, teacher, name, body, code):
    draft = house.submit.start(teacher.id, SLUG)
    before = set(house.adapters.blobs.ids())
    with pytest.raises(IssuerError) as refused:
        house.attach.add_file(teacher.id, draft.id, name, "", [body])
    assert refused.value.code == code
    assert set(house.adapters.blobs.ids()) == before
    assert list((house.folder / "evidence" / "incoming").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "body", "held"),
    [
        pytest.param("a.pdf", b"%PDF-1.7 1 0 obj <</S /JavaScript /JS (x)>> endobj", "scripts", id="UPL-04-javascript"),
        pytest.param("a.pdf", b"%PDF-1.7 1 0 obj <</S/Launch /F(cmd)>> endobj", "start programs", id="UPL-04-launch"),
        pytest.param("a.pdf", b"%PDF-1.7 1 0 obj <</Type/EmbeddedFile>> endobj", "other files", id="UPL-04-embedded"),
        pytest.param("a.docx", office({"word/vbaProject.bin": b"x"}), "macros", id="macros"),
    ],
)
def test_upl_04_what_does_more_than_show_itself_is_accepted_and_flagged(house, teacher, name, body, held):
    draft = house.submit.start(teacher.id, SLUG)
    (note,) = house.attach.add_file(teacher.id, draft.id, name, "", [body]).notes
    assert note.code == "upload.flagged_active"
    assert held in note.message


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("notes.txt", b"My student Marisol Vega said it best."),
        ("notes.csv", b"student,score\nMarisol Vega,3\n"),
        ("notes.docx", office({"word/document.xml": b"<w:p><w:t>My student Marisol</w:t> <w:t>Vega</w:t></w:p>"})),
    ],
)
def test_signs_of_students_inside_a_file_are_told_at_the_file(house, name, body):
    teacher = house.teacher(f"Reads {name}")
    draft = house.submit.start(teacher.id, SLUG)
    file = house.attach.add_file(teacher.id, draft.id, name, "", [body])
    (flag,) = house.submit.folder(teacher.id, draft.id).privacy.flags
    assert (flag.pointer, flag.kind, flag.excerpt) == (f"/files/{file.id}", "name", "Marisol Vega")
