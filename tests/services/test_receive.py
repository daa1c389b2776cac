"""Files that arrive in pieces: from where they ended, after restarts, once (K13)."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from house import House
from photos import photo

from issuer.errors import Conflict, IssuerError, NotFound, Refused, Unprocessable
from issuer.services.receive import KEPT, PIECE_BYTES

SLUG = "focusing-on-student-learning"
TEXT = b"What we saw in the second lesson.\n" * 1_000


@pytest.fixture
def teacher(house):
    return house.teacher()


@pytest.fixture
def draft(house, teacher) -> str:
    return house.submit.start(teacher.id, SLUG).id


def send(house, by: str, upload_id: str, body: bytes, offset: int = 0, piece: int = 10_000) -> None:
    for start in range(offset, len(body), piece):
        assert house.receive.append(by, upload_id, start, body[start : start + piece]).offset <= len(body)


def lying(house) -> list[str]:
    return [path.name for path in (house.folder / "evidence" / "arriving").iterdir() if path.suffix != ".lock"]


def test_a_file_in_pieces_is_the_file_that_was_sent(house, teacher, draft):
    begun = house.receive.start(teacher.id, draft, "notes.txt", "text/plain", len(TEXT))
    send(house, teacher.id, begun.upload.id, TEXT)
    digest = hashlib.sha256(TEXT).hexdigest()
    file = house.receive.complete(teacher.id, begun.upload.id, digest)
    assert (file.id, file.name, file.sha256, file.media_type) == (begun.upload.id, "notes.txt", digest, "text/plain")
    assert b"".join(house.adapters.blobs.read(file.id)) == TEXT
    assert house.receive.complete(teacher.id, begun.upload.id) == file, "a lost answer can be asked for again"
    assert house.submit.folder(teacher.id, draft).files == (file,)
    assert file.id not in lying(house)
    assert house.receive.arriving(teacher.id, draft) == []


def test_it_goes_on_after_a_restart_from_where_it_ended(build):
    house = build()
    teacher = house.teacher()
    draft = house.submit.start(teacher.id, SLUG).id
    begun = house.receive.start(teacher.id, draft, "notes.txt", "", len(TEXT))
    send(house, teacher.id, begun.upload.id, TEXT[:20_000])
    house.close()
    again = build()
    (found,) = again.receive.arriving(teacher.id, draft)
    assert (found.upload, found.offset) == (begun.upload, 20_000)
    send(again, teacher.id, begun.upload.id, TEXT, 20_000)
    assert again.receive.complete(teacher.id, begun.upload.id).size_bytes == len(TEXT)


def test_pieces_count_only_at_the_end_of_what_has_arrived(house, teacher, draft):
    begun = house.receive.start(teacher.id, draft, "notes.txt", "", len(TEXT))
    id = begun.upload.id
    send(house, teacher.id, id, TEXT[:10_000])
    for offset in (0, 5_000, 10_001):
        with pytest.raises(Conflict, match="10000 bytes have arrived"):
            house.receive.append(teacher.id, id, offset, TEXT[offset : offset + 100])
    with pytest.raises(Conflict):
        house.receive.complete(teacher.id, id)
    with pytest.raises(Refused):
        house.receive.append(teacher.id, id, 10_000, bytes(len(TEXT)))
    send(house, teacher.id, id, TEXT, 10_000)
    with pytest.raises(Unprocessable) as refused:
        house.receive.complete(teacher.id, id, "0" * 64)
    assert refused.value.code == "evidence.integrity"
    assert house.receive.one(teacher.id, id).offset == 0, "it is sent again from the beginning"


@pytest.mark.parametrize(
    ("name", "size_bytes", "code"),
    [
        ("a.txt", 0, "input.empty"),
        ("a.txt", 1024 * 1024 + 1, "input.too_large"),
        ("a.HEIC", 10, "upload.type_not_allowed"),
        ("a.zip", 10, "upload.type_not_allowed"),
        ("b.txt", 700_000, "upload.quota"),
    ],
)
def test_what_will_not_be_taken_is_told_before_it_is_sent(small_house, name, size_bytes, code):
    house, teacher, draft = small_house
    with pytest.raises(IssuerError) as refused:
        house.receive.start(teacher.id, draft, name, "", size_bytes)
    assert refused.value.code == code


@pytest.fixture(scope="module")
def small_house(tmp_path_factory, keys_folder):
    """An account of one MiB, of which half a MiB is announced."""
    house = House(tmp_path_factory.mktemp("small"), keys_folder, MAX_FILE_MIB="1", MAX_ACCOUNT_MIB="1")
    teacher = house.teacher()
    draft = house.submit.start(teacher.id, SLUG).id
    house.receive.start(teacher.id, draft, "a.txt", "", 512 * 1024)
    yield house, teacher, draft
    house.close()


def test_the_first_piece_already_tells_what_it_is(house, teacher, draft):
    begun = house.receive.start(teacher.id, draft, "a.png", "image/png", 3 * PIECE_BYTES)
    with pytest.raises(Refused) as refused:
        house.receive.append(teacher.id, begun.upload.id, 0, b"MZ" + bytes(9_000))
    assert refused.value.code == "upload.type_mismatch"
    assert begun.upload.id not in lying(house)
    assert house.receive.arriving(teacher.id, draft) == []


def test_a_picture_in_pieces_is_drawn_anew_and_a_broken_one_leaves_nothing(house, teacher, draft):
    for body, is_whole in ((photo(), True), (photo()[:-300], False)):
        begun = house.receive.start(teacher.id, draft, "a.jpg", "image/jpeg", len(body))
        send(house, teacher.id, begun.upload.id, body, piece=500)
        if is_whole:
            assert [one.code for one in house.receive.complete(teacher.id, begun.upload.id).notes] == [
                "upload.metadata_removed"
            ]
        else:
            with pytest.raises(Refused):
                house.receive.complete(teacher.id, begun.upload.id)
        assert begun.upload.id not in lying(house)
    assert house.receive.arriving(teacher.id, draft) == []
    assert len(house.submit.folder(teacher.id, draft).files) == 1


def test_others_meet_nothing_and_giving_up_forgets(house, teacher, draft):
    other = house.teacher("Somebody Else")
    id = house.receive.start(teacher.id, draft, "a.txt", "", 10).upload.id
    for call in (
        lambda: house.receive.one(other.id, id),
        lambda: house.receive.append(other.id, id, 0, b"x"),
        lambda: house.receive.complete(other.id, id),
        lambda: house.receive.cancel(other.id, id),
        lambda: house.receive.arriving(other.id, draft),
        lambda: house.receive.start(other.id, draft, "a.txt", "", 1),
        lambda: house.receive.one(teacher.id, "no-such-upload"),
    ):
        with pytest.raises(NotFound):
            call()
    house.receive.append(teacher.id, id, 0, b"words")
    house.receive.cancel(teacher.id, id)
    assert id not in lying(house)
    assert house.receive.arriving(teacher.id, draft) == []


def test_k13_what_nobody_went_on_with_is_swept(house, teacher, draft):
    old = house.receive.start(teacher.id, draft, "old.txt", "", 10).upload.id
    house.receive.append(teacher.id, old, 0, b"words")
    house.clock.advance(days=KEPT.days, minutes=1)
    kept = house.receive.start(teacher.id, draft, "new.txt", "", 10).upload.id
    house.receive.append(teacher.id, kept, 0, b"words")
    house.adapters.parts.append("00000000-0000-0000-0000-000000000000", 0, b"of no row")
    house.recover.run_once()
    assert old not in lying(house)
    assert [one.upload.id for one in house.receive.arriving(teacher.id, draft)] == [kept]
    assert lying(house) == [kept]


def test_a_deleted_draft_takes_what_is_arriving_with_it(house, teacher, draft):
    id = house.receive.start(teacher.id, draft, "a.txt", "", 10).upload.id
    house.receive.append(teacher.id, id, 0, b"words")
    house.submit.delete(teacher.id, draft)
    house.receive.sweep()
    assert id not in lying(house)


def test_completing_at_once_from_two_sides_makes_one_file(house, teacher, draft):
    id = house.receive.start(teacher.id, draft, "a.txt", "", len(TEXT)).upload.id
    send(house, teacher.id, id, TEXT)
    with ThreadPoolExecutor(4) as pool:
        files = list(pool.map(lambda _: house.receive.complete(teacher.id, id), range(4)))
    assert [file.id for file in files] == [id] * 4
    assert b"".join(house.adapters.blobs.read(id)) == TEXT
