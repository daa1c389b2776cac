"""Examples of evidence, and the check of one's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import badge_classes
from tests.cli.conftest import Installation

SLUGS = [one.slug for one in badge_classes.load() if not one.is_stack]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_example_is_printed_whole(empty: Installation, slug: str) -> None:
    printed = empty.run("evidence", "example", slug)
    assert printed.exit_code == 0
    checked = empty.run("evidence", "check", slug, "-", "--teacher", "Renée Whitfield", input=printed.stdout)
    assert (checked.exit_code, checked.stdout) == (0, "Complete: this evidence can be handed in.\n")
    assert '"file"' not in printed.stdout
    assert not empty.folder.exists()


def test_example_files_are_written_and_named(empty: Installation, tmp_path: Path) -> None:
    done = empty.run("evidence", "example", "building-will", "--files", str(tmp_path / "files"))
    assert "b301e414-0b98-4000-9619-ca49fef2b79b is" in done.stderr
    assert (tmp_path / "files" / "visit-2025-09-24.txt").read_text("utf-8").startswith("Question: what do students do")


def test_what_is_missing_is_told_with_pointer_and_requirement(empty: Installation, tmp_path: Path) -> None:
    evidence = json.loads(empty.run("evidence", "example", "building-will").stdout)
    del evidence["first_visits"][2]["date"]
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(evidence), "utf-8")
    checked = empty.run("evidence", "check", "building-will", str(file))
    assert checked.exit_code == 1
    assert checked.stdout.startswith("/first_visits/2/date\n")
    assert checked.stdout.count("classroom visits with four peers") == 1
    assert checked.stdout.endswith("1 to do before this evidence can be handed in.\n")


def test_the_teacher_is_no_colleague_of_herself(empty: Installation) -> None:
    evidence = empty.run("evidence", "example", "building-will").stdout.replace("Dana Petrov", "Ada Moreno")
    assert empty.run("evidence", "check", "building-will", "-", input=evidence).exit_code == 0
    told = empty.run("evidence", "check", "building-will", "-", "--teacher", "Ada Moreno", input=evidence)
    assert told.exit_code == 1
    assert "/first_visits/1/peer" in told.stdout


def test_days_to_come_are_told_by_the_clock_in_force(empty: Installation) -> None:
    evidence = empty.run("evidence", "example", "building-will").stdout
    early = empty.run("evidence", "check", "building-will", "-", input=evidence, CLOCK_FREEZE="2025-10-02T12:00:00Z")
    assert early.exit_code == 1
    assert "is still to come" in early.stdout


@pytest.mark.parametrize(
    ("arguments", "input"),
    [
        pytest.param(("check", "building-will", "-"), "{bad", id="not JSON"),
        pytest.param(("check", "building-will", "-"), "[]", id="no object"),
        pytest.param(("check", "building-will", "-"), '{"a": 1, "a": 2}', id="duplicate member"),
        pytest.param(("check", "building-will", "/nowhere/mine.json"), None, id="no such file"),
        pytest.param(("check", "no-such-badge", "-"), "{}", id="unknown badge class"),
        pytest.param(("example", "no-such-badge"), None, id="unknown example"),
        pytest.param(("example", "teacher-leader"), None, id="a stack has no evidence"),
    ],
)
def test_what_cannot_be_read_exits_2_in_plain_words(
    empty: Installation, arguments: tuple[str, ...], input: str | None
) -> None:
    done = empty.run("evidence", *arguments, input=input)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Error: " in done.stderr
    assert "Traceback" not in done.stderr


def test_text_cannot_steer_the_terminal(empty: Installation) -> None:
    told = empty.run("evidence", "check", "building-will", "-", input='{"\\u001b[2Jx": 1}')
    assert told.exit_code == 1
    assert "\x1b" not in told.stdout
