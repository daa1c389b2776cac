"""Signs of students in text and in file names; the names are invented."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.domain.privacy.email_addresses import EMAIL, email_addresses
from issuer.domain.privacy.file_names import is_telling
from issuer.domain.privacy.id_numbers import birth_dates, id_numbers
from issuer.domain.privacy.initials import initials
from issuer.domain.privacy.names import name_tokens, student_names
from issuer.domain.privacy.phone_numbers import phone_numbers
from issuer.domain.privacy.street_addresses import street_addresses

NOBODY = frozenset[str]()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Write to maria.lopez@school.example, please.", "maria.lopez@school.example"),
        ("<m@school.example>", "m@school.example"),
        ("mailto:maria%40school.example", "maria%40school.example"),
        ("It was x@school.example.", "x@school.example"),
    ],
)
def test_email_addresses_are_found_whole(text, address):
    assert list(email_addresses(text)) == [address]


@pytest.mark.parametrize("text", ["3 @ 5 dollars", "@maria", "look@this", "a@b", "@.", ""])
def test_a_sign_alone_is_no_address(text):
    assert list(email_addresses(text)) == []


@pytest.mark.parametrize(
    "text",
    ["555-123-4567", "(555) 123-4567", "555.123.4567", "+1 555 123 4567", "+49 170 1234567", "call 555-0134",
     "text me: 5551234567"],
)  # fmt: skip
def test_phone_numbers(text):
    assert len(list(phone_numbers(f"Reach them at home, {text} in the evening."))) == 1


@pytest.mark.parametrize(
    "text",
    ["2026-09-14", "from 2026 to 2027", "0.5551234567", "scores 12, 14, 17, 21", "1,234,567", "24-26 students", "3/4",
     "pages 100-2000", "09:15-10:00", "call 12 parents"],
)  # fmt: skip
def test_other_numbers_are_no_phone_numbers(text):
    assert list(phone_numbers(text)) == []


@pytest.mark.parametrize(
    "text",
    ["123-45-6789", "ID 48213", "student id: A-482133", "Student number is 48213", "lunch code 4821", "SSN 123456789",
     "0048213377", "ID #: 48213"],
)  # fmt: skip
def test_id_numbers(text):
    assert len(list(id_numbers(f"He wrote {text} on top."))) == 1


@pytest.mark.parametrize(
    "text",
    ["2026-09-14", "20260914", "0.1234567", "1,234,567", "grade 4", "504 plan", "https://x.example/d/123456789",
     "an idea 12345", "24 of 27", "+15551234567", "1234567890123456"],
)  # fmt: skip
def test_other_numbers_are_no_ids(text):
    assert list(id_numbers(text)) == []


@pytest.mark.parametrize(
    "text", ["born 2016-03-04", "DOB: 3/4/16", "born on March 4, 2016", "birthday is 4 March", "born in 2016"]
)
def test_dates_of_birth(text):
    assert len(list(birth_dates(f"She ({text}) reads."))) == 1


@pytest.mark.parametrize("text", ["on 2016-03-04", "born teachers met on the 4th", "an idea was born: 12 cards"])
def test_other_dates_are_nobodys(text):
    assert list(birth_dates(text)) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("My student Maria scored well.", ["Maria"]),
        ("Maria Lopez struggled with fractions, as other students did.", ["Maria Lopez"]),
        ("Students Maria Lopez, Diego Ruiz and Xiomara Quispe", ["Maria Lopez", "Diego Ruiz", "Xiomara Quispe"]),
        ("one of my 4th graders, Lakshmi Venkataraman, said", ["Lakshmi Venkataraman"]),
        ("The student, Jamal W., explained", ["Jamal W"]),
        ("a pupil named Quispe", ["Quispe"]),
        ("Nguye\u0302\u0303n Thi\u0323 Hoa is a pupil in grade 4", ["Nguyễn Thị Hoa"]),
        ("the student Jean-Luc Moreau", ["Jean-Luc Moreau"]),
        ("the student D’Angelo Smith said", ["D’Angelo Smith"]),
        ("When Sean O’Brien (grade 5) asked", ["Sean O’Brien"]),
        ("Keisha’s essay was read by the class.", ["Keisha’s"]),
    ],
)
def test_names_near_students(text, names):
    assert list(student_names(text, NOBODY)) == names


@pytest.mark.parametrize(
    "text",
    [
        "Students used Khan Academy in Grade 4.", "I asked Ms. Alvarez about the student.",
        "The students of Lincoln Elementary School", "In January I asked my students. Student A said",
        "Student Voice and Student Choice", "my students tried the Tuning Protocol with Google Classroom",
        "students in Room B and Group C", "Dr. Jane Goodall spoke to students", "The class read Charlotte’s Web",
        "the student WROTE IN CAPITALS", "Every Tuesday the students met.", "students from https://x.example/Maria/Lopez",
    ],
)  # fmt: skip
def test_words_of_schools_are_no_names(text):
    assert list(student_names(text, NOBODY)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("My student M.R. finally raised her hand.", ["M.R."]),
        ("Students J.D., A.K. and T.W. worked together.", ["J.D.", "A.K.", "T.W."]),
        ("A pupil, L. M. T., asked why.", ["L. M. T."]),
    ],
)
def test_initials_of_students(text, found):
    assert list(initials(text)) == found


@pytest.mark.parametrize(
    "text",
    ["The U.S. students", "students in N.C. and Washington, D.C.", "Students come at 8 A.M. or 9 P.M.",
     "We read it at 10 a.m.",
     "My students read E. B. White and J.K. Rowling.", "The J.D. degree of a colleague", "students at P.S. 12"],
)  # fmt: skip
def test_other_initials_are_nobodys(text):
    assert list(initials(text)) == []


@pytest.mark.parametrize(
    "text", ["412 Maple Street, Apt 3", "77 Oak Ave.", "1200 N. Martin Luther Blvd", "5 Elm St", "31 Old Mill Rd"]
)
def test_street_addresses(text):
    assert list(street_addresses(f"He lives at {text} with his aunt.")) != []


@pytest.mark.parametrize(
    "text",
    ["the 12 Students in Maple Street School", "Room 12, Lincoln Elementary", "page 7 Court cases",
     "in 2026 Sesame Street was",
     "24 of 27 Drive the point home", "Grade 4 Way of Life"],
)  # fmt: skip
def test_other_numbers_and_streets_are_no_addresses(text):
    assert [one for one in street_addresses(text) if not one.startswith("2026")] == []


def test_the_teacher_and_named_colleagues_are_known():
    known = name_tokens("Dana Petrov", "Chloe Nguyễn")
    assert list(student_names("Dana Petrov and Chloe showed a student their work.", known)) == []
    assert list(student_names("Dana Lopez showed a student her work.", known)) == ["Dana Lopez"]


def test_names_far_from_students_count_only_where_all_of_them_do():
    text = "Maria Lopez wrote this." + " It went on and on." * 10
    assert list(student_names(text, NOBODY)) == []
    assert list(student_names(text, NOBODY, anywhere=True)) == ["Maria Lopez"]


@pytest.mark.parametrize(
    "name",
    ["Maria_Lopez_essay.pdf", "maria-lopez.pdf", "Xiomara_Quispe_essay.pdf", "MariaLopezEssay.pdf", "DSC_Maria.jpg",
     "photo_of_maria.jpg", "student 1234567.pdf"],
)  # fmt: skip
def test_telling_file_names(name):
    assert is_telling(name, NOBODY)


@pytest.mark.parametrize(
    "name",
    ["IMG_1234.jpg", "IMG_20260914_101530.jpg", "Lesson_Plan.pdf", "run_chart 2026-09-14.png", "20260914_data.csv",
     "WhatsApp Image 2026-11-01.jpg", "Exit_Ticket_Data_Cycle_2.xlsx", "Meeting minutes March.docx", ".pdf", "1", ""],
)  # fmt: skip
def test_file_names_that_tell_nothing(name):
    assert not is_telling(name, NOBODY)


def test_a_teachers_own_name_on_a_file_is_fine():
    assert not is_telling("Maria_Lopez_reflection.pdf", name_tokens("Maria Lopez"))


SEARCHES = {
    "email": email_addresses, "phone": phone_numbers, "id": id_numbers, "birth": birth_dates,
    "name": lambda text: student_names(text, NOBODY),
    "name anywhere": lambda text: student_names(text, NOBODY, anywhere=True),
}  # fmt: skip


@given(st.text(max_size=300), st.sampled_from(sorted(SEARCHES)))
def test_any_text_can_be_searched(text, search):
    for sign in SEARCHES[search](text):
        assert sign


@given(st.text(max_size=120))
def test_every_address_that_a_badge_refuses_is_found(text):
    """What the check before signing would refuse is told while it can still be changed."""
    assert bool(EMAIL.search(text)) == bool(list(email_addresses(text)))


@given(st.text("aM9 @.%40-+()born id", max_size=60), st.text("aM9 @.%40-+", max_size=60))
def test_an_address_is_found_wherever_it_stands(before, after):
    assert any("kim@school" in sign for sign in email_addresses(f"{before} kim@school.example {after}"))


HOSTILE = [
    "%40",
    "a@",
    "1",
    "1 ",
    "(1",
    "+1 ",
    "born ",
    "call ",
    "id is ",
    "M",
    "Ma ",
    "a'",
    "M. ",
    "student ",
    "A-",
    " ",
]


@pytest.mark.parametrize("search", sorted(SEARCHES))
def test_searching_takes_linear_time(search):
    """The most hostile repetitions, at half the length of all that is looked through at once."""
    for piece in HOSTILE:
        start = time.perf_counter()
        for _ in SEARCHES[search](piece * (100_000 // len(piece))):
            pass
        assert time.perf_counter() - start < 8, piece
