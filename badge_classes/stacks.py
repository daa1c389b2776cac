"""What badges require of each other: known names, and no circles."""

from __future__ import annotations

from collections.abc import Mapping

from badge_classes.errors import Faults
from badge_classes.positions import LocatedJson

Requires = Mapping[str, frozenset[str]]


def check_stacks(definitions: Mapping[str, LocatedJson], slugs: tuple[str, ...], faults: Faults) -> None:
    """Note every required slug that is unknown or leads back; `definitions` by file name."""
    requires = _requires(definitions)
    for file, definition in definitions.items():
        slug = definition.value["slug"]
        for index, required in enumerate(definition.value.get("requires", ())):
            line = definition.line("requires", index)
            if required not in slugs:
                faults.add(file, line, f"the stack requires {required!r}, which is not in the catalogue")
            elif slug in _reachable(required, requires):
                faults.add(file, line, f"a circle: {slug!r} requires {required!r}, which leads back to it")


def _requires(definitions: Mapping[str, LocatedJson]) -> Requires:
    found: dict[str, frozenset[str]] = {}
    for definition in definitions.values():
        slug = definition.value["slug"]
        found[slug] = found.get(slug, frozenset()) | frozenset(definition.value.get("requires", ()))
    return found


def _reachable(start: str, requires: Requires) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        slug = waiting.pop()
        if slug not in reached:
            reached.add(slug)
            waiting += requires.get(slug, frozenset())
    return reached
