"""The whole story without a browser, and the demo people."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from issuer.app.demo import seed
from issuer.services.review import Decided, ReviewEvidence
from tests.cli.conftest import Installation


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, str]:
    """(folder written to, exit status, standard output) of `issuer demo`; its data kept beside it."""
    folder = tmp_path_factory.mktemp("story")
    done = Installation(folder / "unused", "RS256").run(
        "demo", "--out", str(folder / "out"), "--data", str(folder / "data")
    )
    return folder, done.exit_code, done.stdout


def test_sixteen_badges_are_valid_in_four_forms(played: tuple[Path, int, str]) -> None:
    folder, status, _ = played
    assert status == 0
    summary = json.loads((folder / "out/summary.json").read_text("utf-8"))
    assert len(summary) == 16
    assert {tuple(one) for one in summary} == {("slug", "id", "verdict")}
    assert {one["verdict"] for one in summary} == {"valid"}
    assert summary[-1]["slug"] == "teacher-leader"
    for one in summary:
        stem = folder / "out/credentials" / one["slug"]
        assert json.loads(stem.with_suffix(".json").read_bytes())["id"] == one["id"]
        assert stem.with_suffix(".jwt").read_text("ascii").count(".") == 2
        assert stem.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
        assert b"openbadges" in stem.with_suffix(".svg").read_bytes()
    assert json.loads((folder / "out/did.json").read_bytes())["id"] == "did:web:localhost%3A8000"
    assert {path.name for path in (folder / "out/status").iterdir()} == {"revocation-1.json", "suspension-1.json"}


def test_one_revoked_badge_brings_down_the_certification_alone(played: tuple[Path, int, str]) -> None:
    folder, _, told = played
    after = json.loads((folder / "out/after_revocation.json").read_text("utf-8"))
    fallen = {one["slug"]: one["codes"] for one in after["badges"] if one["verdict"] != "valid"}
    assert fallen == {"building-will": ["status.revoked"], "teacher-leader": ["status.revoked"]}
    assert "teacher-leader is invalid (status.revoked)" in told
    before = (folder / "out/status/revocation-1.json").read_bytes()
    assert (folder / "out/status_after_revocation/revocation-1.json").read_bytes() != before


def test_kept_data_is_an_installation(played: tuple[Path, int, str]) -> None:
    folder, _, told = played
    assert told.endswith(f"DATA_DIR={folder}/data issuer verify {folder}/out/credentials\n")
    kept = Installation(folder / "data", "RS256")
    files = [str(folder / "out/credentials" / f"{slug}.json") for slug in ("collecting-data", "teacher-leader")]
    assert kept.run("verify", files[0]).exit_code == 0
    assert kept.run("verify", files[1]).exit_code == 1
    assert kept.run("check").exit_code == 0


def test_a_folder_with_something_in_it_is_left_alone(empty: Installation, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine", "utf-8")
    done = empty.run("demo", "--out", str(tmp_path / "out"), "--data", str(tmp_path / "mine"))
    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_the_story_is_for_this_machine_only(empty: Installation, tmp_path: Path) -> None:
    done = empty.run("demo", "--out", str(tmp_path / "out"), PUBLIC_URL="https://badges.example.org")
    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_demo_people_are_made_once(demo: Installation) -> None:
    with demo.service() as service:
        before = service.store.read(lambda tx: [event.seq for event in tx.audit.all()])
        first, second = seed(service), seed(service)
        after = service.store.read(lambda tx: [event.seq for event in tx.audit.all()])
    assert first == second
    assert len(first) == 5
    assert before == after


class BrokenOff(ReviewEvidence):
    """Reviews until the third decision, at which the process is killed."""

    decisions = 0

    def decide(self, *arguments: Any, **named: Any) -> Decided:
        self.decisions += 1
        if self.decisions == 3:
            raise KeyboardInterrupt
        return super().decide(*arguments, **named)


def test_a_demo_cut_short_is_finished_without_doubles(empty: Installation) -> None:
    with empty.service() as service:
        review = BrokenOff(service.store, service.catalogue, service.issue, service.clock)
        with pytest.raises(KeyboardInterrupt):
            seed(replace(service, desk=replace(service.desk, review=review)))
        opened = seed(service)
        teacher = service.store.read(lambda tx: tx.people.by_email("teacher@demo.example"))
        assert teacher is not None
        mine = [one.achievement for one in service.desk.submit.mine(teacher.id)]
        badges = [one.award.achievement for one in service.desk.share.backpack(teacher.id).badges]
    assert len(opened) == 5
    assert len(set(mine)) == len(mine) == 9
    assert len(set(badges)) == len(badges) == 6
