"""The lock of published versions: digests of their normative files, so that an edit is always noticed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from badge_classes.errors import Faults
from badge_classes.positions import LocatedJson
from badge_classes.shape import read_shaped

LOCK_FILE = "published.lock"
EVIDENCE_SCHEMA_FILE = "evidence.schema.json"
ART_FILES = ("art.svg", "art.png")

FileDigests = Mapping[str, str]


def normative_files(criteria_file: str, has_evidence: bool) -> tuple[str, ...]:
    """The files a published version stands for; instructions and examples may still be improved."""
    evidence = (EVIDENCE_SCHEMA_FILE,) if has_evidence else ()
    return ("definition.json", criteria_file, *evidence, *ART_FILES)


def file_digests(folder: Path, files: Iterable[str]) -> FileDigests:
    """SHA-256 (hex) of each of `files` in a version's folder, by name; a missing file is left out."""
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in sorted(files)
        if (folder / name).is_file()
    }


def version_digest(digests: FileDigests) -> str:
    """One SHA-256 (hex) for a version: over a line ``<name> <digest>\\n`` for each file, sorted by name."""
    lines = "".join(f"{name} {digests[name]}\n" for name in sorted(digests))
    return hashlib.sha256(lines.encode()).hexdigest()


def read_lock(root: Path, faults: Faults) -> LocatedJson:
    """The lock of the catalogue at `root`: by ``<slug>/v<n>`` the digests; empty if there is none yet."""
    if not (root / LOCK_FILE).exists():
        return LocatedJson({}, "{}")
    return read_shaped(root, LOCK_FILE, "lock.schema.json", faults) or LocatedJson({}, "{}")


def check_version(version: str, now: FileDigests, lock: LocatedJson, faults: Faults) -> None:
    """Note every normative file of a published version that is no longer what was published."""
    locked: FileDigests = lock.value.get(version, now)
    for name in sorted({*locked, *now}):
        if locked.get(name) != now.get(name):
            reason = f"{version} is published and this file was changed since; publish a new version instead"
            faults.add(f"{version}/{name}", 1, reason)


def write_lock(root: Path, entries: Mapping[str, FileDigests]) -> None:
    """Write the whole lock, sorted, so that publishing a version adds lines and changes none."""
    text = json.dumps({name: dict(entries[name]) for name in sorted(entries)}, indent=2, sort_keys=True)
    (root / LOCK_FILE).write_text(text + "\n", encoding="utf-8")
