"""Reads a catalogue folder, checks everything about it, and gives it as values."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from badge_classes.catalogue import Catalogue
from badge_classes.errors import Faults
from badge_classes.lock import LOCK_FILE, read_lock
from badge_classes.places import Places, read_places, versions
from badge_classes.positions import LocatedJson
from badge_classes.rules import check_definition
from badge_classes.shape import read_shaped
from badge_classes.stacks import check_stacks
from badge_classes.versions import VersionFiles, badge_class, check_place, read_files

PACKAGED = Path(__file__).parent
AI_POLICY_FILE = "ai-use.md"


def load(folder: Path | None = None) -> Catalogue:
    """Read the catalogue in `folder` (None: the packaged one, which is read once per process).

    Raises CatalogueError with the file, line and reason of every fault found.
    """
    return _packaged() if folder is None else _read(folder)


@cache
def _packaged() -> Catalogue:
    return _read(PACKAGED)


def _read(root: Path) -> Catalogue:
    faults = Faults()
    if not root.is_dir():
        faults.add(str(root), 1, "there is no such folder")
        faults.raise_any()
    places = read_places(root, faults)
    definitions = _definitions(root, places, faults)
    check_stacks(definitions, places.slugs, faults)
    files = _files(root, definitions, faults)
    faults.raise_any()
    badge_classes = (badge_class(definitions[file].value, files[file]) for file in definitions)
    return Catalogue(tuple(badge_classes), places.strands, places.stages, _text(root / AI_POLICY_FILE))


def _text(file: Path) -> str:
    """An editable text of the catalogue; empty when the file is not there."""
    return file.read_text("utf-8") if file.is_file() else ""


def _definitions(root: Path, places: Places, faults: Faults) -> dict[str, LocatedJson]:
    found: dict[str, LocatedJson] = {}
    for slug in places.slugs:
        for number in versions(root, slug):
            file = f"{slug}/v{number}/definition.json"
            definition = read_shaped(root, file, "definition.schema.json", faults)
            if definition is not None:
                check_definition(definition, file, faults)
                check_place(definition, file, places, faults)
                found[file] = definition
    return found


def _files(root: Path, definitions: dict[str, LocatedJson], faults: Faults) -> dict[str, VersionFiles]:
    lock = read_lock(root, faults)
    for version in lock.value:
        if not (root / version / "definition.json").is_file():
            faults.add(LOCK_FILE, lock.line(version), f"{version} is published but its definition is gone")
    return {
        file: read_files(root, file.rpartition("/")[0], definition.value, lock, faults)
        for file, definition in definitions.items()
    }
