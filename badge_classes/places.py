"""Where things stand: strands.json, and the folders it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from badge_classes.errors import Faults
from badge_classes.model import Stage, Strand
from badge_classes.positions import LocatedJson
from badge_classes.rules import check_unique
from badge_classes.shape import read_shaped

STRANDS_FILE = "strands.json"
_VERSION = re.compile(r"v[1-9][0-9]*")


@dataclass(frozen=True)
class Places:
    """The order of a catalogue: its strands, its stages and the slugs that stand above the strands."""

    strands: tuple[Strand, ...]
    stages: tuple[Stage, ...]
    stacks: tuple[str, ...]

    @property
    def slugs(self) -> tuple[str, ...]:
        """Every slug in the catalogue's order."""
        return (*(slug for strand in self.strands for slug in strand.badge_classes), *self.stacks)

    def strand_of(self, slug: str) -> str | None:
        """The id of the strand that lists `slug`, or None for a stack."""
        return next((strand.id for strand in self.strands if slug in strand.badge_classes), None)


def read_places(root: Path, faults: Faults) -> Places:
    """Read strands.json and hold the folders of `root` against it. Raises CatalogueError if they differ."""
    located = read_shaped(root, STRANDS_FILE, "strands.schema.json", faults)
    if located is None:
        faults.raise_any()
        return Places((), (), ())
    check_unique(located, ("strands",), STRANDS_FILE, faults)
    check_unique(located, ("stages",), STRANDS_FILE, faults)
    places = _places(located)
    _check_slugs(root, located, faults)
    _check_folders(root, places, faults)
    faults.raise_any()
    return places


def versions(root: Path, slug: str) -> list[int]:
    """The version numbers in the folder of `slug`, rising."""
    names = (path.name for path in (root / slug).iterdir() if path.is_dir())
    return sorted(int(name[1:]) for name in names if _VERSION.fullmatch(name))


def _places(located: LocatedJson) -> Places:
    value = located.value
    strands = (
        Strand(one["id"], one["name"], one["short_name"], tuple(one["badge_classes"])) for one in value["strands"]
    )
    stages = (Stage(one["id"], one["name"]) for one in value["stages"])
    return Places(tuple(strands), tuple(stages), tuple(value.get("stacks", ())))


def _check_slugs(root: Path, located: LocatedJson, faults: Faults) -> None:
    seen: set[str] = set()
    for slug, line in _listed(located):
        if slug in seen:
            faults.add(STRANDS_FILE, line, f"{slug!r} is listed twice")
        elif not (root / slug).is_dir():
            faults.add(STRANDS_FILE, line, f"there is no folder {slug!r}")
        elif not versions(root, slug):
            faults.add(STRANDS_FILE, line, f"the folder {slug!r} has no version such as v1")
        seen.add(slug)


def _listed(located: LocatedJson) -> Iterator[tuple[str, int]]:
    for index, strand in enumerate(located.value["strands"]):
        for position, slug in enumerate(strand["badge_classes"]):
            yield slug, located.line("strands", index, "badge_classes", position)
    for position, slug in enumerate(located.value.get("stacks", ())):
        yield slug, located.line("stacks", position)


def _check_folders(root: Path, places: Places, faults: Faults) -> None:
    for path in sorted(root.iterdir()):
        is_code = path.name.startswith(("_", ".")) or (path / "__init__.py").exists()
        if path.is_dir() and not is_code and path.name not in places.slugs:
            faults.add(path.name, 1, f"the folder is not listed in {STRANDS_FILE}")
    for slug in places.slugs:
        for path in sorted((root / slug).glob("*/")):
            if not _VERSION.fullmatch(path.name):
                faults.add(f"{slug}/{path.name}", 1, "a version's folder is named v1, v2, …")
