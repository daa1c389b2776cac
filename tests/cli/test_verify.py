"""Verification in the terminal: words, signs, JSON and exit status."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Installation

GOOD, REVOKED, SUSPENDED = "looking-at-student-work", "establishing-a-common-aim", "facilitating-peer-reflection"
Badge = Callable[[str, str], bytes]


def kept(tmp_path: Path, name: str, body: bytes) -> str:
    path = tmp_path / name
    path.write_bytes(body)
    return str(path)


@pytest.mark.parametrize("suffix", ["json", "jwt", "png", "svg"])
def test_a_good_badge_in_every_form_exits_0(demo: Installation, badge: Badge, tmp_path: Path, suffix: str) -> None:
    done = demo.run("verify", kept(tmp_path, f"badge.{suffix}", badge(GOOD, suffix)))
    assert done.exit_code == 0
    assert "✓ VALID" in done.stdout
    assert "Looking at Student Work" in done.stdout
    assert "✓ proof       passed: " in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(("slug", "code"), [(REVOKED, "status.revoked"), (SUSPENDED, "status.suspended")])
def test_one_that_was_set_aside_exits_1(demo: Installation, badge: Badge, tmp_path: Path, slug: str, code: str) -> None:
    done = demo.run("verify", kept(tmp_path, "badge.json", badge(slug, "json")))
    assert done.exit_code == 1
    assert "✗ INVALID" in done.stdout
    assert f"[{code}]" in done.stdout


def test_the_worst_of_all_decides_the_exit_status(demo: Installation, badge: Badge, tmp_path: Path) -> None:
    body = badge(GOOD, "json")
    good = kept(tmp_path, "good.json", body)
    forged = kept(tmp_path, "forged.json", body.replace(b"Looking at", b"Talking of"))
    nothing = kept(tmp_path, "nothing.json", b"{")
    assert demo.run("verify", good, good).exit_code == 0
    assert demo.run("verify", good, nothing).exit_code == 2
    assert demo.run("verify", good, nothing, forged).exit_code == 1


def test_json_is_one_report_a_line(demo: Installation, badge: Badge, tmp_path: Path) -> None:
    good = kept(tmp_path, "good.json", badge(GOOD, "json"))
    done = demo.run("verify", "--json", good, kept(tmp_path, "nothing.json", b"{"), str(tmp_path / "absent"))
    first, second, third = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["item"], first["verdict"], first["carrier"]) == (good, "valid", "json")
    assert second["refused"]["code"] == "json.malformed"
    assert third["refused"]["code"] == "input.invalid"
    assert done.exit_code == 2


def test_whose_it_is(demo: Installation, badge: Badge, tmp_path: Path) -> None:
    good = kept(tmp_path, "good.json", badge(GOOD, "json"))
    assert demo.run("verify", "--recipient", "teacher@demo.example", good).exit_code == 0
    other = demo.run("verify", "--recipient", "reviewer@demo.example", good)
    assert other.exit_code == 1
    assert "✗ recipient" in other.stdout


def test_a_link_to_an_opened_badge_of_ours(demo: Installation, badge: Badge) -> None:
    address = json.loads(badge(GOOD, "json"))["id"]
    assert demo.run("verify", address).exit_code == 0


def test_standard_input(demo: Installation, badge: Badge) -> None:
    assert demo.run("verify", "-", input=badge(GOOD, "jwt")).exit_code == 0


def test_elsewhere_it_is_anybodys_badge_and_leaves_nothing_behind(
    empty: Installation, badge: Badge, tmp_path: Path
) -> None:
    done = empty.run("verify", kept(tmp_path, "good.json", badge(GOOD, "json")))
    assert done.exit_code != 0
    assert "✓ VALID" not in done.stdout
    assert not empty.folder.exists()


def test_a_name_cannot_steer_the_terminal(empty: Installation, tmp_path: Path) -> None:
    done = empty.run("verify", kept(tmp_path, "x\x1b[31m.json", b'{"type": "\\u001b[2J"}'))
    assert done.exit_code in (1, 2)
    assert "\x1b" not in done.stdout
