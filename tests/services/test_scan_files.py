"""Files under a virus scanner: clean ones pass, infected ones are kept apart, unseen ones go to nobody else."""

from __future__ import annotations

import pytest
from house import House
from scanner import VIRUS, clamd

from issuer.domain.evidence_file import Scan
from issuer.errors import Misconfigured, NotFound, Unavailable, Unprocessable
from issuer.outbound.clamd import Clamd
from issuer.services.submit import EvidenceIncompleteError

SLUG = "focusing-on-student-learning"


@pytest.fixture(scope="module")
def watched(tmp_path_factory, keys_folder):
    folder = tmp_path_factory.mktemp("watched")
    house = House(folder / "data", keys_folder, CLAMD_SOCKET=str(folder / "clamd"))
    yield house, folder / "clamd"
    house.close()


def test_a_clean_file_passes_and_the_scanner_saw_all_of_it(watched):
    house, socket = watched
    teacher = house.teacher("Clean")
    draft = house.submit.start(teacher.id, SLUG)
    body = b"What we saw.\n" * 20_000
    with clamd(socket) as scanner:
        file = house.attach.add_file(teacher.id, draft.id, "a.txt", "", [body])
    assert (file.scan, scanner.seen) == (Scan.CLEAN, [body])


def test_an_infected_file_is_refused_and_kept_apart(watched):
    house, socket = watched
    teacher = house.teacher("Infected")
    draft = house.submit.start(teacher.id, SLUG)
    with clamd(socket), pytest.raises(Unprocessable) as refused:
        house.attach.add_file(teacher.id, draft.id, "a.txt", "", [b"words " + VIRUS])
    assert refused.value.code == "upload.malware"
    assert "Test.Virus" in refused.value.message
    assert house.submit.folder(teacher.id, draft.id).files == ()
    (apart,) = (house.folder / "evidence" / "quarantine").iterdir()
    assert house.adapters.blobs.size(apart.name) is None
    assert house.events(apart.name) == ["upload.malware"]


def test_while_the_scanner_is_away_a_file_waits_and_is_judged_later(watched):
    house, socket = watched
    teacher, reviewer = house.teacher("Waits"), house.reviewer("Reads")
    handed_in = house.hand_in(teacher, "sharing-learning")
    (file, *_) = house.submit.folder(teacher.id, handed_in.id).files
    assert (file.scan, file.is_held_back) == (Scan.PENDING, True)
    assert house.attach.file(reviewer.id, file.id).is_held_back
    house.recover.run_once()
    assert house.attach.file(reviewer.id, file.id).scan is Scan.PENDING, "it is still away"
    with clamd(socket):
        house.recover.run_once()
    assert house.attach.file(reviewer.id, file.id).scan is Scan.CLEAN


def test_what_turns_out_to_be_infected_is_no_evidence_any_more(watched):
    house, socket = watched
    teacher = house.teacher("Turns Out")
    draft = house.draft(teacher, "sharing-learning")
    infected = house.submit.folder(teacher.id, draft.id).files[0]
    with clamd(socket) as scanner:
        scanner.reply = b"stream: Late.Virus FOUND\0"
        house.recover.run_once()
    file = house.submit.folder(teacher.id, draft.id).files[0]
    assert (file.id, file.scan) == (infected.id, Scan.INFECTED)
    assert "Late.Virus" in file.notes[-1].message
    with pytest.raises(NotFound):
        house.adapters.blobs.read(file.id)
    with pytest.raises(EvidenceIncompleteError) as incomplete:
        house.submit.submit(teacher.id, draft.id)
    assert {one.code for one in incomplete.value.findings} == {"evidence.unknown_file"}
    assert [one for one in house.problems() if one.invariant == "I13"] == []


@pytest.mark.parametrize("reply", [b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK but", b"", b"x" * 9_000])
def test_a_file_is_clean_only_when_the_scanner_says_so(tmp_path, reply):
    with clamd(tmp_path / "clamd") as scanner:
        scanner.reply = reply
        with pytest.raises(Unavailable):
            Clamd(str(tmp_path / "clamd")).scan([b"words"])


def test_nobody_listening_is_no_clean_file(tmp_path):
    for where in (str(tmp_path / "nothing"), "127.0.0.1:1"):
        with pytest.raises(Unavailable):
            Clamd(where).scan([b"words"])


def test_the_setting_is_a_path_or_an_address(tmp_path, keys_folder):
    with pytest.raises(Misconfigured):
        House(tmp_path, keys_folder, CLAMD_SOCKET="clamd")
