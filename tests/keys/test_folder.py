from __future__ import annotations

import os
from pathlib import Path

import pytest

from keys.errors import KeysError
from keys.folder import KeyFolder


@pytest.fixture
def place(folder: Path) -> KeyFolder:
    made = KeyFolder(folder)
    made.create()
    return made


def code_of(read: object, *arguments: object) -> str:
    with pytest.raises(KeysError) as caught:
        read(*arguments)  # type: ignore[operator]
    return caught.value.code


def test_files_and_folder_are_the_owners_alone(place: KeyFolder) -> None:
    place.write("a.pem", b"secret")
    assert place.path.stat().st_mode & 0o777 == 0o700
    assert (place.path / "a.pem").stat().st_mode & 0o777 == 0o600
    assert place.read("a.pem") == b"secret"
    assert place.read("b.pem") is None


def test_a_permissive_umask_changes_nothing(place: KeyFolder) -> None:
    before = os.umask(0)
    try:
        place.write("a.pem", b"secret")
        with place.locked():
            pass
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o077 for path in place.path.iterdir()} == {0}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o610, 0o601, 0o644])
def test_rel_07_key_06_a_file_that_others_may_reach(place: KeyFolder, mode: int) -> None:
    place.write("a.pem", b"secret")
    (place.path / "a.pem").chmod(mode)
    assert code_of(place.read, "a.pem") == "key.permissions"


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o711, 0o777, 0o701])
def test_rel_07_key_06_a_folder_that_others_may_enter(place: KeyFolder, mode: int) -> None:
    place.path.chmod(mode)
    assert code_of(place.check) == "key.permissions"
    assert code_of(place.create) == "key.permissions"


def test_a_link_is_not_followed(place: KeyFolder, tmp_path: Path) -> None:
    outside = tmp_path / "outside.pem"
    outside.write_bytes(b"secret")
    outside.chmod(0o600)
    (place.path / "a.pem").symlink_to(outside)
    assert code_of(place.read, "a.pem") == "key.permissions"


def test_something_else_in_the_place_of_a_file(place: KeyFolder) -> None:
    (place.path / "a.pem").mkdir(mode=0o700)
    os.mkfifo(place.path / "b.pem", 0o600)
    place.write("c.pem", bytes(1_048_577))
    for name in ("a.pem", "b.pem", "c.pem"):
        assert code_of(place.read, name) == "key.permissions"


def test_there_is_no_folder(tmp_path: Path) -> None:
    assert code_of(KeyFolder(tmp_path / "none").check) == "key.not_found"
    (tmp_path / "file").write_bytes(b"")
    assert code_of(KeyFolder(tmp_path / "file").check) == "key.not_found"
    (tmp_path / "link").symlink_to(tmp_path)
    assert code_of(KeyFolder(tmp_path / "link").check) == "key.not_found"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")
def test_a_file_or_folder_of_another_user(place: KeyFolder) -> None:
    place.write("a.pem", b"secret")
    os.chown(place.path / "a.pem", 65534, -1)
    assert code_of(place.read, "a.pem") == "key.permissions"
    os.chown(place.path, 65534, -1)
    assert code_of(place.check) == "key.permissions"


def test_one_ceremony_at_a_time(place: KeyFolder) -> None:
    with place.locked():
        other = KeyFolder(place.path)
        with pytest.raises(KeysError, match=r"key\.in_use"), other.locked():
            pass
    with place.locked():
        pass


def test_a_staged_file_does_not_count_until_it_is_settled(place: KeyFolder) -> None:
    place.write("a.pem", b"old")
    place.stage("a.pem", b"new")
    assert place.read("a.pem") == b"old"
    assert place.names(".pem") == {"a.pem"}
    place.settle("a.pem")
    assert place.read("a.pem") == b"new"
    assert place.names(".new") == frozenset()
