"""`issuer check`, `issuer move-public-url`, `issuer catalogue check`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import badge_classes
from issuer.errors import Misconfigured
from tests.cli.conftest import Installation

NEW = "http://localhost:9000"


def test_a_whole_installation_is_well(demo: Installation) -> None:
    done = demo.run("check", "--badges")
    assert (done.exit_code, done.stdout) == (0, "All is well.\n")


def test_an_evidence_file_that_changed_is_named(demo: Installation) -> None:
    with demo.service() as service:
        changed = next(iter(service.blobs.ids()))
    path = next(path for path in demo.folder.rglob("*") if path.is_file() and changed in path.name)
    path.write_bytes(path.read_bytes() + b"!")
    done = demo.run("check")
    assert done.exit_code == 1
    assert done.stdout == f"I13  an evidence file is not the one that was handed in: {changed}\n"


def test_a_published_list_that_changed_is_named(demo: Installation) -> None:
    path = next(path for path in demo.folder.rglob("revocation-1*") if path.is_file())
    path.write_bytes(path.read_bytes().replace(b"eddsa-rdfc-2022", b"eddsa-rdfc-2023"))
    done = demo.run("check")
    assert done.exit_code == 1
    assert "I7  " in done.stdout


def test_a_key_that_is_believed_no_more_shows_in_the_badges(demo: Installation) -> None:
    lost = next(line.split()[0] for line in demo.run("keys", "list").stdout.splitlines() if line.startswith("di-"))
    demo.run("keys", "compromise", "--yes", lost)
    assert demo.run("check").exit_code == 0
    done = demo.run("check", "--badges")
    assert done.exit_code == 1
    assert done.stdout.count("I6  ") == 7


def test_another_public_url_is_refused_until_the_move_is_recorded(demo: Installation) -> None:
    with pytest.raises(Misconfigured, match="issuer move-public-url"), demo.service(PUBLIC_URL=NEW):
        pass
    assert demo.run("move-public-url", PUBLIC_URL=NEW, input="n\n").exit_code == 1
    assert demo.run("user", "list", PUBLIC_URL=NEW).exit_code == 2
    done = demo.run("move-public-url", "--yes", PUBLIC_URL=NEW)
    assert done.exit_code == 0
    assert "From http://localhost:8000 to http://localhost:9000." in done.stdout
    assert demo.run("user", "list", PUBLIC_URL=NEW).exit_code == 0
    assert demo.run("check", PUBLIC_URL=NEW).exit_code == 0
    again = demo.run("move-public-url", "--yes", PUBLIC_URL=NEW)
    assert again.exit_code == 2
    assert again.stderr.count("\n") == 1


def test_a_catalogue_is_listed_or_its_faults_are(empty: Installation, tmp_path: Path) -> None:
    good = empty.run("catalogue", "check")
    assert good.exit_code == 0
    assert len(good.stdout.splitlines()) == len(badge_classes.load().badge_classes)
    folder = tmp_path / "ours"
    shutil.copytree(Path(badge_classes.__file__).parent, folder)
    definition = folder / "building-will" / "v1" / "definition.json"
    definition.write_text(definition.read_text("utf-8").replace('"Building Will"', '"Building Walls"'), "utf-8")
    bad = empty.run("catalogue", "check", str(folder))
    assert bad.exit_code == 1
    assert "building-will" in bad.stderr
    assert empty.run("evidence", "example", "building-will", CATALOGUE_DIR=str(folder)).exit_code == 2
