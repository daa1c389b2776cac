"""Every fault of a catalogue is told with its file, its line and a plain reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from badge_classes import CatalogueError, load

WEAVING = "weaving/v1/definition.json"
Change = Callable[[dict[str, Any]], object]


def _edit(path: Path, change: Change) -> None:
    value = json.loads(path.read_text("utf-8"))
    change(value)
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")


def _line_of(path: Path, text: str) -> int:
    lines = path.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def _only_fault(folder: Path) -> tuple[str, int, str]:
    with pytest.raises(CatalogueError) as caught:
        load(folder)
    assert len(caught.value.faults) == 1, str(caught.value)
    return caught.value.file, caught.value.line, caught.value.reason


def test_the_folder_of_another_organisation_loads(folder: Path) -> None:
    assert [one.slug for one in load(folder).badge_classes] == ["weaving", "pottery", "maker"]


@pytest.mark.parametrize(
    ("change", "at", "reason"),
    [
        pytest.param(lambda d: d.update(colour="red"), '"colour"', "unknown field colour", id="unknown-field"),
        pytest.param(
            lambda d: d["requirements"][0].update(weight=3),
            '"weight"',
            "unknown field requirements.0.weight",
            id="unknown-field-deep",
        ),
        pytest.param(lambda d: d.pop("name"), "{", "the field name is missing", id="missing-field"),
        pytest.param(lambda d: d.update(name=" "), '"name": " "', "name", id="empty-name"),
        pytest.param(lambda d: d.update(slug="pottery"), '"slug"', "the folder is 'weaving'", id="slug-not-folder"),
        pytest.param(lambda d: d.update(version=2), '"version"', "the folder is 'v1'", id="version-not-folder"),
        pytest.param(lambda d: d.update(version="1"), '"version"', "version", id="version-no-number"),
        pytest.param(lambda d: d.update(strand="music"), '"strand"', "lists it under 'craft'", id="other-strand"),
        pytest.param(lambda d: d.update(stage="last"), '"stage"', "no stage 'last'", id="unknown-stage"),
        pytest.param(lambda d: d.update(achievementType="Medal"), '"achievementType"', "achievementType", id="type"),
        pytest.param(lambda d: d.update(valid_for="3 years"), '"valid_for"', "valid_for", id="no-duration"),
        pytest.param(lambda d: d.update(valid_for="P"), '"valid_for"', "valid_for", id="empty-duration"),
        pytest.param(lambda d: d.update(hours=0), '"hours"', "hours", id="no-hours"),
        pytest.param(
            lambda d: d.update(criteria="../../strands.json"), '"criteria"', "criteria", id="criteria-elsewhere"
        ),
        pytest.param(
            lambda d: d["requirements"].append({**d["requirements"][0], "text": "Again."}),
            None,
            "'a-piece' stands twice in requirements",
            id="duplicate-requirement",
        ),
        pytest.param(
            lambda d: d["reflection"].append({"id": "why", "text": "Why again?"}),
            None,
            "'why' stands twice in reflection",
            id="duplicate-question",
        ),
        pytest.param(
            lambda d: d["requirements"][0].update(id="A Piece"), '"A Piece"', "requirements.0.id", id="id-no-kebab"
        ),
        pytest.param(
            lambda d: d["requirements"][0].update(id="piece\n"), '"piece\\n"', "requirements.0.id", id="id-new-line"
        ),
        pytest.param(lambda d: d.pop("rubric"), '"requirements"', "no rubric", id="no-rubric"),
        pytest.param(
            lambda d: d["rubric"].update(required_level="great"),
            '"required_level"',
            "one of the levels",
            id="level-unknown",
        ),
        pytest.param(
            lambda d: d["rubric"].update(required_level="not-yet"),
            '"required_level"',
            "not the lowest",
            id="level-lowest",
        ),
        pytest.param(
            lambda d: d["requirements"][0]["levels"].pop("met"),
            '"levels"',
            "does not describe the level 'met'",
            id="level-not-described",
        ),
        pytest.param(
            lambda d: d["requirements"][0]["levels"].update(superb="Two."),
            '"superb"',
            "'superb' is not in the rubric",
            id="level-not-in-rubric",
        ),
        pytest.param(
            lambda d: d["rubric"]["levels"].append({"id": "met", "name": "Met"}),
            None,
            "'met' stands twice in levels",
            id="duplicate-level",
        ),
        pytest.param(
            lambda d: d.update(alignment=[{"targetName": "A", "targetUrl": "ftp://a"}]),
            '"targetUrl"',
            "alignment.0.targetUrl",
            id="alignment-no-url",
        ),
        pytest.param(lambda d: d.update(requires=["glass"]), '"glass"', "'glass', which is not in", id="stack-unknown"),
        pytest.param(lambda d: d.update(settings={"x": None}), '"x"', "settings.x", id="setting-null"),
    ],
)
def test_a_definition_is_told_what_is_wrong(folder: Path, change: Change, at: str | None, reason: str) -> None:
    _edit(folder / WEAVING, change)
    file, line, told = _only_fault(folder)
    assert file == WEAVING
    assert reason in told
    if at is not None:
        assert line == _line_of(folder / WEAVING, at)


def test_a_duplicate_id_is_told_at_its_second_place(folder: Path) -> None:
    _edit(folder / WEAVING, lambda d: d["reflection"].append({"id": "why", "text": "Why again?"}))
    assert _only_fault(folder)[1] == _line_of(folder / WEAVING, "Why again?") - 1


def test_requirements_or_a_stack_are_needed(folder: Path) -> None:
    _edit(folder / WEAVING, lambda d: d.update(requirements=[]))
    assert "has requirements, or requires" in _only_fault(folder)[2]


@pytest.mark.parametrize(
    "name", ["definition.json", "criteria.md", "instructions.md", "evidence.schema.json", "art.svg", "art.png"]
)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / "weaving/v1" / name).unlink()
    assert _only_fault(folder) == (f"weaving/v1/{name}", 1, "the file is missing")


def test_a_stack_needs_no_evidence_schema(folder: Path) -> None:
    (folder / "maker/v1/evidence.schema.json").unlink()
    assert load(folder).version("maker", 1).evidence_schema is None


@pytest.mark.parametrize(
    ("name", "content", "line", "reason"),
    [
        pytest.param("criteria.md", b"\xff\xfe", 1, "not UTF-8", id="criteria-not-text"),
        pytest.param("definition.json", b'{\n"slug": 1,\n"slug": 2}', 3, "stands here twice", id="member-twice"),
        pytest.param("definition.json", b"[]", 1, "object", id="definition-no-object"),
        pytest.param("evidence.schema.json", b"true", 1, "must be an object", id="evidence-no-object"),
        pytest.param("evidence.schema.json", b"{}", 1, "with the $schema", id="evidence-no-dialect"),
        pytest.param(
            "evidence.schema.json",
            b'{\n"$schema": "https://a.test/"}',
            2,
            "with the $schema",
            id="evidence-other-dialect",
        ),
        pytest.param("art.png", b"GIF89a", 1, "not a PNG", id="png-other-format"),
        pytest.param("art.png", b"", 1, "empty", id="png-empty"),
        pytest.param("art.svg", b"<svg>\n<p></svg>", 2, "not well-formed", id="svg-broken"),
        pytest.param("art.svg", b"<!DOCTYPE svg><svg/>", 1, "document types", id="svg-doctype"),
    ],
)
def test_a_file_is_told_what_is_wrong(folder: Path, name: str, content: bytes, line: int, reason: str) -> None:
    (folder / "weaving/v1" / name).write_bytes(content)
    file, at, told = _only_fault(folder)
    assert (file, at) == (f"weaving/v1/{name}", line)
    assert reason in told


def test_an_evidence_schema_that_is_none_is_told_at_its_line(folder: Path) -> None:
    file = "weaving/v1/evidence.schema.json"
    _edit(folder / file, lambda schema: schema.update(properties={"piece": {"type": 4}}))
    told = _only_fault(folder)
    assert told[:2] == (file, _line_of(folder / file, '"type": 4'))
    assert "not a JSON Schema" in told[2]


def test_a_small_png_is_refused(folder: Path, png_of_side: Callable[[int], bytes]) -> None:
    (folder / "weaving/v1/art.png").write_bytes(png_of_side(64))
    assert "it is 64×64" in _only_fault(folder)[2]


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        pytest.param("<script>1</script>", "element script", id="script"),
        pytest.param("<foreignObject/>", "element foreignObject", id="foreign-object"),
        pytest.param('<g onload="x()"/>', "attribute onload", id="handler"),
        pytest.param('<use href="https://a.test/x.svg#y"/>', "attribute href", id="outside-use"),
        pytest.param('<g fill="url(https://a.test/x)"/>', "attribute fill", id="outside-url"),
    ],
)
def test_art_that_runs_code_or_reaches_out_is_refused(folder: Path, inside: str, reason: str) -> None:
    art = folder / "weaving/v1/art.svg"
    art.write_text(art.read_text("utf-8").replace("</svg>", inside + "</svg>"), encoding="utf-8")
    file, _, told = _only_fault(folder)
    assert file == "weaving/v1/art.svg"
    assert reason in told


@pytest.mark.parametrize("name", ["title", "desc"])
def test_art_without_words_is_refused(folder: Path, name: str) -> None:
    art = folder / "weaving/v1/art.svg"
    art.write_text(art.read_text("utf-8").replace(name, "metadata"), encoding="utf-8")
    assert _only_fault(folder)[2] == f"the art needs a {name} for those who cannot see it"


def test_stack_circles_are_told_at_each_link(folder: Path) -> None:
    _edit(folder / "pottery/v1/definition.json", lambda d: d.update(requires=["maker"]))
    with pytest.raises(CatalogueError) as caught:
        load(folder)
    found = {(fault.file, fault.line) for fault in caught.value.faults}
    maker, pottery = "maker/v1/definition.json", "pottery/v1/definition.json"
    assert found == {(maker, _line_of(folder / maker, '"pottery"')), (pottery, _line_of(folder / pottery, '"maker"'))}
    assert all("circle" in fault.reason for fault in caught.value.faults)


def test_a_badge_class_that_requires_itself_is_a_circle(folder: Path) -> None:
    _edit(folder / WEAVING, lambda d: d.update(requires=["weaving"]))
    assert "circle" in _only_fault(folder)[2]


@pytest.mark.parametrize(
    ("change", "at", "reason"),
    [
        pytest.param(
            lambda s: s["strands"][0]["badge_classes"].append("glass"), '"glass"', "no folder 'glass'", id="no-folder"
        ),
        pytest.param(lambda s: s["stacks"].append("weaving"), None, "'weaving' is listed twice", id="listed-twice"),
        pytest.param(lambda s: s.update(colours=[]), '"colours"', "unknown field colours", id="unknown-field"),
        pytest.param(lambda s: s.pop("stages"), "{", "the field stages is missing", id="no-stages"),
        pytest.param(
            lambda s: s["stages"].append({"id": "first", "name": "Again"}),
            None,
            "'first' stands twice",
            id="stage-twice",
        ),
    ],
)
def test_the_strands_file_is_told_what_is_wrong(folder: Path, change: Change, at: str | None, reason: str) -> None:
    _edit(folder / "strands.json", change)
    file, line, told = _only_fault(folder)
    assert file == "strands.json"
    assert reason in told
    if at is not None:
        assert line == _line_of(folder / "strands.json", at)


def test_a_folder_that_nothing_lists_is_told(folder: Path, add_version: Callable[..., Path]) -> None:
    add_version("glass")
    assert _only_fault(folder)[0] == "glass"


@pytest.mark.parametrize("name", ["v0", "v01", "2", "draft"])
def test_a_version_folder_has_a_number(folder: Path, name: str) -> None:
    (folder / "weaving" / name).mkdir()
    assert _only_fault(folder)[0] == f"weaving/{name}"


def test_a_badge_class_without_a_version_is_told(folder: Path) -> None:
    (folder / "weaving/v1").rename(folder.parent / "elsewhere")
    assert "no version such as v1" in _only_fault(folder)[2]


def test_no_strands_file_and_no_folder(folder: Path) -> None:
    (folder / "strands.json").unlink()
    assert _only_fault(folder) == ("strands.json", 1, "the file is missing")
    assert _only_fault(folder / "nowhere")[2] == "there is no such folder"


def test_several_faults_are_told_at_once(folder: Path) -> None:
    _edit(folder / WEAVING, lambda d: d.update(colour="red", size=3))
    (folder / "pottery/v1/art.png").unlink()
    with pytest.raises(CatalogueError) as caught:
        load(folder)
    assert len(caught.value.faults) == 3
    assert str(caught.value).count("\n") == 2
