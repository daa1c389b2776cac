"""Published versions are never edited; drafts are not offered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from badge_classes import CatalogueError, UnknownBadgeClassError, load
from badge_classes.__main__ import main
from badge_classes.lock import normative_files, version_digest
from badge_classes.publish import publish

NORMATIVE = ["definition.json", "criteria.md", "evidence.schema.json", "art.svg", "art.png"]


def test_a_draft_is_in_the_catalogue_but_not_current(folder: Path) -> None:
    catalogue = load(folder)
    assert list(catalogue) == []
    assert not catalogue.version("weaving", 1).published
    with pytest.raises(UnknownBadgeClassError, match="no published badge class 'weaving'"):
        catalogue.current("weaving")


def test_publishing_makes_versions_current_in_order(folder: Path) -> None:
    assert publish(folder, ()) == ("weaving/v1", "pottery/v1", "maker/v1")
    catalogue = load(folder)
    assert [one.slug for one in catalogue] == ["weaving", "pottery", "maker"]
    assert [one.slug for one in catalogue.stacks] == ["maker"]
    assert publish(folder, ()) == ()


@pytest.mark.parametrize("name", NORMATIVE)
def test_an_edit_of_a_published_file_is_noticed(folder: Path, name: str) -> None:
    publish(folder, ())
    file = folder / "weaving/v1" / name
    content = file.read_bytes()
    file.write_bytes(content + b"\n" if name != "art.svg" else content.replace(b"A dot.", b"A dot!"))
    with pytest.raises(CatalogueError) as caught:
        load(folder)
    assert [(one.file, one.line) for one in caught.value.faults] == [(f"weaving/v1/{name}", 1)]
    assert "publish a new version" in caught.value.reason


def test_an_evidence_schema_cannot_be_slipped_out_of_a_published_version(folder: Path) -> None:
    publish(folder, ())
    (folder / "weaving/v1/evidence.schema.json").unlink()
    with pytest.raises(CatalogueError, match="changed since"):
        load(folder)


def test_instructions_and_examples_may_be_improved(folder: Path) -> None:
    publish(folder, ())
    before = load(folder).current("weaving")
    (folder / "weaving/v1/instructions.md").write_text("Send it in, please.\n", encoding="utf-8")
    (folder / "weaving/v1/examples").mkdir()
    after = load(folder).current("weaving")
    assert after.instructions == "Send it in, please.\n"
    assert after.digest == before.digest


def test_a_second_version_leaves_the_first_alone(folder: Path, add_version: Callable[..., Path]) -> None:
    publish(folder, ())
    first = json.loads((folder / "published.lock").read_text("utf-8"))
    add_version("weaving", version=2, name="Weaving Anew")
    assert load(folder).current("weaving").version == 1
    assert publish(folder, ("weaving/v2",)) == ("weaving/v2",)
    catalogue = load(folder)
    assert (catalogue.current("weaving").version, catalogue.version("weaving", 1).name) == (2, "Weaving")
    locked = json.loads((folder / "published.lock").read_text("utf-8"))
    assert {name: locked[name] for name in first} == first


def test_versions_are_ordered_by_number(folder: Path, add_version: Callable[..., Path]) -> None:
    for version in (10, 2):
        add_version("weaving", version=version)
    assert [one.version for one in load(folder).badge_classes if one.slug == "weaving"] == [1, 2, 10]


def test_a_published_version_that_is_gone_is_noticed(folder: Path, add_version: Callable[..., Path]) -> None:
    second = add_version("weaving", version=2)
    publish(folder, ())
    second.rename(folder.parent / "elsewhere")
    with pytest.raises(CatalogueError) as caught:
        load(folder)
    lines = (folder / "published.lock").read_text("utf-8").splitlines()
    assert caught.value.file == "published.lock"
    assert '"weaving/v2"' in lines[caught.value.line - 1]


def test_a_damaged_lock_is_noticed(folder: Path) -> None:
    (folder / "published.lock").write_text('{\n"weaving/v1": {"definition.json": "abc"}}', encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load(folder)
    assert (caught.value.file, caught.value.line) == ("published.lock", 2)


def test_a_stack_is_not_published_before_what_it_stands_on(folder: Path) -> None:
    with pytest.raises(CatalogueError, match="'weaving', which it requires, is not published"):
        publish(folder, ("maker/v1",))
    assert not (folder / "published.lock").exists()


def test_an_unknown_version_is_not_published(folder: Path) -> None:
    with pytest.raises(UnknownBadgeClassError, match="no version 'weaving/v7'"):
        publish(folder, ("weaving/v7",))


def test_the_digest_is_over_names_and_contents(folder: Path) -> None:
    version = folder / "weaving/v1"
    lines = "".join(
        f"{name} {hashlib.sha256((version / name).read_bytes()).hexdigest()}\n" for name in sorted(NORMATIVE)
    )
    assert load(folder).version("weaving", 1).digest == hashlib.sha256(lines.encode()).hexdigest()
    assert sorted(normative_files("criteria.md", True)) == sorted(NORMATIVE)
    assert version_digest({"a": "1", "b": "2"}) != version_digest({"a": "2", "b": "1"})


def test_the_command_line_checks_and_publishes(folder: Path) -> None:
    run = CliRunner().invoke
    assert "weaving/v1 draft" in run(main, ["check", "--folder", str(folder)]).output
    assert run(main, ["lock", "--folder", str(folder)]).exit_code == 2
    assert "published weaving/v1" in run(main, ["lock", "--folder", str(folder), "weaving/v1"]).output
    refused = run(main, ["lock", "--folder", str(folder), "glass/v1"])
    assert (refused.exit_code, "glass/v1" in refused.output) == (1, True)
    (folder / "weaving/v1/criteria.md").write_text("Other.", encoding="utf-8")
    broken = run(main, ["check", "--folder", str(folder)])
    assert broken.exit_code == 1
    assert "weaving/v1/criteria.md:1: " in broken.output
