"""Steps of whoever keeps a catalogue: draw the packaged art, put finished versions into the lock."""

from __future__ import annotations

import json
from pathlib import Path

from badge_classes.art.draw import SIGNS, badge_art, png, seal_art
from badge_classes.errors import Faults, UnknownBadgeClassError
from badge_classes.loader import load
from badge_classes.lock import FileDigests, file_digests, normative_files, read_lock, write_lock


def publish(root: Path, names: tuple[str, ...]) -> tuple[str, ...]:
    """Put drafts (``<slug>/v<n>``; none: all) into the lock of the catalogue at `root`; gives the new ones.

    What is published already stays as it is. Raises CatalogueError if the catalogue has a fault or a stack
    would stand on unpublished badge classes, UnknownBadgeClassError if a name is no version of it.
    """
    catalogue = load(root)
    known = {f"{one.slug}/v{one.version}": one for one in catalogue.badge_classes}
    for name in names:
        if name not in known:
            raise UnknownBadgeClassError(f"the catalogue has no version {name!r}")
    chosen = {name: one for name, one in known.items() if not one.published and name in (names or known)}
    published = {one.slug for one in (*catalogue, *chosen.values())}
    faults = Faults()
    for name, one in chosen.items():
        for slug in one.requires:
            if slug not in published:
                faults.add(f"{name}/definition.json", 1, f"{slug!r}, which it requires, is not published")
    faults.raise_any()
    locked: dict[str, FileDigests] = dict(read_lock(root, faults).value)
    locked.update((name, _digests(root, name)) for name in chosen)
    write_lock(root, locked)
    return tuple(chosen)


def draw(root: Path) -> tuple[str, ...]:
    """Write art.svg and art.png of every packaged badge class that is still a draft; gives the versions."""
    locked = read_lock(root, Faults()).value
    drafts = [file.parent for file in sorted(root.glob("*/v*/definition.json"))]
    drawn = [folder for folder in drafts if _name(folder) not in locked]
    for folder in drawn:
        svg = _art(json.loads((folder / "definition.json").read_text("utf-8")))
        (folder / "art.svg").write_text(svg, encoding="utf-8")
        (folder / "art.png").write_bytes(png(svg))
    return tuple(_name(folder) for folder in drawn)


def _art(definition: dict[str, str]) -> str:
    slug, name = definition["slug"], definition["name"]
    if slug in SIGNS:
        return badge_art(slug, name, definition["strand"], definition["stage"])
    return seal_art(name)


def _name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def _digests(root: Path, name: str) -> FileDigests:
    definition = json.loads((root / name / "definition.json").read_text("utf-8"))
    files = normative_files(definition["criteria"], bool(definition.get("requirements")))
    return file_digests(root / name, files)
