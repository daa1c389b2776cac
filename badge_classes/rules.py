"""What a definition must hold beyond its shape: names that fit, unique ids, a rubric that can fail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from badge_classes.errors import Faults
from badge_classes.positions import LocatedJson, Path


def check_definition(definition: LocatedJson, file: str, faults: Faults) -> None:
    """Note every rule that the definition at `file` (``<slug>/v<n>/definition.json``) breaks."""
    value = definition.value
    slug, folder, _ = file.split("/")
    if value["slug"] != slug:
        faults.add(file, definition.line("slug"), f"the slug is {value['slug']!r} but the folder is {slug!r}")
    if f"v{value['version']}" != folder:
        reason = f"the version is {value['version']} but the folder is {folder!r}"
        faults.add(file, definition.line("version"), reason)
    if not value.get("requirements") and not value.get("requires"):
        faults.add(file, 1, "a badge class has requirements, or requires other badges, or both")
    check_unique(definition, ("requirements",), file, faults)
    check_unique(definition, ("reflection",), file, faults)
    _check_rubric(definition, file, faults)


def check_unique(located: LocatedJson, path: Path, file: str, faults: Faults) -> None:
    """Note every `id` that stands twice in the list of objects at `path`."""
    seen: set[str] = set()
    for index, one in enumerate(_at(located.value, path)):
        if one["id"] in seen:
            line = located.line(*path, index, "id")
            faults.add(file, line, f"the id {one['id']!r} stands twice in {path[-1]}")
        seen.add(one["id"])


def _check_rubric(definition: LocatedJson, file: str, faults: Faults) -> None:
    requirements = definition.value.get("requirements", [])
    rubric = definition.value.get("rubric")
    if rubric is None:
        if requirements:
            line = definition.line("requirements")
            faults.add(file, line, "there are requirements but no rubric to rate them by")
        return
    check_unique(definition, ("rubric", "levels"), file, faults)
    levels = [level["id"] for level in rubric["levels"]]
    if rubric["required_level"] not in levels[1:]:
        line = definition.line("rubric", "required_level")
        faults.add(file, line, "the required level must be one of the levels, and not the lowest")
    for index, requirement in enumerate(requirements):
        _check_levels(definition, index, requirement, levels, file, faults)


def _check_levels(
    definition: LocatedJson, index: int, requirement: Any, levels: list[str], file: str, faults: Faults
) -> None:
    described = requirement["levels"]
    for level in levels:
        if level not in described:
            reason = f"the requirement {requirement['id']!r} does not describe the level {level!r}"
            faults.add(file, definition.line("requirements", index, "levels"), reason)
    for level in described:
        if level not in levels:
            line = definition.line("requirements", index, "levels", level)
            faults.add(file, line, f"the level {level!r} is not in the rubric")


def _at(value: Any, path: Path) -> Iterable[Any]:
    for part in path:
        value = value.get(part, [])
    items: list[Any] = value
    return items
