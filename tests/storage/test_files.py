"""Evidence files and publications: whole or not there, private, and nothing left behind."""

from __future__ import annotations

import hashlib
import os
import resource
import stat
import threading
import time

import pytest

from issuer.errors import NotFound, Refused, StorageFull
from issuer.storage.blobs import FileBlobs
from issuer.storage.publications import FilePublications

ID = "8f6c3a52-1d0f-4a58-9a50-0d3f4e7b1c22"
OTHER = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def blobs(tmp_path):
    return FileBlobs(tmp_path / "data")


def _files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_file_comes_back_with_size_and_digest(blobs, tmp_path):
    body = bytes(range(256)) * 1_000
    stored = blobs.put(ID, (body[start : start + 7_000] for start in range(0, len(body), 7_000)), 1_000_000)
    assert stored == (len(body), hashlib.sha256(body).hexdigest())
    assert b"".join(blobs.read(ID)) == body
    assert blobs.size(ID) == len(body)
    assert list(blobs.ids()) == [ID]
    (path,) = _files(tmp_path)
    assert path.relative_to(tmp_path).as_posix() == f"data/evidence/8f/6c/{ID}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert all(stat.S_IMODE(folder.stat().st_mode) == 0o700 for folder in path.parents[:4])


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 5), (3, None), (0, 0), (9, 4), (65_530, 65_545), (70_000, 80_000), (99_999, 200_000), (200_000, None)],
)
def test_a_range_is_cut_exactly(blobs, start, end):
    body = os.urandom(100_000)
    blobs.put(ID, [body], 100_000)
    assert b"".join(blobs.read(ID, start, end)) == (body[start:end] if end is None or end > start else b"")


def test_a_file_too_large_is_refused_and_leaves_nothing(blobs, tmp_path):
    asked = []

    def endless():
        while True:
            asked.append(1)
            yield b"x" * 1_000

    with pytest.raises(Refused) as refused:
        blobs.put(ID, endless(), 10_000)
    assert refused.value.code == "input.too_large"
    assert len(asked) == 11
    assert _files(tmp_path) == []
    assert blobs.put(ID, [b"x" * 10_000], 10_000)[0] == 10_000


def test_an_upload_that_breaks_off_leaves_nothing(blobs, tmp_path):
    def broken():
        yield b"first"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        blobs.put(ID, broken(), 100)
    assert _files(tmp_path) == []
    assert blobs.size(ID) is None


def test_rel_02_no_room_is_storage_full_and_leaves_nothing(blobs, tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        with pytest.raises(StorageFull) as refused:
            blobs.put(ID, [b"x" * 40_000] * 3, 1_000_000)
        assert blobs.put(OTHER, [b"small"], 100)[0] == 5
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert refused.value.code == "storage.full"
    assert list(blobs.ids()) == [OTHER]
    assert len(_files(tmp_path)) == 1


def test_what_is_not_there_is_not_found_at_once(blobs):
    assert blobs.size(ID) is None
    blobs.delete(ID)
    with pytest.raises(NotFound):
        blobs.read(ID)


@pytest.mark.parametrize("id", ["../../etc/passwd", "", "incoming", ID.upper(), ID + "\n", f"{ID}/x", "\x00"])
def test_an_id_that_is_no_uuid_reaches_no_file(blobs, tmp_path, id):
    with pytest.raises(NotFound):
        blobs.put(id, [b"x"], 10)
    with pytest.raises(NotFound):
        blobs.read(id)
    assert blobs.size(id) is None
    assert _files(tmp_path) == []


def test_deleting_removes_the_file(blobs, tmp_path):
    blobs.put(ID, [b"x"], 10)
    blobs.delete(ID)
    assert _files(tmp_path) == []
    assert list(blobs.ids()) == []


def test_old_halves_are_removed_when_opened_and_young_ones_stay(blobs, tmp_path):
    incoming = tmp_path / "data" / "evidence" / "incoming"
    for name, age_s in [("old", 7_200), ("young", 60)]:
        (incoming / name).write_bytes(b"half")
        os.utime(incoming / name, (time.time() - age_s,) * 2)
    reopened = FileBlobs(tmp_path / "data")
    assert [path.name for path in incoming.iterdir()] == ["young"]
    assert list(reopened.ids()) == []


def test_a_publication_is_replaced_as_a_whole(tmp_path):
    publications = FilePublications(tmp_path / "data")
    assert publications.get("revocation-1") is None
    bodies = {bytes([letter]) * 200_000 for letter in b"abcd"}
    publications.put("revocation-1", next(iter(bodies)))
    seen, stop = set(), threading.Event()

    def read():
        while not stop.is_set():
            seen.add(publications.get("revocation-1"))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(10):
        for body in bodies:
            publications.put("revocation-1", body)
    stop.set()
    reader.join()
    assert seen <= bodies
    assert [path.name for path in _files(tmp_path)] == ["revocation-1"]
    assert stat.S_IMODE((tmp_path / "data/published/revocation-1").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["../secret", "", ".hidden", "a/b", "a\x00", "x" * 200])
def test_a_name_that_is_no_plain_file_name_is_refused(tmp_path, name):
    publications = FilePublications(tmp_path)
    assert publications.get(name) is None
    with pytest.raises(ValueError, match="no name"):
        publications.put(name, b"x")
    assert _files(tmp_path) == []


def test_a_publication_read_before_is_seen_to_be_replaced(tmp_path):
    """By another process, at once, by bytes of the same size, and gone."""
    ours, theirs = FilePublications(tmp_path), FilePublications(tmp_path)
    theirs.put("list", b"one")
    assert ours.get("list") == b"one"
    theirs.put("list", b"two")
    assert ours.get("list") == b"two"
    path = tmp_path / "published" / "list"
    os.utime(path, ns=(0, 0))
    assert ours.get("list") == b"two"
    kept = ours.get("list")
    assert kept is ours.get("list")
    theirs.put("list", b"six")
    os.utime(path, ns=(0, 0))
    assert ours.get("list") == b"six"
    path.unlink()
    assert ours.get("list") is None
