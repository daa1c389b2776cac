"""Verification in the terminal: words, signs, JSON and exit status."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path

import jwt
import pytest
from stranger import Stranger

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


# -- many at once


def rows_of(output: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(output)))


def test_a_folder_gives_a_line_of_csv_for_each_file(demo: Installation, badge: Badge, tmp_path: Path) -> None:
    pile = tmp_path / "pile"
    (pile / "deep").mkdir(parents=True)
    body = badge(GOOD, "json")
    for name, sent in (
        ("a.json", body), ("deep/b.png", badge(GOOD, "png")), ("c.json", badge(REVOKED, "json")), ("=d.txt", b"{"),
        (".hidden", b"{"),
    ):  # fmt: skip
        kept(pile, name, sent)
    (pile / "link.json").symlink_to(pile / "a.json")
    done = demo.run("verify", str(pile))
    found = {Path(row["item"]).name: (row["verdict"], row["codes"]) for row in rows_of(done.stdout)}
    assert found == {
        "=d.txt": ("refused", "json.malformed"), "a.json": ("valid", ""), "c.json": ("invalid", "status.revoked"),
        "b.png": ("valid", ""),
    }  # fmt: skip
    assert done.exit_code == 1
    assert "Verifying" not in done.stdout


def test_a_list_of_badges_and_links(demo: Installation, badge: Badge, tmp_path: Path) -> None:
    body = badge(GOOD, "json")
    written = io.StringIO()
    csv.writer(written).writerows([["link", "who"], [json.loads(body)["id"], "=1"], [badge(GOOD, "jwt").decode(), ""]])
    path = kept(tmp_path, "list.csv", written.getvalue().encode())
    done = demo.run("verify", path)
    assert [(row["item"], row["verdict"]) for row in rows_of(done.stdout)] == [
        (f"{path}:2", "valid"), (f"{path}:3", "valid")
    ]  # fmt: skip
    assert done.exit_code == 0
    lines = demo.run("verify", "--json", kept(tmp_path, "list.ndjson", b"\n".join([badge(GOOD, "jwt"), b"{"])))
    first, second = (json.loads(line) for line in lines.stdout.splitlines())
    assert (first["verdict"], second["refused"]["code"]) == ("valid", "json.malformed")
    assert lines.exit_code == 2


def test_a_list_names_files_beside_it_and_none_elsewhere(demo: Installation, badge: Badge, tmp_path: Path) -> None:
    folder = tmp_path / "applicants"
    (folder / "more").mkdir(parents=True)
    good = kept(folder, "one.json", badge(GOOD, "json"))
    image = kept(folder / "more", "two.png", badge(GOOD, "png"))
    outside = kept(tmp_path, "outside.json", badge(GOOD, "json"))
    (folder / "link.json").symlink_to(outside)
    names = ["one.json", "more/two.png", "../outside.json", outside, "link.json", "absent.json"]
    done = demo.run("verify", kept(folder, "list.csv", "\n".join(["file", *names]).encode()))
    assert [(row["item"], row["verdict"]) for row in rows_of(done.stdout)] == [
        (good, "valid"), (image, "valid"), *((f"{folder}/list.csv:{row}", "refused") for row in range(4, 8))
    ]  # fmt: skip


def test_lists_that_hold_nothing_are_told(empty: Installation, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    for argument in (str(tmp_path / "none"), kept(tmp_path, "empty.csv", b""), str(tmp_path / "absent.csv")):
        done = empty.run("verify", argument)
        assert done.exit_code == 2
        assert done.stdout == ""


def test_a_failed_check_says_what_to_do(demo: Installation, badge: Badge, tmp_path: Path) -> None:
    done = demo.run("verify", kept(tmp_path, "badge.json", badge(REVOKED, "json")))
    assert "→ Do not rely on it. The issuer can say why." in done.stdout


def test_known_issuers_are_said_to_be_known(empty: Installation, tmp_path: Path) -> None:
    stranger = Stranger()
    entry = {"id": stranger.did, "name": "Ed", "how": "We have met.", "since": "2026-01-01"}
    registry = kept(tmp_path, "trust.json", json.dumps({"issuers": [entry]}).encode())
    known = empty.run("verify", kept(tmp_path, "badge.json", stranger.signed()), TRUST_REGISTRY=registry)
    assert (known.exit_code, "We have met." in known.stdout) == (0, True)
    unknown = empty.run("verify", kept(tmp_path, "other.json", Stranger().signed()), TRUST_REGISTRY=registry)
    assert (unknown.exit_code, "[issuer.unknown]" in unknown.stdout) == (0, True)
    broken = empty.run("verify", "x", TRUST_REGISTRY=kept(tmp_path, "broken.json", b"{\n\n]"))
    assert (broken.exit_code, "broken.json:3" in broken.stderr) == (2, True)


def test_signed_reports_one_a_line(demo: Installation, badge: Badge, tmp_path: Path) -> None:
    good = kept(tmp_path, "good.json", badge(GOOD, "json"))
    done = demo.run("verify", "--signed", good, kept(tmp_path, "nothing.json", b"{"))
    (token,) = done.stdout.splitlines()
    report = jwt.decode(token, options={"verify_signature": False})["report"]
    assert report["verdict"] == "valid"
    assert report["input_sha256"] == hashlib.sha256(Path(good).read_bytes()).hexdigest()
    assert "json.malformed" in done.stderr
    assert done.exit_code == 2


def test_nobody_signs_where_there_is_no_installation(empty: Installation, tmp_path: Path) -> None:
    elsewhere = empty.run("verify", "--signed", kept(tmp_path, "other.json", Stranger().signed()))
    assert (elsewhere.exit_code, elsewhere.stdout) == (2, "")
